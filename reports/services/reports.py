"""Builds each week's report once, keeps it, and makes its deliveries."""

import logging
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from reports.due import due_at, due_weeks, ends_at
from reports.figures import FORMULA_VERSION
from reports.mailing.facts import Facts
from reports.mailing.posted import words_of_report
from reports.models import Channel, Delivery, EmptyWeeks, Recipient, ReportRevision, WeeklyReport
from reports.periods import Week, period_of_week
from reports.readers import Manner, manners_of
from reports.revisions import Finding, find_revisions
from reports.services.letters import letter_of_report, write_report
from reports.services.outbox import mail_to, mails_to, post_to
from reports.weekly import choices_of, facts_of_week, report_time, series_up_to
from teams.errors import InvalidError
from teams.models import Team
from teams.queries import timezone_of_team

logger = logging.getLogger(__name__)

LATE_AT_MOST = timedelta(weeks=4)
"""A report that comes later than this is kept, but not mailed: nobody wants a year of old mail after a long sleep."""

POSTED_AS = "report.weekly"
AT_ONCE = 52


class WeekNotOverError(InvalidError):
    """A week that has not ended has no report."""

    code = "week_not_over"


def build_report(*, team: Team, week: Week, at: datetime) -> WeeklyReport:
    """Build the report of a past week and keep it; one that is kept already is returned as it is.

    Reading takes no lock. Where two builders do it at once, the database lets one row in, and both return it.
    """
    kept = team.weekly_reports.filter(week_start=week.monday).first()
    if kept is not None:
        return kept
    _require_past(team, week, at)
    report, findings = _write_report(team, week, at)
    try:
        with transaction.atomic():
            report.save(force_insert=True)
            _keep_revisions(report, findings, at)
    except IntegrityError:
        return team.weekly_reports.get(week_start=week.monday)
    return report


@transaction.atomic
def release_report(*, report: WeeklyReport, at: datetime) -> list[Delivery]:
    """Make a delivery for each subscribed recipient, and each channel, that has none yet; a second time makes none."""
    locked = WeeklyReport.objects.select_for_update().select_related("team").get(pk=report.pk)
    known = locked.deliveries.filter(is_test=False)
    recipients = locked.team.recipients.subscribed().exclude(email__in=known.mailed().values("address")).order_by("id")
    deliveries = mails_to(locked, recipients, letter_of=partial(letter_of_report, locked), at=at, due=at)
    channels = locked.team.channels.open().filter(gets_reports=True)
    channels = channels.exclude(pk__in=known.posted().filter(channel__isnull=False).values("channel")).order_by("id")
    deliveries += [_post(locked, channel, at) for channel in channels]
    Delivery.objects.bulk_create(deliveries)
    _mark_released(locked, at)
    return deliveries


def build_due_reports(*, team: Team, at: datetime) -> list[WeeklyReport]:
    """Build and release the reports of a team that are due, oldest first, and return the ones that were not yet.

    Each is committed by itself, so that whoever comes after a crash goes on where it happened; of more than a year's
    reports the rest is left to the next call.
    """
    schedule = report_time(team)
    released = set(team.weekly_reports.filter(released_at__isnull=False).values_list("week_start", flat=True))
    reports: list[WeeklyReport] = []
    for week in due_weeks(schedule, since=team.created_at, at=at):
        if week.monday in released:
            continue
        if len(reports) == AT_ONCE:
            break
        report = build_report(team=team, week=week, at=at)
        if due_at(week, schedule) <= at - LATE_AT_MOST or _is_kept_silent(report):
            _mark_released(report, at)
        else:
            release_report(report=report, at=at)
        logger.info("Built the report of %s for %s.", week, team.slug)
        reports.append(report)
    return reports


@transaction.atomic
def send_test(*, report: WeeklyReport, address: str, at: datetime) -> Delivery:
    """Make a delivery of a report to whoever wants to see how it arrives; it counts as nobody's report."""
    unlisted = {"is_listed": False, "created_at": at}
    recipient, __ = Recipient.objects.get_or_create(team=report.team, email=address, defaults=unlisted)
    manner = manners_of(report.team, [recipient], zone=report.timezone)[recipient.pk]
    letter = letter_of_report(report, manner)
    delivery = mail_to(report, recipient, letter=letter, at=at, due=at, salt=f"test {at.isoformat()}")
    delivery.is_test = True
    delivery.save()
    return delivery


def preview_report(*, team: Team, week: Week, at: datetime) -> WeeklyReport:
    """Return what the report of a past week would be, and keep nothing."""
    _require_past(team, week, at)
    return _write_report(team, week, at)[0]


def _is_kept_silent(report: WeeklyReport) -> bool:
    """Whether nothing was recorded in its week, and the team wants no mail then."""
    choices = choices_of(report.team)
    return choices.empty_weeks == EmptyWeeks.NONE and not any(report.figures["effort_hours"].values())


def _require_past(team: Team, week: Week, at: datetime) -> None:
    if ends_at(week, timezone_of_team(team)) > at:
        message = _("The week %(week)s is not over yet, so there is nothing to report.") % {"week": week}
        raise WeekNotOverError(message, fields={"week": [message]})


def _write_report(team: Team, week: Week, at: datetime) -> tuple[WeeklyReport, list[Finding]]:
    """Measure the week and put it into words; nothing is saved."""
    series = series_up_to(team, week, at)
    findings = find_revisions(team=team, week=week, at=at, series=series)
    told = [finding.told for finding in findings if finding.told]
    return _report(team, facts_of_week(team=team, week=week, at=at, series=series, told=told), at), findings


def _report(team: Team, facts: Facts, at: datetime) -> WeeklyReport:
    week, figures = facts.week, facts.figures
    period = period_of_week(week, facts.timezone)
    manner = Manner(settings.LANGUAGE_CODE, facts.timezone)
    written = write_report(facts, manner)
    return WeeklyReport(
        team=team,
        week=str(week),
        week_start=week.monday,
        start_at=period.starts_at,
        end_at=period.ends_at,
        timezone=period.timezone,
        denominator=figures["denominator"],
        target_low=figures["target_low"],
        target_high=figures["target_high"],
        formula_version=FORMULA_VERSION,
        figures=figures,
        facts=facts.as_json(),
        language=manner.language,
        subject=written.subject,
        html=written.html,
        text=written.text,
        picture=written.picture,
        built_at=at,
    )


def _keep_revisions(report: WeeklyReport, findings: list[Finding], at: datetime) -> None:
    """Store what was found, unless another builder stored it meanwhile."""
    Team.objects.select_for_update().get(pk=report.team_id)
    for finding in findings:
        if finding.untold is not None:
            ReportRevision.objects.filter(pk=finding.untold.pk, told_in__isnull=True).update(told_in=report)
        elif finding.report.revisions.count() == finding.known:
            ReportRevision.objects.create(
                report=finding.report,
                figures=dict(finding.figures),
                causes=dict(finding.causes),
                found_at=at,
                told_in=report if finding.told else None,
            )


def _mark_released(report: WeeklyReport, at: datetime) -> None:
    WeeklyReport.objects.filter(pk=report.pk, released_at__isnull=True).update(released_at=at)


def _post(report: WeeklyReport, channel: Channel, at: datetime) -> Delivery:
    data = {"week": report.week, "figures": report.figures}
    words = partial(words_of_report, report)
    return post_to(report, channel, kind=POSTED_AS, write=words, data=data, at=at, due=at)
