"""Working time follows the wall clock, the calendar and the days off."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.worktime import (
    Calendar,
    InvalidWorkingDayError,
    Span,
    UnknownHolidaysError,
    UnknownTimeZoneError,
    check_calendar,
    cut_spans,
    hours_per_period,
    instant_of,
    start_of_day,
    working_spans,
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def hours(spans: list[Span]) -> float:
    return sum(span.hours for span in spans)


def test_a_default_week_has_forty_hours_from_monday_to_friday() -> None:
    spans = working_spans(Calendar(), [], utc(2026, 11, 9), utc(2026, 11, 16))

    assert hours(spans) == 40
    assert spans[0] == Span(utc(2026, 11, 9, 9), utc(2026, 11, 9, 17))
    assert spans[-1] == Span(utc(2026, 11, 13, 9), utc(2026, 11, 13, 17))


def test_spans_are_cut_at_both_ends() -> None:
    spans = working_spans(Calendar(), [], utc(2026, 11, 9, 16, 30), utc(2026, 11, 10, 9, 0, 1))

    assert spans == [
        Span(utc(2026, 11, 9, 16, 30), utc(2026, 11, 9, 17)),
        Span(utc(2026, 11, 10, 9), utc(2026, 11, 10, 9, 0, 1)),
    ]


def test_no_time_has_no_working_time() -> None:
    assert working_spans(Calendar(), [], utc(2026, 11, 9, 12), utc(2026, 11, 9, 12)) == []


def test_a_zone_far_east_works_while_utc_is_still_in_the_day_before() -> None:
    calendar = Calendar(timezone="Pacific/Kiritimati")

    spans = working_spans(calendar, [], utc(2026, 11, 8), utc(2026, 11, 9, 12))

    assert spans == [Span(utc(2026, 11, 8, 19), utc(2026, 11, 9, 3))]


def test_public_holidays_of_a_country_are_off() -> None:
    spans = working_spans(
        Calendar(timezone="Asia/Tokyo", holidays="JP"),
        [],
        start_of_day(date(2026, 11, 23), "Asia/Tokyo"),
        start_of_day(date(2026, 11, 30), "Asia/Tokyo"),
    )

    assert hours(spans) == 32
    assert spans[0].start == utc(2026, 11, 24, 0)


def test_observed_holidays_are_off() -> None:
    calendar = Calendar(timezone="America/New_York", holidays="US")

    spans = working_spans(calendar, [], utc(2026, 7, 3), utc(2026, 7, 4))

    assert spans == []


def test_a_subdivision_has_holidays_of_its_own() -> None:
    epiphany = utc(2026, 1, 6), utc(2026, 1, 7)

    assert working_spans(Calendar(holidays="DE-BY"), [], *epiphany) == []
    assert hours(working_spans(Calendar(holidays="DE"), [], *epiphany)) == 8


def test_days_off_of_the_calendar_are_off() -> None:
    calendar = Calendar(days_off=frozenset({date(2026, 11, 10)}))

    assert hours(working_spans(calendar, [], utc(2026, 11, 9), utc(2026, 11, 16))) == 32


def test_time_off_counts_its_first_and_its_last_day_in_the_zone_of_the_calendar() -> None:
    calendar = Calendar(timezone="Pacific/Kiritimati")
    time_off = [(date(2026, 11, 10), date(2026, 11, 11))]

    spans = working_spans(calendar, time_off, utc(2026, 11, 8), utc(2026, 11, 15))

    zone = ZoneInfo("Pacific/Kiritimati")
    assert [span.start.astimezone(zone).day for span in spans] == [9, 12, 13]


@pytest.mark.parametrize(
    ("timezone", "day", "expected"),
    [
        ("Europe/Berlin", date(2026, 3, 28), (8, 16)),
        ("Europe/Berlin", date(2026, 3, 29), (7, 15)),
        ("Europe/Berlin", date(2026, 10, 24), (7, 15)),
        ("Europe/Berlin", date(2026, 10, 25), (8, 16)),
        ("America/New_York", date(2026, 3, 8), (13, 21)),
        ("America/New_York", date(2026, 11, 1), (14, 22)),
    ],
)
def test_nine_to_five_are_wall_clock_hours_on_either_side_of_a_clock_change(
    timezone: str, day: date, expected: tuple[int, int]
) -> None:
    calendar = Calendar(timezone=timezone, weekdays=frozenset(range(7)))
    noon = datetime.combine(day, time(12), UTC)

    spans = working_spans(calendar, [], noon - timedelta(hours=12), noon + timedelta(hours=12))

    assert [(span.start.hour, span.end.hour) for span in spans] == [expected]


def test_a_working_night_loses_the_hour_that_the_clocks_skip() -> None:
    calendar = Calendar(timezone="Europe/Berlin", weekdays=frozenset({6}), start=time(1), end=time(5))

    spring = working_spans(calendar, [], utc(2026, 3, 28), utc(2026, 3, 30))
    autumn = working_spans(calendar, [], utc(2026, 10, 24), utc(2026, 10, 26))

    assert hours(spring) == 3
    assert hours(autumn) == 5


def test_a_half_hour_change_moves_the_day_by_half_an_hour() -> None:
    calendar = Calendar(timezone="Australia/Lord_Howe", weekdays=frozenset({6}), start=time(1), end=time(3))

    spring = working_spans(calendar, [], utc(2026, 10, 2), utc(2026, 10, 5))
    autumn = working_spans(calendar, [], utc(2026, 4, 3), utc(2026, 4, 6))

    assert hours(spring) == 1.5
    assert hours(autumn) == 2.5


def test_a_time_that_the_clocks_skip_is_read_with_the_offset_before_the_change() -> None:
    at = instant_of(date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe")

    assert at == utc(2026, 10, 3, 15, 45)


@pytest.mark.parametrize(
    ("timezone", "day", "expected"),
    [
        ("America/Santiago", date(2024, 9, 8), utc(2024, 9, 8, 4)),
        ("Asia/Beirut", date(2026, 3, 29), utc(2026, 3, 28, 22)),
        ("America/Toronto", date(1919, 3, 31), utc(1919, 3, 31, 4, 30)),
        ("America/Havana", date(2026, 11, 1), utc(2026, 11, 1, 4)),
        ("Pacific/Apia", date(2011, 12, 30), utc(2011, 12, 30, 10)),
        ("Pacific/Apia", date(2011, 12, 31), utc(2011, 12, 30, 10)),
    ],
)
def test_a_day_begins_with_the_first_instant_of_its_date(timezone: str, day: date, expected: datetime) -> None:
    assert start_of_day(day, timezone) == expected


def test_a_date_that_a_zone_left_out_has_no_working_time() -> None:
    calendar = Calendar(timezone="Pacific/Apia")

    spans = working_spans(calendar, [], utc(2011, 12, 28, 12), utc(2012, 1, 1))

    days = [span.start.astimezone(ZoneInfo("Pacific/Apia")).day for span in spans]
    assert days == [28, 29]


@given(
    timezone=st.sampled_from(["Europe/Berlin", "America/Santiago", "Asia/Beirut", "Australia/Lord_Howe", "Asia/Tokyo"]),
    day=st.dates(date(2000, 1, 1), date(2030, 1, 1)),
)
def test_no_instant_before_the_start_of_a_day_shows_its_date_for_the_first_time(timezone: str, day: date) -> None:
    start = start_of_day(day, timezone)

    zone = ZoneInfo(timezone)
    assert start.astimezone(zone).date() == day
    assert (start - timedelta(microseconds=1)).astimezone(zone).date() < day


@given(
    timezone=st.sampled_from(["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "UTC"]),
    first=st.dates(date(2024, 1, 1), date(2027, 1, 1)),
    minutes=st.lists(st.integers(0, 30 * 1440), min_size=3, max_size=3),
    start=st.times(time(0), time(12)),
    off=st.integers(0, 20),
)
def test_working_time_is_the_sum_of_its_parts_and_in_order(
    timezone: str, first: date, minutes: list[int], start: time, off: int
) -> None:
    calendar = Calendar(timezone=timezone, start=start, end=time(18, 30), holidays="US")
    time_off = [(first + timedelta(days=off), first + timedelta(days=off + 2))]
    base = datetime.combine(first, time(), UTC)
    a, b, c = (base + timedelta(minutes=minute) for minute in sorted(minutes))

    whole = working_spans(calendar, time_off, a, c)

    parts = [
        *working_spans(calendar, time_off, a, b),
        *working_spans(calendar, time_off, b, c),
    ]
    assert sum((s.end - s.start for s in parts), timedelta()) == sum((s.end - s.start for s in whole), timedelta())
    assert all(x.end <= y.start for x, y in pairwise(whole))
    assert all(a <= span.start < span.end <= c for span in whole)
    assert cut_spans(whole, a, b) == working_spans(calendar, time_off, a, b)


def test_hours_are_counted_for_each_period() -> None:
    spans = working_spans(Calendar(), [], utc(2026, 11, 9), utc(2026, 11, 16))

    counted = hours_per_period(spans, [utc(2026, 11, 9), utc(2026, 11, 10, 12), utc(2026, 11, 11), utc(2026, 11, 20)])

    assert counted == [11, 5, 24]


def test_hours_outside_all_periods_are_not_counted() -> None:
    spans = [Span(utc(2026, 11, 1), utc(2026, 11, 3)), Span(utc(2026, 12, 1), utc(2026, 12, 2))]

    assert hours_per_period(spans, [utc(2026, 11, 2), utc(2026, 11, 4)]) == [24]


def test_an_unknown_zone_is_named_in_a_sentence() -> None:
    with pytest.raises(UnknownTimeZoneError, match=r"“Mars/Base” is not a time zone; .*\.$") as caught:
        check_calendar(Calendar(timezone="Mars/Base"))

    assert caught.value.code == "unknown_timezone"


@pytest.mark.parametrize("code", ["XX", "jp", "DE-XX", "DE-", "-BY", "Germany"])
def test_unknown_holidays_are_named_in_a_sentence(code: str) -> None:
    with pytest.raises(UnknownHolidaysError, match=r"“.*\.$") as caught:
        check_calendar(Calendar(holidays=code))

    assert caught.value.code == "unknown_holidays"


@pytest.mark.parametrize(
    "calendar",
    [
        Calendar(start=time(17), end=time(9)),
        Calendar(start=time(9), end=time(9)),
        Calendar(weekdays=frozenset({7})),
    ],
)
def test_an_impossible_working_day_is_refused(calendar: Calendar) -> None:
    with pytest.raises(InvalidWorkingDayError, match=r"\.$"):
        check_calendar(calendar)


def test_a_good_calendar_passes_the_check() -> None:
    check_calendar(Calendar(timezone="Asia/Tokyo", holidays="JP"))
    check_calendar(Calendar(timezone="Europe/Berlin", holidays="DE-BY", weekdays=frozenset()))
