"""Asks the worker for what is due; tasks stand above the services, so they are called by name."""

from celery import current_app
from django.core.cache import cache
from django.db import transaction

from reports.mailing.server import configured_server

ASKED_FOR = 30
"""For how many seconds what was asked for is not asked for again; after a crash it is asked for again by then."""

_DELIVERING = "reports:delivering"
_POSTING = "reports:posting"


def ask_for_report(team_id: int) -> None:
    """Have what is due of a team built, unless that was asked for just now."""
    if cache.add(_building(team_id), 1, timeout=ASKED_FOR):
        current_app.signature("reports.tasks.build_reports_of_team", args=[team_id]).delay()


def ask_for_delivery() -> None:
    """Have what is due mailed and posted, each by one worker at a time: a slow server leaves the others free."""
    if configured_server() is not None:
        transaction.on_commit(_ask_for_delivery)
    transaction.on_commit(_ask_for_posting)


def report_was_built(team_id: int) -> None:
    """Let the team's reports be asked for again."""
    cache.delete(_building(team_id))


def mail_was_delivered() -> None:
    """Let delivery be asked for again."""
    cache.delete(_DELIVERING)


def posts_were_sent() -> None:
    """Let posting be asked for again."""
    cache.delete(_POSTING)


def _ask_for_posting() -> None:
    if cache.add(_POSTING, 1, timeout=ASKED_FOR):
        current_app.signature("reports.tasks.post_to_channels").delay()


def _ask_for_delivery() -> None:
    if cache.add(_DELIVERING, 1, timeout=ASKED_FOR):
        current_app.signature("reports.tasks.deliver_mail").delay()


def _building(team_id: int) -> str:
    return f"reports:building:{team_id}"
