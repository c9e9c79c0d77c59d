"""A whole Toil Tracker in a folder of its own, started as people start it, for tests that kill parts of it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from celery import Celery

from toiltracker.broker import celery_address, private_socket

PROJECT = Path(__file__).resolve().parents[2]
# A busy machine starts five Python programs here; the promises about time have limits of their own.
PATIENCE = 90.0
NOT_INHERITED = ("REDIS_URL", "DATABASE_URL", "SECRET_KEY", "DATA_DIR", "DEMO", "DJANGO_SETTINGS_MODULE", "EMAIL_URL")
SLOW = {"DJANGO_SETTINGS_MODULE": "tests.toiltracker.slow_settings"}
SMALL = {"WEB_PROCESSES": "1", "WEB_THREADS": "4", "WORKER_PROCESSES": "1"}
PARTS = {"web": "gunicorn", "worker": " worker", "beat": " beat", "valkey": "valkey.sock", "guardian": "lifeline.py"}


def eventually(condition: Callable[[], Any], what: str, within: float = PATIENCE) -> Any:
    """Return what the condition gives as soon as it gives something; fail when it does not in time."""
    deadline = time.monotonic() + within
    while not (result := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"Not within {within:.0f} s: {what}")
        time.sleep(0.05)
    return result


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Installation:
    """What one data folder holds, and the processes that work on it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.mark = f"TOILTRACKER_TEST_MARK={uuid.uuid4()}"
        self.log = folder / "log"
        self.broker = private_socket(folder / "data")
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        own = {"DATA_DIR": str(folder / "data"), "PORT": str(self.port), "DEMO": "0", **SMALL, **environment}
        name, value = self.mark.split("=")
        self.environment = {**inherited, **own, name: value}
        self.parent: subprocess.Popen[bytes] | None = None

    def start(self, *parts: str) -> None:
        """Run `manage.py up`."""
        with self.log.open("ab") as log:
            self.parent = subprocess.Popen(self._command("up", *parts), env=self.environment, stdout=log, stderr=log)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            self._command(*arguments),
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def wait_until_it_serves(self) -> None:
        """Wait for the line that says where."""
        eventually(self._serves_or_ended, "that it serves")

    def _serves_or_ended(self) -> bool:
        assert self.parent is not None
        assert self.parent.poll() is None, f"It ended:\n{self.said()}"
        return "Toil Tracker serves at" in self.said()

    def wait_until_ready(self) -> None:
        """Wait until database, broker and worker are there."""
        eventually(lambda: self.get("/readyz")[0] == 200, "that it is ready")

    def enqueue_slow_task(self, folder: Path) -> None:
        """Hand the worker a task that ends when the file `may-end` is there."""
        with Celery(broker=celery_address(f"unix://{self.broker}?db=0"), set_as_current=False) as app:
            app.conf.broker_transport_options = {"global_keyprefix": "toiltracker:"}
            app.send_task("tests.toiltracker.slow_tasks.wait_for", args=[str(folder)])

    def said(self) -> str:
        """Return what the processes have written so far."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def get(self, path: str) -> tuple[int, Any]:
        """Return status and body of a page, or 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            return 0, None
        finally:
            connection.close()
        is_json = response.headers.get_content_type() == "application/json"
        return response.status, json.loads(body) if is_json else body.decode()

    def processes(self) -> dict[int, str]:
        """Return every process of this installation, whoever its parent is now, with its command line."""
        found = {}
        for folder in Path("/proc").iterdir():
            with suppress(OSError):
                if not folder.name.isdigit():
                    continue
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                # Valkey writes its title over its environment; a process that has ended has neither.
                if str(self.broker) in command or (command and self.mark.encode() in (folder / "environ").read_bytes()):
                    found[int(folder.name)] = command
        return found

    def kill(self, part: str) -> int:
        """Kill a part without warning, and return which process it was."""
        pid = eventually(lambda: self.leader(part), f"a {part} to kill")
        assert isinstance(pid, int)
        os.kill(pid, signal.SIGKILL)
        return pid

    def kill_parent(self) -> None:
        """Kill the parent without warning."""
        assert self.parent is not None
        self.parent.kill()
        self.parent.wait()

    def leader(self, part: str) -> int | None:
        """Return the process of a part that the parent started, or None."""
        parent = self.parent.pid if self.parent else 0
        commands = self.processes().items()
        return next((pid for pid, command in commands if PARTS[part] in command and _parent(pid) == parent), None)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Ask the parent to stop; return its exit status and how long it took."""
        assert self.parent is not None
        began = time.monotonic()
        self.parent.send_signal(number)
        status = self.parent.wait(PATIENCE)
        return status, time.monotonic() - began

    def clean_up(self) -> None:
        """End whatever is left."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.parent is not None:
            self.parent.wait()

    @staticmethod
    def _command(*arguments: str) -> list[str]:
        return [sys.executable, str(PROJECT / "manage.py"), *arguments]


def _parent(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    return 0
