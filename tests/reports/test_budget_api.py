"""GET /api/v1/teams/{slug}/budget/ and …/alerts/: who may ask, and what is answered."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from rest_framework.test import APIClient

from reports.models import BudgetAlert
from reports.services.alerts import evaluate_alerts
from teams.models import Team, User
from tests.factories import MembershipFactory
from tests.reports.paths import board_of
from tests.reports.rows import ItemFactory, WorkLogFactory

MIDNIGHT = datetime(2026, 11, 16, tzinfo=UTC)
BUDGET, ALERTS = "/api/v1/teams/sre/budget/", "/api/v1/teams/sre/alerts/"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(MIDNIGHT + timedelta(hours=12), tick=False):
        yield


@pytest.fixture
def burning(team: Team) -> Team:
    """A team that had a day of nothing but toil yesterday."""
    item = ItemFactory(column=board_of(team)[1][1], classification="toil", archived_at=MIDNIGHT)
    start = MIDNIGHT - timedelta(hours=12)
    person = MembershipFactory(team=team).person
    WorkLogFactory(item=item, person=person, started_at=start, ended_at=start + timedelta(hours=8))
    return team


def test_a_budget_is_answered_with_its_windows(api: APIClient, burning: Team) -> None:
    answer = api.get(BUDGET).json()

    assert (answer["team"], answer["day"], answer["quarter"]) == ("sre", "2026-11-16", "2026-Q4")
    assert (answer["used_hours"], answer["burn_rate"]) == (8.0, 10.0)
    assert answer["left_hours"] == answer["budget_hours"] - 8.0
    assert [pair["kind"] for pair in answer["pairs"]] == ["look_now", "plan", "reduce_first"]
    assert answer["pairs"][0] == {
        "kind": "look_now",
        "threshold": 2.6,
        "long": {"days": 7, "toil_share": 1.0, "burn_rate": 10.0, "coverage": 0.0, "effort_hours": 8.0},
        "short": {"days": 1, "toil_share": 1.0, "burn_rate": 10.0, "coverage": None, "effort_hours": 8.0},
        "fires": True,
    }
    assert answer["low_side"]["fires"] is False
    assert len(answer["low_side"]["weeks"]) == 2


def test_a_team_without_anything_has_an_empty_budget(api: APIClient) -> None:
    answer = api.get(BUDGET).json()

    assert (answer["budget_hours"], answer["burn_rate"], answer["runs_out_on"]) == (0.0, None, None)
    assert api.get(ALERTS).json() == {"results": [], "next": None, "previous": None}


def test_alerts_are_listed_the_latest_first_a_page_at_a_time(api: APIClient, burning: Team) -> None:
    evaluate_alerts(team=burning, at=MIDNIGHT)
    old = BudgetAlert.objects.get(kind="plan")
    BudgetAlert.objects.filter(pk=old.pk).update(fired_at=MIDNIGHT - timedelta(days=9), cleared_at=MIDNIGHT)

    first = api.get(ALERTS + "?limit=2").json()
    second = api.get(first["next"]).json()

    assert [alert["kind"] for alert in first["results"]] == ["look_now", "reduce_first"]
    assert first["results"][0]["cleared_at"] is None
    assert first["results"][0]["figures"]["windows"][0]["burn_rate"] == 10.0
    assert [alert["cleared_at"] for alert in second["results"]] == ["2026-11-16T00:00:00Z"]


@pytest.mark.parametrize("address", [BUDGET, ALERTS])
def test_a_viewer_may_ask_and_others_may_not(
    burning: Team, bob: User, charlie: User, client: Client, address: str
) -> None:
    anonymous = client.get(address)
    client.force_login(charlie)
    stranger = client.get(address)
    client.force_login(bob)

    assert (anonymous.status_code, stranger.status_code, client.get(address).status_code) == (401, 404, 200)
    assert client.post(address).status_code in {403, 405}
