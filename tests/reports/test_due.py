"""When a weekly report is due."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.due import ReportTime, due_at, due_week, due_weeks, ends_at
from reports.periods import Week, week_of

W46 = Week(2026, 46)


def schedule(zone: str = "UTC", weekday: int = 0, at: time = time(8)) -> ReportTime:
    return ReportTime(timezone=zone, weekday=weekday, at=at)


@pytest.mark.parametrize(
    ("zone", "weekday", "at", "due"),
    [
        ("UTC", 0, time(8), datetime(2026, 11, 16, 8, tzinfo=UTC)),
        ("Asia/Tokyo", 0, time(8), datetime(2026, 11, 15, 23, tzinfo=UTC)),
        ("America/Los_Angeles", 0, time(8), datetime(2026, 11, 16, 16, tzinfo=UTC)),
        ("Pacific/Kiritimati", 0, time(0), datetime(2026, 11, 15, 10, tzinfo=UTC)),
        ("UTC", 4, time(17, 30), datetime(2026, 11, 20, 17, 30, tzinfo=UTC)),
        ("UTC", 6, time(23, 59), datetime(2026, 11, 22, 23, 59, tzinfo=UTC)),
    ],
)
def test_a_report_is_due_at_the_local_time_in_the_week_after(zone: str, weekday: int, at: time, due: datetime) -> None:
    assert due_at(W46, schedule(zone, weekday, at)) == due


def test_the_local_time_stays_when_the_clock_changes() -> None:
    berlin = schedule("Europe/Berlin")

    assert due_at(week_of(date(2026, 3, 16)), berlin) == datetime(2026, 3, 23, 7, tzinfo=UTC)
    assert due_at(week_of(date(2026, 3, 23)), berlin) == datetime(2026, 3, 30, 6, tzinfo=UTC)


def test_a_time_that_the_clock_skips_is_moved_on() -> None:
    sunday = schedule("Europe/Berlin", weekday=6, at=time(2, 30))

    assert due_at(week_of(date(2026, 3, 16)), sunday) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    sunday = schedule("Europe/Berlin", weekday=6, at=time(2, 30))

    assert due_at(week_of(date(2026, 10, 12)), sunday) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_latest_due_week_changes_at_the_due_instant() -> None:
    due = datetime(2026, 11, 16, 8, tzinfo=UTC)

    assert due_week(schedule(), due) == W46
    assert due_week(schedule(), due - timedelta(microseconds=1)) == Week(2026, 45)


def test_the_first_report_is_of_the_week_in_which_the_team_was_created() -> None:
    created_at = datetime(2026, 11, 15, 23, 59, tzinfo=UTC)

    weeks = list(due_weeks(schedule(), since=created_at, at=datetime(2026, 11, 24, tzinfo=UTC)))

    assert weeks == [W46, Week(2026, 47)]


def test_the_week_of_creation_is_that_of_the_teams_zone() -> None:
    created_at = datetime(2026, 11, 15, 16, tzinfo=UTC)

    weeks = list(due_weeks(schedule("Asia/Tokyo"), since=created_at, at=datetime(2026, 11, 24, tzinfo=UTC)))

    assert weeks == [Week(2026, 47)]


def test_nothing_is_due_before_the_first_week_has_been_waited_for() -> None:
    created_at = datetime(2026, 11, 11, tzinfo=UTC)

    assert list(due_weeks(schedule(), since=created_at, at=datetime(2026, 11, 16, 7, 59, tzinfo=UTC))) == []


def test_a_change_of_zone_moves_what_is_due_and_loses_no_week() -> None:
    at = datetime(2026, 11, 15, 23, 30, tzinfo=UTC)
    since = datetime(2026, 10, 26, 12, tzinfo=UTC)

    before = list(due_weeks(schedule("Asia/Tokyo"), since=since, at=at))
    after = list(due_weeks(schedule("America/Los_Angeles"), since=since, at=at))

    assert before == [*after, W46]


zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Beirut"]
)
instants = st.integers(1_577_836_800, 2_114_380_800).map(lambda second: datetime.fromtimestamp(second, UTC))


@given(zone=zones, weekday=st.integers(0, 6), at=st.times(), now=instants)
def test_exactly_one_week_is_the_latest_that_is_due(zone: str, weekday: int, at: time, now: datetime) -> None:
    plan = schedule(zone, weekday, at)

    latest = due_week(plan, now)

    assert due_at(latest, plan) <= now < due_at(latest.shifted(1), plan)
    assert ends_at(latest, zone) <= now
