"""Locks that let one program at a time do what must not be done twice."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from toiltracker.supervisor.refusals import CannotStart

# Any number will do, as long as every machine asks for the same one.
MIGRATIONS_KEY = 7_016_171_005


@contextmanager
def only_one_in(data_dir: Path) -> Iterator[None]:
    """Hold the data folder; the kernel lets it go when the process ends, in whichever way."""
    with (data_dir / "up.lock").open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise CannotStart(
                f"Toil Tracker already runs in {data_dir} (process {holder}): stop it, or set another DATA_DIR."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextmanager
def migrating(data_dir: Path) -> Iterator[None]:
    """Wait for others, on whichever machine, who are migrating the same database."""
    if connection.vendor != "postgresql":
        with (data_dir / "migrations.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATIONS_KEY])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATIONS_KEY])
