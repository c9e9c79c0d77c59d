"""Sees to it that no process outlives the parent, not even when the parent is killed without warning."""

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import suppress

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(parent: int | None = None) -> None:
    """Ask the kernel to kill this process when its parent ends; does nothing where the kernel cannot."""
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)  # the parent ended before the kernel was asked


class Guardian:
    """A small process that kills the groups it was told of as soon as the pipe to the parent breaks.

    Every child leads a session of its own, so its group holds whatever it forked. The kernel's signal covers direct
    children on Linux; this covers the rest, and other systems.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._groups: set[int] = set()

    def start(self) -> None:
        """Start it, or start it anew when something killed it."""
        if self._process is not None and self._process.poll() is None:
            return
        self._close()
        command = [sys.executable, "-I", __file__]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
        for group in self._groups:
            self._tell(f"+{group}")

    def watch(self, group: int) -> None:
        """Kill this group when the parent is gone."""
        self._groups.add(group)
        self._tell(f"+{group}")

    def forget(self, group: int) -> None:
        """Leave this group alone from now on: its number may be given to others."""
        self._groups.discard(group)
        self._tell(f"-{group}")

    def stop(self) -> None:
        """End it when nothing is left to guard."""
        if self._process is not None:
            self._process.kill()  # Python runs a handler only between two reads: one for SIGTERM could come too late
            self._process.wait()
        self._close()

    def _tell(self, line: str) -> None:
        if self._process is None or self._process.stdin is None:
            return
        with suppress(BrokenPipeError):  # it was killed; the next look at the children starts it anew
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()

    def _close(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        self._process = None


def guard() -> None:
    """Read which groups there are until the parent is gone, then kill those that are left."""
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    for group in groups:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    guard()
