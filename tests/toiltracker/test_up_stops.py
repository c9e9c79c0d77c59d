"""`manage.py up` stops in time, loses no work, and leaves nothing behind."""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.toiltracker.installation import SLOW, Installation, eventually

pytestmark = [pytest.mark.processes]

Install = Callable[..., Installation]


def began(folder: Path) -> list[Path]:
    return sorted(folder.glob("began-*"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_everything_within_ten_seconds(install: Install, number: signal.Signals):
    installation = install()
    installation.start()
    installation.wait_until_it_serves()

    status, seconds = installation.stop(number)

    assert status == 0
    assert seconds < 10
    assert installation.processes() == {}


def test_a_signal_while_it_prepares_stops_it_too(install: Install):
    installation = install()
    installation.start()
    eventually(lambda: installation.leader("valkey"), "the broker")

    status, seconds = installation.stop()

    assert status == 0
    assert seconds < 10
    assert installation.processes() == {}


def test_work_that_ends_in_time_is_finished_before_it_stops(install: Install, tmp_path: Path):
    installation = install(**SLOW)
    installation.start()
    installation.wait_until_it_serves()
    installation.wait_until_ready()
    installation.enqueue_slow_task(tmp_path)
    eventually(lambda: began(tmp_path), "the task began")

    installation.parent.send_signal(signal.SIGTERM)
    eventually(lambda: "Warm shutdown" in installation.said(), "the worker was asked to stop")
    (tmp_path / "may-end").touch()
    status = installation.parent.wait(10)

    assert status == 0
    assert (tmp_path / "ended").exists()
    assert len(began(tmp_path)) == 1


def test_work_that_does_not_end_in_time_is_done_after_the_next_start(install: Install, tmp_path: Path):
    installation = install(**SLOW)
    installation.start()
    installation.wait_until_it_serves()
    installation.wait_until_ready()
    installation.enqueue_slow_task(tmp_path)
    eventually(lambda: began(tmp_path), "the task began")

    status, seconds = installation.stop()
    (tmp_path / "may-end").touch()
    left = installation.processes()
    installation.start()

    eventually((tmp_path / "ended").exists, "the task was done by the next worker")
    assert (status, left) == (0, {})
    assert 7.5 < seconds < 10
    assert len(began(tmp_path)) == 2


def test_a_task_whose_worker_is_killed_is_done_by_the_next_worker(install: Install, tmp_path: Path):
    installation = install(**SLOW)
    installation.start()
    installation.wait_until_it_serves()
    installation.wait_until_ready()
    installation.enqueue_slow_task(tmp_path)
    eventually(lambda: began(tmp_path), "the task began")
    (tmp_path / "may-end").touch()

    installation.kill("worker")

    eventually((tmp_path / "ended").exists, "the task was done")


def test_nothing_is_left_when_the_parent_is_killed(install: Install, tmp_path: Path):
    installation = install(**SLOW)
    installation.start()
    installation.wait_until_it_serves()
    installation.wait_until_ready()
    installation.enqueue_slow_task(tmp_path)
    eventually(lambda: began(tmp_path), "a task is under way")

    installation.kill_parent()

    eventually(lambda: not installation.processes(), "all processes are gone", within=5)


def test_nothing_is_left_when_the_parent_and_its_guardian_are_killed(install: Install):
    installation = install()
    installation.start()
    installation.wait_until_ready()

    installation.kill("guardian")
    installation.kill_parent()

    eventually(lambda: not installation.processes(), "all processes are gone", within=10)


def test_it_starts_again_at_once_after_the_parent_was_killed(install: Install):
    installation = install()
    installation.start()
    installation.wait_until_it_serves()
    installation.kill_parent()
    installation.log.unlink()

    installation.start()

    installation.wait_until_it_serves()
    installation.wait_until_ready()
