"""Turns the TOML file into declarations; refuses what it does not know."""

import tomllib
from datetime import time
from typing import Any

from boards.models import Classification, Stage
from boards.services.columns import ColumnSpec
from reports.mailing.facts import Section
from reports.models import EmptyWeeks
from reports.services.recipients import RecipientSettings, check_recipient
from teams import worktime
from teams.errors import ToilTrackerError
from teams.models import Denominator, Role
from teams.services.calendars import CalendarFields, check_calendar
from teams.services.people import clean_email
from toiltracker.apply.declared import (
    DeclaredBoard,
    DeclaredMember,
    DeclaredReport,
    DeclaredRule,
    DeclaredTeam,
)
from toiltracker.apply.tables import DeclarationError, Table, doubles

CLASSES = [value for value in Classification.values if value != Classification.UNCLASSIFIED]
CONDITIONS = ("title_contains", "title_matches", "label", "service", "source", "project", "reporter", "priority")


def read_teams(raw: bytes) -> list[DeclaredTeam]:
    """Return the teams of a file, checked each by itself and against one another."""
    try:
        content = tomllib.loads(raw.decode("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DeclarationError(f"This is not TOML: {str(error).removesuffix('.')}.") from error
    except UnicodeDecodeError as error:
        raise DeclarationError("The file is not UTF-8 text.") from error
    top = Table(content, "")
    teams = [_team(table) for table in top.tables("team") or []]
    top.finish()
    if not teams:
        raise DeclarationError("The file declares no [[team]].")
    for slug in doubles([team.slug for team in teams]):
        raise DeclarationError(f"team “{slug}”: is declared twice.")
    _agree_about_people(teams)
    return teams


def _team(table: Table) -> DeclaredTeam:
    slug = table.text("slug", is_required=True)
    table.name(f"team “{slug}”")
    team = DeclaredTeam(
        place=table.place,
        slug=slug,
        name=table.text("name"),
        target=_target(table),
        denominator=table.choice("denominator", Denominator.values) if table.has("denominator") else None,
        response_cap_hours=table.hours("response_cap_hours", most=24),
        report=_report(table.table("report")),
        calendar=_team_calendar(table.table("calendar")),
        members=[_member(inner) for inner in table.tables("member") or []],
        boards=[_board(inner) for inner in table.tables("board") or []],
        rules=[_rule(inner) for inner in table.tables("rule") or []],
    )
    table.finish()
    for kind, names in (
        ("member", [member.email for member in team.members]),
        ("board", [board.slug for board in team.boards]),
        ("rule", [rule.name for rule in team.rules]),
    ):
        for name in doubles(names):
            raise DeclarationError(f"{table.place}, {kind} “{name}”: is declared twice.")
    return team


def _target(table: Table) -> tuple[float, float] | None:
    values = table.list_of("target", table.fraction)
    if values is None:
        return None
    if len(values) != 2 or not values[0] <= values[1] or not values[1]:
        table.refuse("target", "must be a range like [0.05, 0.10], its end not below its beginning and above 0")
    return values[0], values[1]


def _report(table: Table | None) -> DeclaredReport:
    if table is None:
        return DeclaredReport()
    report = DeclaredReport(
        weekday=table.weekday("weekday", table.content["weekday"]) if table.has("weekday") else None,
        at=table.clock("at"),
        sections=table.list_of("sections", lambda place, entry: _section(table, place, entry)),
        empty_weeks=table.choice("empty_weeks", EmptyWeeks.values) if table.has("empty_weeks") else "",
        recipients=_recipients(table),
    )
    table.finish()
    return report


def _section(table: Table, place: str, entry: Any) -> str:
    names = [section.value for section in Section]
    if entry not in names:
        table.refuse(place, f"must be one of {', '.join(names)}, not “{entry}”")
    return str(entry)


def _recipients(table: Table) -> dict[str, RecipientSettings | None] | None:
    """Return the addresses with what is said of each: an address alone leaves as it is how it reads."""
    entries = table.list_of("recipients", lambda place, entry: _recipient(table, place, entry))
    return None if entries is None else dict(entries)


def _recipient(table: Table, place: str, entry: Any) -> tuple[str, RecipientSettings | None]:
    if not isinstance(entry, dict):
        return _email(table, place, entry), None
    inner = table.inside(entry, place)
    email = _email(inner, "email", inner.text("email", is_required=True))
    given = RecipientSettings(
        language=inner.text("language"),
        timezone=inner.text("timezone"),
        gets_alerts=inner.flag("alerts", default=True),
    )
    inner.finish()
    try:
        check_recipient(given)
    except ToilTrackerError as error:
        inner.refuse(next(iter(error.fields), ""), error.message.removesuffix("."))
    return email, given


def _team_calendar(table: Table | None) -> CalendarFields | None:
    """Return the whole calendar: what a team's table leaves out is as docs/measurement.md has it."""
    if table is None:
        return None
    given = _calendar(table)
    usual = worktime.Calendar()
    whole = CalendarFields(
        timezone=given.timezone or usual.timezone,
        weekdays=sorted(usual.weekdays) if given.weekdays is None else given.weekdays,
        start=given.start or usual.start,
        end=given.end or usual.end,
        holidays=given.holidays or "",
        days_off=given.days_off or [],
    )
    if not whole.weekdays:
        table.refuse("weekdays", "must name at least one day")
    _check(table, whole)
    return whole


def _own_calendar(table: Table | None) -> CalendarFields | None:
    if table is None:
        return None
    given = _calendar(table)
    usual = worktime.Calendar()
    # The team's hours are not known here: what is given must at least make sense by itself.
    start, end = given.start or (time.min if given.end else usual.start), given.end or (time.max)
    _check(table, CalendarFields(timezone=given.timezone, start=start, end=end, holidays=given.holidays))
    return given


def _calendar(table: Table) -> CalendarFields:
    given = CalendarFields(
        timezone=table.text("timezone", is_required=True) if table.has("timezone") else None,
        weekdays=_sorted(table.list_of("weekdays", table.weekday)),
        start=table.clock("start"),
        end=table.clock("end"),
        holidays=table.text("holidays") if table.has("holidays") else None,
        days_off=_sorted(table.list_of("days_off", table.day)),
    )
    table.finish()
    return given


def _check(table: Table, fields: CalendarFields) -> None:
    calendar = worktime.Calendar(
        timezone=fields.timezone or "UTC",
        start=fields.start or time.min,
        end=fields.end or time.max,
        holidays=fields.holidays or "",
    )
    try:
        check_calendar(calendar)
    except ToilTrackerError as error:
        table.refuse(next(iter(error.fields), ""), error.message.removesuffix("."))


def _member(table: Table) -> DeclaredMember:
    email = _email(table, "email", table.text("email", is_required=True))
    table.name(f"{table.place.rpartition(', ')[0]}, member “{email}”")
    member = DeclaredMember(
        place=table.place,
        email=email,
        role=table.choice("role", Role.values, default=Role.MEMBER),
        name=table.text("name"),
        first_date=table.day("first_date", table.content["first_date"]) if table.has("first_date") else None,
        last_date=table.day("last_date", table.content["last_date"]) if table.has("last_date") else None,
        calendar=_own_calendar(table.table("calendar")),
        time_off=_sorted(table.list_of("time_off", lambda place, entry: _absence(table, place, entry))),
    )
    table.finish()
    if member.first_date and member.last_date and member.last_date < member.first_date:
        table.refuse("last_date", "is before the first day")
    return member


def _absence(table: Table, place: str, entry: Any) -> worktime.TimeOff:
    if not isinstance(entry, list) or len(entry) != 2:
        table.refuse(place, 'must be the first and the last day, like ["2026-12-21", "2026-12-24"]')
    first, last = (table.day(place, day) for day in entry)
    if last < first:
        table.refuse(place, "ends before it begins")
    return first, last


def _board(table: Table) -> DeclaredBoard:
    slug = table.text("slug", is_required=True)
    table.name(f"{table.place.rpartition(', ')[0]}, board “{slug}”")
    columns = table.tables("columns")
    board = DeclaredBoard(
        place=table.place,
        slug=slug,
        name=table.text("name", default=slug),
        columns=None if columns is None else [_column(inner) for inner in columns],
    )
    table.finish()
    if columns is not None and not columns:
        table.refuse("columns", "must name at least one column")
    for name in doubles([column.name.casefold() for column in board.columns or []]):
        table.refuse("columns", f"has “{name}” twice")
    return board


def _column(table: Table) -> ColumnSpec:
    column = ColumnSpec(
        name=table.text("name", is_required=True),
        stage=table.choice("stage", Stage.values),
        wip_limit=table.whole("wip_limit"),
    )
    table.finish()
    return column


def _rule(table: Table) -> DeclaredRule:
    name = table.text("name", is_required=True)
    table.name(f"{table.place.rpartition(', ')[0]}, rule “{name}”")
    rule = DeclaredRule(
        place=table.place,
        name=name,
        conditions={condition: table.text(condition) for condition in CONDITIONS},
        classification=table.choice("classification", CLASSES),
        toil_type=table.text("toil_type"),
    )
    table.finish()
    if not any(rule.conditions.values()):
        table.refuse("", f"needs a condition: one of {', '.join(CONDITIONS)}")
    return rule


def _agree_about_people(teams: list[DeclaredTeam]) -> None:
    """Refuse two declarations of one person that differ: calendar and time off are the person's, not a team's."""
    for what in ("calendar", "time_off", "name"):
        first: dict[str, DeclaredMember] = {}
        for member in (member for team in teams for member in team.members):
            value = getattr(member, what)
            if value in (None, ""):
                continue
            other = first.setdefault(member.email, member)
            if getattr(other, what) != value:
                raise DeclarationError(
                    f"{member.place}, {what}: differs from what {other.place} declares, "
                    "but it belongs to the person in all of their teams."
                )


def _email(table: Table, place: str, value: Any) -> str:
    if not isinstance(value, str):
        table.refuse(place, "must be an e-mail address in quotes")
    try:
        return clean_email(value)
    except ToilTrackerError as error:
        table.refuse(place, error.message.removesuffix("."))


def _sorted(values: list[Any] | None) -> list[Any] | None:
    return None if values is None else sorted(set(values))
