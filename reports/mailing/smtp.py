"""Hands one message to an SMTP server stage by stage, and says what became of it.

Until the dot that ends the message has been sent, nothing has been handed over (RFC 5321, 4.1.1.4: the server must
not deliver what ends without it), so whatever goes wrong, it is safe to try again. After it, only the server's answer
tells; where none comes, the message may or may not be on its way, and nobody but a person may send it again.
"""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from reports.mailing.server import MailServer
from reports.outcome import Fate, Outcome

CHUNK = 16_384
MAX_DETAIL = 500
END_OF_MESSAGE = b".\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A message as it goes over the wire, from whom and to whom."""

    sender: str
    recipient: str
    message: bytes


class UnreachableError(Exception):
    """No session could be opened: the server does not answer, or will not talk to us."""


class SmtpSession:
    """A connection to a mail server, opened when first needed, used for many messages, opened anew when it broke.

    `pulse` is called before each wait for the server, so that the caller can keep its leases.
    """

    def __init__(self, server: MailServer, *, pulse: Callable[[], None] = lambda: None) -> None:
        self._server = server
        self._pulse = pulse
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._smtp is not None and kind is None:
            try:
                self._smtp.quit()
            except (OSError, smtplib.SMTPException):
                self._drop()
        self._drop()

    def send(self, envelope: Envelope, *, hand_over: Callable[[], bool]) -> Outcome:
        """Send a message; `hand_over` is called just before its last line, and may still call it back.

        Raises UnreachableError when no session can be had.
        """
        try:
            smtp = self._open()
            refusal = self._announce(smtp, envelope)
            if refusal is not None:
                return refusal
            self._upload(smtp, envelope.message)
            if not self._is_silent(smtp, self._server.settle):
                return self._broke_off("closed or spoke before the message was complete")
        except (OSError, smtplib.SMTPException) as error:
            return self._broke_off(_words(error), is_mute=_is_timeout(error))
        if not hand_over():
            self._drop()
            return Outcome(Fate.WITHDRAWN)
        return self._finish(smtp)

    def _open(self) -> smtplib.SMTP:
        """Return a live session, the one at hand if it still answers."""
        if self._smtp is not None:
            self._pulse()
            try:
                if self._smtp.rset()[0] == 250:
                    return self._smtp
            except (OSError, smtplib.SMTPException):
                pass
            self._drop()
        self._smtp = self._connect()
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        self._pulse()
        smtp: smtplib.SMTP | None = None
        try:
            if server.is_tls:
                context = ssl.create_default_context()
                smtp = smtplib.SMTP_SSL(
                    server.host, server.port, server.own_name, timeout=server.timeout, context=context
                )
            else:
                smtp = smtplib.SMTP(server.host, server.port, server.own_name, timeout=server.timeout)
            self._pulse()
            if server.is_starttls:
                smtp.starttls(context=ssl.create_default_context())
                self._pulse()
            if server.user:
                smtp.login(server.user, server.password)
            else:
                smtp.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as error:
            if smtp is not None:
                smtp.close()
            raise UnreachableError(_words(error)) from error
        return smtp

    def _announce(self, smtp: smtplib.SMTP, envelope: Envelope) -> Outcome | None:
        """Say from whom and to whom, and ask to send; None when the server wants the message."""
        steps: tuple[tuple[str, Callable[[], tuple[int, bytes]], set[int]], ...] = (
            ("MAIL FROM", lambda: smtp.mail(envelope.sender), {250}),
            ("RCPT TO", lambda: smtp.rcpt(envelope.recipient), {250, 251}),
            ("DATA", lambda: smtp.docmd("DATA"), {354}),
        )
        for name, ask, welcome in steps:
            self._pulse()
            code, text = ask()
            if code not in welcome:
                return self._turned_down(code, f"{name}: {_reply(code, text)}")
        return None

    def _upload(self, smtp: smtplib.SMTP, message: bytes) -> None:
        """Send the message's lines, dots at their beginning doubled, but not the dot that ends it."""
        body = _wire_format(message)
        for start in range(0, len(body), CHUNK):
            self._pulse()
            smtp.send(body[start : start + CHUNK])

    def _finish(self, smtp: smtplib.SMTP) -> Outcome:
        """Send the dot, and wait for the answer that says whose the message is now."""
        sock = smtp.sock
        if sock is None or not self._is_silent(smtp, 0.0):
            return self._broke_off("closed or spoke before the message was complete")
        sock.settimeout(self._server.final_timeout)
        try:
            sock.sendall(END_OF_MESSAGE)
        except TimeoutError as error:
            return self._unheard(error)
        except OSError as error:
            # The three bytes leave together or not at all, so the server cannot have the end of the message.
            return self._broke_off(_words(error))
        try:
            code, text = smtp.getreply()
            sock.settimeout(self._server.timeout)
        except (OSError, smtplib.SMTPException) as error:
            return self._unheard(error)
        return self._answered(code, _reply(code, text))

    def _answered(self, code: int, detail: str) -> Outcome:
        """Read the answer to a whole message; what is no answer of SMTP leaves it uncertain."""
        if 200 <= code < 300:
            return Outcome(Fate.ACCEPTED, detail)
        if 400 <= code < 600:
            return self._turned_down(code, detail)
        self._drop()
        return Outcome(Fate.UNCERTAIN, detail)

    def _unheard(self, error: Exception) -> Outcome:
        self._drop()
        return Outcome(Fate.UNCERTAIN, _words(error), is_mute=_is_timeout(error))

    def _is_silent(self, smtp: smtplib.SMTP, seconds: float) -> bool:
        """Whether the server neither closed nor spoke while it is our turn to speak."""
        sock = smtp.sock
        if sock is None:
            return False
        sock.settimeout(seconds)
        try:
            sock.recv(1)
        except (TimeoutError, BlockingIOError, ssl.SSLWantReadError):
            return True
        except OSError:
            return False
        finally:
            sock.settimeout(self._server.timeout)
        return False

    def _turned_down(self, code: int, detail: str) -> Outcome:
        if code == 421:
            self._drop()
        return Outcome(Fate.REFUSED if 500 <= code < 600 else Fate.RETRY, detail)

    def _broke_off(self, detail: str, *, is_mute: bool = False) -> Outcome:
        self._drop()
        return Outcome(Fate.RETRY, detail, is_mute=is_mute)

    def _drop(self) -> None:
        """Close without a word: after half a message even QUIT would be a part of it."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _wire_format(message: bytes) -> bytes:
    """Return lines that end with CRLF, those that begin with a dot with one more (RFC 5321, 4.5.2)."""
    lines = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    return b"".join(b"." * line.startswith(b".") + line + b"\r\n" for line in lines)


def _reply(code: int, text: bytes) -> str:
    return f"{code} {text.decode('utf-8', 'replace')}".replace("\n", " ").replace("\0", "")[:MAX_DETAIL]


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return _reply(error.smtp_code, text if isinstance(text, bytes) else str(text).encode())
    return (str(error) or type(error).__name__).replace("\0", "")[:MAX_DETAIL]


def _is_timeout(error: Exception) -> bool:
    """Whether a wait ended it; smtplib hides the TimeoutError of a read behind its own exception."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
