"""When a team's weekly report is due: pure functions of its zone, weekday and hour; no clock, no Django."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from reports.periods import Week, last_full_week, local_date, period_of_week, week_of
from teams.worktime import instant_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTime:
    """A team's zone, and the local weekday (Monday is 0) and time at which its report goes out."""

    timezone: str
    weekday: int
    at: time


def due_at(week: Week, schedule: ReportTime) -> datetime:
    """Return the UTC instant from which the report of a week is due: its time on its weekday in the week after.

    A time that the clock skips is moved on by what was skipped; of one that comes twice the first is meant.
    """
    day = week.next_monday + timedelta(days=schedule.weekday)
    return max(instant_of(day, schedule.at, schedule.timezone), ends_at(week, schedule.timezone))


def due_week(schedule: ReportTime, at: datetime) -> Week:
    """Return the latest week whose report is due at an instant."""
    week = last_full_week(at, schedule.timezone)
    return week if due_at(week, schedule) <= at else week.shifted(-1)


def due_weeks(schedule: ReportTime, *, since: datetime, at: datetime) -> Iterator[Week]:
    """Yield all weeks whose report is due at an instant, in order, from the one in which `since` lies."""
    week = week_of(local_date(since, schedule.timezone))
    last = due_week(schedule, at)
    while week.monday <= last.monday:
        yield week
        week = week.shifted(1)


def ends_at(week: Week, timezone: str) -> datetime:
    """Return the first instant after a week in a zone, in UTC."""
    return period_of_week(week, timezone).ends_at
