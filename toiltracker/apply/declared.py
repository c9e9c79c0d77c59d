"""What a file declares, as plain values; None means that the file says nothing about it."""

from dataclasses import dataclass
from datetime import date, time

from boards.services.columns import ColumnSpec
from reports.services.recipients import RecipientSettings
from teams.services.calendars import CalendarFields
from teams.worktime import TimeOff


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredReport:
    """When the weekly report is built, what it says, and who gets it."""

    weekday: int | None = None
    at: time | None = None
    sections: list[str] | None = None
    empty_weeks: str = ""
    recipients: dict[str, RecipientSettings | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredMember:
    """A person in a team; calendar and time off are the person's in all of their teams."""

    place: str
    email: str
    role: str
    name: str
    first_date: date | None
    last_date: date | None
    calendar: CalendarFields | None
    time_off: list[TimeOff] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredBoard:
    """A board and its columns from left to right."""

    place: str
    slug: str
    name: str
    columns: list[ColumnSpec] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredRule:
    """A classification rule; earlier ones win."""

    place: str
    name: str
    conditions: dict[str, str]
    classification: str
    toil_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredTeam:
    """A team with everything that belongs to it."""

    place: str
    slug: str
    name: str
    target: tuple[float, float] | None
    denominator: str | None
    response_cap_hours: float | None
    report: DeclaredReport
    calendar: CalendarFields | None
    members: list[DeclaredMember]
    boards: list[DeclaredBoard]
    rules: list[DeclaredRule]
