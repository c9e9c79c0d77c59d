"""Days and ISO weeks, and when they begin."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.periods import (
    InvalidWeekError,
    Period,
    Week,
    day_cuts,
    days_of,
    last_full_week,
    local_date,
    parse_week,
    period_of_week,
    week_cuts,
    week_of,
    weeks_of,
)


def test_a_week_is_read_and_written_in_iso_form() -> None:
    week = parse_week("2026-W46")

    assert week == Week(2026, 46)
    assert str(week) == "2026-W46"
    assert week.monday == date(2026, 11, 9)
    assert week.next_monday == date(2026, 11, 16)


def test_the_first_week_of_a_year_may_begin_in_the_year_before() -> None:
    assert parse_week("2026-W01").monday == date(2025, 12, 29)
    assert week_of(date(2027, 1, 3)) == Week(2026, 53)
    assert Week(2026, 53).shifted(1) == Week(2027, 1)


@pytest.mark.parametrize(
    "text",
    [
        "", "2026", "2026-46", "2026W46", "2026-W00", "2026-W54", "2025-W53", "26-W01",
        " 2026-W46", "2026-W46\n", "0000-W01", "9999-W52", "0001-W01", "1899-W52", "２０２６-W46", "2026-w46",
    ],
)  # fmt: skip
def test_what_is_not_a_week_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InvalidWeekError, match=r"write it like “2026-W46”\.$"):
        parse_week(text)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_every_date_lies_in_the_week_that_it_names(day: date) -> None:
    week = week_of(day)

    assert week.monday <= day < week.next_monday
    assert parse_week(str(week)) == week


def test_the_last_full_week_depends_on_where_it_is_already_monday() -> None:
    sunday_evening_in_utc = datetime(2026, 11, 15, 20, tzinfo=UTC)

    assert last_full_week(sunday_evening_in_utc, "UTC") == Week(2026, 45)
    assert last_full_week(sunday_evening_in_utc, "Asia/Tokyo") == Week(2026, 46)


def test_a_local_date_is_that_of_the_zone() -> None:
    assert local_date(datetime(2026, 11, 9, 23, tzinfo=UTC), "Asia/Tokyo") == date(2026, 11, 10)


def test_a_week_begins_at_midnight_in_the_zone() -> None:
    period = period_of_week(Week(2026, 46), "Asia/Tokyo")

    assert period.starts_at == datetime(2026, 11, 8, 15, tzinfo=UTC)
    assert period.ends_at == datetime(2026, 11, 15, 15, tzinfo=UTC)


def test_a_week_in_which_the_clocks_change_is_an_hour_longer_or_shorter() -> None:
    autumn = period_of_week(week_of(date(2026, 10, 25)), "Europe/Berlin")
    spring = period_of_week(week_of(date(2026, 3, 29)), "Europe/Berlin")

    assert autumn.ends_at - autumn.starts_at == timedelta(hours=7 * 24 + 1)
    assert spring.ends_at - spring.starts_at == timedelta(hours=7 * 24 - 1)


def test_a_day_without_midnight_begins_with_its_first_instant() -> None:
    cuts = day_cuts(Period(date(2024, 9, 7), date(2024, 9, 10), "America/Santiago"))

    lengths = [(b - a) / timedelta(hours=1) for a, b in pairwise(cuts)]
    assert lengths == [24, 23, 24]


def test_weeks_are_cut_at_the_ends_of_a_period() -> None:
    period = Period(date(2026, 11, 11), date(2026, 11, 24), "UTC")

    assert [str(week) for week in weeks_of(period)] == ["2026-W46", "2026-W47", "2026-W48"]
    assert [cut.day for cut in week_cuts(period)] == [11, 16, 23, 24]


def test_a_period_that_ends_on_a_monday_does_not_touch_that_week() -> None:
    period = Period(date(2026, 11, 9), date(2026, 11, 16), "UTC")

    assert weeks_of(period) == [Week(2026, 46)]
    assert [cut.day for cut in week_cuts(period)] == [9, 16]


@given(
    start=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    days=st.integers(1, 100),
    timezone=st.sampled_from(["UTC", "Asia/Beirut", "America/Santiago", "Australia/Lord_Howe"]),
)
def test_days_and_weeks_fill_a_period_without_gap(start: date, days: int, timezone: str) -> None:
    period = Period(start, start + timedelta(days=days), timezone)

    by_day, by_week = day_cuts(period), week_cuts(period)

    assert len(by_day) == len(days_of(period)) + 1 == days + 1
    assert len(by_week) == len(weeks_of(period)) + 1
    for cuts in (by_day, by_week):
        assert cuts == sorted(set(cuts))
        assert (cuts[0], cuts[-1]) == (period.starts_at, period.ends_at)
    assert set(by_week) <= set(by_day)
