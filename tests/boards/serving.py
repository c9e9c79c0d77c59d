"""A real gunicorn on the database that a test is using, which can be stopped, killed and started again."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client

from teams.models import User

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
CONFIGURATION = ("--config", "python:tests.boards.live_gunicorn")


def eventually(condition: Callable[[], Any], what: str) -> Any:
    """Return what the condition gives as soon as it gives something; fail when it does not in time."""
    deadline = time.monotonic() + PATIENCE
    while not (result := condition()):
        assert time.monotonic() < deadline, f"Not within {PATIENCE:.0f} s: {what}"
        time.sleep(0.02)
    return result


class Server:
    """A server on a port of its own; each start is a new process on the same port."""

    def __init__(self, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._metrics = tempfile.TemporaryDirectory(prefix="tt-figures-")
        self._environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.worker_settings",
            "TOILTRACKER_TEST_DATABASE": str(connection.settings_dict["NAME"]),
            "TOILTRACKER_TEST_METRICS": self._metrics.name,
            "WEB_PROCESSES": "1",
            "WEB_THREADS": "4",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve, and return when it does."""
        command = [sys.executable, "-m", "gunicorn", "tests.boards.live_wsgi:application", *CONFIGURATION]
        self.process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{self.port}"],
            env=self._environment,
            cwd=PROJECT,
            start_new_session=True,
        )
        eventually(self.answers, "that it serves")

    def answers(self) -> bool:
        """Whether it serves."""
        assert self.process is None or self.process.poll() is None, "The server has ended."
        with suppress(OSError, http.client.HTTPException):
            return self.get("/healthz")[0] == 200
        return False

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Return status and body of a page."""
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            asking.request("GET", path, headers=headers)
            response = asking.getresponse()
            return response.status, response.read()
        finally:
            asking.close()

    def workers(self) -> list[int]:
        """Return its web processes."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def stop(self) -> float:
        """Ask it to stop, and return how long it took."""
        assert self.process is not None
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(PATIENCE)
        return time.monotonic() - began

    def clean_up(self) -> None:
        """End whatever is left."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self._metrics.cleanup()


class Listener:
    """A program that follows boards over a real socket, and keeps what it hears."""

    def __init__(self, server: Server, user: User, boards: str, client: Client | None = None) -> None:
        self.client = client or Client()
        if client is None:
            self.client.force_login(user)
        self.cookie = f"sessionid={self.client.cookies['sessionid'].value}"
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        headers = {"Accept": "text/event-stream", "Cookie": self.cookie}
        self._connection.request("GET", f"/t/sre/events/?boards={boards}", headers=headers)
        self.response = self._connection.getresponse()
        self.status = self.response.status
        self.heard: list[tuple[str, Any]] = []
        self.has_ended = threading.Event()
        if self.status == 200:
            threading.Thread(target=self._listen, daemon=True).start()
            eventually(lambda: self.heard, "the first word")

    @property
    def news(self) -> list[dict[str, Any]]:
        """What it was told of boards."""
        return [said for name, said in self.heard if name == "news"]

    def close(self) -> None:
        """Hang up."""
        sock = self._connection.sock or self.response.fp.raw._sock  # type: ignore[union-attr]
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def _listen(self) -> None:
        name = ""
        with suppress(OSError, http.client.HTTPException, ValueError, AttributeError):
            while line := self.response.readline().decode():
                if line.startswith("event: "):
                    name = line[7:].strip()
                elif line.startswith("data: "):
                    self.heard.append((name, json.loads(line[6:])))
        self.has_ended.set()


@contextmanager
def serving(**environment: str) -> Iterator[Server]:
    """Serve while the block runs."""
    server = Server(**environment)
    try:
        server.start()
        yield server
    finally:
        server.clean_up()
