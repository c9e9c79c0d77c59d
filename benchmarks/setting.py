"""Where a benchmark runs: a database of its own, made once and filled in bulk, and how its times are told."""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

FOLDER = Path(__file__).resolve().parent.parent / "var" / "benchmarks"


def set_up(name: str) -> None:
    """Set Django up on a database of this name alone, and migrate it.

    It is a SQLite file below var/benchmarks, or one that is made on the server of DATABASE_URL, beside the one named
    there: a benchmark may empty what it finds.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "toiltracker.settings")
    os.environ["DEMO"] = "0"
    os.environ["DATA_DIR"] = str(FOLDER / name)
    os.environ.setdefault("SECRET_KEY", "a-key-for-benchmarks-that-opens-nothing")
    (FOLDER / name / "static").mkdir(parents=True, exist_ok=True)
    if os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = _beside(os.environ["DATABASE_URL"], f"toiltracker_benchmark_{name}")
    import django  # noqa: PLC0415 - the environment has to be there first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)


def _beside(address: str, name: str) -> str:
    """Make a PostgreSQL database where it is missing, on the same server, and return its address."""
    import psycopg  # noqa: PLC0415 - SQLite does without
    from psycopg import sql  # noqa: PLC0415

    with psycopg.connect(address, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return urlunsplit(urlsplit(address)._replace(path=f"/{name}"))


def database_name() -> str:
    """Return what the reader calls the database: SQLite or PostgreSQL."""
    from django.db import connection  # noqa: PLC0415

    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]


def bulk_insert(model: Any, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows the fastest way that the database has: COPY, or executemany in one transaction.

    Instants are strings without a zone ("2026-11-09 08:00:00", UTC). Columns that are not named get what their
    field's default is.
    """
    from django.db import connection, transaction  # noqa: PLC0415

    fields = {field.attname: field for field in model._meta.concrete_fields}
    fixed = {
        name: field.get_db_prep_save(field.get_default(), connection)
        for name, field in fields.items()
        if name not in names and not field.primary_key
    }
    columns = ", ".join(f'"{fields[name].column}"' for name in (*names, *fixed))
    table, rest = model._meta.db_table, tuple(fixed.values())
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join("?" * (len(names) + len(rest)))
            sql = f'INSERT INTO "{table}" ({columns}) VALUES ({marks})'
            cursor.connection.executemany(sql, ((*row, *rest) for row in rows))
        else:
            cursor.execute("SET LOCAL TimeZone = 'UTC'")
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row((*row, *rest))


def after_bulk_insert() -> None:
    """Set the counters of ids, and let the database look at what it holds, as its own upkeep would."""
    from django.apps import apps  # noqa: PLC0415
    from django.core.management.color import no_style  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(sql)
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def milliseconds(action: Callable[[], object]) -> float:
    """Return how long an action took."""
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


def medians_of(actions: Iterable[Callable[[], object]]) -> tuple[float, float]:
    """Return the median time of actions by the clock and by this process's processor, in milliseconds.

    The second does not depend on what else the machine does; it leaves out a database server's own work.
    """
    times, processor_times = [], []
    for action in actions:
        began = time.process_time()
        times.append(milliseconds(action))
        processor_times.append((time.process_time() - began) * 1000)
    return statistics.median(times), statistics.median(processor_times)


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
