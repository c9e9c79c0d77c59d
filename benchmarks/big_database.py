"""A database of many teams with half a year of work each: 200 teams, 1,000,000 items, 4,000,000 stays by default."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.setting import after_bulk_insert, bulk_insert, say

PEOPLE_PER_TEAM = 8
LOGS_PER_TEAM = 300
DAYS = 182
ZONES = ["Asia/Tokyo", "Europe/Berlin", "America/New_York", "UTC"]
STAGES = ["queue", "active", "waiting", "active", "done"]
CLASSES = ["toil"] * 2 + ["engineering"] * 11 + ["overhead"] * 4 + ["unclassified"] * 2
SERVICES = ["postgres", "nginx", "billing", "search", "mail"]

Row = tuple[Any, ...]


def fill(*, teams: int, items: int, at: datetime, days: int = DAYS) -> None:
    """Fill an empty database: so many teams with so many items, each with four stays in the half year before `at`.

    `days` spreads them over another time.
    """
    from teams.models import Team  # noqa: PLC0415 - after Django is set up

    held = Team.objects.count()
    if held == teams:
        return
    if held:
        raise SystemExit(f"The database holds {held} teams already; give an empty one.")
    from reports.services.snapshots import settle_all_edits  # noqa: PLC0415

    _people(teams, at, days)
    _boards(teams)
    for first in range(0, teams, 10):
        _work(range(first, min(first + 10, teams)), items, at, days)
        say(f"  filled {min(first + 10, teams)} of {teams} teams")
    settle_all_edits()
    after_bulk_insert()


def _text(instant: datetime) -> str:
    return instant.isoformat(" ", "seconds")[:19]


def _people(teams: int, at: datetime, days: int) -> None:
    from teams.models import Calendar, Membership, Person, Team  # noqa: PLC0415

    long_ago = _text(at - timedelta(days=2 * days))
    people = [(team, team * PEOPLE_PER_TEAM + n + 1) for team in range(teams) for n in range(PEOPLE_PER_TEAM)]
    bulk_insert(
        Team,
        ("id", "slug", "name", "created_at"),
        ((n + 1, f"team-{n}", f"Team {n}", _text(at - timedelta(days=14))) for n in range(teams)),
    )
    bulk_insert(Person, ("id", "email", "created_at"), ((pk, f"p{pk}@example.com", long_ago) for _, pk in people))
    bulk_insert(
        Calendar,
        ("team_id", "timezone", "weekdays", "start", "end", "holidays", "days_off"),
        (
            (n + 1, ZONES[n % len(ZONES)], "[0, 1, 2, 3, 4]", "09:00:00", "17:00:00", "JP" if n % 4 == 0 else "", "[]")
            for n in range(teams)
        ),
    )
    bulk_insert(
        Membership,
        ("team_id", "person_id", "role", "created_at", "confirmed_at"),
        ((team + 1, pk, "member", long_ago, long_ago) for team, pk in people),
    )


def _boards(teams: int) -> None:
    from boards.models import Board, Column  # noqa: PLC0415

    bulk_insert(
        Board,
        ("id", "team_id", "slug", "name", "created_at", "updated_at"),
        (
            (n + 1, n + 1, "operations", "Operations", "2026-01-01 00:00:00", "2026-01-01 00:00:00")
            for n in range(teams)
        ),
    )
    bulk_insert(
        Column,
        ("id", "board_id", "name", "stage", "position"),
        (
            (n * len(STAGES) + position + 1, n + 1, stage.title(), stage, position)
            for n in range(teams)
            for position, stage in enumerate(STAGES)
        ),
    )


def _work(teams: range, items: int, at: datetime, days: int) -> None:
    from boards.models import Item, Stay, WorkLog  # noqa: PLC0415

    stays: list[Row] = []
    logs: list[Row] = []
    names = (
        *("id", "board_id", "column_id", "rank", "title", "classification", "service", "assignee_id"),
        *("created_at", "started_at", "finished_at", "updated_at", "entered_column_at"),
    )
    bulk_insert(
        Item, names, (row for team in teams for row in _items(team, items, at, days=days, stays=stays, logs=logs))
    )
    bulk_insert(Stay, ("item_id", "column_id", "assignee_id", "is_blocked", "started_at", "ended_at"), stays)
    bulk_insert(WorkLog, ("item_id", "board_id", "person_id", "started_at", "ended_at", "created_at"), logs)


def _items(team: int, items: int, at: datetime, *, days: int, stays: list[Row], logs: list[Row]) -> Iterator[Row]:
    """Yield the items of a team; their stays and logs are appended to the lists."""
    dice = random.Random(team)
    start = at.astimezone(UTC) - timedelta(days=days)
    columns = [team * len(STAGES) + position + 1 for position in range(len(STAGES))]
    for number in range(items):
        pk = team * items + number + 1
        person = team * PEOPLE_PER_TEAM + dice.randrange(PEOPLE_PER_TEAM) + 1 if dice.random() < 0.97 else None
        entered = start + timedelta(seconds=dice.randrange(days * 86_400))
        created, path = entered, []
        middle = dice.choice([2, 3])  # half of the items wait for somebody, the others are reviewed
        for position, hours in ((0, 60), (1, 20), (middle, 30), (4, None)):
            column = columns[position]
            left = None if hours is None else entered + timedelta(seconds=dice.randrange(60, hours * 3600))
            path.append((pk, column, person, column == columns[1] and dice.random() < 0.05, entered, left))
            if left is None or left >= at:
                break
            entered = left
        path[-1] = (*path[-1][:5], None)
        stays.extend((*row[:4], _text(row[4]), row[5] and _text(row[5])) for row in path)
        if number < LOGS_PER_TEAM and person and created < at - timedelta(days=1):
            logged = created + timedelta(hours=3)
            logs.append((pk, team + 1, person, _text(logged), _text(logged + timedelta(minutes=40)), _text(logged)))
        last = path[-1]
        started = _text(path[1][4]) if len(path) > 1 else None
        finished = _text(last[4]) if last[1] == columns[-1] else None
        yield (
            *(pk, team + 1, last[1], number * 2**20, f"Work item {number} of the team", dice.choice(CLASSES)),
            *(dice.choice(SERVICES), person, _text(created), started, finished, _text(last[4]), _text(last[4])),
        )
