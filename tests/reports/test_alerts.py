"""Budget alerts: what fires, once, what clears, who is told and when."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection

from boards.models import Column
from reports.alerting import standing_alerts, teams_to_evaluate
from reports.models import AlertSettings, BudgetAlert, Channel, Delivery, Notice, Recipient
from reports.pages.alerts import banner_of
from reports.services.alerts import InvalidQuietHoursError, evaluate_alerts, mark_alerts_seen, set_alert_settings
from reports.tasks import tick
from teams.actors import SYSTEM, actor_of
from teams.models import Calendar, Person, Team, User
from tests.factories import MembershipFactory, TeamFactory
from tests.reports.paths import board_of
from tests.reports.rows import ItemFactory, WorkLogFactory

MIDNIGHT = datetime(2026, 11, 16, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


@pytest.fixture
def column(team: Team) -> Column:
    return board_of(team)[1][1]


@pytest.fixture
def engineer(team: Team) -> Person:
    person: Person = MembershipFactory(team=team).person
    return person


@pytest.fixture
def burning(team: Team, column: Column, engineer: Person) -> Team:
    """A team whose last week was a third toil, its last day too; a Monday begins."""
    for day in range(1, 8):
        log(column, engineer, MIDNIGHT - day * ONE_DAY, toil=3, engineering=5)
    return team


def log(column: Column, person: Person, day: datetime, *, toil: float = 0, engineering: float = 0) -> None:
    start = day + timedelta(hours=9)
    for classification, hours in (("toil", toil), ("engineering", engineering)):
        if hours:
            item = ItemFactory(column=column, classification=classification)
            end = start + timedelta(hours=hours)
            WorkLogFactory(item=item, person=person, started_at=start, ended_at=end)
            start = end


def kinds(alerts: list[BudgetAlert]) -> list[str]:
    return [alert.kind for alert in alerts]


def test_an_alert_fires_once_and_again_only_after_it_has_cleared(
    burning: Team, column: Column, engineer: Person
) -> None:
    first = evaluate_alerts(team=burning, at=MIDNIGHT)
    again = evaluate_alerts(team=burning, at=MIDNIGHT + timedelta(hours=3))
    log(column, engineer, MIDNIGHT, toil=8)
    next_day = evaluate_alerts(team=burning, at=MIDNIGHT + ONE_DAY)

    assert kinds(first) == ["look_now", "plan", "reduce_first"]
    assert (again, next_day) == ([], [])
    assert kinds(standing_alerts(burning)) == ["look_now", "plan", "reduce_first"]

    log(column, engineer, MIDNIGHT + ONE_DAY, engineering=8)
    evaluate_alerts(team=burning, at=MIDNIGHT + 2 * ONE_DAY)

    assert kinds(standing_alerts(burning)) == ["plan", "reduce_first"]
    cleared = BudgetAlert.objects.get(cleared_at__isnull=False)
    assert (cleared.kind, cleared.cleared_at) == ("look_now", MIDNIGHT + 2 * ONE_DAY)

    for day in range(2, 5):
        log(column, engineer, MIDNIGHT + day * ONE_DAY, toil=8)
    fired = evaluate_alerts(team=burning, at=MIDNIGHT + 5 * ONE_DAY)

    assert kinds(fired) == ["look_now"]
    assert BudgetAlert.objects.filter(kind="look_now").count() == 2


def test_an_alert_keeps_what_it_fired_on(burning: Team) -> None:
    [alert, *_] = evaluate_alerts(team=burning, at=MIDNIGHT)

    assert (alert.fired_on, alert.fired_at) == (date(2026, 11, 16), MIDNIGHT)
    long, short = alert.figures["windows"]
    assert (long["days"], long["toil_share"], long["burn_rate"]) == (7, 0.375, pytest.approx(3.75))
    assert (short["days"], short["effort_hours"]) == (1, 8.0)
    assert alert.figures["threshold"] == 2.6
    assert alert.figures["used_hours"] == 21.0
    assert alert.figures["quarter"] == "2026-Q4"


def test_what_fires_at_one_midnight_is_told_in_one_mail_to_each(burning: Team) -> None:
    for name in ("lead", "second"):
        Recipient.objects.create(team=burning, email=f"{name}@example.com", created_at=MIDNIGHT)
    Recipient.objects.create(team=burning, email="never@example.com", created_at=MIDNIGHT, gets_alerts=False)

    evaluate_alerts(team=burning, at=MIDNIGHT)

    mails = Delivery.objects.order_by("address")
    assert [mail.address for mail in mails] == ["lead@example.com", "second@example.com"]
    letter = mails[0].letter
    assert letter is not None
    assert letter.subject == "SRE: the toil budget burns 3.8× as fast as it lasts, look now"
    assert "In the last 7 days toil was 37.5 % of classified work" in letter.text
    assert "3.8 times what the budget has room for; yesterday 3.8 times." in letter.text.replace("\n", " ")
    assert "in the last 3 days 3.8 times." in letter.text.replace("\n", " ")
    assert "37.5 % toil share, yesterday" in letter.text
    assert "Take it into planning" in letter.text
    assert "21 h are used" in letter.text.replace("\n", " ")
    assert "/t/sre/" in letter.text


def test_channels_are_told_too(burning: Team, settings) -> None:
    Channel.objects.create(team=burning, kind="webhook", name="Pager", created_at=MIDNIGHT)

    evaluate_alerts(team=burning, at=MIDNIGHT)

    body = json.loads(Delivery.objects.get().body)
    assert body["type"] == "budget.alert"
    assert (body["data"]["team"], body["data"]["day"]) == ("sre", "2026-11-16")
    assert [alert["kind"] for alert in body["data"]["alerts"]] == ["look_now", "plan", "reduce_first"]
    assert body["data"]["alerts"][0]["windows"][0]["toil_share"] == 0.375


def test_nobody_is_told_in_quiet_hours(burning: Team, settings) -> None:
    settings.IS_MAIL_SENT = True
    Recipient.objects.create(team=burning, email="lead@example.com", created_at=MIDNIGHT)

    evaluate_alerts(team=burning, at=MIDNIGHT)

    assert Delivery.objects.get().next_attempt_at == MIDNIGHT + timedelta(hours=8)


def test_without_quiet_hours_it_is_told_at_once(burning: Team, settings) -> None:
    settings.IS_MAIL_SENT = True
    Recipient.objects.create(team=burning, email="lead@example.com", created_at=MIDNIGHT)
    set_alert_settings(team=burning, is_on=True, quiet_from=None, quiet_until=None, by=SYSTEM, at=MIDNIGHT)

    evaluate_alerts(team=burning, at=MIDNIGHT)

    assert Delivery.objects.get().next_attempt_at == MIDNIGHT


def test_quiet_hours_need_both_ends(team: Team) -> None:
    with pytest.raises(InvalidQuietHoursError) as refused:
        set_alert_settings(team=team, is_on=True, quiet_from=time(20), quiet_until=None, by=SYSTEM, at=MIDNIGHT)

    assert list(refused.value.fields) == ["quiet_until"]
    assert not AlertSettings.objects.exists()


def test_a_budget_that_is_not_watched_fires_nothing_and_clears(burning: Team) -> None:
    evaluate_alerts(team=burning, at=MIDNIGHT)

    set_alert_settings(team=burning, is_on=False, quiet_from=None, quiet_until=None, by=SYSTEM, at=MIDNIGHT + ONE_DAY)
    off = evaluate_alerts(team=burning, at=MIDNIGHT + 2 * ONE_DAY)

    assert standing_alerts(burning) == []
    assert off == []
    assert teams_to_evaluate(MIDNIGHT + 2 * ONE_DAY) == []

    set_alert_settings(team=burning, is_on=True, quiet_from=None, quiet_until=None, by=SYSTEM, at=MIDNIGHT)

    assert teams_to_evaluate(MIDNIGHT) == [burning.pk]
    assert kinds(evaluate_alerts(team=burning, at=MIDNIGHT))[0] == "look_now"


def test_each_team_is_looked_at_once_after_its_own_midnight(team: Team) -> None:
    Calendar.objects.filter(team=team).update(timezone="Asia/Tokyo")
    other = TeamFactory()
    noon = MIDNIGHT - timedelta(hours=12)
    for each in Team.objects.all():
        evaluate_alerts(team=each, at=noon)

    assert teams_to_evaluate(noon) == []
    assert teams_to_evaluate(MIDNIGHT - timedelta(hours=9)) == [team.pk]
    assert teams_to_evaluate(MIDNIGHT) == [team.pk, other.pk]


def test_a_team_that_moves_its_zone_to_the_west_is_not_looked_at_twice_on_one_day(team: Team) -> None:
    Calendar.objects.filter(team=team).update(timezone="Asia/Tokyo")
    evaluate_alerts(team=Team.objects.get(), at=MIDNIGHT - timedelta(hours=9))

    Calendar.objects.filter(team=team).update(timezone="America/Los_Angeles")

    assert teams_to_evaluate(MIDNIGHT + timedelta(hours=7)) == []
    assert teams_to_evaluate(MIDNIGHT + timedelta(hours=32)) == [team.pk]


def test_a_zone_that_is_not_known_keeps_no_other_team_from_its_alerts(burning: Team) -> None:
    strange = TeamFactory()
    Calendar.objects.filter(team=strange).update(timezone="Mars/Olympus")

    assert teams_to_evaluate(MIDNIGHT) == [burning.pk]


def test_beat_has_every_budget_looked_at_once(burning: Team) -> None:
    with time_machine.travel(MIDNIGHT, tick=False):
        tick()
        tick()

    assert kinds(standing_alerts(burning)) == ["look_now", "plan", "reduce_first"]
    assert Notice.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_budget_is_computed_before_anything_is_locked(burning: Team) -> None:
    locked = []

    def watch(execute, sql, params, many, context):
        if connection.in_atomic_block:
            locked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        fired = evaluate_alerts(team=burning, at=MIDNIGHT)

    assert kinds(fired) == ["look_now", "plan", "reduce_first"]
    assert any("budgetalert" in sql for sql in locked)
    assert not [sql for sql in locked if "boards_worklog" in sql]


def test_a_look_that_breaks_off_leaves_nothing_behind(burning: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**given: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr("reports.services.alerts.send_notice", broken)
        with pytest.raises(ConnectionError):
            evaluate_alerts(team=burning, at=MIDNIGHT)

    assert not BudgetAlert.objects.exists()
    assert teams_to_evaluate(MIDNIGHT) == [burning.pk]
    assert len(evaluate_alerts(team=burning, at=MIDNIGHT)) == 3


def test_the_low_side_says_that_toil_may_be_unrecorded(team: Team, column: Column, engineer: Person) -> None:
    Recipient.objects.create(team=team, email="lead@example.com", created_at=MIDNIGHT)
    for day in range(1, 15):
        log(column, engineer, MIDNIGHT - day * ONE_DAY, engineering=2)

    fired = evaluate_alerts(team=team, at=MIDNIGHT)

    letter = Delivery.objects.get().letter
    assert kinds(fired) == ["low_side"]
    assert letter is not None
    assert letter.subject == "SRE: toil may be unrecorded"
    text = letter.text.replace("\n", " ")
    assert "Toil was 0.0 % and 0.0 % of classified work in the last two weeks, below the 5–10 % target" in text
    assert "only 25 % of the working time is explained" in text


def test_who_has_seen_an_alert_takes_it_off_the_pages_for_everybody(burning: Team, mallory: User) -> None:
    [alert, *_] = evaluate_alerts(team=burning, at=MIDNIGHT)

    first = mark_alerts_seen(team=burning, by=actor_of(mallory), at=MIDNIGHT + ONE_DAY)
    again = mark_alerts_seen(team=burning, by=SYSTEM, at=MIDNIGHT + 2 * ONE_DAY)

    alert.refresh_from_db()
    assert (first, again) == (3, 0)
    assert (alert.seen_by, alert.seen_at) == (mallory.person, MIDNIGHT + ONE_DAY)
    assert alert.is_standing
    assert banner_of(burning) is None


@pytest.fixture(autouse=True)
def at_midnight() -> Iterator[None]:
    with time_machine.travel(MIDNIGHT, tick=False):
        yield
