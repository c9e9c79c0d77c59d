"""Settings of a team: name, target, denominator, report time and calendar."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from teams.actors import actor_of
from teams.forms.calendars import CalendarForm
from teams.forms.errors import errors_in
from teams.forms.teams import TeamForm
from teams.models import Role, Team
from teams.permissions import signed_in, team_view
from teams.queries import calendar_of_team
from teams.services.calendars import set_team_calendar
from teams.services.teams import change_team
from teams.views.choices import holiday_codes, zone_names


@require_GET
@team_view(Role.OWNER)
def show(request: HttpRequest, team: Team) -> HttpResponse:
    """Show what the team is measured by, and when it is told."""
    return _general_page(request, team, TeamForm(initial=TeamForm.initial_of(team), timezone=_zone_of(team)))


@require_POST
@team_view(Role.OWNER)
def change(request: HttpRequest, team: Team) -> HttpResponse:
    """Change name, target range, denominator and report time."""
    form = TeamForm(request.POST, timezone=_zone_of(team))
    if form.is_valid():
        with errors_in(form):
            change_team(team=team, given=form.given(), by=actor_of(signed_in(request)), at=timezone.now())
            messages.success(request, _("The settings are saved."))
            return redirect("teams:settings", team.slug)
    return _general_page(request, team, form, status=422)


@require_GET
@team_view(Role.OWNER)
def show_calendar(request: HttpRequest, team: Team) -> HttpResponse:
    """Show when the team works."""
    return _calendar_page(request, team, CalendarForm(initial=CalendarForm.initial_of(calendar_of_team(team))))


@require_POST
@team_view(Role.OWNER)
def change_calendar(request: HttpRequest, team: Team) -> HttpResponse:
    """Change when the team works; past weeks are computed anew with it."""
    form = CalendarForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            set_team_calendar(team=team, given=form.given())
            messages.success(request, _("The calendar is saved."))
            return redirect("teams:settings_calendar", team.slug)
    return _calendar_page(request, team, form, status=422)


def _general_page(request: HttpRequest, team: Team, form: TeamForm, status: int = 200) -> HttpResponse:
    return render(request, "teams/settings.html", {"team": team, "form": form}, status=status)


def _calendar_page(request: HttpRequest, team: Team, form: CalendarForm, status: int = 200) -> HttpResponse:
    context = {"team": team, "form": form, "zones": zone_names(), "holidays": holiday_codes()}
    return render(request, "teams/settings_calendar.html", context, status=status)


def _zone_of(team: Team) -> str:
    return calendar_of_team(team).timezone
