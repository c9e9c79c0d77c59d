"""A week's report is built once, kept as it was, and made to be mailed."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.core.cache import cache

from boards.ageing import UsualDays
from boards.models import Change, Classification, Item, Stay
from reports.budget_queries import budget_of_team
from reports.figures import toil_figures
from reports.mailing.facts import Section
from reports.models import Delivery, DeliveryState, ReportRevision, WeeklyReport
from reports.periods import Week
from reports.queries import toil_of_team
from reports.services.choices import InvalidChoiceError, change_report_choices
from reports.services.recipients import unsubscribe
from reports.services.reports import (
    WeekNotOverError,
    build_due_reports,
    build_report,
    preview_report,
    release_report,
    send_test,
)
from reports.tasks import tick
from reports.weekly import teams_with_due_reports
from teams.actors import SYSTEM
from teams.models import Team
from tests.factories import CalendarFactory, MembershipFactory, TeamFactory, ToilTypeFactory
from tests.reports.kept import MONDAY_W47, RecipientFactory, ReportFactory
from tests.reports.rows import BoardFactory, ColumnFactory, ItemFactory, StayFactory

pytestmark = pytest.mark.django_db

W45, W46, W47 = Week(2026, 45), Week(2026, 46), Week(2026, 47)
CREATED = datetime(2026, 11, 10, tzinfo=UTC)


@pytest.fixture
def sre() -> Team:
    """A team created in W46, whose report goes to two."""
    team = TeamFactory(slug="sre", name="SRE", created_at=CREATED)
    for name in ("boss", "lead"):
        RecipientFactory(team=team, email=f"{name}@example.com")
    return team


def work(team: Team, day: int, hours: int, classification: str, **fields: object) -> Stay:
    """Let somebody of the team work on an item of a class on a day of November, from nine on."""
    member = MembershipFactory(team=team)
    board = BoardFactory(team=team)
    started_at = datetime(2026, 11, day, 9, tzinfo=UTC)
    item = ItemFactory(
        column=ColumnFactory(board=board), classification=classification, assignee=member.person, **fields
    )
    ended_at = started_at + timedelta(hours=hours)
    return StayFactory(item=item, assignee=member.person, started_at=started_at, ended_at=ended_at)


def test_the_kept_figures_are_those_of_the_api(sre: Team) -> None:
    work(sre, 10, 3, Classification.TOIL, service="postgres")
    work(sre, 11, 7, Classification.ENGINEERING)

    report = build_report(team=sre, week=W46, at=MONDAY_W47)

    api = toil_of_team(team=sre, start=W46.monday, end=W46.next_monday, at=MONDAY_W47)
    assert report.figures == toil_figures(api)
    assert report.figures["toil_share"] == pytest.approx(0.3)
    assert report.subject == "SRE: toil 30.0 %, above 5–10 % · W46"
    assert "Share = toil ÷ (toil + engineering + overhead)." in report.text


def test_a_report_tells_the_budget_as_it_stood_at_the_end_of_its_week(sre: Team) -> None:
    work(sre, 10, 3, Classification.TOIL)
    work(sre, 11, 7, Classification.ENGINEERING)
    work(sre, 17, 7, Classification.TOIL)
    then = budget_of_team(team=sre, at=MONDAY_W47).quarter

    report = build_report(team=sre, week=W46, at=MONDAY_W47 + timedelta(days=3))

    kept = report.facts["budget"]
    assert kept["left"] == pytest.approx(then.left)
    assert (kept["quarter"], kept["is_spent"], kept["runs_out_on"]) == (4, False, str(then.runs_out_on))
    assert "Q4 toil budget" in report.text


def test_a_report_without_any_budget_tells_none(sre: Team) -> None:
    work(sre, 10, 3, Classification.UNCLASSIFIED)

    report = build_report(team=sre, week=W46, at=MONDAY_W47)

    assert report.facts["budget"] is None
    assert "items finished" in report.text


def test_what_a_report_was_made_by_is_frozen_with_it(sre: Team) -> None:
    report = build_report(team=sre, week=W46, at=MONDAY_W47)

    assert (report.timezone, report.denominator, report.target_low, report.target_high) == (
        "UTC",
        "classified",
        0.05,
        0.1,
    )
    assert (report.start_at, report.end_at) == (
        datetime(2026, 11, 9, tzinfo=UTC),
        datetime(2026, 11, 16, tzinfo=UTC),
    )
    assert (report.formula_version, report.built_at, report.language) == (1, MONDAY_W47, "en")


def test_a_report_that_is_kept_does_not_change(sre: Team) -> None:
    stay = work(sre, 10, 3, Classification.TOIL)
    first = build_report(team=sre, week=W46, at=MONDAY_W47)
    stay.delete()

    second = build_report(team=sre, week=W46, at=MONDAY_W47 + timedelta(days=1))

    assert second.pk == first.pk
    assert WeeklyReport.objects.get().text == first.text


@pytest.mark.parametrize("week", [W47, Week(2026, 48), Week(2030, 1)])
def test_a_week_that_is_not_over_has_no_report(sre: Team, week: Week) -> None:
    with pytest.raises(WeekNotOverError, match=f"The week {week} is not over yet"):
        build_report(team=sre, week=week, at=MONDAY_W47)

    assert not WeeklyReport.objects.exists()


def test_a_week_before_the_team_was_created_can_be_built_by_hand(sre: Team) -> None:
    assert build_report(team=sre, week=Week(2025, 1), at=MONDAY_W47).figures["verdict"] == "no_data"


def test_a_preview_keeps_nothing(sre: Team) -> None:
    report = preview_report(team=sre, week=W46, at=MONDAY_W47)

    assert report.subject == "SRE: nothing recorded in W46"
    assert not WeeklyReport.objects.exists()


def test_a_released_report_has_a_delivery_for_each_recipient(sre: Team, settings) -> None:
    settings.IS_MAIL_SENT = True
    report = build_report(team=sre, week=W46, at=MONDAY_W47)
    unsubscribe(recipient=sre.recipients.get(email="boss@example.com"), at=MONDAY_W47)

    first = release_report(report=report, at=MONDAY_W47)
    RecipientFactory(team=sre, email="new@example.com")
    second = release_report(report=report, at=MONDAY_W47)

    assert [delivery.address for delivery in first] == ["lead@example.com"]
    assert [delivery.address for delivery in second] == ["new@example.com"]
    assert {delivery.state for delivery in Delivery.objects.all()} == {DeliveryState.QUEUED}


def test_without_a_mail_server_the_mail_is_kept(sre: Team) -> None:
    report = build_report(team=sre, week=W46, at=MONDAY_W47)

    deliveries = release_report(report=report, at=MONDAY_W47)

    assert [delivery.state for delivery in deliveries] == [DeliveryState.KEPT] * 2


def test_reports_begin_with_the_week_in_which_the_team_was_created(sre: Team) -> None:
    reports = build_due_reports(team=sre, at=MONDAY_W47 + timedelta(weeks=1))

    assert [report.week for report in reports] == ["2026-W46", "2026-W47"]


def test_a_long_sleep_is_made_up_for_and_only_the_last_four_weeks_are_mailed(sre: Team) -> None:
    reports = build_due_reports(team=sre, at=MONDAY_W47 + timedelta(weeks=6, hours=1))

    mailed = Delivery.objects.order_by("id").values_list("report__week", flat=True).distinct()
    assert [report.week for report in reports] == [str(W46.shifted(index)) for index in range(7)]
    assert list(dict.fromkeys(mailed)) == ["2026-W49", "2026-W50", "2026-W51", "2026-W52"]


def test_building_what_is_due_again_does_nothing(sre: Team) -> None:
    build_due_reports(team=sre, at=MONDAY_W47)

    again = build_due_reports(team=sre, at=MONDAY_W47 + timedelta(hours=1))

    assert again == []
    assert WeeklyReport.objects.count() == 1
    assert Delivery.objects.count() == 2


def test_a_report_built_by_hand_is_still_mailed_when_it_is_due(sre: Team) -> None:
    before = MONDAY_W47 - timedelta(hours=2)
    by_hand = build_report(team=sre, week=W46, at=before)

    reports = build_due_reports(team=sre, at=MONDAY_W47)

    assert reports == [by_hand]
    assert Delivery.objects.filter(report=by_hand).count() == 2


def test_due_teams_are_found_in_their_own_zones() -> None:
    tokyo = TeamFactory(created_at=CREATED, calendar=None)
    CalendarFactory(team=tokyo, timezone="Asia/Tokyo")
    berlin = TeamFactory(created_at=CREATED, calendar=None)
    CalendarFactory(team=berlin, timezone="Europe/Berlin")

    def due(hour: int, day: int = 16) -> list[int]:
        return teams_with_due_reports(datetime(2026, 11, day, hour, tzinfo=UTC))

    assert due(22, day=15) == []
    assert due(23, day=15) == [tokyo.pk]
    assert due(7) == [tokyo.pk, berlin.pk]


def test_a_team_in_an_unknown_zone_keeps_no_other_from_its_report(sre: Team) -> None:
    lost = TeamFactory(created_at=CREATED, calendar=None)
    CalendarFactory(team=lost, timezone="Mars/Olympus_Mons")

    assert teams_with_due_reports(MONDAY_W47) == [sre.pk]


def test_weeks_that_were_slept_through_are_due_though_the_latest_was_sent_by_hand() -> None:
    team = TeamFactory(created_at=MONDAY_W47 - timedelta(weeks=3))
    release_report(report=build_report(team=team, week=W46, at=MONDAY_W47), at=MONDAY_W47)

    before = teams_with_due_reports(MONDAY_W47)
    built = build_due_reports(team=team, at=MONDAY_W47)

    assert before == [team.pk]
    assert [report.week for report in built] == ["2026-W44", "2026-W45"]
    assert teams_with_due_reports(MONDAY_W47) == []


def test_looking_for_due_teams_takes_two_queries(django_assert_num_queries) -> None:
    for __ in range(5):
        ReportFactory(team__created_at=CREATED, released_at=MONDAY_W47)
    TeamFactory(created_at=CREATED)

    with django_assert_num_queries(2):
        assert len(teams_with_due_reports(MONDAY_W47)) == 1


def test_a_team_that_changes_its_report_day_gets_no_report_twice(sre: Team) -> None:
    build_due_reports(team=sre, at=MONDAY_W47)
    sre.report_weekday, sre.report_time = 4, time(12)
    sre.save()

    assert build_due_reports(team=sre, at=MONDAY_W47 + timedelta(days=4, hours=4)) == []


def test_a_test_mail_counts_as_nobodys_report(sre: Team) -> None:
    report = build_report(team=sre, week=W46, at=MONDAY_W47)
    send_test(report=report, address="lead@example.com", at=MONDAY_W47)
    send_test(report=report, address="stranger@example.com", at=MONDAY_W47)

    release_report(report=report, at=MONDAY_W47)

    assert Delivery.objects.filter(is_test=False).count() == 2
    assert Delivery.objects.filter(is_test=True).count() == 2
    assert not sre.recipients.subscribed().filter(email="stranger@example.com").exists()


def test_beat_has_what_is_due_built_and_delivered(sre: Team) -> None:
    with time_machine.travel(MONDAY_W47, tick=False):
        tick()
        tick()

    assert WeeklyReport.objects.get().week == "2026-W46"
    assert Delivery.objects.count() == 2


# What later edits make of a reported week


def reclassify(stay: Stay, to: str, at: datetime) -> None:
    item = stay.item
    Change.objects.create(
        item=item,
        field="classification",
        before=item.classification,
        after=to,
        at=at,
        recorded_at=at,
        via="page",
        version=2,
    )
    item.classification = to
    item.save()


def test_the_next_report_says_what_became_of_the_last(sre: Team) -> None:
    work(sre, 10, 2, Classification.TOIL)
    work(sre, 10, 8, Classification.ENGINEERING)
    late = [work(sre, day, 5, Classification.ENGINEERING) for day in (11, 12)]
    build_due_reports(team=sre, at=MONDAY_W47)
    for stay in late:
        reclassify(stay, Classification.TOIL, MONDAY_W47 + timedelta(days=1))

    [report] = build_due_reports(team=sre, at=MONDAY_W47 + timedelta(weeks=1))

    revision = ReportRevision.objects.get()
    assert "W46: 10.0 % is now 60.0 %, 2 items reclassified" in report.text
    assert "W46: 10.0 % is now 60.0 %, 2 items reclassified" in report.html
    assert revision.report.figures["toil_share"] == pytest.approx(0.1)
    assert revision.figures["toil_share"] == pytest.approx(0.6)
    assert (revision.causes, revision.told_in) == ({"reclassified": 2}, report)


def test_what_has_been_told_is_not_told_again(sre: Team) -> None:
    stay = work(sre, 10, 8, Classification.ENGINEERING)
    build_due_reports(team=sre, at=MONDAY_W47)
    reclassify(stay, Classification.TOIL, MONDAY_W47 + timedelta(days=1))
    build_due_reports(team=sre, at=MONDAY_W47 + timedelta(weeks=1))

    [report] = build_due_reports(team=sre, at=MONDAY_W47 + timedelta(weeks=2))

    assert "is now" not in report.text
    assert ReportRevision.objects.count() == 1


def test_a_change_that_nobody_can_see_in_the_share_is_stored_and_not_told(sre: Team) -> None:
    stay = work(sre, 10, 8, Classification.ENGINEERING)
    build_due_reports(team=sre, at=MONDAY_W47)
    stay.ended_at -= timedelta(hours=1)
    stay.save()

    [report] = build_due_reports(team=sre, at=MONDAY_W47 + timedelta(weeks=1))

    assert "is now" not in report.text
    assert ReportRevision.objects.get().told_in is None


def test_a_week_is_compared_by_the_target_and_denominator_it_was_reported_by(sre: Team) -> None:
    work(sre, 10, 2, Classification.TOIL)
    work(sre, 10, 6, Classification.UNCLASSIFIED)
    build_due_reports(team=sre, at=MONDAY_W47)
    sre.denominator, sre.target_high = "tracked", 0.5
    sre.save()

    build_due_reports(team=sre, at=MONDAY_W47 + timedelta(weeks=1))

    assert not ReportRevision.objects.exists()


def test_an_old_week_built_by_hand_tells_nothing_of_newer_ones(sre: Team) -> None:
    stay = work(sre, 10, 8, Classification.ENGINEERING)
    build_due_reports(team=sre, at=MONDAY_W47)
    reclassify(stay, Classification.TOIL, MONDAY_W47 + timedelta(days=1))

    build_report(team=sre, week=W45, at=MONDAY_W47 + timedelta(days=2))

    assert not ReportRevision.objects.exists()


def test_the_mail_says_what_recurs_what_has_no_class_and_what_stands_too_long(sre: Team) -> None:
    toil_type = ToilTypeFactory(team=sre, name="Disk full")
    for day in (2, 3, 10):
        work(sre, day, 4, Classification.TOIL, toil_type=toil_type)
    work(sre, 11, 3, Classification.UNCLASSIFIED, title="Nobody knows what this is")
    slow = ItemFactory(column=ColumnFactory(board=BoardFactory(team=sre)), title="Stands and stands")
    Item.objects.filter(pk=slow.pk).update(entered_column_at=MONDAY_W47 - timedelta(days=30), created_at=CREATED)
    cache.set(f"usual-days:{slow.board_id}", {slow.column_id: UsualDays(median=1.0, p85=4.0)})

    text = " ".join(build_report(team=sre, week=W46, at=MONDAY_W47).text.split())

    assert "Remove next: Disk full" in text
    assert "It takes 6 h a week." in text
    assert "4 h last week in 1 item · new" in text
    assert "1 item has no class" in text
    assert "Nobody knows what this is (3 h)" in text
    assert "Stands and stands (30 d, usual ≤ 4)" in text


def test_a_team_can_choose_silence_for_weeks_without_work(sre: Team) -> None:
    change_report_choices(team=sre, left_out=[Section.TREND], empty_weeks="none", by=SYSTEM)
    RecipientFactory(team=sre)

    [report] = build_due_reports(team=sre, at=MONDAY_W47)
    again = build_due_reports(team=sre, at=MONDAY_W47)

    report.refresh_from_db()
    assert (report.deliveries.count(), again) == (0, [])
    assert report.released_at == MONDAY_W47
    assert len(release_report(report=report, at=MONDAY_W47)) == 3


def test_a_week_without_work_has_a_short_mail_unless_silence_was_chosen(sre: Team) -> None:
    [report] = build_due_reports(team=sre, at=MONDAY_W47)

    assert report.deliveries.count() == 2
    assert "none of it stands on a card or in a log" not in report.text  # nobody is a member: there was no capacity
    assert "Nobody of the team had working time." in report.text
    assert len(report.html) < 15_000


def test_unclassified_work_alone_is_no_empty_week(sre: Team) -> None:
    work(sre, 10, 3, Classification.UNCLASSIFIED)
    change_report_choices(team=sre, left_out=[], empty_weeks="none", by=SYSTEM)

    [report] = build_due_reports(team=sre, at=MONDAY_W47)

    assert report.deliveries.count() == 2
    assert report.subject == "SRE: no toil share for W46"


def test_choices_that_do_not_exist_are_refused(sre: Team) -> None:
    with pytest.raises(InvalidChoiceError, match="“weather”"):
        change_report_choices(team=sre, left_out=["weather"], empty_weeks="short", by=SYSTEM)
    with pytest.raises(InvalidChoiceError, match="“maybe”"):
        change_report_choices(team=sre, left_out=[], empty_weeks="maybe", by=SYSTEM)


def test_a_week_with_thousands_of_items_has_a_small_mail_with_their_number(sre: Team) -> None:
    member = MembershipFactory(team=sre)
    column = ColumnFactory(board=BoardFactory(team=sre))
    start = datetime(2026, 11, 10, 9, tzinfo=UTC)
    items = Item.objects.bulk_create(
        Item(
            board=column.board,
            column=column,
            title=f"Alarm {n}",
            rank=n,
            created_at=start,
            updated_at=start,
            entered_column_at=start,
        )
        for n in range(3000)
    )
    Stay.objects.bulk_create(
        Stay(item=item, column=column, assignee=member.person, started_at=start, ended_at=start + timedelta(hours=4))
        for item in items
    )

    report = build_report(team=sre, week=W46, at=MONDAY_W47)

    assert "3000 items have no class" in report.text.replace(",", "")
    assert len(report.html.encode()) < 100_000
    assert report.figures["effort_hours"]["unclassified"] == pytest.approx(4.0)
