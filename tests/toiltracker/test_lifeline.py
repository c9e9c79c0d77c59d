"""The guardian of the parent's children: it ends when told to, however busy it is."""

import subprocess
import sys
import time

import pytest

from toiltracker.supervisor.lifeline import Guardian

pytestmark = pytest.mark.processes


def test_a_guardian_that_is_just_told_something_still_ends() -> None:
    for _ in range(20):
        guardian = Guardian()
        guardian.start()
        guardian.watch(2**22 + 1)
        guardian.forget(2**22 + 1)

        started = time.monotonic()
        guardian.stop()

        assert time.monotonic() - started < 5


def test_the_groups_it_watches_die_when_the_pipe_breaks() -> None:
    guardian = Guardian()
    guardian.start()
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    guardian.watch(child.pid)

    assert guardian._process is not None
    assert guardian._process.stdin is not None
    guardian._process.stdin.close()

    assert child.wait(timeout=20) == -9
    assert guardian._process.wait(timeout=20) == 0
