"""Importing tickets, without and with a history of four status changes each.

`python -m benchmarks imports` on SQLite, with DATABASE_URL on PostgreSQL. Beside the two ways in (JSON bodies of 1,000
tickets, and one NDJSON upload with the steps of its job) it times, in the same run, a bare REST framework view that
validates the same tickets and bulk-inserts items (with history: and a stay for each entry), and as the bare limit
the rows that the import wrote, put back by executemany or COPY.

`--uploads ROWS` measures whole uploads instead, as NDJSON and as CSV, each in a process of its own: their rate, and the
peak of memory with a tenth of the rows and with all, which has to be the same.
"""

import argparse
import io
import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from benchmarks.setting import database_name, say, set_up

TABLES = ("boards_item", "boards_change", "boards_stay", "boards_itemlabel", "imports_ticket")
EMPTIED = ("imports_rowkey", "imports_uploadchunk", *reversed(TABLES), "imports_import")
START = datetime(2026, 6, 1, 9, tzinfo=UTC)
STATUSES = ("In Progress", "Blocked", "In Progress", "Done")
BODY = 1_000
# Megabytes; a step of 1,000 rows with their past is held at once, and a tenth of few rows is less than one.
MAY_GROW = 60
Took: TypeAlias = tuple[float, float]


def main(argv: Sequence[str]) -> None:
    """Import into a database of its own, and print medians in tickets a second."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks imports", description=__doc__)
    arguments.add_argument("--tickets", type=int, default=20_000)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--uploads", type=int, metavar="ROWS", help="whole uploads of so many rows, and no more")
    given = arguments.parse_args(argv)
    set_up("imports")
    if given.uploads:
        uploads(given.uploads)
        return
    from benchmarks._bare_view import bare_import  # noqa: PLC0415 - after Django is set up

    say(f"{database_name()}, {given.tickets} tickets, median of {given.runs} runs")
    for has_history in (False, True):
        rows = list(tickets(given.tickets, has_history=has_history))
        ways: dict[str, Callable[[], Took]] = {
            "JSON, 1,000 a body": lambda rows=rows: _import(rows, _as_bodies),
            "NDJSON, one job": lambda rows=rows: _import(rows, _as_a_job),
            "the same again, unchanged": lambda rows=rows: _import(rows, _as_bodies, times=2),
            "bare view": lambda rows=rows: _import(rows, bare_import),
            "executemany or COPY": lambda rows=rows: _put_back(rows),
        }
        say("with four status changes each" if has_history else "without history")
        for warm_up in (_as_bodies, _as_a_job, bare_import):
            _import(rows[:200], warm_up)
        took: dict[str, list[Took]] = {name: [] for name in ways}
        for __ in range(given.runs):
            for name, way in ways.items():
                took[name].append(way())
        for name, times in took.items():
            clock, processor = (given.tickets / statistics.median(each) for each in zip(*times, strict=True))
            say(f"  {name:26} {clock:8,.0f} tickets/s by the clock {processor:8,.0f} by the processor's time")


def uploads(rows: int) -> None:
    """Print what uploads of so many rows cost, and fail where memory grows with them."""
    from benchmarks._uploads import FORMS, measure  # noqa: PLC0415 - it takes the tickets from here

    say(f"{database_name()}, uploads of {rows:,} rows")
    grown = []
    for has_history in (False, True):
        for form in FORMS:
            tenth = measure(form, max(1, rows // 10), has_history=has_history)
            whole = measure(form, rows, has_history=has_history)
            name = f"{form}, {'with' if has_history else 'without'} history"
            say(
                f"  {name:24} {whole.seconds:6.1f} s {rows / whole.seconds:7,.0f} rows/s"
                f"   at most {whole.peak:.0f} MB, {tenth.peak:.0f} MB with a tenth of the rows,"
                f" {whole.before:.0f} MB before"
            )
            if whole.peak - tenth.peak > MAY_GROW:
                grown.append(name)
    if grown:
        raise SystemExit(f"Memory grows with the rows: {', '.join(grown)}.")


def _timed(action: Callable[[], None]) -> Took:
    """Return the seconds that an action took by the clock, and of this process's processor."""
    clock, processor = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - clock, time.process_time() - processor


def tickets(count: int, *, has_history: bool) -> Iterator[dict[str, Any]]:
    """Yield believable tickets, the same in every run."""
    for number in range(count):
        created_at = START + timedelta(minutes=number)
        ticket: dict[str, Any] = {
            "external_id": f"OPS-{number}",
            "title": f"Disk almost full on db-{number % 400} ({number})",
            "description": "The alert fired again; freed space by hand, as last week. " * 4,
            "url": f"https://tracker.example.com/browse/OPS-{number}",
            "status": "Done",
            "labels": ["disk", f"db-{number % 40}"],
            "service": f"service-{number % 12}",
            "assignee": f"person-{number % 25}@example.com",
            "priority": ("low", "normal", "high")[number % 3],
            "created_at": created_at.isoformat(),
            "updated_at": (created_at + timedelta(days=4)).isoformat(),
        }
        if has_history:
            ticket["history"] = [
                {"at": (created_at + timedelta(hours=5 * step)).isoformat(), "status": status}
                for step, status in enumerate(STATUSES, start=1)
            ]
        yield ticket


def _import(rows: list[dict[str, Any]], way: Callable[..., None], *, times: int = 1) -> Took:
    """Empty the database, import, and return how long the last time took."""
    board, token = fresh_board()
    for __ in range(times):
        took = _timed(lambda: way(rows, board, token))
    return took


def _as_bodies(rows: list[dict[str, Any]], board: Any, token: Any) -> None:
    client = _client(token)
    for start in range(0, len(rows), BODY):
        body = json.dumps({"board": board.pk, "source": "jira", "items": rows[start : start + BODY]})
        answer = client.post("/api/v1/imports/", body, content_type="application/json")
        if answer.status_code != 200 or answer.json()["failed"]:
            raise RuntimeError(answer.content[:500])


def _as_a_job(rows: list[dict[str, Any]], board: Any, token: Any) -> None:
    from celery import current_app  # noqa: PLC0415

    import imports.tasks  # noqa: F401, PLC0415 - the task has to be known to be worked off here
    from imports.models import Import  # noqa: PLC0415

    # The job is worked off here and now: what a broker and a second process add is not what is measured.
    current_app.conf.task_always_eager = True
    body = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    address = f"/api/v1/imports/?board={board.pk}&source=jira"
    answer = _client(token).post(address, body, content_type="application/x-ndjson")
    if Import.objects.get(pk=answer.json()["id"]).created != len(rows):
        raise RuntimeError("The job did not take every ticket.")


def _put_back(rows: list[dict[str, Any]]) -> Took:
    """Import, take the rows that were written out of the database, and time how they are put back."""
    from django.db import connection, transaction  # noqa: PLC0415

    _import(rows, _as_bodies)
    put = _copied if connection.vendor == "postgresql" else _selected
    puts = [put(table) for table in TABLES]
    for table in EMPTIED[:-1]:  # the tickets that are put back are of these imports
        _execute(f"DELETE FROM {table}")

    def all_tables() -> None:
        with transaction.atomic():
            for one in puts:
                one()

    return _timed(all_tables)


def _copied(table: str) -> Callable[[], None]:
    from django.db import connection  # noqa: PLC0415

    kept = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as out:
        for piece in out:
            kept.write(piece)

    def put() -> None:
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
            copy.write(kept.getvalue())

    return put


def _selected(table: str) -> Callable[[], None]:
    from django.db import connection  # noqa: PLC0415

    connection.ensure_connection()
    found = connection.connection.execute(f"SELECT * FROM {table}")
    rows, marks = [tuple(row) for row in found], ", ".join("?" * len(found.description))

    def put() -> None:
        connection.connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    return put


def fresh_board() -> tuple[Any, Any]:
    """Empty the database; return a board, and a token that may import."""
    from boards.models import Board  # noqa: PLC0415
    from boards.services.boards import create_board  # noqa: PLC0415
    from teams.actors import SYSTEM  # noqa: PLC0415
    from teams.models import ApiToken, Team  # noqa: PLC0415

    for table in EMPTIED:
        _execute(f"DELETE FROM {table}")
    team, __ = Team.objects.get_or_create(slug="imports", defaults={"name": "Imports"})
    board = Board.objects.filter(team=team).first() or create_board(team=team, name="Imports", by=SYSTEM, at=START)
    return board, ApiToken(team=team, scope="import", pk=None)


def _client(token: Any) -> Any:
    from rest_framework.test import APIClient  # noqa: PLC0415

    client = APIClient(SERVER_NAME="localhost")
    client.force_authenticate(token)
    return client


def _execute(sql: str) -> None:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(sql)
