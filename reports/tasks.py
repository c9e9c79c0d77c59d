"""What the worker does for the reports room: what is due stands in the database, so every task may run twice."""

import logging
from time import monotonic
from typing import Final

from celery import shared_task
from django.utils import timezone

from reports.alerting import teams_to_evaluate
from reports.mailing.server import configured_server
from reports.models import Delivery, PastEdit
from reports.services.alerts import evaluate_alerts
from reports.services.deliveries import deliver_due, mark_broken_off
from reports.services.posts import configured_limits, post_due
from reports.services.queue import (
    alerts_were_evaluated,
    ask_for_alerts,
    ask_for_delivery,
    ask_for_report,
    ask_for_weeks,
    is_time_to_look_at_weeks,
    mail_was_delivered,
    posts_were_sent,
    report_was_built,
    weeks_were_kept,
)
from reports.services.reports import build_due_reports
from reports.services.retention import discard_old_deliveries
from reports.services.snapshots import keep_weeks, settle_all_edits
from reports.weekly import teams_with_due_reports
from teams.models import Team
from teams.worktime import CalendarError

logger = logging.getLogger(__name__)

SECONDS_AT_ONCE: Final = 20


@shared_task
def tick() -> None:
    """Ask for each report, each look at a budget and each mail that is due; beat calls it every few seconds."""
    now = timezone.now()
    for team_id in teams_with_due_reports(now):
        ask_for_report(team_id)
    for team_id in teams_to_evaluate(now):
        ask_for_alerts(team_id)
    mark_broken_off(at=now)
    if Delivery.objects.due(now).exists():
        ask_for_delivery()
    if PastEdit.objects.exists() or is_time_to_look_at_weeks():
        ask_for_weeks()


@shared_task
def keep_past_weeks() -> None:
    """Take edited weeks out of those that are kept, and keep what is missing; goes on later where that is much.

    What is kept for a time only goes when it is time to look at all teams.
    """
    started, is_much = monotonic(), False
    if is_time_to_look_at_weeks():
        discard_old_deliveries(at=timezone.now())
    if settle_all_edits() or is_time_to_look_at_weeks(begins=True):
        for team in Team.objects.select_related("calendar").order_by("pk"):
            is_much = not _keep_weeks_of(team, started + SECONDS_AT_ONCE)
            if is_much:
                break
    weeks_were_kept(is_all=not is_much)


def _keep_weeks_of(team: Team, until: float) -> bool:
    """Keep what is missing of a team's weeks; False where there may be more and the time is over."""
    try:
        while keep_weeks(team=team, at=timezone.now()):
            if monotonic() > until:
                return False
    except CalendarError:
        # A zone that this machine does not know must not keep the other teams' weeks from being kept.
        logger.exception("The weeks of %s cannot be told.", team.slug)
    return True


@shared_task
def build_reports_of_team(team_id: int) -> None:
    """Build what is due of one team, and have it delivered."""
    team = Team.objects.select_related("calendar").filter(pk=team_id).first()
    if team is not None and build_due_reports(team=team, at=timezone.now()):
        ask_for_delivery()
    report_was_built(team_id)


@shared_task
def evaluate_alerts_of_team(team_id: int) -> None:
    """Look at one team's budget as it stood at its last midnight."""
    team = Team.objects.select_related("calendar").filter(pk=team_id).first()
    if team is not None:
        evaluate_alerts(team=team, at=timezone.now())
    alerts_were_evaluated(team_id)


@shared_task
def deliver_mail() -> None:
    """Try the mail that is due; it is asked for again while there is more."""
    server = configured_server()
    tried = deliver_due(server=server, clock=timezone.now) if server else 0
    mail_was_delivered()
    if tried and Delivery.objects.mailed().due(timezone.now()).exists():
        ask_for_delivery()


@shared_task
def post_to_channels() -> None:
    """Try what is due to be posted; it is asked for again while there is more."""
    tried = post_due(limits=configured_limits(), clock=timezone.now)
    posts_were_sent()
    if tried and Delivery.objects.posted().due(timezone.now()).exists():
        ask_for_delivery()
