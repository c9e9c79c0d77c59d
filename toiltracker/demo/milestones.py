"""What the team of the sample decided on its way: toil that it removed, toil that it will, and another target."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from boards.models import Elimination, Item, Part, ToilType, Way
from boards.services.eliminations import add_part, plan_elimination
from reports.due import due_at, due_weeks
from reports.services.eliminations import eliminate
from reports.services.reports import build_report, release_report
from reports.weekly import report_time
from teams.actors import Actor
from teams.models import Team
from teams.services.teams import TeamSettings, change_team
from toiltracker.demo import titles
from toiltracker.demo.plan import Sample
from toiltracker.demo.tickets import Ticket
from toiltracker.demo.toil import CERTIFICATE, DISK

TARGET_AT_FIRST = TeamSettings(target_low=0.10, target_high=0.15)
TARGET_SINCE = TeamSettings(target_low=0.05, target_high=0.10)
TARGET_CHANGED_AFTER = timedelta(weeks=17, days=2)

CERTIFICATE_PLAN = {"way": Way.AUTOMATE, "build_hours": 16.0, "upkeep_hours": 0.25}
DISK_PLAN = {"way": Way.ENGINEER_OUT, "build_hours": 60.0, "residual_hours": 0.5, "upkeep_hours": 0.5}


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something that the team decided at an instant; `reach` does it."""

    at: datetime
    reach: Callable[[], object]


def milestones_of(
    *, team: Team, sample: Sample, items: Mapping[Ticket, Item], by: Actor, until: datetime
) -> Sequence[Milestone]:
    """Return what the team decided up to an instant, in the order of time; the reports between know what was before."""
    automated, begun = (_ticket(sample.tickets, title) for title in (titles.AUTOMATION, titles.DISK_PROJECT))
    changed_at = sample.founded_at + TARGET_CHANGED_AFTER
    found = [
        Milestone(changed_at, lambda: change_team(team=team, given=TARGET_SINCE, by=by, at=changed_at)),
        *_removal(team, CERTIFICATE.toil_type, CERTIFICATE_PLAN, ticket=automated, item=items[automated], by=by),
        *_removal(team, DISK.toil_type, DISK_PLAN, ticket=begun, item=items[begun], by=by),
    ]
    return sorted((one for one in found if one.at <= until), key=lambda one: one.at)


def live_through(*, team: Team, milestones: Sequence[Milestone], at: datetime) -> None:
    """Build the weekly reports of the past, each at the time at which it was due, and decide in between."""
    team = Team.objects.select_related("calendar").get(pk=team.pk)
    schedule = report_time(team)
    ahead = deque(milestones)
    for week in due_weeks(schedule, since=team.created_at, at=at):
        due = due_at(week, schedule)
        _reach(ahead, due)
        team.refresh_from_db(fields=["target_low", "target_high"])
        release_report(report=build_report(team=team, week=week, at=due), at=due)
    _reach(ahead, at)


def _reach(ahead: deque[Milestone], at: datetime) -> None:
    while ahead and ahead[0].at <= at:
        ahead.popleft().reach()


def _removal(
    team: Team, name: str, plan: Mapping[str, Any], *, ticket: Ticket, item: Item, by: Actor
) -> Iterable[Milestone]:
    """Plan the removal of a toil type when the ticket that builds it is filed, and carry it out when that is done."""
    toil_type = ToilType.objects.select_related("team").get(team=team, name=name)
    filed_at, done_at = ticket.created_at, ticket.steps[-1].at

    def planned() -> None:
        made = plan_elimination(toil_type=toil_type, plan=plan, by=by, at=filed_at)
        add_part(elimination=made, item=item, part=Part.BUILD, by=by, at=filed_at)

    def carried_out() -> None:
        made = Elimination.objects.get(toil_type=toil_type, eliminated_at=None)
        eliminate(elimination=made, by=by, at=done_at)

    yield Milestone(filed_at, planned)
    if not ticket.is_open:
        yield Milestone(done_at, carried_out)


def _ticket(tickets: Iterable[Ticket], title: str) -> Ticket:
    return next(ticket for ticket in tickets if ticket.title == title)
