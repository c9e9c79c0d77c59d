"""Real SMTP servers on loopback: one that takes mail, and one for each way in which a server can fail."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from reports.mailing.server import MailServer


@dataclass
class Sink:
    """Takes mail and keeps it; `answers` are given to whole messages first, one each, `refused` are recipients."""

    answers: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    envelopes: list[Any] = field(default_factory=list)
    sessions: set[int] = field(default_factory=set)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        self.envelopes.append(envelope)
        self.sessions.add(id(session))
        return "250 Taken"

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(e.original_content, policy=policy.default) for e in self.envelopes]  # type: ignore[misc]

    @property
    def recipients(self) -> list[str]:
        return [address for envelope in self.envelopes for address in envelope.rcpt_tos]


class _FreePort(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def running(sink: Sink, **options: Any) -> Iterator[MailServer]:
    """Run a server on a free port."""
    controller = _FreePort(sink, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield at(controller.port)
    finally:
        controller.stop()


def at(port: int, **changes: Any) -> MailServer:
    return MailServer(
        **{"host": "127.0.0.1", "port": port, "timeout": 1.0, "final_timeout": 1.0, "settle": 0.3, **changes}
    )


@dataclass
class Rude:
    """Speaks SMTP up to a stage, and there says nothing more (`hang`) or closes (`close`); counts what it saw."""

    stage: str
    manner: str
    only: str = ""
    stages: list[str] = field(default_factory=list)
    complete: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            if self._is_rude(connection, "connect"):
                return
            connection.sendall(b"220 rude\r\n")
            for line in lines:
                words = line.split()
                word = words[0].upper().decode() if words else ""
                if self._is_rude(connection, word, line):
                    return
                if word == "DATA":
                    connection.sendall(b"354 go on\r\n")
                    if not self._read_message(connection, lines):
                        return
                elif word == "QUIT":
                    connection.sendall(b"221 bye\r\n")
                    return
                else:
                    connection.sendall(b"250 OK\r\n")

    def _read_message(self, connection: socket.socket, lines: Any) -> bool:
        for line in lines:
            if self._is_rude(connection, "middle"):
                return False
            if line == b".\r\n":
                self.complete += 1
                if self._is_rude(connection, "end"):
                    return False
                connection.sendall(b"250 Taken\r\n")
                return True
        return False

    def _is_rude(self, connection: socket.socket, stage: str, line: bytes = b"") -> bool:
        self.stages.append(stage)
        if stage != self.stage or self.only.encode() not in line:
            return False
        if self.manner == "hang":
            self.stop.wait()
        return True


@contextmanager
def running_rude(rude: Rude) -> Iterator[MailServer]:
    """Run a rude server on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def serve() -> None:
        while True:
            try:
                connection, __ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=_quietly, args=(rude, connection), daemon=True)
            threads.append(thread)
            thread.start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield at(listener.getsockname()[1])
    finally:
        rude.stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in threads:
            thread.join(timeout=5)


def _quietly(rude: Rude, connection: socket.socket) -> None:
    try:
        rude.talk(connection)
    except OSError:
        return
