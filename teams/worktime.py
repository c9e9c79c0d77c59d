"""Working time: what a calendar, its public holidays and a person's time off leave of a stretch of time.

Plain arithmetic: no database and no clock. Instants are aware datetimes in UTC.
"""

from __future__ import annotations

import zoneinfo
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays as public_holidays

MONDAY_TO_FRIDAY = frozenset(range(5))
MICROSECOND = timedelta(microseconds=1)
MICROSECONDS_PER_HOUR = 3_600_000_000
ONE_DAY = timedelta(days=1)


class CalendarError(ValueError):
    """A calendar that no working time can be computed from; `code` is stable, the message a sentence."""

    code = "invalid_calendar"

    def __init__(self, value: object, message: str) -> None:
        super().__init__(message)
        self.value = value
        self.message = message


class UnknownTimeZoneError(CalendarError):
    """The zone is not in the IANA time zone database."""

    code = "unknown_timezone"


class UnknownHolidaysError(CalendarError):
    """No public holidays are known for the country or its subdivision."""

    code = "unknown_holidays"


class InvalidWorkingDayError(CalendarError):
    """The working day or the working week is empty or impossible."""

    code = "invalid_working_day"


@dataclass(frozen=True, slots=True)
class Calendar:
    """When somebody works: one span of wall-clock time on each working day.

    `weekdays` counts from Monday = 0. `holidays` is "" for none, a country ("JP") or a country and
    its subdivision ("DE-BY"). Source: "Working time" in docs/measurement.md.
    """

    timezone: str = "UTC"
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    start: time = time(9)
    end: time = time(17)
    holidays: str = ""
    days_off: frozenset[date] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of time `[start, end)`, both aware and in UTC."""

    start: datetime
    end: datetime

    @property
    def hours(self) -> float:
        """Its length in hours."""
        return ((self.end - self.start) // MICROSECOND) / MICROSECONDS_PER_HOUR


TimeOff = tuple[date, date]
"""The first and the last day of an absence, both of them off, in the zone of the person's calendar."""


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of that exact name; raises `UnknownTimeZoneError`."""
    if name not in _zone_names():
        raise UnknownTimeZoneError(name, f"“{name}” is not a time zone; use a name like “Europe/Berlin” or “UTC”.")
    return ZoneInfo(name)


@lru_cache(maxsize=1)
def _supported_holidays() -> dict[str, frozenset[str]]:
    supported = public_holidays.list_supported_countries()
    return {country: frozenset(subdivisions) for country, subdivisions in supported.items()}


def split_holidays(code: str) -> tuple[str, str]:
    """Take "DE-BY" apart into country and subdivision ("" for the whole country).

    Raises `UnknownHolidaysError` for a country or subdivision whose public holidays are not known.
    """
    country, _, subdivision = code.partition("-")
    known = _supported_holidays().get(country)
    if known is None:
        raise UnknownHolidaysError(
            code,
            f"No public holidays are known for “{code}”; "
            "use a country like “JP” or a country and its subdivision like “DE-BY”.",
        )
    if code != country and subdivision not in known:
        raise UnknownHolidaysError(
            code, f"“{country}” has no subdivision “{subdivision}” with public holidays of its own."
        )
    return country, subdivision


@lru_cache(maxsize=4096)
def _holidays_of_year(code: str, year: int) -> frozenset[date]:
    """Days, observed ones included. Kept, because the first use of a country takes milliseconds."""
    country, subdivision = split_holidays(code)
    days = public_holidays.country_holidays(country, subdiv=subdivision or None, years=year, expand=False)
    return frozenset(days)


def check_calendar(calendar: Calendar) -> None:
    """Raise the `CalendarError` that says what is wrong with a calendar, if anything is."""
    zone_named(calendar.timezone)
    if calendar.holidays:
        split_holidays(calendar.holidays)
    if not calendar.weekdays <= frozenset(range(7)):
        raise InvalidWorkingDayError(calendar.weekdays, "A working weekday is a number from 0 (Monday) to 6 (Sunday).")
    if calendar.start >= calendar.end:
        raise InvalidWorkingDayError((calendar.start, calendar.end), "The working day must end after it starts.")


@lru_cache(maxsize=65536)
def instant_of(day: date, clock: time, timezone: str) -> datetime:
    """The instant, in UTC, that a local time of a day stands for, the first one where it occurs twice.

    A time that a clock change leaves out is read with the offset before the change: 02:30 on the night in
    which 02:00 becomes 03:00 is 03:30 (RFC 5545, 3.3.5). Raises `UnknownTimeZoneError`.
    """
    return datetime.combine(day, clock, zone_named(timezone)).astimezone(UTC)


@lru_cache(maxsize=65536)
def start_of_day(day: date, timezone: str) -> datetime:
    """The first instant of a date in a zone, in UTC, also where its midnight does not exist.

    A date that a zone left out begins, and ends, with the change. Raises `UnknownTimeZoneError`.
    """
    zone = zone_named(timezone)
    midnight = datetime.combine(day, time.min)
    instant = midnight.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == midnight:
        return instant
    return _clock_change(midnight.replace(tzinfo=zone, fold=1).astimezone(UTC), instant, zone)


def _clock_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the zone's offset changes in `(before, after]`, by bisection."""
    old_offset = before.astimezone(zone).utcoffset()
    low, high = 0, -(-(after - before) // timedelta(seconds=1))
    start = before.replace(microsecond=0)
    while high - low > 1:
        middle = (low + high) // 2
        if (start + timedelta(seconds=middle)).astimezone(zone).utcoffset() == old_offset:
            low = middle
        else:
            high = middle
    return start + timedelta(seconds=high)


def _is_working_day(calendar: Calendar, day: date) -> bool:
    if day.weekday() not in calendar.weekdays or day in calendar.days_off:
        return False
    if calendar.holidays and day in _holidays_of_year(calendar.holidays, day.year):
        return False
    return start_of_day(day, calendar.timezone) < start_of_day(day + ONE_DAY, calendar.timezone)


def working_spans(calendar: Calendar, time_off: Iterable[TimeOff], start: datetime, end: datetime) -> list[Span]:
    """The working time in `[start, end)`: at most one span a day, in order, cut at both ends.

    The hours are those of the wall clock, also on the days on which the clock changes. Raises
    `UnknownTimeZoneError` and `UnknownHolidaysError`. Source: "Working time" in docs/measurement.md.
    """
    zone = zone_named(calendar.timezone)
    if start >= end:
        return []
    absences = list(time_off)
    day = start.astimezone(zone).date() - ONE_DAY
    last_day = end.astimezone(zone).date() + ONE_DAY
    spans = []
    while day <= last_day:
        if _is_working_day(calendar, day) and not any(a <= day <= b for a, b in absences):
            opens = max(start, instant_of(day, calendar.start, calendar.timezone))
            closes = min(end, instant_of(day, calendar.end, calendar.timezone))
            if opens < closes:
                spans.append(Span(opens, closes))
        day += ONE_DAY
    return spans


def cut_spans(spans: Iterable[Span], start: datetime, end: datetime) -> list[Span]:
    """What of the spans lies in `[start, end)`, in the same order."""
    cut = (Span(max(span.start, start), min(span.end, end)) for span in spans)
    return [span for span in cut if span.start < span.end]


def joined_spans(spans: Iterable[Span]) -> list[Span]:
    """The same time in spans that do not overlap, in order."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def hours_per_period(spans: Iterable[Span], cuts: Sequence[datetime]) -> list[float]:
    """Hours of the spans in each of the periods `[cuts[i], cuts[i + 1])`; `cuts` is sorted.

    Spans that overlap count each for itself.
    """
    sums = [0] * (len(cuts) - 1)
    for span in spans:
        index = max(bisect_right(cuts, span.start) - 1, 0)
        while index < len(sums) and cuts[index] < span.end:
            covered = min(span.end, cuts[index + 1]) - max(span.start, cuts[index])
            sums[index] += max(covered // MICROSECOND, 0)
            index += 1
    return [microseconds / MICROSECONDS_PER_HOUR for microseconds in sums]
