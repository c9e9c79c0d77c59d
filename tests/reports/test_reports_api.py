"""`teams/{slug}/reports/`: weekly reports over the API."""

from datetime import timedelta

import pytest
import time_machine
from rest_framework.test import APIClient

from reports.models import DeliveryState, WeeklyReport
from reports.periods import Week
from tests.factories import ApiTokenFactory
from tests.reports.kept import MONDAY_W47, DeliveryFactory, RecipientFactory, ReportFactory, RevisionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

REPORTS = "/api/v1/teams/sre/reports/"


@pytest.fixture
def monday():
    with time_machine.travel(MONDAY_W47, tick=False):
        yield


def test_a_past_week_is_built_now_and_kept(api, team):
    RecipientFactory(team=team, email="lead@example.com")

    first = api.post(REPORTS, {"week": "2026-W46", "send": False}, format="json")
    with time_machine.travel(MONDAY_W47 + timedelta(minutes=1), tick=False):
        second = api.post(REPORTS, {"week": "2026-W46"}, format="json")

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json()["week"] == "2026-W46"
    assert first.json()["built_at"] == "2026-11-16T08:00:00Z"
    assert first.json()["deliveries"] == []


def test_the_figures_are_as_toil_gives_them(api, team):
    report = api.post(REPORTS, {"week": "2026-W46"}, format="json").json()

    toil = api.get("/api/v1/teams/sre/toil/?start=2026-11-09&end=2026-11-16").json()
    assert report["figures"] == toil


def test_a_report_is_sent_when_asked_for(api, team):
    RecipientFactory(team=team, email="lead@example.com")

    answer = api.post(REPORTS, {"week": "2026-W46", "send": True}, format="json").json()

    expected = {"recipient": "lead@example.com", "way": "mail", "state": "kept", "at": "2026-11-16T08:00:00Z"}
    assert answer["deliveries"] == [expected]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"week": "2026-W47"}, "week"),
        ({"week": "2026-W48"}, "week"),
        ({"week": "2026-W54"}, "week"),
        ({"week": "46"}, "week"),
        ({"week": None}, "week"),
        ({"week": ["2026-W46"]}, "week"),
        ({}, "week"),
        ({"week": "2026-W46", "send": "maybe"}, "send"),
    ],
)
def test_what_cannot_be_built_is_refused_with_a_sentence(api, body, field):
    answer = api.post(REPORTS, body, format="json")

    assert answer.status_code == 422
    assert field in answer.json()["error"]["fields"]
    assert not WeeklyReport.objects.exists()


def test_reports_are_listed_with_what_became_of_them(api, team):
    report = ReportFactory(team=team)
    ReportFactory(team=team, of=Week(2026, 45))
    RevisionFactory(report=report)
    DeliveryFactory(report=report, recipient__email="lead@example.com", state=DeliveryState.SENT)
    DeliveryFactory(report=report, is_test=True)

    answer = api.get(REPORTS).json()

    newest = answer["results"][0]
    assert [entry["week"] for entry in answer["results"]] == ["2026-W46", "2026-W45"]
    assert newest["revisions"][0]["causes"] == {"reclassified": 3}
    assert newest["revisions"][0]["figures"]["toil_share"] == 0.096
    assert [(entry["recipient"], entry["state"]) for entry in newest["deliveries"]] == [("lead@example.com", "sent")]


def test_a_week_is_found_by_its_name(api, team):
    ReportFactory(team=team)

    assert api.get(f"{REPORTS}2026-W46/").json()["week"] == "2026-W46"
    assert api.get(f"{REPORTS}2026-W45/").status_code == 404
    assert api.get(f"{REPORTS}nonsense/").status_code == 404


def test_more_reports_cost_no_more_queries(api, team, django_assert_max_num_queries):
    for index in range(6):
        DeliveryFactory(report=ReportFactory(team=team, of=Week(2026, 40 + index)))

    with django_assert_max_num_queries(6):
        assert len(api.get(REPORTS).json()["results"]) == 6


def test_a_read_token_reads_and_builds_nothing(team):
    ApiTokenFactory(team=team, secret="tt_reader", scope="read")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Bearer tt_reader")

    assert client.get(REPORTS).status_code == 200
    assert client.post(REPORTS, {"week": "2026-W46"}, format="json").status_code == 403


def test_strangers_find_nothing_and_viewers_build_nothing(bob, charlie):
    client = APIClient()

    assert client.get(REPORTS).status_code == 401
    client.force_login(bob)
    assert client.get(REPORTS).status_code == 200
    assert client.post(REPORTS, {"week": "2026-W46"}, format="json").status_code == 403
    client.force_login(charlie)
    assert client.get(REPORTS).status_code == 404
    assert client.post(REPORTS, {"week": "2026-W46"}, format="json").status_code == 404


def test_the_same_key_builds_and_sends_once(api, team):
    RecipientFactory(team=team)
    body, key = {"week": "2026-W46", "send": True}, {"HTTP_IDEMPOTENCY_KEY": "monday"}

    first = api.post(REPORTS, body, format="json", **key)
    with time_machine.travel(MONDAY_W47 + timedelta(minutes=1), tick=False):
        second = api.post(REPORTS, body, format="json", **key)

    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.json() == second.json()
