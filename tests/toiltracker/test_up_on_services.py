"""`manage.py up` on several machines that share PostgreSQL and Redis."""

import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from django.conf import settings

from tests.machine import lacking
from tests.toiltracker.installation import Installation, eventually

pytestmark = [pytest.mark.processes, pytest.mark.services]

DATABASE = f"toiltracker_two_machines_{os.getpid()}"


@pytest.fixture
def shared() -> Iterator[dict[str, str]]:
    """An empty database and an empty Redis, and the settings that name them."""
    address, broker = os.environ.get("DATABASE_URL"), os.environ["REDIS_URL"]
    if not address or settings.IS_BROKER_PRIVATE or "TOILTRACKER_TESTS_BROKER" in os.environ:
        pytest.skip(lacking("PostgreSQL and Redis", "set DATABASE_URL and REDIS_URL (make test-services)"))
    server = address.rsplit("/", 1)[0]
    turn = Path(os.environ["TOILTRACKER_TESTS_DIR"], "two-machines.lock")
    with turn.open("w") as lock, psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one broker serves all of xdist's workers
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE} ENCODING 'UTF8' TEMPLATE template0")
        yield {"DATABASE_URL": f"{server}/{DATABASE}", "REDIS_URL": broker, "SECRET_KEY": "k" * 50}
        connection.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
        with redis.Redis.from_url(broker) as client:
            for key in client.scan_iter("toiltracker:*"):
                client.delete(key)


def test_two_machines_that_start_at_once_migrate_once_and_both_serve(
    install: Callable[..., Installation], shared: dict[str, str]
):
    machines = [install(**shared), install(**shared)]

    for machine in machines:
        machine.start()

    for machine in machines:
        machine.wait_until_it_serves()
        machine.wait_until_ready()
        assert machine.leader("valkey") is None
        assert "Traceback" not in machine.said()


def test_parts_can_be_started_one_by_one(install: Callable[..., Installation], shared: dict[str, str]):
    web, worker, beat = install(**shared), install(**shared), install(**shared)

    web.start("web")
    web.wait_until_it_serves()
    without_worker = web.get("/readyz")[0]
    worker.start("worker")
    beat.start("beat")

    assert without_worker == 503
    web.wait_until_ready()
    eventually(lambda: beat.leader("beat"), "the beat")
    assert worker.leader("web") is None
    assert [part.stop()[0] for part in (web, worker, beat)] == [0, 0, 0]


def test_a_redis_that_does_not_answer_is_said_in_one_sentence(install: Callable[..., Installation]):
    machine = install(REDIS_URL="redis://127.0.0.1:1/0")

    ended = machine.run("up")

    assert ended.returncode == 1
    assert ended.stderr.startswith("The server of REDIS_URL cannot be used: ")
    assert "Traceback" not in ended.stderr
    assert machine.processes() == {}


def test_a_database_that_does_not_answer_is_said_in_one_sentence(install: Callable[..., Installation]):
    machine = install(DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing", SECRET_KEY="k" * 50)

    ended = machine.run("up")

    assert ended.returncode == 1
    assert ended.stderr.startswith("The database of DATABASE_URL cannot be used: ")
    assert "Traceback" not in ended.stderr
    assert machine.processes() == {}
