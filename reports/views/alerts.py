"""Budget alerts of a team: how its budget stands, what has fired, and whether it is watched."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from reports.forms import AlertSettingsForm
from reports.mailing.server import configured_server
from reports.models import BudgetAlert, Delivery
from reports.pages.alerts import alert_rows, budget_now
from reports.services.alerts import EVENT, mark_alerts_seen, set_alert_settings, settings_of
from teams.actors import actor_of
from teams.forms.errors import errors_in
from teams.models import Role, Team
from teams.permissions import can_configure, signed_in, team_view
from teams.queries import timezone_of_team

ALERTS_ON_A_PAGE = 50
DELIVERIES_SHOWN = 50


@require_GET
@team_view()
def index(request: HttpRequest, team: Team) -> HttpResponse:
    """Show how the budget stands, and the alerts that have fired, the latest first."""
    alerts = BudgetAlert.objects.filter(team=team).select_related("seen_by").latest_first()
    page = Paginator(alerts, ALERTS_ON_A_PAGE).get_page(request.GET.get("page"))
    is_owner = can_configure(request.user, team)
    context = {
        "team": team,
        "now": budget_now(team=team, at=timezone.now()),
        "rows": alert_rows(list(page)),
        "page": page,
        "settings": settings_of(team),
        "is_owner": is_owner,
        "deliveries": list(_deliveries(team)) if is_owner else [],
        "has_server": configured_server() is not None,
    }
    return render(request, "reports/alerts.html", context)


def _deliveries(team: Team) -> "QuerySet[Delivery]":
    """What was sent of the latest alerts, without what the mails say."""
    found = Delivery.objects.filter(notice__team=team, notice__kind=EVENT).select_related("letter")
    heavy = ("body", "letter__html", "letter__text", "letter__picture")
    return found.defer(*heavy).order_by("-id")[:DELIVERIES_SHOWN]


@require_POST
@team_view(Role.MEMBER)
def seen(request: HttpRequest, team: Team) -> HttpResponse:
    """Take the alerts that stand off the top of the pages, for everybody."""
    mark_alerts_seen(team=team, by=actor_of(signed_in(request)), at=timezone.now())
    if request.headers.get("HX-Request") == "true":
        return HttpResponse("")
    messages.success(request, _("The alert is put aside; it stays listed here until it clears."))
    return redirect("reports:alerts", team.slug)


@require_GET
@team_view(Role.OWNER)
def settings(request: HttpRequest, team: Team) -> HttpResponse:
    """Show whether the budget is watched, and when nobody is told."""
    return _settings_page(request, team, AlertSettingsForm(initial=AlertSettingsForm.initial_of(settings_of(team))))


@require_POST
@team_view(Role.OWNER)
def change(request: HttpRequest, team: Team) -> HttpResponse:
    """Watch the budget or not, and set the quiet hours."""
    form = AlertSettingsForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            by = actor_of(signed_in(request))
            set_alert_settings(team=team, **form.cleaned_data, by=by, at=timezone.now())
            messages.success(request, _("The settings are saved."))
            return redirect("reports:settings_alerts", team.slug)
    return _settings_page(request, team, form, status=422)


def _settings_page(request: HttpRequest, team: Team, form: AlertSettingsForm, status: int = 200) -> HttpResponse:
    context = {
        "team": team,
        "form": form,
        "zone": timezone_of_team(team),
        "recipients": team.recipients.subscribed().filter(gets_alerts=True).count(),
        "channels": team.channels.open().filter(gets_alerts=True).count(),
    }
    return render(request, "reports/settings_alerts.html", context, status=status)
