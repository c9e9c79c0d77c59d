"""Posts one body to an address on the web, and says what became of it.

Written on sockets rather than on a client library, for three things that matter here: the connection goes to the
address that was checked, redirects are not followed, and the last byte of the body is held back until the caller has
written down that it leaves. A request whose end is missing has not been received (RFC 9112, 6.3), so whatever breaks
before is safe to try again; what breaks after it may have arrived.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parsedate_to_datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from reports.outcome import Fate, Outcome
from reports.posting.addresses import (
    Address,
    ForbiddenAddressError,
    Network,
    Target,
    reachable_addresses,
)

MAX_ANSWER = 16_384
SHOWN = 200
LATER = {408, 425, 429}
GONE = 410
LONGEST_WAIT = timedelta(hours=24)
ADDRESSES_TRIED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long the other side is waited for, in seconds: at each step, and from the first byte to the last."""

    timeout: float = 10.0
    whole: float = 30.0
    allowed: Sequence[Network] = field(default_factory=tuple)


def post(
    target: Target, *, headers: Mapping[str, str], body: bytes, limits: Limits, hand_over: Callable[[], bool]
) -> Outcome:
    """Post a body; `hand_over` is called just before its last byte, and may still call it back."""
    try:
        addresses = reachable_addresses(target, limits.allowed)
    except ForbiddenAddressError:
        return Outcome(Fate.REFUSED, _("%s leads into a network that nothing is sent to.") % target.host)
    except (OSError, UnicodeError) as error:
        return Outcome(Fate.RETRY, _("The name %(host)s was not found: %(why)s") % {"host": target.host, "why": error})
    try:
        connection = _connect(target, addresses, limits)
    except (OSError, ssl.SSLError) as error:
        return Outcome(Fate.RETRY, _words(error), is_mute=isinstance(error, TimeoutError))
    with connection, _deadline(connection, limits.whole) as is_late:
        return _exchange(connection, _request(target, headers, body), hand_over, is_late)


def _connect(target: Target, addresses: Sequence[Address], limits: Limits) -> socket.socket:
    """Connect to one of the addresses that were checked, and prove by TLS that it is the host."""
    last: OSError = OSError("no address")
    for address in addresses[:ADDRESSES_TRIED]:
        try:
            plain = socket.create_connection((str(address), target.port), timeout=limits.timeout)
        except OSError as error:
            last = error
            continue
        if not target.is_tls:
            return plain
        try:
            return ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
        except OSError:
            plain.close()
            raise
    raise last


@contextmanager
def _deadline(connection: socket.socket, seconds: float) -> Iterator[threading.Event]:
    """End the conversation after so long, however slowly the other side keeps talking."""
    is_over = threading.Event()

    def end() -> None:
        is_over.set()
        try:
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
        except OSError:
            return

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield is_over
    finally:
        timer.cancel()


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"POST {target.path} HTTP/1.1", f"Host: {target.authority}", f"Content-Length: {len(body)}"]
    lines += ["User-Agent: ToilTracker", "Accept: */*", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii") + body


def _exchange(
    connection: socket.socket, request: bytes, hand_over: Callable[[], bool], is_late: threading.Event
) -> Outcome:
    try:
        connection.sendall(request[:-1])
    except OSError as error:
        return Outcome(Fate.RETRY, _words(error), is_mute=isinstance(error, TimeoutError) or is_late.is_set())
    if not hand_over():
        return Outcome(Fate.WITHDRAWN)
    try:
        connection.sendall(request[-1:])
        answer = http.client.HTTPResponse(connection, method="POST")
        answer.begin()
        said = answer.read(MAX_ANSWER)
    except (OSError, http.client.HTTPException) as error:
        detail = _("The answer did not come in time.") if is_late.is_set() else _words(error)
        return Outcome(Fate.UNCERTAIN, detail, is_mute=isinstance(error, TimeoutError) or is_late.is_set())
    if is_late.is_set():
        return Outcome(Fate.UNCERTAIN, _("The answer did not come in time."), is_mute=True)
    return _judge(answer, said)


def _judge(answer: http.client.HTTPResponse, said: bytes) -> Outcome:
    """Read the answer: 2xx took it, 5xx and a few others ask for patience, all else will not change by itself."""
    detail = f"{answer.status} {answer.reason}".strip()
    text = " ".join(said.decode("utf-8", "replace").split())
    if 200 <= answer.status < 300:
        return Outcome(Fate.ACCEPTED, detail)
    if text and "html" not in (answer.getheader("Content-Type") or ""):
        detail = f"{detail}: {text[:SHOWN]}"
    detail = detail.replace("\0", "")
    if answer.status >= 500 or answer.status in LATER:
        return Outcome(Fate.RETRY, detail, retry_after=_wait(answer.getheader("Retry-After")))
    if 300 <= answer.status < 400:
        return Outcome(Fate.REFUSED, _("%s: it leads elsewhere, and is not followed.") % detail)
    return Outcome(Fate.REFUSED, detail, is_gone=answer.status == GONE)


def _wait(given: str | None) -> timedelta | None:
    """Return how long the other side wants to be left alone: seconds or a date (RFC 9110, 10.2.3), a day at most."""
    if not given:
        return None
    try:
        wait = timedelta(seconds=int(given)) if given.strip().isdigit() else _until(given)
    except (ValueError, OverflowError):
        return None
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def _until(date: str) -> timedelta:
    moment = parsedate_to_datetime(date)
    return moment - timezone.now() if moment.tzinfo else timedelta(0)


def _words(error: Exception) -> str:
    return (str(error) or type(error).__name__).replace("\0", "")[:SHOWN]
