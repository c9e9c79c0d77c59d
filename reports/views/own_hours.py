"""What is recorded about oneself: nobody else gets to see this page of a person."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reports import numbers
from reports.own_hours import OwnHours, own_hours
from teams.models import Team
from teams.permissions import signed_in
from teams.queries import person_of

WEEKS = 8


@require_safe
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Show the reader their own hours."""
    user = signed_in(request)
    person = person_of(user)
    hours = None if person is None else own_hours(person=person, weeks=WEEKS, at=timezone.now())
    context = {
        "hours": hours,
        "rows": _rows(hours) if hours else [],
        "teams": _teams(hours, Team.objects.visible_to(user).in_bulk()) if hours else [],
    }
    return render(request, "reports/own_hours.html", context)


def _rows(hours: OwnHours) -> list[dict[str, object]]:
    """The weeks, the newest first, with what they are called and their hours."""
    rows = [
        {
            "week": week,
            "days": numbers.days_of_week(week.monday),
            "classes": [
                (label, numbers.hours(value))
                for label, value in (
                    (_("Toil"), effort.toil),
                    (_("Engineering"), effort.engineering),
                    (_("Overhead"), effort.overhead),
                    (_("Unclassified"), effort.unclassified),
                )
            ],
            "all": numbers.hours(effort.tracked),
            "working": numbers.hours(working),
        }
        for week, effort, working in zip(hours.weeks, hours.efforts, hours.working, strict=True)
    ]
    return rows[::-1]


def _teams(hours: OwnHours, visible: dict[int, Team]) -> list[tuple[Team | None, str]]:
    """The teams with the hours that they had; None stands for one that the reader may not see any more."""
    return [(visible.get(team), numbers.hours(value)) for team, value in hours.by_team if value]
