"""Who gets a team's weekly report: the list, a preview, and a test to oneself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from reports.due import due_at
from reports.forms import RecipientForm
from reports.mailing.server import configured_server
from reports.models import Recipient
from reports.periods import last_full_week
from reports.services.queue import ask_for_delivery
from reports.services.recipients import add_recipient, remove_recipient
from reports.services.reports import build_report, preview_report, send_test
from reports.views.documents import html_answer, mail_document
from reports.weekly import next_week_due, report_time
from teams.actors import actor_of
from teams.forms.errors import errors_in
from teams.models import Role, Team
from teams.permissions import signed_in, team_view
from teams.queries import timezone_of_team
from teams.worktime import zone_named


@require_GET
@team_view(Role.OWNER)
def show(request: HttpRequest, team: Team) -> HttpResponse:
    """Show who gets the report, and when the next one goes out."""
    return _page(request, team, RecipientForm())


@require_POST
@team_view(Role.OWNER)
def add(request: HttpRequest, team: Team) -> HttpResponse:
    """Put an address on the list."""
    form = RecipientForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            email = form.cleaned_data["email"]
            recipient = add_recipient(team=team, email=email, by=actor_of(signed_in(request)), at=timezone.now())
            messages.success(request, _told(recipient))
            return redirect("reports:settings_recipients", team.slug)
    return _page(request, team, form, status=422)


@require_POST
@team_view(Role.OWNER)
def remove(request: HttpRequest, team: Team, recipient_id: int) -> HttpResponse:
    """Take an address off the list."""
    recipient = get_object_or_404(Recipient.objects.listed(), team=team, pk=recipient_id)
    remove_recipient(recipient=recipient, by=actor_of(signed_in(request)), at=timezone.now())
    messages.success(request, _("%(address)s gets no more reports.") % {"address": recipient.email})
    return redirect("reports:settings_recipients", team.slug)


@require_POST
@team_view(Role.OWNER)
def test(request: HttpRequest, team: Team) -> HttpResponse:
    """Send last week's report to whoever asks, as a test; it is built if it was not yet."""
    now = timezone.now()
    report = build_report(team=team, week=last_full_week(now, timezone_of_team(team)), at=now)
    delivery = send_test(report=report, address=signed_in(request).email, at=now)
    ask_for_delivery()
    if configured_server() is None:
        messages.success(request, _("No mail server is set, so the test is kept: here it is."))
        return redirect("reports:report", team.slug, report.week)
    messages.success(request, _("A test goes to %(address)s.") % {"address": delivery.address})
    return redirect("reports:settings_recipients", team.slug)


@require_GET
@mail_document
@team_view(Role.OWNER)
def preview(request: HttpRequest, team: Team) -> HttpResponse:
    """Show what last week's report looks like, and keep nothing."""
    now = timezone.now()
    week = last_full_week(now, timezone_of_team(team))
    return html_answer(request, preview_report(team=team, week=week, at=now))


def _page(request: HttpRequest, team: Team, form: RecipientForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    schedule = report_time(team)
    week = next_week_due(team, now)
    context = {
        "team": team,
        "form": form,
        "recipients": team.recipients.listed().order_by("email"),
        "next_week": week,
        "next_at_local": due_at(week, schedule).astimezone(zone_named(schedule.timezone)).replace(tzinfo=None),
        "zone": schedule.timezone,
        "has_server": configured_server() is not None,
        "own_address": signed_in(request).email,
    }
    return render(request, "reports/settings_recipients.html", context, status=status)


def _told(recipient: Recipient) -> str:
    if recipient.is_subscribed:
        return _("%(address)s gets the next report.") % {"address": recipient.email}
    told = _("%(address)s is on the list, but has unsubscribed: only the link in one of their mails takes that back.")
    return told % {"address": recipient.email}
