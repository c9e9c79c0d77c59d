"""Calendars of teams and of people, and time off."""

from dataclasses import dataclass, fields
from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from teams import worktime
from teams.errors import InvalidError
from teams.models import Calendar, Person, Team, TimeOff
from teams.queries import calendar_of_team, completed

MAX_DAYS_OFF = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFields:
    """What is given of a calendar; None leaves a team's field as it is, and a person's to the team."""

    timezone: str | None = None
    weekdays: list[int] | None = None
    start: time | None = None
    end: time | None = None
    holidays: str | None = None
    days_off: list[date] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is given."""
        return all(getattr(self, field.name) is None for field in fields(self))

    @classmethod
    def of(cls, row: Calendar | None) -> "CalendarFields":
        """Return what a stored calendar gives; no row gives nothing."""
        if row is None:
            return cls()
        days_off = None if row.days_off is None else [date.fromisoformat(day) for day in row.days_off]
        return cls(
            timezone=row.timezone,
            weekdays=row.weekdays,
            start=row.start,
            end=row.end,
            holidays=row.holidays,
            days_off=days_off,
        )

    def over(self, base: worktime.Calendar) -> worktime.Calendar:
        """Return a whole calendar: what is given, and the rest of another."""
        return completed(self.row(), base)

    def row(self) -> Calendar:
        """Return an unsaved row: sorted, without repetitions, with dates as JSON has them."""
        return Calendar(
            timezone=self.timezone,
            weekdays=None if self.weekdays is None else sorted(set(self.weekdays)),
            start=self.start,
            end=self.end,
            holidays=self.holidays,
            days_off=None if self.days_off is None else [day.isoformat() for day in sorted(set(self.days_off))],
        )


@transaction.atomic
def set_team_calendar(*, team: Team, given: CalendarFields) -> Calendar:
    """Change what is given of a team's calendar."""
    base = calendar_of_team(team)
    whole = given.over(base)
    check_calendar(whole)
    if not whole.weekdays:
        raise _refusal("weekdays", _("A team works on at least one day of the week."))
    calendar, __ = Calendar.objects.update_or_create(team=team, defaults=_columns(whole))
    team.calendar = calendar
    return calendar


@transaction.atomic
def set_person_calendar(*, person: Person, given: CalendarFields) -> Calendar | None:
    """Give a person a calendar of their own; what is not given is the team's, nothing given removes it."""
    if given.is_empty:
        Calendar.objects.filter(person=person).delete()
        return None
    check_calendar(given.over(base_calendar(person)))
    row = given.row()
    columns = {field.name: getattr(row, field.name) for field in fields(CalendarFields)}
    calendar, __ = Calendar.objects.update_or_create(person=person, defaults=columns)
    return calendar


def base_calendar(person: Person) -> worktime.Calendar:
    """Return the calendar that fills what a person's own leaves open: that of the team joined first."""
    membership = person.memberships.by_joining().select_related("team__calendar").first()
    return calendar_of_team(membership.team) if membership else worktime.Calendar()


@transaction.atomic
def add_time_off(*, person: Person, first_date: date, last_date: date) -> TimeOff:
    """Record whole days on which a person does not work; the same days twice are one absence."""
    if last_date < first_date:
        raise _refusal("last_date", _("The last day is before the first day."))
    absence, __ = TimeOff.objects.get_or_create(person=person, first_date=first_date, last_date=last_date)
    return absence


@transaction.atomic
def remove_time_off(*, absence: TimeOff) -> None:
    """Take an absence back."""
    absence.delete()


def check_calendar(calendar: worktime.Calendar) -> None:
    """Refuse a calendar that no working time can be computed from, naming the field."""
    try:
        worktime.check_calendar(calendar)
    except worktime.UnknownTimeZoneError as error:
        message = _("“%s” is not a time zone; use a name like “Europe/Berlin” or “UTC”.") % calendar.timezone
        raise _refusal("timezone", message) from error
    except worktime.UnknownHolidaysError as error:
        message = _("No public holidays are known for “%s”; use a country like “JP”, or one of its parts like “DE-BY”.")
        raise _refusal("holidays", message % calendar.holidays) from error
    except worktime.InvalidWorkingDayError as error:
        if calendar.start >= calendar.end:
            raise _refusal("end", _("The working day must end after it starts.")) from error
        raise _refusal("weekdays", _("A working day is a number from 0 (Monday) to 6 (Sunday).")) from error
    if len(calendar.days_off) > MAX_DAYS_OFF:
        raise _refusal("days_off", _("A calendar has at most %d days off of its own.") % MAX_DAYS_OFF)


def _columns(calendar: worktime.Calendar) -> dict[str, Any]:
    return {
        "timezone": calendar.timezone,
        "weekdays": sorted(calendar.weekdays),
        "start": calendar.start,
        "end": calendar.end,
        "holidays": calendar.holidays,
        "days_off": [day.isoformat() for day in sorted(calendar.days_off)],
    }


def _refusal(field: str, message: str) -> InvalidError:
    return InvalidError(message, fields={field: [message]})
