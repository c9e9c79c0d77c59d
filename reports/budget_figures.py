"""A team's budget as the API gives it: plain dictionaries, numbers unrounded, shares as fractions."""

from typing import Any

from reports.alerting import window_figures
from reports.budget_queries import TeamBudget


def budget_figures(budget: TeamBudget) -> dict[str, Any]:
    """Return a budget in the shape of `teams/{slug}/budget/`, ready for JSON."""
    quarter, target = budget.quarter, budget.target
    return {
        "team": budget.team,
        "day": budget.today.isoformat(),
        "timezone": budget.timezone,
        "denominator": target.denominator.value,
        "target_low": target.low,
        "target_high": target.high,
        "quarter": str(quarter.quarter),
        "budget_hours": quarter.budget,
        "used_hours": quarter.used,
        "left_hours": quarter.left,
        "expected_use_hours": quarter.expected_use,
        "elapsed": quarter.elapsed,
        "burn_rate": quarter.burn_rate,
        "pace_hours_a_week": quarter.pace,
        "lasting_pace_hours_a_week": quarter.lasting_pace,
        "runs_out_on": quarter.runs_out_on.isoformat() if quarter.runs_out_on else None,
        "pairs": [
            {
                "kind": state.pair.kind.value,
                "threshold": state.threshold,
                "long": window_figures(state.long),
                "short": window_figures(state.short),
                "fires": state.is_firing,
            }
            for state in budget.pairs
        ],
        "low_side": {
            "weeks": [window_figures(week) for week in budget.low_side.weeks],
            "fires": budget.low_side.is_firing,
        },
    }
