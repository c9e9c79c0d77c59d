"""Asks the worker for what is due; tasks stand above the services, so they are called by name."""

from celery import current_app
from django.core.cache import cache
from django.db import transaction

from reports.mailing.server import configured_server

ASKED_FOR = 30
"""For how many seconds what was asked for is not asked for again; after a crash it is asked for again by then."""

LOOKED_EVERY = 600
"""After how many seconds all teams are looked at for past weeks that are not kept."""

_DELIVERING = "reports:delivering"
_POSTING = "reports:posting"
_KEEPING = "reports:keeping-weeks"
_LOOKED = "reports:looked-at-weeks"


def ask_for_report(team_id: int) -> None:
    """Have what is due of a team built, unless that was asked for just now."""
    if cache.add(_building(team_id), 1, timeout=ASKED_FOR):
        current_app.signature("reports.tasks.build_reports_of_team", args=[team_id]).delay()


def ask_for_alerts(team_id: int) -> None:
    """Have the budget of one team looked at, unless that was asked for just now."""
    if cache.add(_evaluating(team_id), 1, timeout=ASKED_FOR):
        current_app.signature("reports.tasks.evaluate_alerts_of_team", args=[team_id]).delay()


def alerts_were_evaluated(team_id: int) -> None:
    """Let the team's budget be asked for again."""
    cache.delete(_evaluating(team_id))


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


def ask_for_weeks() -> None:
    """Have past weeks kept, by one worker at a time."""
    if cache.add(_KEEPING, 1, timeout=ASKED_FOR):
        current_app.signature("reports.tasks.keep_past_weeks").delay()


def is_time_to_look_at_weeks(*, begins: bool = False) -> bool:
    """Say whether all teams are to be looked at; with `begins`, they are from now on not for a while."""
    return cache.add(_LOOKED, 1, timeout=LOOKED_EVERY) if begins else cache.get(_LOOKED) is None


def weeks_were_kept(*, is_all: bool) -> None:
    """Let past weeks be kept again; at once where there is more to be done."""
    if not is_all:
        cache.delete(_LOOKED)
    cache.delete(_KEEPING)


def _ask_for_delivery() -> None:
    if cache.add(_DELIVERING, 1, timeout=ASKED_FOR):
        current_app.signature("reports.tasks.deliver_mail").delay()


def _building(team_id: int) -> str:
    return f"reports:building:{team_id}"


def _evaluating(team_id: int) -> str:
    return f"reports:evaluating:{team_id}"
