"""Periods: days and ISO weeks, and the instants at which they begin in a time zone.

Plain arithmetic: no database and no clock. All periods are half-open, `[start, end)`. Source: section
"Periods" of docs/measurement.md, and ISO 8601 for weeks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from teams.worktime import start_of_day, zone_named

ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(weeks=1)

FIRST_YEAR, LAST_YEAR = 1900, 2200  # beyond them the weeks beside a week may not exist
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")


class InvalidWeekError(ValueError):
    """A text that names no ISO week; the message is a sentence."""

    code = "invalid_week"


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """An ISO week, such as 2026-W46: it begins on a Monday; the first of a year has its first Thursday."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.number:02d}"

    @property
    def monday(self) -> date:
        """Its first day."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def next_monday(self) -> date:
        """The day after its last."""
        return self.monday + ONE_WEEK

    def shifted(self, weeks: int) -> Week:
        """The week that many weeks later (earlier if negative)."""
        return week_of(self.monday + weeks * ONE_WEEK)


@dataclass(frozen=True, slots=True)
class Period:
    """Days `[start, end)` in a time zone."""

    start: date
    end: date
    timezone: str

    @property
    def starts_at(self) -> datetime:
        """Its first instant, in UTC."""
        return start_of_day(self.start, self.timezone)

    @property
    def ends_at(self) -> datetime:
        """The first instant after it, in UTC."""
        return start_of_day(self.end, self.timezone)


def week_of(day: date) -> Week:
    """The ISO week that a date lies in."""
    year, number, _ = day.isocalendar()
    return Week(year, number)


def parse_week(text: str) -> Week:
    """The week that "2026-W46" names; raises `InvalidWeekError`."""
    match = _WEEK.fullmatch(text)
    if match and FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        week = Week(int(match[1]), int(match[2]))
        try:
            _ = week.monday
        except ValueError:
            pass
        else:
            return week
    raise InvalidWeekError(f"“{text}” is not a week; write it like “2026-W46”.")


def local_date(at: datetime, timezone: str) -> date:
    """The date that a calendar on the wall shows in the zone at an instant."""
    return at.astimezone(zone_named(timezone)).date()


def last_full_week(at: datetime, timezone: str) -> Week:
    """The ISO week that ended last, at an instant in a zone."""
    return week_of(local_date(at, timezone)).shifted(-1)


def period_of_week(week: Week, timezone: str) -> Period:
    """The seven days of a week in a zone."""
    return Period(week.monday, week.next_monday, timezone)


def days_of(period: Period) -> list[date]:
    """The days of a period, in order."""
    return [period.start + index * ONE_DAY for index in range((period.end - period.start).days)]


def weeks_of(period: Period) -> list[Week]:
    """The ISO weeks that a period touches, in order; the first and the last may be cut by it."""
    weeks = []
    monday = week_of(period.start).monday
    while monday < period.end:
        weeks.append(week_of(monday))
        monday += ONE_WEEK
    return weeks


def day_cuts(period: Period) -> list[datetime]:
    """The instants at which each day of the period begins, and the one at which the last day ends."""
    return [start_of_day(day, period.timezone) for day in [*days_of(period), period.end]]


def week_cuts(period: Period) -> list[datetime]:
    """The instants at which the period and each further ISO week begin, and the one at which it ends."""
    mondays = [week.monday for week in weeks_of(period)][1:]
    return [start_of_day(day, period.timezone) for day in [period.start, *mondays, period.end]]
