"""Random histories that are imported over the API are measured as the definitions say, from the tickets themselves."""

import random
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from boards.models import Board, Item
from boards.services.columns import ColumnSpec
from teams.models import Person, Team, TimeOff
from tests.factories import (
    ApiTokenFactory,
    BoardFactory,
    CalendarFactory,
    MembershipFactory,
    PersonFactory,
    TeamFactory,
)
from tests.reports.definition import CLASSES, GROUPINGS, STEP, Expected, Stretch, Work, assert_agrees

pytestmark = pytest.mark.django_db

FIRST, LAST = datetime.fromisoformat("2026-10-12T00:00:00Z"), datetime.fromisoformat("2026-11-05T00:00:00Z")
STAGES = {"Backlog": "queue", "In progress": "active", "Waiting": "waiting", "Done": "done"}


def instant(dice: random.Random, first: datetime = FIRST) -> datetime:
    return first + dice.randrange(max((LAST - first) // STEP, 1)) * STEP


def ticket(dice: random.Random, number: int, people: list[str]) -> dict[str, Any]:
    """A ticket with its history: it wanders, changes hands, is blocked, is reopened; some of it was logged."""
    at = instant(dice)
    later = sorted({instant(dice, at) for _ in range(dice.randrange(9))} - {at})
    history: list[dict[str, Any]] = [{"at": at, "status": dice.choice(list(STAGES)), "assignee": dice.choice(people)}]
    for moment in later:
        entry: dict[str, Any] = {"at": moment}
        if dice.random() < 0.6:
            entry["status"] = dice.choice(list(STAGES))
        if dice.random() < 0.4:
            entry["assignee"] = dice.choice([*people, None])
        if dice.random() < 0.3:
            entry["blocked"] = dice.random() < 0.6
        history.append(entry)
    logs = []
    for _ in range(dice.choice([0, 0, 1, 2])):
        start = instant(dice)
        end = min(start + dice.choice([1, 4, 15, 80]) * STEP, LAST)  # a log in the future is refused
        logs.append({"person": dice.choice(people), "started_at": start, "ended_at": end})
    return {
        "external_id": f"OPS-{number}",
        "title": f"Work {number}",
        "created_at": at,
        "classification": dice.choice(CLASSES),
        "service": dice.choice(["postgres", "nginx", ""]),
        "labels": dice.sample(["disk", "night", "network"], dice.randrange(3)),
        "history": dice.sample(history, len(history)),
        "logs": logs,
    }


def stretches(ticket: dict[str, Any], item: int, team: int, people: dict[str, int]) -> list[Stretch]:
    """When the ticket was active, not blocked, and whose it was; a name left out of an entry stays as it was."""
    found = []
    state: dict[str, Any] = {"blocked": False}
    history = sorted(ticket["history"], key=lambda entry: entry["at"])
    for entry, following in zip(history, [*history[1:], None], strict=True):
        state |= entry
        if STAGES[state["status"]] == "active" and not state["blocked"]:
            person = people[state["assignee"]] if state["assignee"] else None
            found.append(Stretch(item, team, person, entry["at"], following and following["at"]))
    return found


def finished(ticket: dict[str, Any]) -> datetime | None:
    """The entry into the run of done columns in which the ticket is now."""
    entered, is_done = None, False
    for entry in sorted(ticket["history"], key=lambda entry: entry["at"]):
        if "status" in entry:
            if STAGES[entry["status"]] == "done" and not is_done:
                entered = entry["at"]
            is_done = STAGES[entry["status"]] == "done"
    return entered if is_done else None


def team_with_board(dice: random.Random, slug: str) -> Board:
    zone = dice.choice(["Europe/Berlin", "America/New_York", "Asia/Tokyo"])
    team = TeamFactory(slug=slug, calendar=None)
    CalendarFactory(team=team, timezone=zone, holidays=dice.choice(["", "JP", "DE-BY"]), start="08:30", end="16:00")
    columns = [ColumnSpec(name=name, stage=stage) for name, stage in STAGES.items()]
    board: Board = BoardFactory(team=Team.objects.get(slug=slug), columns=columns)
    return board


@pytest.mark.parametrize("seed", range(4))
def test_imported_histories_are_measured_as_the_definitions_say(seed: int) -> None:
    dice = random.Random(seed)
    boards = [team_with_board(dice, "sre"), team_with_board(dice, "web")]
    people = [f"person{number}@example.com" for number in range(4)]
    for email in people[:3]:  # the last one becomes a person, and a member of nothing, by the import
        person = PersonFactory(email=email)
        for board in dice.sample(boards, dice.choice([1, 2])):
            MembershipFactory(team=board.team, person=person, first_date=dice.choice([None, date(2026, 10, 20)]))
    TimeOff.objects.create(person=person, first_date=date(2026, 10, 22), last_date=date(2026, 10, 23))
    tickets = {board: [ticket(dice, number, people) for number in range(25)] for board in boards}

    with time_machine.travel(LAST, tick=False):
        for board, sent in tickets.items():
            send(board, sent)
        answers = ask(boards[0].team, date(2026, 10, 19), date(2026, 11, 2))

    known = {person.email or "": person.pk for person in Person.objects.all()}
    items, stays, logs = [], [], []
    for board, sent in tickets.items():
        pks = dict(Item.objects.filter(board=board).values_list("external_id", "pk"))
        for each in sent:
            pk, team = pks[each["external_id"]], board.team_id
            stays += stretches(each, pk, team, known)
            logs += [
                Stretch(pk, team, known[log["person"]], log["started_at"], log["ended_at"]) for log in each["logs"]
            ]
            labels, service = tuple(each["labels"]), each["service"]
            items.append(Work(pk, team, each["classification"], service, labels, None, finished(each)))
    period = date(2026, 10, 19), date(2026, 11, 2)
    assert_agrees(Expected(boards[0].team, *period, LAST, items=items, stays=stays, logs=logs), answers)


def send(board: Board, tickets: list[dict[str, Any]]) -> None:
    body = {"board": board.pk, "source": "random", "items": tickets}
    answer = client_of(board.team).post("/api/v1/imports/", body, format="json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["created"] == len(tickets)


def ask(team: Team, start: date, end: date) -> dict[str, Any]:
    client = client_of(team)
    return {
        by: client.get(f"/api/v1/teams/{team.slug}/toil/?start={start}&end={end}&by={by}").json() for by in GROUPINGS
    }


def client_of(team: Team) -> APIClient:
    secret = f"tt_{team.slug}"
    if not team.tokens.exists():
        ApiTokenFactory(team=team, secret=secret)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client
