"""The whole sample at an instant, by a seed and plain arithmetic: the same instant gives the same sample."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from teams.worktime import start_of_day, zone_named
from toiltracker.demo import titles
from toiltracker.demo.backlog import open_items
from toiltracker.demo.cast import ACCESS_BOARD, ALICE, HARUKA, OWNER, PEOPLE, PLACES, YUKI
from toiltracker.demo.clockwork import Clockwork
from toiltracker.demo.projects import meetings_of_week, projects_of
from toiltracker.demo.tickets import Ticket
from toiltracker.demo.toil import toil_of_week, unclear_of_week

WEEKS = 26
SEED = 20191  # any number does, as long as it stays
TEAM_ZONE = PLACES[OWNER.place].zone


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody's first and last day off."""

    email: str
    first_date: date
    last_date: date


@dataclass(frozen=True, slots=True)
class Sample:
    """Everything that the sample says about the team, up to an instant."""

    first_monday: date
    founded_at: datetime
    absences: tuple[Absence, ...]
    tickets: tuple[Ticket, ...]


def plan_sample(at: datetime) -> Sample:
    """Plan the 26 full weeks before `at` (aware) and what there is of the week in which it lies."""
    chance = Random(SEED)  # noqa: S311 - a sample, not a secret
    today = at.astimezone(zone_named(TEAM_ZONE)).date()
    first_monday = today - timedelta(days=today.weekday(), weeks=WEEKS)
    start = start_of_day(first_monday, TEAM_ZONE)
    absences = _absences(first_monday)
    team = [
        Clockwork(
            person,
            start=start,
            end=at + timedelta(weeks=4),
            time_off=[(off.first_date, off.last_date) for off in absences if off.email == person.email],
        )
        for person in PEOPLE
    ]
    tickets: list[Ticket] = []
    for week in range(WEEKS + 1):
        monday = start_of_day(first_monday + timedelta(weeks=week), TEAM_ZONE)
        tickets += meetings_of_week(monday, team=team)
        tickets += toil_of_week(week, monday, weeks=WEEKS, team=team, chance=chance)
        tickets += unclear_of_week(week, monday, weeks=WEEKS, team=team, chance=chance)
    for worker in team:
        tickets += projects_of(worker, start=start, end=at, chance=chance)
    tickets += open_items(at, team=team, busy=_busy(tickets, at), chance=chance)
    known = [ticket for ticket in (planned.until(at) for planned in tickets) if ticket is not None]
    founded = start + timedelta(hours=7)
    return Sample(first_monday, founded, absences, tuple(_with_comments(_numbered(known), at, chance)))


def _busy(tickets: Iterable[Ticket], at: datetime) -> set[str | None]:
    """Return who has an item in progress at an instant."""
    known = (ticket.until(at) for ticket in tickets)
    return {ticket.assignee for ticket in known if ticket is not None and ticket.status == "In progress"}


def _absences(first_monday: date) -> tuple[Absence, ...]:
    def off(email: str, week: int, days: int) -> Absence:
        first = first_monday + timedelta(weeks=week)
        return Absence(email, first, first + timedelta(days=days - 1))

    return (off(ALICE.email, 8, 12), off(HARUKA.email, 11, 5), off(YUKI.email, 19, 5))


def _numbered(tickets: Iterable[Ticket]) -> list[Ticket]:
    """Give each ticket the number that its system would have given it, by the order of their creation."""
    counts: Counter[str] = Counter()
    numbered: list[Ticket] = []
    for ticket in sorted(tickets, key=lambda ticket: (ticket.created_at, ticket.title)):
        prefix = "ACC" if ticket.board == ACCESS_BOARD else ("ALERT" if ticket.source == "alertmanager" else "OPS")
        counts[prefix] += 1
        numbered.append(replace(ticket, external_id=f"{prefix}-{counts[prefix]}"))
    return numbered


def _with_comments(tickets: Iterable[Ticket], at: datetime, chance: Random) -> list[Ticket]:
    """Let the team talk about some of what is open or was done last."""
    commented: list[Ticket] = []
    for ticket in tickets:
        is_recent = ticket.steps[-1].at > at - timedelta(days=14)
        if is_recent and len(ticket.steps) > 1 and chance.random() < 0.3:
            said_at = ticket.created_at + (at - ticket.created_at) * chance.uniform(0.5, 0.95)
            said = (chance.choice(PEOPLE).email, said_at, chance.choice(titles.COMMENTS))
            ticket = replace(ticket, comments=(said,))  # noqa: PLW2901 - the same ticket, with its comment
        commented.append(ticket)
    return commented
