"""Two writers in a chosen order: one goes on only when the other waits for its lock (PostgreSQL)."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections

WAITING = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"


@contextmanager
def beside() -> Iterator[Callable[[Callable[[], Any]], "Future[Any]"]]:
    """Give a function that starts an action on a connection of its own, and returns when that waits for this one."""

    def run(action: Callable[[], Any]) -> Any:
        try:
            return action()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:

        def start(action: Callable[[], Any]) -> "Future[Any]":
            future = pool.submit(run, action)
            deadline = time.monotonic() + 20
            while not _somebody_waits():
                assert not future.done(), f"It did not wait: {future.result()}"
                assert time.monotonic() < deadline
            return future

        yield start


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])
