"""Who sent a webhook: each sender's own proof, checked over the raw bytes and in constant time."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from imports.sources.mapped import Mapped, Talk

WINDOW: Final = timedelta(minutes=5)
STANDARD_PREFIX: Final = "whsec_"


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it came: names of headers in small letters, the body in raw bytes."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Event:
    """What a webhook tells: the tickets as they stand now, or why it means nothing to a board.

    `talk` is what was said on tickets of which it tells nothing else. Where somebody waits for word of it, `reply_to`
    is the address that takes it.
    """

    name: str
    tickets: Sequence[Mapped] = ()
    ignored: str = ""
    talk: Sequence[Talk] = ()
    reply_to: str = ""


class BadSignatureError(Exception):
    """The proof is missing (401) or wrong (403)."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def require_header(call: Call, name: str) -> str:
    """Return a header that carries the proof."""
    value = call.headers.get(name.lower(), "")
    if not value:
        raise missing(_("The header %s is missing.") % name)
    return value


def missing(message: str) -> BadSignatureError:
    """Return the error for a request that does not even try."""
    return BadSignatureError(401, message)


def wrong() -> BadSignatureError:
    """Return the error for a proof that does not hold."""
    return BadSignatureError(
        403, _("The signature does not match: the secret is another one, or the body was changed.")
    )


def is_any(given: Iterable[str], expected: Iterable[str]) -> bool:
    """Whether one of the given texts is one of the expected; every pair is compared, each in constant time."""
    wanted = [text.encode() for text in expected]
    found = False
    for text in given:
        raw = text.encode("utf-8", "surrogatepass")
        for want in wanted:
            found |= hmac.compare_digest(raw, want)
    return found


def hex_hmac(secret: str, body: bytes) -> str:
    """Return the HMAC-SHA256 of a body, in hexadecimal."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def check_signed(call: Call, header: str, secrets: Sequence[str], *, prefix: str) -> None:
    """Check a header with one or more `prefix` + hexadecimal HMAC-SHA256 of the body, separated by commas."""
    given = [part.strip() for part in require_header(call, header).split(",")]
    if not is_any(given, [prefix + hex_hmac(secret, call.body) for secret in secrets]):
        raise wrong()


def check_shared(given: str, secrets: Sequence[str]) -> None:
    """Check a secret that is sent along as it is."""
    if not is_any([given], secrets):
        raise wrong()


def bearer_or_basic(call: Call) -> str:
    """Return the secret in an Authorization header: the bearer token, or the password of basic authentication."""
    scheme, __, value = require_header(call, "Authorization").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value.strip(), validate=True).decode().partition(":")[2]
        except ValueError:  # neither base64 nor UTF-8
            raise wrong() from None
    raise missing(_("The header Authorization has to be Bearer or Basic."))


def check_standard(call: Call, secrets: Sequence[str], *, at: datetime) -> None:
    """Check a signature of Standard Webhooks: base64 HMAC-SHA256 over `id.timestamp.body`, five minutes fresh."""
    identity, moment, given = (require_header(call, f"webhook-{name}") for name in ("id", "timestamp", "signature"))
    signed = f"{identity}.{moment}.".encode("utf-8", "surrogatepass") + call.body
    expected = [
        "v1," + base64.b64encode(hmac.new(standard_key(secret), signed, hashlib.sha256).digest()).decode()
        for secret in secrets
    ]
    if not is_any(given.split(), expected):
        raise wrong()
    if not is_fresh(moment, at=at):
        raise BadSignatureError(403, _("The request is older or newer than five minutes: look at the clocks."))


def standard_key(secret: str) -> bytes:
    """Return the key of a secret: what is in base64 behind `whsec_`; another text is its own key."""
    if not secret.startswith(STANDARD_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(STANDARD_PREFIX), validate=True)
    except ValueError:
        return secret.encode()


def is_fresh(seconds: str, *, at: datetime) -> bool:
    """Whether Unix seconds lie within five minutes of now."""
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12):
        return False
    return abs(at - datetime.fromtimestamp(int(seconds), UTC)) <= WINDOW


Verify = Callable[[Call, Sequence[str], datetime], None]
DeliveryId = Callable[[Mapping[str, str], Mapping[str, Any]], str]
Read = Callable[[Mapping[str, str], Mapping[str, Any]], Event]


@dataclass(frozen=True, slots=True)
class Kind:
    """How one system proves itself, numbers its deliveries, and tells of its tickets.

    One that `answers` has a person in front of it, who is told what becomes of it.
    """

    verify: Verify
    delivery_id: DeliveryId
    read: Read
    answers: bool = False
