"""Who gets a team's weekly report: the list, a preview, and a test to oneself."""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from reports.due import due_at
from reports.forms import RecipientForm, ReportForm
from reports.mailing.server import configured_server
from reports.models import Recipient
from reports.periods import last_full_week
from reports.services.choices import change_report_choices
from reports.services.queue import ask_for_delivery
from reports.services.recipients import add_recipient, remove_recipient
from reports.services.reports import build_report, preview_report, send_test
from reports.views.documents import html_answer, mail_document
from reports.views.recipient_rows import member_emails, recipient_rows
from reports.weekly import choices_of, next_week_due, report_time
from teams.actors import Actor, actor_of
from teams.forms.errors import errors_in
from teams.models import Role, Team
from teams.permissions import signed_in, team_view
from teams.queries import timezone_of_team
from teams.services.teams import TeamSettings, change_team
from teams.views.choices import zone_names
from teams.worktime import zone_named


@require_GET
@team_view(Role.OWNER)
def show(request: HttpRequest, team: Team) -> HttpResponse:
    """Show who gets the report, when the next one goes out and what it says; `?recipient=` is to be changed."""
    chosen = request.GET.get("recipient", "")
    recipient = (
        team.recipients.listed().filter(pk=int(chosen)).first() if chosen.isascii() and chosen.isdigit() else None
    )
    return _page(request, team, _form_of(recipient))


@require_POST
@team_view(Role.OWNER)
def choose(request: HttpRequest, team: Team) -> HttpResponse:
    """Choose day, hour, sections, and what goes out for weeks without work."""
    form = ReportForm(request.POST, timezone=timezone_of_team(team))
    if form.is_valid():
        with errors_in(form):
            _choose(team, form, by=actor_of(signed_in(request)), at=timezone.now())
            messages.success(request, _("The choices hold from the next report on."))
            return redirect("reports:settings_recipients", team.slug)
    return _page(request, team, RecipientForm(), report_form=form, status=422)


@transaction.atomic
def _choose(team: Team, form: ReportForm, *, by: Actor, at: datetime) -> None:
    given = {name: form.cleaned_data[name] for name in ("report_weekday", "report_time")}
    change_team(team=team, given=TeamSettings(**given), by=by, at=at)
    change_report_choices(team=team, left_out=form.left_out(), empty_weeks=form.cleaned_data["empty_weeks"], by=by)


@require_POST
@team_view(Role.OWNER)
def add(request: HttpRequest, team: Team) -> HttpResponse:
    """Put an address on the list, or change how one on it reads."""
    form = RecipientForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            email, by = form.cleaned_data["email"], actor_of(signed_in(request))
            recipient = add_recipient(team=team, email=email, given=form.given(), by=by, at=timezone.now())
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


def _page(
    request: HttpRequest,
    team: Team,
    form: RecipientForm,
    *,
    report_form: ReportForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    schedule = report_time(team)
    week = next_week_due(team, now)
    initial = ReportForm.initial_of(team, choices_of(team))
    context = {
        "team": team,
        "form": form,
        "is_change": bool(form.initial),
        "report_form": report_form or ReportForm(initial=initial, timezone=schedule.timezone),
        "recipients": recipient_rows(team, zone=schedule.timezone),
        "member_emails": member_emails(team),
        "zones": zone_names(),
        "next_week": week,
        "next_at_local": due_at(week, schedule).astimezone(zone_named(schedule.timezone)).replace(tzinfo=None),
        "zone": schedule.timezone,
        "has_server": configured_server() is not None,
        "own_address": signed_in(request).email,
    }
    return render(request, "reports/settings_recipients.html", context, status=status)


def _form_of(recipient: Recipient | None) -> RecipientForm:
    if recipient is None:
        return RecipientForm()
    names = ("email", "language", "timezone", "gets_alerts")
    return RecipientForm(initial={name: getattr(recipient, name) for name in names})


def _told(recipient: Recipient) -> str:
    if recipient.is_subscribed:
        return _("%(address)s gets the next report.") % {"address": recipient.email}
    told = _("%(address)s is on the list, but has unsubscribed: only the link in one of their mails takes that back.")
    return told % {"address": recipient.email}
