"""Rows of people, teams and calendars turned into what the arithmetic takes, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from teams import worktime
from teams.models import Calendar, Membership, Person, Team, TimeOff, User


def calendar_of_team(team: Team) -> worktime.Calendar:
    """Return a team's calendar; a team without one works Monday to Friday, 09:00 to 17:00, UTC."""
    row = Calendar.objects.filter(team=team).first() if "calendar" not in team._state.fields_cache else team.calendar
    return completed(row, worktime.Calendar())


def timezone_of_team(team: Team) -> str:
    """Return the zone in which the team's days and weeks begin."""
    return calendar_of_team(team).timezone


@dataclass(frozen=True, slots=True)
class CalendarBook:
    """The calendars that people have of their own, and those of the teams that they joined first."""

    own: Mapping[int, Calendar]
    bases: Mapping[int, worktime.Calendar]

    def calendar_of(self, person_id: int, fallback: worktime.Calendar) -> worktime.Calendar:
        """Return a person's working calendar; who is in no team gets what their own leaves open from the fallback."""
        return completed(self.own.get(person_id), self.bases.get(person_id, fallback))


def calendar_book(person_ids: Iterable[int]) -> CalendarBook:
    """Return the calendars of people of any teams, in three queries."""
    ids = set(person_ids)
    own = {row.person_id: row for row in Calendar.objects.filter(person__in=ids) if row.person_id is not None}
    return CalendarBook(own, _calendars_of_first_teams(ids))


def calendars_of_people(
    person_ids: Iterable[int], *, fallback: worktime.Calendar | None = None
) -> dict[int, worktime.Calendar]:
    """Return everybody's working calendar: their own, completed by that of the team that they joined first.

    Who is in no team gets the fallback: the calendar of the team whose figures are asked for.
    """
    ids = set(person_ids)
    book = calendar_book(ids)
    return {person_id: book.calendar_of(person_id, fallback or worktime.Calendar()) for person_id in ids}


def time_off_of_people(person_ids: Iterable[int]) -> dict[int, list[worktime.TimeOff]]:
    """Return everybody's absences, in order; who has none is left out."""
    absences: dict[int, list[worktime.TimeOff]] = defaultdict(list)
    rows = TimeOff.objects.filter(person__in=set(person_ids)).order_by("first_date", "last_date")
    for person_id, first, last in rows.values_list("person_id", "first_date", "last_date"):
        absences[person_id].append((first, last))
    return dict(absences)


def dates_of_memberships(team_ids: Iterable[int]) -> list[tuple[int, int, date | None, date | None]]:
    """Return team id, person id, first and last day in the team of all members of teams; None is unbounded."""
    rows = Membership.objects.filter(team__in=list(team_ids))
    return list(rows.values_list("team_id", "person_id", "first_date", "last_date"))


def people_of_team(team: Team) -> list[Person]:
    """Return the members of a team by name, as the choosers of assignees show them."""
    people = Person.objects.filter(memberships__team=team)
    return sorted(people, key=lambda person: (person.display_name.casefold(), person.pk))


def person_of(user: User) -> Person | None:
    """Return the person that an account belongs to."""
    return Person.objects.filter(user=user).first()


def completed(row: Calendar | None, base: worktime.Calendar) -> worktime.Calendar:
    """Return a stored calendar with what it leaves open taken from another."""
    if row is None:
        return base
    given: dict[str, Any] = {
        name: value for name in ("timezone", "start", "end", "holidays") if (value := getattr(row, name)) is not None
    }
    if row.weekdays is not None:
        given["weekdays"] = frozenset(row.weekdays)
    if row.days_off is not None:
        given["days_off"] = frozenset(date.fromisoformat(day) for day in row.days_off)
    return replace(base, **given)


def _calendars_of_first_teams(person_ids: set[int]) -> Mapping[int, worktime.Calendar]:
    rows = Membership.objects.filter(person__in=person_ids).by_joining().values_list("person_id", "team_id")
    first_teams: dict[int, int] = {}
    for person_id, team_id in rows:
        first_teams.setdefault(person_id, team_id)
    calendars = {row.team_id: row for row in Calendar.objects.filter(team__in=set(first_teams.values()))}
    default = worktime.Calendar()
    of_teams = {team_id: completed(calendars.get(team_id), default) for team_id in set(first_teams.values())}
    return {person_id: of_teams[team_id] for person_id, team_id in first_teams.items()}
