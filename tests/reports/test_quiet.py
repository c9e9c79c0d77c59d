"""Until when an alert waits in quiet hours."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.quiet import end_of_quiet
from teams.worktime import zone_named

ZONES = ["UTC", "Asia/Tokyo", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Sao_Paulo"]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "start", "end", "expected"),
    [
        (at(9, 0), time(20), time(8), at(9, 8)),
        (at(9, 7, 59), time(20), time(8), at(9, 8)),
        (at(9, 8), time(20), time(8), at(9, 8)),
        (at(9, 12), time(20), time(8), at(9, 12)),
        (at(9, 20), time(20), time(8), at(10, 8)),
        (at(9, 23, 59), time(20), time(8), at(10, 8)),
        (at(9, 13), time(12), time(14), at(9, 14)),
        (at(9, 14), time(12), time(14), at(9, 14)),
        (at(9, 13), time(12), time(12), at(9, 13)),
        (at(9, 13), None, None, at(9, 13)),
        (at(9, 13), time(12), None, at(9, 13)),
    ],
)
def test_quiet_hours_may_go_over_midnight(
    moment: datetime, start: time | None, end: time | None, expected: datetime
) -> None:
    assert end_of_quiet(moment, start=start, end=end, timezone="UTC") == expected


def test_they_are_hours_of_the_wall_clock() -> None:
    moment = end_of_quiet(at(9, 15), start=time(20), end=time(8), timezone="Asia/Tokyo")

    assert moment == at(9, 23)


@given(
    st.integers(0, 9 * 365 * 24 * 60),
    st.times(),
    st.times(),
    st.sampled_from(ZONES),
)
def test_nothing_waits_longer_than_a_day_or_ends_in_the_quiet(minutes: int, start: time, end: time, zone: str) -> None:
    moment = datetime(2018, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)

    told = end_of_quiet(moment, start=start, end=end, timezone=zone)

    assert moment <= told <= moment + timedelta(hours=25)
    if told > moment:
        local = told.astimezone(zone_named(zone)).time()
        assert local >= end or local == end
