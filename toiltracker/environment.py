"""Reads settings from the environment; a value that cannot be used ends the program with a sentence that names it."""

import ipaddress
import os
import re
import secrets
from collections.abc import Mapping
from email.utils import getaddresses
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import environ

SIZE = re.compile(r"(\d+)\s*([KMG]?)B?", re.IGNORECASE)
FACTORS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3}
POSTGRESQL = "django.db.backends.postgresql"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class UnusableSetting(SystemExit):
    """A value in the environment with which the program must not start."""


def refuse(name: str, why: str) -> NoReturn:
    """End the program with one sentence about this setting."""
    raise UnusableSetting(f"{name} {why}")


def text(name: str, default: str = "") -> str:
    """Return the value without the blanks around it; an empty value counts as not given."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """Return a yes or no."""
    given = text(name).lower()
    if not given:
        return default
    if given in {"1", "true", "yes", "on"}:
        return True
    if given in {"0", "false", "no", "off"}:
        return False
    refuse(name, f"must be 1 or 0, not “{given}”.")


def whole_number(name: str, default: int, *, low: int, high: int) -> int:
    """Return a whole number between `low` and `high`, both included."""
    given = text(name)
    if not given:
        return default
    if not given.isascii() or not given.isdigit() or not low <= int(given) <= high:
        refuse(name, f"must be a whole number from {low} to {high}, not “{given}”.")
    return int(given)


def size(name: str, default: str) -> int:
    """Return a number of bytes, written as `50M`, `1G` or plain."""
    given = text(name, default)
    match = SIZE.fullmatch(given)
    if not match or not int(match[1]):
        refuse(name, f"must be a size such as 50M or 1G, not “{given}”.")
    return int(match[1]) * FACTORS[match[2].upper()]


def names(name: str) -> list[str]:
    """Return what stands between the commas."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def networks(name: str) -> list[Network]:
    """Return the networks between the commas, such as 10.0.0.0/8; an address alone is a network of one."""
    found = []
    for given in names(name):
        try:
            found.append(ipaddress.ip_network(given))
        except ValueError:
            refuse(name, f"must be networks such as 10.0.0.0/8,192.0.2.7, and “{given}” is none.")
    return found


def web_address(name: str, default: str) -> str:
    """Return an http or https address with a host, no path, and no slash at the end."""
    given = text(name, default)
    try:
        parts = urlsplit(given)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_good = False
    if not is_good or parts.path.strip("/") or parts.query or parts.fragment:
        refuse(name, f"must be an address such as https://toil.example.com without a path, not “{given}”.")
    return given.rstrip("/")


def folder(name: str, default: Path) -> Path:
    """Return a folder that exists and can be written to; it is made when it is not there."""
    given = Path(text(name, str(default))).expanduser().absolute()
    try:
        given.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        refuse(name, f"must be a folder that can be made, but {given} cannot: {error.strerror}.")
    if not os.access(given, os.W_OK | os.X_OK):
        refuse(name, f"must be a folder that can be written to, but {given} cannot.")
    return given


def database(name: str) -> dict[str, Any] | None:
    """Return Django's settings for a PostgreSQL address, or None when none is given."""
    given = text(name)
    if not given:
        return None
    if urlsplit_or_none(given) not in {"postgres", "postgresql", "psql"}:
        refuse(name, "must be a PostgreSQL address such as postgres://user:password@host:5432/toiltracker.")
    settings: dict[str, Any] = environ.Env.db_url_config(given)
    if not settings.get("NAME"):
        refuse(name, "must name a database, as in postgres://user:password@host:5432/toiltracker.")
    return {**settings, "ENGINE": POSTGRESQL}


def redis(name: str) -> str:
    """Return the address of a Redis-compatible server, or nothing."""
    given = text(name)
    if given and urlsplit_or_none(given) not in {"redis", "rediss", "unix"}:
        refuse(name, "must be an address such as redis://host:6379/0, rediss://host:6379/0 or unix:///path/to/socket.")
    return given


def mail(name: str) -> Mapping[str, Any] | None:
    """Return Django's settings for a mail server's address, or None when none is given."""
    given = text(name)
    if not given:
        return None
    if urlsplit_or_none(given) not in {"smtp", "smtps", "smtp+tls", "smtp+ssl"} or not urlsplit(given).hostname:
        refuse(name, "must be a mail server's address such as smtp+tls://user:password@mail.example.com:587.")
    settings: dict[str, Any] = environ.Env.email_url_config(given)
    settings["EMAIL_PORT"] = settings["EMAIL_PORT"] or (465 if settings.get("EMAIL_USE_SSL") else 25)
    settings.pop("EMAIL_FILE_PATH")
    return settings


def sender(name: str, default: str) -> str:
    """Return one mail address, which may have a name before it."""
    given = text(name, default)
    parsed = getaddresses([given])
    if len(parsed) != 1 or parsed[0][1].count("@") != 1 or parsed[0][1].startswith("@") or parsed[0][1].endswith("@"):
        refuse(name, f"must be one address such as Toil Tracker <toil@example.com>, not “{given}”.")
    return given


def urlsplit_or_none(address: str) -> str | None:
    """Return the scheme of an address that can be read, else None."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        return None
    return parts.scheme


def secret_key(name: str, data_dir: Path, *, is_required: bool) -> str:
    """Return the given key, else the one kept in `data_dir`, which is made once and readable by its owner alone."""
    given = text(name)
    if given:
        if len(given) < 32:
            refuse(name, "must be at least 32 characters long.")
        return given
    if is_required:
        refuse(name, "is required with DATABASE_URL, and must be the same on every machine.")
    kept = data_dir / "secret_key"
    if not kept.exists():
        _keep_once(kept, secrets.token_urlsafe(48))
    return kept.read_text(encoding="ascii").strip()


def _keep_once(path: Path, content: str) -> None:
    """Write the file whole; when several programs start at once, the first one's content stays."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(content)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
