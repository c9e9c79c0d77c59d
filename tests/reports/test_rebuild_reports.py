"""Reported weeks can be computed anew: what differs is said, kept beside what was sent, and told once."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from boards.models import Classification, Item
from reports.models import ReportRevision, WeeklyReport
from reports.periods import Week
from reports.services.reports import build_report
from reports.services.snapshots import settle_all_edits
from teams.models import Team
from tests.factories import TeamFactory
from tests.reports.kept import MONDAY_W47
from tests.reports.test_weekly_report import CREATED, W46, W47, work

pytestmark = pytest.mark.django_db

LATER = MONDAY_W47 + timedelta(days=1)
NEXT = MONDAY_W47 + timedelta(weeks=1)


@pytest.fixture
def sre() -> Team:
    return TeamFactory(slug="sre", name="SRE", created_at=CREATED)


@pytest.fixture
def report(sre: Team) -> WeeklyReport:
    """A report with 3 of 10 hours of toil, of which 4 hours of engineering have become toil since."""
    work(sre, 10, 3, Classification.TOIL)
    work(sre, 11, 3, Classification.ENGINEERING)
    changed = work(sre, 12, 4, Classification.ENGINEERING)
    report = build_report(team=sre, week=W46, at=MONDAY_W47)
    with time_machine.travel(LATER, tick=False):
        reclassify(changed.item, LATER)
    return report


def reclassify(item: Item, at: datetime) -> None:
    Item.objects.filter(pk=item.pk).update(classification=Classification.TOIL)
    item.changes.create(field="classification", before="engineering", after="toil", at=at, recorded_at=at, version=2)
    settle_all_edits()


def rebuild(*arguments: str, at: datetime = LATER + timedelta(hours=1)) -> str:
    out = StringIO()
    with time_machine.travel(at, tick=False):
        call_command("rebuild_reports", *arguments, stdout=out)
    return out.getvalue()


def test_what_would_differ_is_said_and_nothing_is_changed(report: WeeklyReport) -> None:
    before = WeeklyReport.objects.values().get()

    said = rebuild()

    assert "sre 2026-W46: 30.0 % is now 70.0 %, toil 3.00 h → 7.00 h, engineering 7.00 h → 3.00 h" in said
    assert "1 item reclassified" in said
    assert "1 reported weeks, 1 differ, nothing changed." in said
    assert WeeklyReport.objects.values().get() == before
    assert not ReportRevision.objects.exists()


def test_what_differs_is_kept_once_and_what_was_sent_stays(report: WeeklyReport) -> None:
    before = WeeklyReport.objects.values().get()

    first, second = rebuild("--apply"), rebuild("--apply")

    revision = ReportRevision.objects.get()
    assert "1 differ, 1 kept as revisions." in first
    assert "0 differ, 0 kept as revisions." in second
    assert revision.figures["toil_share"] == pytest.approx(0.7)
    assert (revision.causes, revision.told_in_id) == ({"reclassified": 1}, None)
    assert WeeklyReport.objects.values().get() == before


def test_the_next_report_tells_what_was_kept_by_hand_and_only_the_next(sre: Team, report: WeeklyReport) -> None:
    rebuild("--apply")

    told = build_report(team=sre, week=W47, at=NEXT)
    after = build_report(team=sre, week=W47.shifted(1), at=NEXT + timedelta(weeks=1))

    assert "W46: 30.0 % is now 70.0 %, 1 item reclassified" in told.text
    assert "W46:" not in after.text
    assert ReportRevision.objects.get().told_in == told


def test_a_range_and_a_team_can_be_chosen(report: WeeklyReport) -> None:
    build_report(team=TeamFactory(slug="other", created_at=CREATED), week=W46, at=MONDAY_W47)

    assert "1 reported weeks, 1 differ" in rebuild("--team", "sre")
    assert "0 reported weeks" in rebuild("--team", "sre", "--from", "2026-W47")
    assert "0 reported weeks" in rebuild("--to", "2026-W45")
    assert "2 reported weeks, 1 differ" in rebuild("--from", "2026-W46", "--to", "2026-W46")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--team", "nobody"), "There is no team “nobody”."),
        (("--from", "W46"), "--from: “W46” is not a week"),
        (("--from", "2026-W46", "--to", "2026-W45"), "--to 2026-W45 lies before --from 2026-W46."),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments: tuple[str, ...], message: str, sre: Team) -> None:
    with pytest.raises(CommandError, match=message):
        rebuild(*arguments)


def test_a_week_of_another_zone_is_not_compared_and_one_of_another_target_by_its_own(
    sre: Team, report: WeeklyReport
) -> None:
    Team.objects.update(target_low=0.5, target_high=0.9, denominator="capacity")
    by_own_target = rebuild("--apply")
    sre.calendar.timezone = "Asia/Kathmandu"
    sre.calendar.save()

    elsewhere = rebuild()

    kept = ReportRevision.objects.get().figures
    assert "30.0 % is now 70.0 %" in by_own_target
    assert (kept["target_high"], kept["denominator"], kept["verdict"]) == (0.1, "classified", "above")
    assert "sre 2026-W46: not compared, reported in UTC" in elsewhere


def test_weeks_by_older_formulas_say_so(report: WeeklyReport) -> None:
    WeeklyReport.objects.update(formula_version=0)

    assert "computed by new formulas" in rebuild()


def test_week_53_is_a_week_like_any_other(sre: Team) -> None:
    at = datetime.fromisoformat("2027-01-04T08:00:00+00:00")
    build_report(team=sre, week=Week(2026, 53), at=at)

    assert "1 reported weeks, 0 differ" in rebuild("--from", "2026-W53", "--to", "2026-W53", at=at)
