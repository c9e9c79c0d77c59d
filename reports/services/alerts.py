"""Writes budget alerts: what fires at a team's midnight, what clears, and who has seen it."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from reports.alert_words import alerts_words
from reports.alerting import alert_figures, by_urgency, is_due
from reports.budget_queries import TeamBudget, budget_of_team
from reports.models import AlertSettings, BudgetAlert
from reports.periods import local_date
from reports.quiet import end_of_quiet
from reports.services.notices import send_notice
from teams.actors import Actor
from teams.errors import InvalidError
from teams.models import Team
from teams.queries import timezone_of_team

EVENT = "budget.alert"


class InvalidQuietHoursError(InvalidError):
    """Quiet hours need a beginning and an end."""

    code = "invalid_quiet_hours"


def evaluate_alerts(*, team: Team, at: datetime) -> list[BudgetAlert]:
    """Look at a team's budget as it stood at its last midnight, and return what fired; once for each midnight.

    What fires is told in the same transaction, once; what stands already is not told again, and what no longer holds
    clears. Whoever comes second, at the same time or after a crash, finds it done or does it whole. The budget is
    computed before anything is locked: that takes long, and SQLite lets nobody else write meanwhile.
    """
    today = local_date(at, timezone_of_team(team))
    if not is_due(settings_of(team), today):
        return []
    return _settle(team, today, budget_of_team(team=team, at=at), at)


@transaction.atomic
def _settle(team: Team, today: date, budget: TeamBudget, at: datetime) -> list[BudgetAlert]:
    """Write down what a budget makes of a day's alerts, unless somebody did meanwhile."""
    settings = _locked_settings(team)
    if not is_due(settings, today):
        return []
    standing = {alert.kind: alert for alert in BudgetAlert.objects.standing().filter(team=team)}
    gone = [alert.pk for kind, alert in standing.items() if kind not in budget.firing]
    BudgetAlert.objects.filter(pk__in=gone).update(cleared_at=at)
    fired = [
        BudgetAlert.objects.create(
            team=team, kind=kind.value, fired_on=today, fired_at=at, figures=alert_figures(budget, kind)
        )
        for kind in budget.firing
        if kind.value not in standing
    ]
    settings.evaluated_on = today
    settings.save(update_fields=["evaluated_on"])
    if fired:
        _tell(team, settings, budget, by_urgency(fired), at)
    return fired


def mark_alerts_seen(*, team: Team, by: Actor, at: datetime) -> int:
    """Take a team's standing alerts off the top of its pages, for everybody; a second time changes nothing."""
    unseen = BudgetAlert.objects.standing().filter(team=team, seen_at__isnull=True)
    return unseen.update(seen_at=at, seen_by=by.person)


@transaction.atomic
def set_alert_settings(
    *, team: Team, is_on: bool, quiet_from: time | None, quiet_until: time | None, by: Actor, at: datetime
) -> AlertSettings:
    """Watch a team's budget or not, and set its quiet hours; what is not watched any more clears."""
    if (quiet_from is None) != (quiet_until is None):
        missing = "quiet_until" if quiet_until is None else "quiet_from"
        message = _("Quiet hours need a beginning and an end; leave both empty for none.")
        raise InvalidQuietHoursError(message, fields={missing: [message]})
    settings = _locked_settings(team)
    if is_on and not settings.is_on:
        settings.evaluated_on = None
    settings.is_on, settings.quiet_from, settings.quiet_until = is_on, quiet_from, quiet_until
    settings.save()
    if not is_on:
        BudgetAlert.objects.standing().filter(team=team).update(cleared_at=at)
    return settings


def settings_of(team: Team) -> AlertSettings:
    """Return a team's settings, those of everybody where it never changed them; nothing is saved."""
    return AlertSettings.objects.filter(team=team).first() or AlertSettings(team=team)


def _locked_settings(team: Team) -> AlertSettings:
    """Let two who look at one team's budget wait for each other."""
    AlertSettings.objects.get_or_create(team=team)
    return AlertSettings.objects.select_for_update().get(team=team)


def _tell(team: Team, settings: AlertSettings, budget: TeamBudget, alerts: Sequence[BudgetAlert], at: datetime) -> None:
    send_notice(
        team=team,
        kind=EVENT,
        key=f"{budget.today.isoformat()} {' '.join(alert.kind for alert in alerts)} {alerts[0].pk}",
        write=lambda: alerts_words(team, alerts),
        data={"day": budget.today.isoformat(), "alerts": [_event(alert) for alert in alerts]},
        at=at,
        not_before=end_of_quiet(
            at, start=settings.quiet_from, end=settings.quiet_until, timezone=timezone_of_team(team)
        ),
    )


def _event(alert: BudgetAlert) -> dict[str, Any]:
    return {"id": alert.pk, "kind": alert.kind, **alert.figures}
