"""The banner, the page of alerts and their settings: for whom they are, and what they show."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from boards.models import Column
from reports.models import AlertSettings, BudgetAlert, Delivery, Recipient
from reports.services.notices import send_notice
from reports.words import Words
from teams.models import Team, User
from tests.factories import MembershipFactory
from tests.reports.paths import board_of, walk
from tests.reports.rows import ItemFactory, WorkLogFactory

FIRED = datetime(2026, 11, 16, tzinfo=UTC)
WINDOW = {"days": 7, "toil_share": 0.375, "burn_rate": 3.75, "coverage": 0.9, "effort_hours": 40.0}
FIGURES = {
    "denominator": "classified",
    "target_low": 0.05,
    "target_high": 0.1,
    "quarter": "2026-Q4",
    "budget_hours": 226.0,
    "used_hours": 171.0,
    "left_hours": 55.0,
    "pace_hours_a_week": 21.4,
    "lasting_pace_hours_a_week": 11.0,
    "runs_out_on": "2026-12-12",
    "windows": [WINDOW, {**WINDOW, "days": 1}],
    "threshold": 2.6,
}


def fired(team: Team, kind: str = "look_now", **fields: Any) -> BudgetAlert:
    given = {"fired_on": FIRED.date(), "fired_at": FIRED, "figures": FIGURES, **fields}
    return BudgetAlert.objects.create(team=team, kind=kind, **given)


@pytest.fixture
def column(team: Team) -> Column:
    column = board_of(team)[1][1]
    walk((FIRED, column), assignee=MembershipFactory(team=team).person)
    return column


@pytest.mark.parametrize("address", ["/t/sre/", "/t/sre/b/{board}/"])
def test_the_board_and_the_team_page_show_the_most_urgent_alert(
    client: Client, team: Team, mallory: User, bob: User, column: Column, address: str
) -> None:
    address = address.format(board=column.board.slug)
    fired(team, "plan")
    fired(team)
    client.force_login(mallory)

    shown = client.get(address).content.decode()

    assert "<b>Look now.</b>" in shown
    assert "In the last 7 days toil was 37.5 % of classified work" in shown
    assert "See the budget and 1 more alert" in shown
    assert "Put aside" in shown

    client.force_login(bob)
    looked_at = client.get(address).content.decode()

    assert "<b>Look now.</b>" in looked_at
    assert "Put aside" not in looked_at


def test_what_is_put_aside_or_has_cleared_is_not_shown(client: Client, team: Team, bob: User, column: Column) -> None:
    fired(team, seen_at=FIRED)
    fired(team, "plan", cleared_at=FIRED)
    client.force_login(bob)

    assert "alert-banner" not in client.get("/t/sre/").content.decode()


def test_putting_aside_leads_to_the_list_where_it_stays(client: Client, team: Team, mallory: User) -> None:
    alert = fired(team)
    client.force_login(mallory)

    answer = client.post("/t/sre/alerts/seen/", follow=True)

    alert.refresh_from_db()
    assert answer.redirect_chain == [("/t/sre/alerts/", 302)]
    assert alert.seen_by == mallory.person
    page = answer.content.decode()
    assert "put aside by Mallory" in page
    assert "stands" in page


def test_a_script_that_puts_aside_gets_nothing_to_show(client: Client, team: Team, mallory: User) -> None:
    fired(team)
    client.force_login(mallory)

    answer = client.post("/t/sre/alerts/seen/", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.content) == (200, b"")


def test_the_page_lists_what_fired_and_how_the_budget_stands(client: Client, team: Team, bob: User) -> None:
    column = board_of(team)[1][1]
    person = MembershipFactory(team=team).person
    now = datetime.now(UTC)
    for days in range(1, 4):
        item = ItemFactory(column=column, classification="toil", archived_at=now)
        start = now - timedelta(days=days, hours=2)
        WorkLogFactory(item=item, person=person, started_at=start, ended_at=start + timedelta(hours=8))
    fired(team, cleared_at=FIRED + timedelta(days=3))
    low = {**FIGURES, "windows": [{**WINDOW, "toil_share": 0.01, "coverage": 0.3}] * 2, "threshold": None}
    fired(team, "low_side", figures=low)
    client.force_login(bob)

    page = client.get("/t/sre/alerts/").content.decode()

    assert "are used" in page
    assert "2.60× in both" in page
    assert page.count("fires</span>") == 3
    assert "cleared 19 Nov 2026" in page
    assert "Toil may be unrecorded" in page
    assert "only 30 % of the working time is explained" in page
    assert "/settings/alerts/" not in page


def test_a_team_without_anything_is_told_when_an_alert_comes(client: Client, team: Team, bob: User) -> None:
    client.force_login(bob)

    page = client.get("/t/sre/alerts/").content.decode()

    assert "No alert so far" in page
    assert "No budget yet" in page


def test_more_alerts_cost_no_more_queries(client: Client, team: Team, bob: User) -> None:
    client.force_login(bob)
    fired(team, cleared_at=FIRED, seen_by=bob.person, seen_at=FIRED)
    client.get("/t/sre/alerts/")
    with CaptureQueriesContext(connection) as few:
        client.get("/t/sre/alerts/")
    for _ in range(60):
        fired(team, cleared_at=FIRED, seen_by=bob.person, seen_at=FIRED)

    with CaptureQueriesContext(connection) as many:
        page = client.get("/t/sre/alerts/").content.decode()

    assert len(many) == len(few)
    assert 'href="?page=2"' in page
    assert client.get("/t/sre/alerts/?page=2").content.decode().count("Look now</b>") == 11


def test_an_owner_reads_a_mail_that_was_only_kept_and_sends_it_again(
    client: Client, team: Team, alice: User, mallory: User, charlie: User
) -> None:
    Recipient.objects.create(team=team, email="lead@example.com", created_at=FIRED)
    words = Words(subject="Look now", headline="<b>Toil</b> burns", paragraphs=[], link_text="Open", url="http://x/")
    send_notice(team=team, kind="budget.alert", key="1", write=lambda: words, data={}, at=FIRED)
    Delivery.objects.update(state="kept")
    address = f"/t/sre/alerts/deliveries/{Delivery.objects.get().pk}/"

    assert client.get(address + "mail/").status_code == 302
    for user, status in ((charlie, 404), (mallory, 403)):
        client.force_login(user)
        assert (client.get(address + "mail/").status_code, client.post(address).status_code) == (status, status)
    assert "lead@example.com" not in client.get("/t/sre/alerts/", follow=True).content.decode()
    client.force_login(alice)
    page, mail = client.get("/t/sre/alerts/").content.decode(), client.get(address + "mail/")
    assert (client.get(address).status_code, client.post(address + "mail/").status_code) == (405, 405)
    sent, twice = client.post(address), client.post(address, follow=True)

    assert f'href="{address}mail/"' in page
    assert "lead@example.com" in page
    assert "&lt;b&gt;Toil&lt;/b&gt; burns" in mail.content.decode()
    assert "unsubscribe.invalid" not in mail.content.decode()
    assert "sandbox" in mail["Content-Security-Policy"]
    assert sent["Location"] == "/t/sre/alerts/"
    assert "it is not sent twice" in twice.content.decode()
    assert Delivery.objects.get().state == "queued"


@pytest.mark.parametrize(
    ("method", "address", "roles"),
    [
        ("get", "/t/sre/alerts/", {"bob": 200, "mallory": 200, "alice": 200}),
        ("post", "/t/sre/alerts/seen/", {"bob": 403, "mallory": 302, "alice": 302}),
        ("get", "/t/sre/settings/alerts/", {"bob": 403, "mallory": 403, "alice": 200}),
        ("post", "/t/sre/settings/alerts/change/", {"bob": 403, "mallory": 403, "alice": 302}),
    ],
)
def test_who_may_look_and_who_may_change(
    client: Client, request: pytest.FixtureRequest, team: Team, method: str, address: str, roles: dict[str, int]
) -> None:
    anonymous = getattr(client, method)(address)
    assert (anonymous.status_code, "/accounts/login/" in anonymous["Location"]) == (302, True)
    for name, status in {**roles, "charlie": 404}.items():
        client.force_login(request.getfixturevalue(name))
        assert getattr(client, method)(address).status_code == status
    wrong = client.post if method == "get" else client.get
    assert wrong(address).status_code == 405


def test_an_owner_sets_the_quiet_hours(client: Client, team: Team, alice: User) -> None:
    client.force_login(alice)
    shown = client.get("/t/sre/settings/alerts/").content.decode()

    client.post("/t/sre/settings/alerts/change/", {"is_on": "on", "quiet_from": "18:30", "quiet_until": "07:00"})

    settings = AlertSettings.objects.get()
    assert 'value="20:00"' in shown
    assert (settings.is_on, settings.quiet_from, settings.quiet_until) == (True, time(18, 30), time(7))


def test_half_of_the_quiet_hours_is_refused_in_the_form(client: Client, team: Team, alice: User) -> None:
    client.force_login(alice)

    answer = client.post("/t/sre/settings/alerts/change/", {"is_on": "on", "quiet_from": "18:30"})

    assert answer.status_code == 422
    assert "Quiet hours need a beginning and an end" in answer.content.decode()
    assert not AlertSettings.objects.filter(quiet_from=time(18, 30)).exists()


def test_a_budget_that_is_not_watched_says_so(client: Client, team: Team, alice: User) -> None:
    client.force_login(alice)
    client.post("/t/sre/settings/alerts/change/", {"quiet_from": "", "quiet_until": ""})

    assert "is not watched" in client.get("/t/sre/alerts/").content.decode()
