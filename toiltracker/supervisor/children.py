"""A child of the parent: how it is started, looked after and stopped."""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from toiltracker.supervisor.lifeline import Guardian, die_with_parent

logger = logging.getLogger(__name__)

STEADY_AFTER = 20.0
LONGEST_PAUSE = 15.0
FIRST_PAUSE = 0.5


@dataclass(frozen=True, kw_only=True)
class Part:
    """What the parent runs: a name, a command, and how it is asked to stop."""

    name: str
    command: Sequence[str]
    inherited: Sequence[int] = ()
    before_start: Callable[[], None] | None = None


class Child:
    """A part that is to run, with the process that runs it now."""

    def __init__(self, part: Part, guardian: Guardian, clock: Callable[[], float] = time.monotonic) -> None:
        self.part = part
        self._guardian = guardian
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._pause = 0.0
        self.due_at = 0.0

    @property
    def is_running(self) -> bool:
        """Whether its process is there (asking reaps one that ended)."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it as the leader of a session of its own, so that Ctrl-C reaches the parent alone."""
        if self.part.before_start is not None:
            self.part.before_start()
        parent = os.getpid()
        self._process = subprocess.Popen(
            list(self.part.command),
            stdin=subprocess.DEVNULL,
            pass_fds=tuple(self.part.inherited),
            start_new_session=True,
            # The parent has no second thread, so nothing can be locked between fork and exec.
            preexec_fn=lambda: die_with_parent(parent),  # noqa: PLW1509 - see above
        )
        self._started_at = self._clock()
        self._guardian.watch(self._process.pid)

    def look_after(self) -> None:
        """Clear up after a process that ended, and start another: at once after a long life, else after a pause."""
        if self.is_running:
            return
        now = self._clock()
        if self._process is not None:
            self._clear_up(now)
        if now >= self.due_at:
            self.start()

    def ask_to_stop(self) -> None:
        """Ask it to finish what it is doing."""
        if self._process is not None and self.is_running:
            self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it, with everything that it started."""
        if self._process is None:
            return
        self._kill_group(self._process.pid)
        self._process.wait()
        self._guardian.forget(self._process.pid)
        self._process = None

    def _clear_up(self, now: float) -> None:
        process = self._process
        assert process is not None  # noqa: S101 - the one caller has just looked
        lived = now - self._started_at
        self._pause = 0.0 if lived >= STEADY_AFTER else min(max(self._pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
        self.due_at = now + self._pause
        logger.warning("%s ended with %s; starting it again.", self.part.name, _why(process.returncode))
        self._kill_group(process.pid)  # what it forked must not work on beside its successor
        self._guardian.forget(process.pid)
        self._process = None

    @staticmethod
    def _kill_group(group: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


def _why(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"status {code}"
