"""`python -m benchmarks moves`: what a move costs on a board of 5,000 items, alone and with 8 clients at once.

Beside each figure stands the bare limit: the same rows read and written in plain SQL by the same number of processes.
"""

import argparse
import http.client
import json
import multiprocessing
import random
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

from benchmarks._serving import server
from benchmarks.setting import database_name, milliseconds, say, set_up

COLUMNS = 5
AIM_P95_MS = 30.0
AIM_PER_SECOND = {"SQLite": 150, "PostgreSQL": 200}


@dataclass(frozen=True)
class Place:
    """The board that is worked on, and how to get in."""

    board: int
    columns: list[int]
    items: list[int]
    secret: str


def main(arguments: list[str]) -> None:
    """Measure, print a table, and fail where an answer was an error or a card is not where the answer put it."""
    options = _options(arguments)
    set_up("moves")
    place = _make_board(options.items)
    say(f"{database_name()}, a board of {options.items} items in {COLUMNS} columns; medians of {options.runs} runs")
    alone = _rounds(options.runs, lambda seed: _through_the_view(place, options.moves, seed))
    bare_alone = _rounds(options.runs, lambda seed: _bare_moves(place, options.moves, seed))
    with server(options.port, "moves") as port:
        one = _rounds(options.runs, lambda seed: _client(place, port, options.moves, seed).milliseconds)
        crowd = [_crowd(place, port, options, seed) for seed in range(options.runs)]
    bare_crowd = [_bare_crowd(place, options, seed) for seed in range(options.runs)]
    _say_alone("view, test client", alone)
    _say_alone("HTTP, one client", one)
    _say_alone("plain SQL", bare_alone)
    per_second = statistics.median(rate for rate, __ in crowd)
    aim = AIM_PER_SECOND[database_name()]
    say(f"{options.clients} clients at once, HTTP   {per_second:8.0f} moves/s   (aim {aim})")
    say(f"{options.clients} processes, plain SQL    {statistics.median(bare_crowd):8.0f} moves/s")
    problems = [problem for __, found in crowd for problem in found]
    say(f"errors and misplaced cards: {len(problems)}")
    if problems:
        raise SystemExit("\n".join(problems[:20]))


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks moves", description=__doc__)
    parser.add_argument("--items", type=int, default=5000)
    parser.add_argument("--moves", type=int, default=200, help="moves of one client in a run")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--port", type=int, default=0, help="of the server that is started; 0 takes a free one")
    return parser.parse_args(arguments)


def _make_board(size: int) -> Place:
    """Make a team with a board of this many items, each with its change and its stay."""
    from django.utils import timezone  # noqa: PLC0415 - Django has to be set up first

    from boards.models import Change, Item, Stay  # noqa: PLC0415
    from boards.ranking import GAP  # noqa: PLC0415
    from boards.services import ColumnSpec, create_board  # noqa: PLC0415
    from boards.services.items import created  # noqa: PLC0415
    from teams.actors import SYSTEM  # noqa: PLC0415
    from teams.models import ApiToken, Team  # noqa: PLC0415
    from teams.secrets import hash_secret  # noqa: PLC0415

    now = timezone.now()
    slug = next(slug for n in count() if not Team.objects.filter(slug=(slug := f"moves-{n}")).exists())
    team = Team.objects.create(slug=slug, name=slug)
    stages = ["queue", "active", "waiting", "active", "done"]
    specs = [ColumnSpec(name=f"Column {number}", stage=stage) for number, stage in enumerate(stages)]
    board = create_board(team=team, name="Moves", columns=specs, by=SYSTEM, at=now)
    columns = list(board.columns.in_order())
    times = {"created_at": now, "updated_at": now, "entered_column_at": now}
    items = Item.objects.bulk_create(
        Item(board=board, column=columns[n % COLUMNS], rank=n * GAP, title=f"Item {n}", **times) for n in range(size)
    )
    Change.objects.bulk_create(
        Change(
            item=item, field="created", after=created(item, labels=[]), at=now, recorded_at=now, version=1, via="system"
        )
        for item in items
    )
    Stay.objects.bulk_create(Stay(item=item, column=item.column, started_at=now) for item in items)
    secret = f"tt_{random.SystemRandom().getrandbits(128):x}"
    ApiToken.objects.create(
        team=team, name="Benchmark", scope="write", prefix=secret[:9], token_hash=hash_secret(secret)
    )
    return Place(board.pk, [column.pk for column in columns], [item.pk for item in items], secret)


def _moves(place: Place, number: int, seed: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield items and where they go: to a column's end, or beside another item."""
    chance = random.Random(seed)
    for _ in range(number):
        item, neighbour = chance.sample(place.items, 2)
        side = chance.choice(["before", "after", None])
        yield item, {"column": chance.choice(place.columns), **({side: neighbour} if side else {})}


def _through_the_view(place: Place, number: int, seed: int) -> list[float]:
    from rest_framework.test import APIClient  # noqa: PLC0415

    client = APIClient(SERVER_NAME="localhost")
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {place.secret}")

    def move(item: int, body: dict[str, Any]) -> None:
        answer = client.post(f"/api/v1/items/{item}/move/", body, format="json")
        if answer.status_code != 200:
            raise SystemExit(f"A move was answered with {answer.status_code}: {answer.content!r}")

    return [milliseconds(partial(move, item, body)) for item, body in _moves(place, number, seed)]


@dataclass
class Told:
    """What a client measured and was told."""

    milliseconds: list[float]
    answers: list[tuple[int, dict[str, Any], dict[str, Any]]]
    errors: list[str]


def _client(place: Place, port: int, number: int, seed: int) -> Told:
    told = Told([], [], [])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {place.secret}", "Content-Type": "application/json"}
    for item, body in _moves(place, number, seed):
        started = time.perf_counter()
        connection.request("POST", f"/api/v1/items/{item}/move/", json.dumps(body), headers)
        response = connection.getresponse()
        raw = response.read()
        told.milliseconds.append((time.perf_counter() - started) * 1000)
        if response.status == 200:
            told.answers.append((item, body, json.loads(raw)))
        else:
            told.errors.append(f"{response.status}: {raw[:200]!r}")
    connection.close()
    return told


def _crowd(place: Place, port: int, options: argparse.Namespace, seed: int) -> tuple[float, list[str]]:
    """Let all clients move at once; return moves per second, and all that was wrong."""
    with ProcessPoolExecutor(options.clients, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(abs, range(options.clients * 4)))  # they are there before the clock runs
        started = time.perf_counter()
        futures = [
            pool.submit(_client, place, port, options.moves, seed * options.clients + number + 1000)
            for number in range(options.clients)
        ]
        told = [future.result() for future in futures]
        seconds = time.perf_counter() - started
    return options.clients * options.moves / seconds, [error for each in told for error in each.errors] + _wrong(told)


def _wrong(told: list[Told]) -> list[str]:
    """Return which cards are not where the answers put them."""
    from boards.models import Change, Item  # noqa: PLC0415
    from tests.boards.order import Answer, misplaced  # noqa: PLC0415

    given = {(item, body["version"]): (asked, body) for each in told for item, asked, body in each.answers}
    ids = {item for item, __ in given}
    answers = []
    rows = Change.objects.filter(item__in=ids, field__in=("column", "rank")).values_list("pk", "item_id", "version")
    for number, item, version in rows:
        if (item, version) in given:
            asked, body = given[item, version]
            neighbour = asked.get("before") or asked.get("after")
            answers.append(
                Answer(number=number, item=item, column=body["column"], landed=body["landed"], neighbour=neighbour)
            )
    places = {pk: (column, rank) for pk, column, rank in Item.objects.values_list("pk", "column_id", "rank")}
    return misplaced(answers, places)


def _bare_moves(place: Place, number: int, seed: int) -> list[float]:
    """Move in plain SQL: the rows that a move has to read and write, and nothing else."""
    return [milliseconds(partial(_bare_move, item, body)) for item, body in _moves(place, number, seed + 5000)]


def _bare_move(item: int, body: dict[str, Any]) -> None:
    from django.db import connection, transaction  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    column = body["column"]
    for_update = "" if connection.vendor == "sqlite" else " FOR NO KEY UPDATE"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM boards_column WHERE id = %s" + for_update, [column])
        cursor.execute("SELECT max(rank) FROM boards_item WHERE column_id = %s", [column])
        rank = (cursor.fetchone()[0] or 0) + 1048576
        cursor.execute("SELECT version FROM boards_item WHERE id = %s" + for_update, [item])
        version, now = cursor.fetchone()[0] + 1, timezone.now()
        cursor.execute(
            "UPDATE boards_item SET column_id = %s, rank = %s, version = %s, updated_at = %s, entered_column_at = %s"
            " WHERE id = %s",
            [column, rank, version, now, now, item],
        )
        cursor.execute(
            "INSERT INTO boards_change (item_id, field, before, after, at, recorded_at, via, version)"
            " VALUES (%s, 'column', %s, %s, %s, %s, 'api', %s)",
            [item, '{"id": 1, "name": "Column 1"}', json.dumps({"id": column, "name": "Column"}), now, now, version],
        )
        cursor.execute("UPDATE boards_stay SET ended_at = %s WHERE item_id = %s AND ended_at IS NULL", [now, item])
        cursor.execute(
            "INSERT INTO boards_stay (item_id, column_id, is_blocked, started_at) VALUES (%s, %s, false, %s)",
            [item, column, now],
        )


def _bare_crowd(place: Place, options: argparse.Namespace, seed: int) -> float:
    """Let processes move in plain SQL at once; return moves per second."""
    from django.db import connections  # noqa: PLC0415

    connections.close_all()
    for connection in connections.all():
        if connection.vendor == "postgresql":
            connection.close_pool()
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(options.clients + 1)
    seeds = [seed * options.clients + number + 9000 for number in range(options.clients)]
    movers = [context.Process(target=_bare_mover, args=(place, options.moves, each, ready)) for each in seeds]
    for mover in movers:
        mover.start()
    ready.wait()
    started = time.perf_counter()
    for mover in movers:
        mover.join()
    return options.clients * options.moves / (time.perf_counter() - started)


def _bare_mover(place: Place, number: int, seed: int, ready: Any) -> None:
    from django.db import connection  # noqa: PLC0415

    connection.ensure_connection()
    ready.wait()
    _bare_moves(place, number, seed)


def _rounds(runs: int, measure: Callable[[int], list[float]]) -> list[list[float]]:
    return [measure(seed) for seed in range(runs)]


def _say_alone(what: str, runs: list[list[float]]) -> None:
    halves = statistics.median(statistics.median(run) for run in runs)
    tails = statistics.median(statistics.quantiles(run, n=20)[-1] for run in runs)
    say(f"{what:<27}{halves:8.1f} ms median, p95 {tails:6.1f} ms   (aim p95 {AIM_P95_MS:.0f})")
