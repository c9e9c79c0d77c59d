"""A team's figures for Prometheus: share, effort, budget and work in progress of the team whose token asks."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db.models import Count, Min
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from boards.models import Item, Stage
from reports.budget import Window
from reports.budget_queries import TeamBudget, budget_of_team
from reports.share import Verdict
from reports.weeks import CLASSES
from teams.models import Team

NAME = "toiltracker_team_"


def figures_of_team(*, team: Team, at: datetime) -> Iterator[Metric]:
    """Yield the gauges of a team, in a constant number of queries; what has no value has no sample."""
    budget = budget_of_team(team=team, at=at)
    windows = {f"{window.days}d": window for state in budget.pairs for window in (state.short, state.long)}
    yield _gauge("info", "What the figures of a team are shares of, in its zone.", {
        (team.slug, team.name, team.denominator, budget.timezone, str(budget.quarter.quarter)): 1.0
    }, "name", "denominator", "timezone", "quarter")  # fmt: skip
    yield _gauge("target_low", "Lower end of the target range, a fraction.", {(team.slug,): team.target_low})
    yield _gauge("target_high", "Upper end of the target range, a fraction.", {(team.slug,): team.target_high})
    yield from _of_windows(team.slug, windows)
    yield from _of_budget(team.slug, budget, windows)
    yield from _of_work(team, at)


def _of_windows(slug: str, windows: Mapping[str, Window]) -> Iterator[Metric]:
    toil = {name: window.toil for name, window in windows.items()}
    for name, what, values in (
        ("toil_share", "Toil share of the days before the last midnight, a fraction.", _each(toil, "share")),
        ("toil_share_low", "What the share would be if no unclassified hour were toil.", _each(toil, "low")),
        ("toil_share_high", "What the share would be if all unclassified hours were toil.", _each(toil, "high")),
        ("coverage", "Part of the members' working time that the effort explains.", _each(toil, "coverage")),
        ("verdict_certain", "1 where the verdict is the same at both bounds.", _each(toil, "is_certain")),
    ):
        yield _gauge(name, what, {(slug, window): value for window, value in values}, "window")
    yield _gauge(
        "verdict",
        "1 for how the share lies to the target range: below, within, above or no_data.",
        {(slug, name, word.value): share.verdict == word for name, share in toil.items() for word in Verdict},
        "window",
        "verdict",
    )
    yield _gauge(
        "effort_hours",
        "Hours of effort in the days before the last midnight, by class.",
        {(slug, name, word): getattr(window.effort, word) for name, window in windows.items() for word in CLASSES},
        "window",
        "class",
    )


def _of_budget(slug: str, budget: TeamBudget, windows: Mapping[str, Window]) -> Iterator[Metric]:
    quarter = budget.quarter
    for name, what, value in (
        ("budget_hours", "Toil that the quarter has room for, in hours.", quarter.budget),
        ("budget_used_hours", "Toil of the quarter up to the last midnight, in hours.", quarter.used),
        ("budget_left_hours", "What is left of the budget, in hours; negative where it is overspent.", quarter.left),
        ("budget_expected_use_hours", "Toil of the whole quarter at the pace of late.", quarter.expected_use),
        ("budget_elapsed", "Part of the quarter's days that are over, a fraction.", quarter.elapsed),
    ):
        yield _gauge(name, what, {(slug,): value})
    burning: dict[tuple[str, ...], float | None] = {(slug, name): window.burn_rate for name, window in windows.items()}
    yield _gauge(
        "burn_rate",
        "How fast the budget is used up: at 1 it lasts; of windows before the last midnight, and of the quarter.",
        {**burning, (slug, "quarter"): quarter.burn_rate},
        "window",
    )
    yield _gauge(
        "burn_rate_threshold",
        "The burn rate at which both windows of an alert fire.",
        {(slug, state.pair.kind.value): state.threshold for state in budget.pairs},
        "alert",
    )
    firing: dict[tuple[str, ...], float | None] = {
        (slug, state.pair.kind.value): state.is_firing for state in budget.pairs
    }
    yield _gauge(
        "alert_condition",
        "1 where the condition of an alert held at the last midnight.",
        {**firing, (slug, "low_side"): budget.low_side.is_firing},
        "alert",
    )


def _of_work(team: Team, at: datetime) -> Iterator[Metric]:
    standing = Item.objects.in_use().filter(board__team=team)
    counts = dict.fromkeys(((word, stage.value) for word in CLASSES for stage in (Stage.ACTIVE, Stage.WAITING)), 0)
    in_progress = standing.filter(column__stage__in=[Stage.ACTIVE, Stage.WAITING])
    for word, stage, count in in_progress.values_list("classification", "column__stage").annotate(Count("pk")):
        counts[word, stage] = count
    yield _gauge(
        "wip_items",
        "Items that are in an active or a waiting column now.",
        {(team.slug, *key): count for key, count in counts.items()},
        "class",
        "stage",
    )
    oldest = in_progress.aggregate(oldest=Min("started_at"))["oldest"]
    age = max((at - oldest).total_seconds(), 0.0) if oldest else None
    yield _gauge("oldest_work_seconds", "Age of the oldest item in progress.", {(team.slug,): age})
    unclassified = standing.unclassified().count()
    yield _gauge("unclassified_items", "Items on the boards that have no class.", {(team.slug,): unclassified})


def _each(toil: Mapping[str, object], name: str) -> list[tuple[str, float | None]]:
    return [(window, getattr(share, name)) for window, share in toil.items()]


def _gauge(name: str, what: str, values: Mapping[tuple[str, ...], float | None], *labels: str) -> Metric:
    gauge = GaugeMetricFamily(NAME + name, what, labels=["team", *labels])
    for key, value in values.items():
        if value is not None:
            gauge.add_metric(key, float(value))
    return gauge
