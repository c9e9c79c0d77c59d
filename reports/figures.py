"""The measures as the API gives them and weekly reports keep them: plain dictionaries, numbers unrounded."""

from dataclasses import asdict
from typing import Any

from reports.queries import TeamToil

FORMULA_VERSION = 1
"""Counts up whenever the same history would give other numbers."""


def toil_figures(toil: TeamToil) -> dict[str, Any]:
    """Return a team's measures of a period in the shape of `teams/{slug}/toil/`, ready for JSON."""
    figures: dict[str, Any] = {
        "team": toil.team,
        "start": toil.period.start.isoformat(),
        "end": toil.period.end.isoformat(),
        "timezone": toil.period.timezone,
        "denominator": toil.toil.denominator.value,
        "effort_hours": asdict(toil.effort),
        "capacity_hours": toil.capacity,
        "coverage": toil.toil.coverage,
        "toil_share": toil.toil.share,
        "toil_share_low": toil.toil.low,
        "toil_share_high": toil.toil.high,
        "target_low": toil.target_low,
        "target_high": toil.target_high,
        "verdict": toil.toil.verdict.value,
        "certain": toil.toil.is_certain,
        "finished_items": dict(toil.finished_items),
    }
    if toil.groups is not None:
        figures["groups"] = [{"key": group.key, "effort_hours": asdict(group.effort)} for group in toil.groups]
    return figures
