"""What a trend is annotated with."""

from datetime import UTC, datetime, timedelta
from typing import Any

from rest_framework.test import APIClient

from reports.events import EventKind, events_of_team
from teams.actors import SYSTEM, Actor, Via
from teams.models import Team, User
from teams.services.teams import TeamSettings, change_team
from tests.factories import BoardFactory, TeamFactory

AT = datetime(2026, 11, 9, 12, tzinfo=UTC)
FOREVER = {"start": AT - timedelta(days=3650), "end": AT + timedelta(days=3650)}


def test_another_target_is_told_with_what_it_was(team: Team, alice: User) -> None:
    by = Actor(person=alice.person, via=Via.PAGE)
    change_team(team=team, given=TeamSettings(target_high=0.2), by=by, at=AT)
    change_team(team=team, given=TeamSettings(name="SRE Tokyo", target_high=0.2), by=by, at=AT)
    change_team(team=team, given=TeamSettings(denominator="capacity"), by=by, at=AT + timedelta(days=1))
    change_team(team=team, given=TeamSettings(target_low=0.1, denominator="tracked"), by=by, at=AT + timedelta(days=2))

    events = events_of_team(team=team, **FOREVER)

    assert [event.kind for event in events] == [EventKind.TARGET] * 3
    assert [event.text.replace("\u00a0", " ") for event in events] == [
        "The target was changed from 5–10 % to 5–20 %",
        "The target is now a share of capacity",
        "The target was changed from 5–20 % to 10–20 % of tracked work",
    ]
    assert events[0].short.replace("\u00a0", " ") == "target 5–20 %"


def test_the_first_tickets_of_each_source_are_told_once(team: Team, api: APIClient) -> None:
    board = BoardFactory(team=team)

    def send(source: str, *names: str, **options: Any) -> None:
        rows = [{"external_id": name, "title": "Disk full"} for name in names]
        body = {"board": board.pk, "source": source, "items": rows, **options}
        assert api.post("/api/v1/imports/", body, format="json").status_code == 200

    send("github", "1", dry_run=True)
    send("jira", "OPS-1", "OPS-2")
    send("jira", "OPS-3")
    send("github", "1")

    events = events_of_team(team=team, **FOREVER)

    assert [(event.kind, event.short) for event in events] == [
        (EventKind.SOURCE, "first from jira"),
        (EventKind.SOURCE, "first from github"),
    ]
    assert events[0].text == "The first tickets came from “jira”"


def test_events_are_those_of_the_team_and_the_time(team: Team) -> None:
    for number, days in enumerate((0, 7, 14)):
        given = TeamSettings(target_high=0.2 + number / 10)
        change_team(team=team, given=given, by=SYSTEM, at=AT + timedelta(days=days))
    change_team(team=TeamFactory(), given=TeamSettings(target_high=0.3), by=SYSTEM, at=AT)

    events = events_of_team(team=team, start=AT + timedelta(days=7), end=AT + timedelta(days=14))

    assert [event.at for event in events] == [AT + timedelta(days=7)]
