"""The toil endpoint against the definitions, on random histories of several teams straight in the tables."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from boards.models import Board, Column, Item, ItemLabel, Label, Stay, ToilType, WorkLog
from teams.models import Person, Team, TimeOff
from tests.factories import ApiTokenFactory, CalendarFactory, MembershipFactory, PersonFactory, TeamFactory
from tests.reports.definition import CLASSES, GROUPINGS, STEP, Expected, Stretch, Work, assert_agrees

pytestmark = pytest.mark.django_db

# Clocks go back in Berlin on 25 October and in New York on 1 November, and by half an hour forward on Lord Howe
# Island on 4 October.
FIRST, LAST = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 6, tzinfo=UTC)
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]
STAGES = ["queue", "active", "active", "waiting", "done", "done"]


# A random world, straight into the tables.


@dataclass
class World:
    """Teams with their people, boards, items, stays and logs."""

    dice: random.Random
    teams: list[Team] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)

    def instant(self, first: datetime = FIRST, last: datetime = LAST) -> datetime:
        return first + self.dice.randrange((last - first) // STEP) * STEP

    def day(self) -> date:
        return FIRST.date() + timedelta(days=self.dice.randrange(36))

    def hours_of_day(self) -> dict[str, Any]:
        return {"start": time(self.dice.choice([7, 8, 9]), 30), "end": time(self.dice.choice([15, 17, 18]))}

    def maybe(self, value: Any, chance: float = 0.5) -> Any:
        return value if self.dice.random() < chance else None


def build_world(seed: int) -> World:
    world = World(random.Random(seed))
    dice = world.dice
    for slug in ("sre", "web", "data"):
        team = TeamFactory(slug=slug, calendar=None, denominator=dice.choice(["classified", "tracked", "capacity"]))
        CalendarFactory(
            team=team,
            timezone=dice.choice(ZONES),
            weekdays=sorted(dice.sample(range(7), dice.choice([4, 5, 6]))),
            holidays=dice.choice(["", "US", "DE-BY"]),
            days_off=[world.day().isoformat()],
            **world.hours_of_day(),
        )
        world.teams.append(Team.objects.get(pk=team.pk))
    for _ in range(6):
        world.people.append(_person(world))
    for team in world.teams:
        for number in range(2):
            _board(world, team, number)
    for index in range(60):
        _item(world, index)
    return world


def _person(world: World) -> Person:
    dice = world.dice
    person = PersonFactory()
    for team in dice.sample(world.teams, dice.choice([0, 1, 1, 2])):
        first, last = sorted([world.day(), world.day()])
        MembershipFactory(
            team=team, person=person, first_date=world.maybe(first, 0.4), last_date=world.maybe(last, 0.3)
        )
    if dice.random() < 0.5:
        hours = world.hours_of_day() if dice.random() < 0.5 else {"start": None, "end": None}
        CalendarFactory(
            team=None,
            person=person,
            timezone=world.maybe(dice.choice(ZONES)),
            weekdays=world.maybe([0, 1, 2, 3]),
            holidays=world.maybe("JP", 0.3),
            days_off=world.maybe([], 0.3),
            **hours,
        )
    if dice.random() < 0.5:
        first = world.day()
        TimeOff.objects.create(person=person, first_date=first, last_date=first + timedelta(days=dice.choice([0, 3])))
    return person


def _board(world: World, team: Team, number: int) -> None:
    board = Board.objects.create(team=team, slug=f"board-{number}", name="Board", deleted_at=world.maybe(LAST, 0.1))
    for position, stage in enumerate(STAGES):
        Column.objects.create(board=board, name=f"{stage} {position}", stage=stage, position=position)
    if not Label.objects.filter(team=team).exists():
        for name in ("disk", "night", "network"):
            Label.objects.create(team=team, name=name)
        for name in ("Disk full", "Certificate expired"):
            ToilType.objects.create(team=team, name=name)


def _item(world: World, index: int) -> None:
    dice = world.dice
    columns = list(Column.objects.select_related("board"))
    board = dice.choice(list(Board.objects.all()))
    at = world.instant()
    events = sorted({world.instant(at) for _ in range(dice.choice([0, 2, 5, 9]))} - {at})
    path: list[dict[str, Any]] = []
    state: dict[str, Any] = {"column": None, "assignee": world.maybe(dice.choice(world.people)), "is_blocked": False}
    for start in [at, *events]:
        if dice.random() < 0.06:
            board = dice.choice(list(Board.objects.all()))
            state["column"] = None
        if state["column"] is None or dice.random() < 0.6:
            state["column"] = dice.choice([column for column in columns if column.board_id == board.pk])
        elif dice.random() < 0.6:
            state["assignee"] = world.maybe(dice.choice(world.people), 0.7)
        else:
            state["is_blocked"] = not state["is_blocked"]
        path.append({**state, "started_at": start})
    last = path[-1]["column"]
    team = last.board.team
    item = Item.objects.create(
        board=last.board,
        column=last,
        rank=index,
        title="Work",
        classification=dice.choice(CLASSES),
        service=dice.choice(["postgres", "nginx", ""]),
        toil_type=world.maybe(dice.choice(list(ToilType.objects.filter(team=team)))),
        created_at=at,
        updated_at=at,
        entered_column_at=at,
        finished_at=_finished(path),
        archived_at=world.maybe(LAST, 0.1),
        deleted_at=world.maybe(LAST, 0.08),
    )
    for label in dice.sample(list(Label.objects.filter(team=team)), dice.choice([0, 1, 2])):
        ItemLabel.objects.create(item=item, label=label)
    for row, following in zip(path, [*path[1:], None], strict=True):
        Stay.objects.create(item=item, ended_at=following and following["started_at"], **row)
    for _ in range(dice.choice([0, 0, 1, 3])):
        _log(world, item, path)


def _log(world: World, item: Item, path: list[dict[str, Any]]) -> None:
    start = world.instant()
    column = next((row["column"] for row in reversed(path) if row["started_at"] <= start), path[0]["column"])
    WorkLog.objects.create(
        item=item,
        board=column.board,
        person=world.dice.choice(world.people),
        started_at=start,
        ended_at=start + world.dice.choice([1, 3, 12, 60]) * STEP,
        created_at=start,
        deleted_at=world.maybe(LAST, 0.1),
    )


def _finished(path: list[dict[str, Any]]) -> datetime | None:
    finished = None
    for row in reversed(path):
        if row["column"].stage != "done":
            return finished
        finished = row["started_at"]
    return finished


def read_history(team: Team) -> dict[str, Any]:
    """The tables as plain records: what is in the trash is left out, an active stay of a blocked item as well."""
    labels: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for row in ItemLabel.objects.filter(label__team=team).select_related("label"):
        labels[row.item_id] += (row.label.name,)
    kept = {
        item.pk: item
        for item in Item.objects.select_related("board", "toil_type")
        if item.deleted_at is None and item.board.deleted_at is None
    }
    return {
        "items": [
            Work(
                pk=item.pk,
                team=item.board.team_id,
                classification=item.classification,
                service=item.service,
                labels=labels[item.pk],
                toil_type=item.toil_type and item.toil_type.name,
                finished_at=item.finished_at,
            )
            for item in kept.values()
        ],
        "stays": [
            Stretch(stay.item_id, stay.column.board.team_id, stay.assignee_id, stay.started_at, stay.ended_at)
            for stay in Stay.objects.select_related("column__board")
            if stay.item_id in kept and stay.column.stage == "active" and not stay.is_blocked
        ],
        "logs": [
            Stretch(log.item_id, log.board.team_id, log.person_id, log.started_at, log.ended_at)
            for log in WorkLog.objects.select_related("board")
            if log.item_id in kept and log.deleted_at is None
        ],
    }


@pytest.mark.parametrize("seed", range(6))
def test_every_figure_is_what_the_definitions_say(seed: int) -> None:
    world = build_world(seed)
    team = world.teams[seed % 3]
    start = date(2026, 10, 21) if seed % 2 else date(2026, 10, 2)
    end = start + timedelta(days=world.dice.choice([9, 14, 18]))
    at = world.dice.choice([LAST, datetime.combine(end, time(13, 30), UTC) - timedelta(days=2)])
    client = APIClient()
    ApiTokenFactory(team=team, secret="tt_definition")
    client.credentials(HTTP_AUTHORIZATION="Bearer tt_definition")

    with time_machine.travel(at, tick=False):
        answers = {
            by: client.get(f"/api/v1/teams/{team.slug}/toil/?start={start}&end={end}&by={by}").json()
            for by in GROUPINGS
        }

    assert answers["day"]["effort_hours"] != dict.fromkeys(CLASSES, 0)
    assert_agrees(Expected(team, start, end, at, **read_history(team)), answers)
