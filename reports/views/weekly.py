"""The weekly reports of a team: the archive, each report as it was sent, and what became of its mail."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from reports.forms import BuildForm
from reports.mailing.server import configured_server
from reports.models import Delivery, WeeklyReport
from reports.periods import Week, last_full_week
from reports.revisions import revision_text
from reports.sentences import Reading, verdict_sentence
from reports.services.deliveries import NotSendableError, send_again
from reports.services.queue import ask_for_delivery
from reports.services.reports import build_report, release_report
from reports.views.documents import html_answer, mail_document, text_answer
from reports.views.rows import report_rows
from teams.actors import actor_of
from teams.forms.errors import errors_in
from teams.models import Role, Team
from teams.permissions import can_configure, signed_in, team_view
from teams.queries import timezone_of_team

REPORTS_ON_A_PAGE = 26


@require_GET
@team_view()
def index(request: HttpRequest, team: Team) -> HttpResponse:
    """List a team's reports, the newest week first."""
    week = last_full_week(timezone.now(), timezone_of_team(team))
    return _index_page(request, team, BuildForm(initial={"week": week}))


@require_POST
@team_view(Role.OWNER)
def build(request: HttpRequest, team: Team) -> HttpResponse:
    """Build the report of a past week by hand; one that is kept stays as it is."""
    form = BuildForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            now, week = timezone.now(), form.cleaned_data["week"]
            is_kept = team.weekly_reports.filter(week_start=week.monday).exists()
            report = build_report(team=team, week=week, at=now)
            if is_kept:
                messages.info(request, _("This week was reported already, and its report stays as it is."))
            if form.cleaned_data["send"]:
                _tell_sent(request, len(release_report(report=report, at=now)))
            return redirect("reports:report", team.slug, report.week)
    return _index_page(request, team, form, status=422)


@require_GET
@team_view()
def show(request: HttpRequest, team: Team, week: Week) -> HttpResponse:
    """Show a report as it was sent, what later edits made of it, and to owners what became of its mail."""
    report = _report_or_404(team, week)
    reading = Reading.from_figures(report.figures)
    is_owner = can_configure(request.user, team)
    deliveries = list(report.deliveries.order_by("is_test", "address", "id")) if is_owner else None
    context = {
        "team": team,
        "report": report,
        "week": week,
        "headline": verdict_sentence(reading),
        "revisions": [revision_text(revision) for revision in report.revisions.order_by("found_at", "id")],
        "is_owner": is_owner,
        "deliveries": deliveries,
        "has_uncertain": any(delivery.is_uncertain for delivery in deliveries or ()),
        "has_server": configured_server() is not None,
        "is_silent": not any(report.figures["effort_hours"].values()),
        "newer": team.weekly_reports.filter(week_start__gt=report.week_start).order_by("week_start").first(),
        "older": team.weekly_reports.filter(week_start__lt=report.week_start).order_by("-week_start").first(),
    }
    return render(request, "reports/report.html", context)


@require_GET
@mail_document
@team_view()
def mail(request: HttpRequest, team: Team, week: Week) -> HttpResponse:
    """Show the mail itself."""
    return html_answer(request, _report_or_404(team, week))


@require_GET
@mail_document
@team_view()
def text(request: HttpRequest, team: Team, week: Week) -> HttpResponse:
    """Show the mail's plain text."""
    return text_answer(request, _report_or_404(team, week))


@require_POST
@team_view(Role.OWNER)
def send(request: HttpRequest, team: Team, week: Week) -> HttpResponse:
    """Send a report to all recipients who did not get it."""
    _tell_sent(request, len(release_report(report=_report_or_404(team, week), at=timezone.now())))
    return redirect("reports:report", team.slug, week)


@require_POST
@team_view(Role.OWNER)
def again(request: HttpRequest, team: Team, week: Week, delivery_id: int) -> HttpResponse:
    """Send a mail again that failed or is uncertain."""
    delivery = get_object_or_404(Delivery, pk=delivery_id, report=_report_or_404(team, week))
    try:
        send_again(delivery=delivery, by=actor_of(signed_in(request)), at=timezone.now())
    except NotSendableError as error:
        messages.error(request, error.message)
    else:
        ask_for_delivery()
        messages.success(request, _("The mail to %(address)s is on its way.") % {"address": delivery.address})
    return redirect("reports:report", team.slug, week)


def _index_page(request: HttpRequest, team: Team, form: BuildForm, status: int = 200) -> HttpResponse:
    deliveries = Prefetch("deliveries", Delivery.objects.filter(is_test=False))
    reports = team.weekly_reports.latest_first().defer("html", "text").prefetch_related(deliveries, "revisions")
    page = Paginator(reports, REPORTS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "team": team,
        "form": form,
        "page": page,
        "rows": report_rows(page.object_list),
        "is_owner": can_configure(request.user, team),
        "recipient_count": team.recipients.subscribed().count(),
    }
    return render(request, "reports/reports.html", context, status=status)


def _report_or_404(team: Team, week: Week) -> WeeklyReport:
    reports = WeeklyReport.objects.filter(team=team).select_related("team")
    return get_object_or_404(reports, week_start=week.monday)


def _tell_sent(request: HttpRequest, count: int) -> None:
    """Say how many mails were queued, and have them sent."""
    if not count:
        messages.success(request, _("Everybody on the list has this report already."))
        return
    ask_for_delivery()
    told = ngettext("The report goes to %(count)d recipient.", "The report goes to %(count)d recipients.", count)
    messages.success(request, told % {"count": count})
