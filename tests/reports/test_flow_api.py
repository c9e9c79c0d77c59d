"""GET /api/v1/teams/{slug}/flow/: who may ask, what is refused, what is answered, and what it costs."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from boards.models import Column
from teams.models import Team, User
from tests.factories import MembershipFactory
from tests.reports.paths import board_of, walk

WEEK = "/api/v1/teams/sre/flow/?start=2026-11-09&end=2026-11-12"
NONE = {"p50": None, "p85": None, "p95": None}


def at(day: int, hour: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.fixture(autouse=True)
def after_the_week() -> Iterator[None]:
    with time_machine.travel(at(20), tick=False):
        yield


@pytest.fixture
def columns(team: Team) -> list[Column]:
    return board_of(team)[1]


def test_a_week_is_answered_with_all_its_figures(api: APIClient, columns: list[Column]) -> None:
    queue, active, waiting, done = columns
    walk((at(8), queue), (at(9), active), (at(11), done), classification="toil")
    old = walk((at(9), active), (at(10), waiting), classification="engineering", external_id="OPS-1", title="Shard it")

    answer = api.get(WEEK)

    assert answer.status_code == 200
    two_days = {"p50": 2.0, "p85": 2.0, "p95": 2.0}
    three_days = {"p50": 3.0, "p85": 3.0, "p95": 3.0}
    others = {"engineering": NONE, "overhead": NONE, "unclassified": NONE}
    assert answer.json() == {
        "team": "sre",
        "start": "2026-11-09",
        "end": "2026-11-12",
        "timezone": "UTC",
        "days": ["2026-11-09", "2026-11-10", "2026-11-11"],
        "throughput": {"toil": [0, 0, 1], "engineering": [0] * 3, "overhead": [0] * 3, "unclassified": [0] * 3},
        "finished_items": {"toil": 1, "engineering": 0, "overhead": 0, "unclassified": 0},
        "cycle_time_days": {"all": two_days, "toil": two_days, **others},
        "lead_time_days": {"all": three_days, "toil": three_days, **others},
        "waiting_days": {"all": dict.fromkeys(NONE, 0.0), "toil": dict.fromkeys(NONE, 0.0), **others},
        "flow_efficiency": {"all": 1.0, "toil": 1.0, "engineering": None, "overhead": None, "unclassified": None},
        "wip": {"all": 1, "toil": 0, "engineering": 1, "overhead": 0, "unclassified": 0},
        "ages": {
            "days": {"p50": 11.0, "p85": 11.0, "p95": 11.0},
            "items": [
                {
                    "item": old.pk,
                    "key": "OPS-1",
                    "title": "Shard it",
                    "classification": "engineering",
                    "column": waiting.name,
                    "stage": "waiting",
                    "is_blocked": False,
                    "age_days": 11.0,
                    "in_column_days": 10.0,
                }
            ],
        },
        "cumulative_flow": [
            {"column": column.pk, "name": column.name, "stage": column.stage, "board": column.board_id, "items": items}
            for column, items in zip(columns, [[0, 0, 0], [2, 1, 0], [0, 1, 1], [0, 0, 1]], strict=True)
        ],
        "forecast": None,
    }


def test_a_forecast_answers_how_many_by_a_day_and_when_for_so_many(api: APIClient, columns: list[Column]) -> None:
    walk((at(1, month=1), columns[1]), (at(2, month=1), columns[3]))
    for day in range(1, 20):
        walk((at(1), columns[1]), (at(day, 12), columns[3]))

    forecast = api.get(WEEK + "&until=2026-12-20&items=8").json()["forecast"]

    assert (forecast["start"], forecast["until"], forecast["items"]) == ("2026-11-20", "2026-12-20", 8)
    assert forecast["sampled_days"] == 84
    assert forecast["items_until"]["p50"] >= forecast["items_until"]["p85"] >= forecast["items_until"]["p95"] > 0
    assert "2026-12-01" < forecast["finished_on"]["p50"] < forecast["finished_on"]["p85"] < "2027-06-01"
    assert forecast == api.get(WEEK + "&until=2026-12-20&items=8").json()["forecast"]


def test_the_answer_can_be_narrowed(api: APIClient, columns: list[Column]) -> None:
    walk((at(9), columns[1]), (at(10), columns[3]), classification="toil", service="db")
    walk((at(9), columns[1]), (at(10), columns[3]), classification="overhead")

    for narrowed in ("classification=toil", "service=db", f"board={columns[0].board_id}&classification=toil"):
        assert sum(api.get(f"{WEEK}&{narrowed}").json()["finished_items"].values()) == 1
    for empty in ("label=night", "toil_type=Disk", "board=987654"):
        assert sum(api.get(f"{WEEK}&{empty}").json()["finished_items"].values()) == 0
    assert api.get(f"{WEEK}&service=").json()["finished_items"]["overhead"] == 1


def test_only_the_oldest_of_very_many_items_are_listed(api: APIClient, columns: list[Column]) -> None:
    for hour in range(205):
        walk((at(1) + timedelta(hours=hour), columns[1]))

    answer = api.get(WEEK).json()

    assert answer["wip"]["all"] == 205
    assert len(answer["ages"]["items"]) == 200
    assert answer["ages"]["items"][0]["age_days"] == 19


def test_a_period_that_has_not_begun_is_empty(api: APIClient, columns: list[Column]) -> None:
    walk((at(9), columns[1]), (at(10), columns[3]))

    answer = api.get("/api/v1/teams/sre/flow/?start=2027-11-09&end=2027-11-16").json()

    assert (answer["days"], answer["throughput"]["toil"], answer["cumulative_flow"]) == ([], [], [])


def test_a_viewer_may_ask_and_others_may_not(bob: User, charlie: User, client: Client) -> None:
    anonymous = client.get(WEEK)
    client.force_login(charlie)
    stranger = client.get(WEEK)
    client.force_login(bob)

    assert (anonymous.status_code, stranger.status_code, client.get(WEEK).status_code) == (401, 404, 200)


def test_a_token_of_another_team_finds_nothing(api: APIClient) -> None:
    MembershipFactory(team__slug="others")

    assert api.get("/api/v1/teams/others/flow/?start=2026-11-09&end=2026-11-16").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_measures_can_only_be_read(api: APIClient, method: str) -> None:
    assert getattr(api, method)(WEEK).status_code == 405


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("start=2026-11-09", "end"),
        ("start=2026-11-16&end=2026-11-09", "end"),
        ("start=2016-11-09&end=2026-11-30", "end"),
        ("start=2026-11-09&end=2026-11-16&classification=fun", "classification"),
        ("start=2026-11-09&end=2026-11-16&until=2026-11-19", "until"),
        ("start=2026-11-09&end=2026-11-16&until=2027-11-22", "until"),
        ("start=2026-11-09&end=2026-11-16&items=0", "items"),
        ("start=2026-11-09&end=2026-11-16&items=10001", "items"),
        ("start=2026-11-09&end=2026-11-16&board=x", "board"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_field_at_fault(api: APIClient, query: str, name: str) -> None:
    answer = api.get(f"/api/v1/teams/sre/flow/?{query}")

    assert answer.status_code == 422
    assert name in answer.json()["error"]["fields"]


def test_more_items_cost_no_more_queries(api: APIClient, columns: list[Column]) -> None:
    walk((at(9), columns[1]), (at(10), columns[3]))
    api.get(WEEK)
    with CaptureQueriesContext(connection) as few:
        api.get(WEEK)
    for day in range(9, 20):
        walk((at(8), columns[1]), (at(day), columns[3]))
        walk((at(day), columns[1]))

    with CaptureQueriesContext(connection) as many:
        api.get(WEEK)

    assert len(many) == len(few)
