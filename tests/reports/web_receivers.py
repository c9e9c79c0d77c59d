"""Real HTTP receivers on loopback: one that takes what is posted, and ways in which a receiver can fail."""

import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from reports.posting.http import Limits

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


@dataclass
class Request:
    """What came, to the letter."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Takes posts and keeps them; `answers` are given first, one each, then 200.

    An answer of "hang" never comes, one of "drip" comes a byte at a time, and after "close" the connection is gone;
    `early` does that before the body is read.
    """

    answers: list[str] = field(default_factory=list)
    early: bool = False
    requests: list[Request] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?key=1"

    @property
    def ids(self) -> list[str]:
        return [request.headers["webhook-id"] for request in self.requests]

    def talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            if self.early and self.answers:
                self._misbehave(connection, self.answers.pop(0))
                return
            first = lines.readline().decode().strip()
            if not first:
                return
            headers = {}
            while line := lines.readline().decode().strip():
                name, __, value = line.partition(": ")
                headers[name.lower()] = value
            length = int(headers["content-length"])
            body = lines.read(length)
            if len(body) < length:
                return
            self.requests.append(Request(first, headers, body))
            answer = self.answers.pop(0) if self.answers else "200 OK"
            if not self._misbehave(connection, answer):
                connection.sendall(f"HTTP/1.1 {answer}\r\n\r\n".encode())

    def _misbehave(self, connection: socket.socket, answer: str) -> bool:
        if answer == "hang":
            self.stop.wait()
        elif answer == "drip":
            connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while not self.stop.wait(0.05):
                connection.sendall(b"x")
        return answer in {"hang", "close", "drip"}


@contextmanager
def receiving(receiver: Receiver) -> Iterator[Limits]:
    """Run a receiver on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    receiver.port = listener.getsockname()[1]
    threads: list[threading.Thread] = []

    def serve() -> None:
        while True:
            try:
                connection, __ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=_quietly, args=(receiver, connection), daemon=True))
            threads[-1].start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield Limits(timeout=1.0, whole=2.0, allowed=LOOPBACK)
    finally:
        receiver.stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in threads:
            thread.join(timeout=5)


def _quietly(receiver: Receiver, connection: socket.socket) -> None:
    try:
        receiver.talk(connection)
    except OSError:
        return
