"""What Prometheus is told about a team, to whom, and whether the examples in the docs ask for what there is."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from boards.models import Item
from teams.models import Team
from tests.factories import ApiTokenFactory, MembershipFactory, TeamFactory
from tests.reports.paths import board_of, walk
from tests.reports.rows import ItemFactory, WorkLogFactory

DOCS = Path(settings.BASE_DIR) / "docs"
BEARER = {"authorization": "Bearer tt_reads"}
NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(autouse=True)
def on_a_monday(db: None) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def team_at_work(team: Team) -> Team:
    """A team that logged an hour of toil and seven of engineering on each working day of two weeks."""
    ApiTokenFactory(team=team, secret="tt_reads", scope="read")
    person = MembershipFactory(team=team).person
    _, [_, active, waiting, _] = board_of(team)
    for number in range(14):
        start = datetime(2026, 11, 2, 9, tzinfo=UTC) + timedelta(days=number)
        if start.weekday() < 5:
            toil, engineering = (
                ItemFactory(column=active, classification=name, archived_at=NOON) for name in ("toil", "engineering")
            )
            WorkLogFactory(item=toil, person=person, started_at=start)
            WorkLogFactory(
                item=engineering,
                person=person,
                started_at=start + timedelta(hours=1),
                ended_at=start + timedelta(hours=8),
            )
    walk((NOON - timedelta(days=2), active), classification="toil")
    walk((NOON - timedelta(days=3), waiting))
    return team


def samples(client: Client, **headers: str) -> Samples:
    text = client.get("/metrics", headers=headers).content.decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def of(found: Samples, name: str, **labels: str) -> float | None:
    return found.get((f"toiltracker_team_{name}", frozenset({"team": "sre", **labels}.items())))


def test_a_token_is_told_the_figures_of_its_team(client: Client, team_at_work: Team) -> None:
    found = samples(client, **BEARER)

    assert of(found, "toil_share", window="14d") == 0.125
    assert of(found, "toil_share_low", window="7d") == 0.125
    assert of(found, "toil_share_high", window="7d") == 0.125
    assert of(found, "coverage", window="7d") == 1.0
    assert of(found, "effort_hours", window="7d", **{"class": "engineering"}) == 35.0
    assert of(found, "verdict", window="7d", verdict="above") == 1.0
    assert of(found, "verdict", window="7d", verdict="within") == 0.0
    assert of(found, "verdict_certain", window="7d") == 1.0
    assert of(found, "burn_rate", window="7d") == pytest.approx(1.25)
    assert of(found, "burn_rate", window="quarter") == pytest.approx(1.25)
    assert of(found, "burn_rate_threshold", alert="look_now") == 2.6
    assert of(found, "alert_condition", alert="reduce_first") == 0.0
    assert of(found, "budget_used_hours") == 10.0
    assert of(found, "budget_left_hours") == pytest.approx((of(found, "budget_hours") or 0) - 10.0)
    assert of(found, "wip_items", stage="active", **{"class": "toil"}) == 1.0
    assert of(found, "wip_items", stage="waiting", **{"class": "unclassified"}) == 1.0
    assert of(found, "oldest_work_seconds") == 2 * 86_400
    assert of(found, "unclassified_items") == 1.0
    # Sunday had no effort, so there is no share to tell.
    assert of(found, "toil_share", window="1d") is None
    assert of(found, "verdict", window="1d", verdict="no_data") == 1.0


def test_without_a_token_no_team_is_told_of(client: Client, team_at_work: Team) -> None:
    assert not [name for name, _ in samples(client) if "team" in name]


def test_a_token_is_told_of_no_other_team(client: Client, team_at_work: Team) -> None:
    TeamFactory(slug="others")

    teams = {dict(labels)["team"] for name, labels in samples(client, **BEARER) if name.startswith("toiltracker_team_")}

    assert teams == {"sre"}


def test_a_bad_token_is_refused(client: Client, team_at_work: Team) -> None:
    answer = client.get("/metrics", headers={"authorization": "Bearer tt_wrong"})

    assert answer.status_code == 401
    assert b"not valid" in answer.content
    assert answer["Cache-Control"] == "no-store"


def test_a_team_without_anything_is_told_of_without_shares(client: Client, team: Team) -> None:
    ApiTokenFactory(team=team, secret="tt_reads", scope="read")

    found = samples(client, **BEARER)

    assert of(found, "toil_share", window="28d") is None
    assert of(found, "budget_hours") == 0.0
    assert of(found, "oldest_work_seconds") is None


def test_more_items_cost_no_more_queries(client: Client, team_at_work: Team) -> None:
    client.get("/metrics", headers=BEARER)
    with CaptureQueriesContext(connection) as few:
        client.get("/metrics", headers=BEARER)
    column = Item.objects.filter(archived_at__isnull=True)[0].column
    for day in range(1, 10):
        walk((datetime(2026, 11, day, tzinfo=UTC), column), classification="overhead")

    with CaptureQueriesContext(connection) as many:
        client.get("/metrics", headers=BEARER)

    assert len(many) == len(few)


def test_the_dashboard_the_rules_and_the_page_name_what_there_is(client: Client, team_at_work: Team) -> None:
    told = {name for name, _ in samples(client, **BEARER)}
    histogram = {"toiltracker_request_seconds"}

    dashboard = json.loads((DOCS / "grafana-dashboard.json").read_text())
    expressions = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked = {name for text in expressions for name in re.findall(r"toiltracker_\w+", text)}
    ruled = set(re.findall(r"toiltracker_\w+", (DOCS / "alert-rules.yml").read_text()))
    documented = set(re.findall(r"toiltracker_\w+", (DOCS / "metrics.md").read_text()))

    assert len(asked) > 10
    assert asked <= told
    assert ruled <= told
    assert documented - told <= histogram
    assert {name for name in told if name.startswith("toiltracker_team_")} <= documented
