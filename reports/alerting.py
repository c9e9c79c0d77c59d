"""Reads for budget alerts: whose budget is to be looked at, what stands, and what an alert fired on."""

import logging
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from reports.budget import AlertKind, LowSide, PairState, Window
from reports.budget_queries import TeamBudget
from reports.models import AlertSettings, BudgetAlert
from reports.periods import local_date
from teams.models import Team
from teams.queries import timezone_of_team
from teams.worktime import CalendarError

logger = logging.getLogger(__name__)


def teams_to_evaluate(at: datetime) -> list[int]:
    """Return the teams whose midnight has passed since their budget was looked at, in one query."""
    teams = Team.objects.select_related("calendar", "alert_settings").order_by("id")
    return [team.pk for team in teams if _is_to_be_evaluated(team, at)]


def _is_to_be_evaluated(team: Team, at: datetime) -> bool:
    settings = getattr(team, "alert_settings", None)
    try:
        return is_due(settings, local_date(at, timezone_of_team(team)))
    except CalendarError:
        # A zone that this machine does not know must not keep the other teams from their alerts.
        logger.exception("The midnight of %s cannot be told.", team.slug)
        return False


def is_due(settings: AlertSettings | None, today: date) -> bool:
    """Whether a budget is to be looked at on a day of its team; without settings it is watched."""
    if settings is None:
        return True
    return settings.is_on and (settings.evaluated_on is None or settings.evaluated_on < today)


def standing_alerts(team: Team) -> list[BudgetAlert]:
    """Return the alerts of a team that have not cleared, the most urgent first, in one query."""
    return by_urgency(BudgetAlert.objects.standing().filter(team=team).select_related("seen_by"))


def by_urgency(alerts: "Sequence[BudgetAlert] | Any") -> list[BudgetAlert]:
    """Put alerts in the order in which they want to be looked at."""
    order = [kind.value for kind in AlertKind]
    return sorted(alerts, key=lambda alert: (order.index(alert.kind), -alert.pk))


def alert_figures(budget: TeamBudget, kind: AlertKind) -> dict[str, Any]:
    """Return what an alert is kept with: its windows, and the budget at that midnight; ready for JSON."""
    quarter = budget.quarter
    state = next((state for state in budget.pairs if state.pair.kind == kind), None)
    return {
        "denominator": budget.target.denominator.value,
        "target_low": budget.target.low,
        "target_high": budget.target.high,
        "quarter": str(quarter.quarter),
        "budget_hours": quarter.budget,
        "used_hours": quarter.used,
        "left_hours": quarter.left,
        "pace_hours_a_week": quarter.pace,
        "lasting_pace_hours_a_week": quarter.lasting_pace,
        "runs_out_on": quarter.runs_out_on.isoformat() if quarter.runs_out_on else None,
        "windows": _low_windows(budget.low_side) if state is None else _pair_windows(state),
        "threshold": None if state is None else state.threshold,
    }


def _pair_windows(state: PairState) -> list[dict[str, Any]]:
    return [window_figures(state.long), window_figures(state.short)]


def _low_windows(low: LowSide) -> list[dict[str, Any]]:
    return [window_figures(week) for week in low.weeks]


def window_figures(window: Window) -> dict[str, Any]:
    """Return a window as alerts are kept with it and the API gives it."""
    return {
        "days": window.days,
        "toil_share": window.toil.share,
        "burn_rate": window.burn_rate,
        "coverage": window.toil.coverage,
        "effort_hours": window.effort.tracked,
    }
