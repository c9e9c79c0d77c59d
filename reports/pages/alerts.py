"""What the pages show of budget alerts: the banner, how the budget stands now, and the alerts of the past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from reports import numbers
from reports.alert_words import alert_ask, alert_name, alert_sentence, budget_sentence, days_text
from reports.alerting import alert_figures, standing_alerts
from reports.budget import AlertKind, Window
from reports.budget_queries import TeamBudget, budget_of_team
from reports.models import BudgetAlert
from teams.models import Team


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert in words."""

    alert: BudgetAlert

    @property
    def name(self) -> str:
        """What it is called."""
        return alert_name(self.alert.kind)

    @property
    def sentence(self) -> str:
        """What it fired on."""
        return alert_sentence(self.alert)

    @property
    def ask(self) -> str:
        """What it asks for."""
        return alert_ask(self.alert.kind)


@dataclass(frozen=True, slots=True)
class AlertBanner:
    """The most urgent of the alerts that nobody has put aside, and how many more there are."""

    first: AlertRow
    others: int


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """How the windows of an alert stand to what it fires at."""

    name: str
    long: str
    short: str
    threshold: str
    is_firing: bool


@dataclass(frozen=True, slots=True)
class BudgetNow:
    """The budget of the quarter at the last midnight, and the conditions of the alerts."""

    budget: TeamBudget

    @property
    def has_data(self) -> bool:
        """Whether there is a budget to speak of."""
        return self.budget.quarter.budget > 0

    @property
    def sentence(self) -> str:
        """How much is used, and when it runs out."""
        return budget_sentence(alert_figures(self.budget, AlertKind.LOOK_NOW))

    @property
    def conditions(self) -> list[ConditionRow]:
        """A row for each alert, the most urgent first."""
        rows = [
            ConditionRow(
                alert_name(state.pair.kind),
                _burning(state.long),
                _burning(state.short),
                _("%s× in both") % numbers.decimal(state.threshold, 2),
                state.is_firing,
            )
            for state in self.budget.pairs
        ]
        last, before = self.budget.low_side.weeks
        fires_at = _("below, and less than half explained, in both")
        low = ConditionRow(
            alert_name(AlertKind.LOW_SIDE), _lying(last), _lying(before), fires_at, self.budget.low_side.is_firing
        )
        return [*rows, low]


def banner_of(team: Team) -> AlertBanner | None:
    """Return what stands on top of the board and of the team page, in one query; None for nothing."""
    unseen = [alert for alert in standing_alerts(team) if alert.seen_at is None]
    return AlertBanner(AlertRow(unseen[0]), len(unseen) - 1) if unseen else None


def budget_now(*, team: Team, at: datetime) -> BudgetNow:
    """Measure a team's budget as it stood at its last midnight."""
    return BudgetNow(budget_of_team(team=team, at=at))


def alert_rows(alerts: Sequence[BudgetAlert]) -> list[AlertRow]:
    """Put alerts into words."""
    return [AlertRow(alert) for alert in alerts]


def _burning(window: Window) -> str:
    if window.burn_rate is None:
        return _("no data in %s") % days_text(window.days)
    return _("%(rate)s× in %(days)s") % {
        "rate": numbers.decimal(window.burn_rate, 2),
        "days": days_text(window.days),
    }


def _lying(week: Window) -> str:
    if week.toil.share is None:
        return _("no data in %s") % days_text(week.days)
    coverage = "–" if week.toil.coverage is None else numbers.percent_whole(week.toil.coverage)
    return _("%(share)s, %(coverage)s explained") % {"share": numbers.percent(week.toil.share), "coverage": coverage}
