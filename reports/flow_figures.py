"""A team's flow as the API gives it: plain dictionaries, numbers unrounded, durations in days of 24 hours."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from reports.flow import percentiles
from reports.flow_queries import FlowTimes, OpenWork, TeamFlow, TeamForecast
from reports.weeks import CLASSES

OLDEST_SHOWN = 200
EVERY_CLASS = "all"

_DAY = timedelta(days=1)


def flow_figures(flow: TeamFlow) -> dict[str, Any]:
    """Return the measures in the shape of `teams/{slug}/flow/`, ready for JSON."""
    times = {EVERY_CLASS: flow.times(), **{name: flow.times(name) for name in CLASSES}}
    return {
        "team": flow.team,
        "start": flow.period.start.isoformat(),
        "end": flow.period.end.isoformat(),
        "timezone": flow.period.timezone,
        "days": [day.isoformat() for day in flow.days],
        "throughput": {name: list(counts) for name, counts in flow.throughput.items()},
        "finished_items": {name: times[name].items for name in CLASSES},
        "cycle_time_days": _by_class(times, lambda of: of.cycle),
        "lead_time_days": _by_class(times, lambda of: of.lead),
        "waiting_days": _by_class(times, lambda of: of.waiting),
        "flow_efficiency": {name: of.efficiency.efficiency for name, of in times.items()},
        "wip": _wip(flow),
        "ages": {
            "days": _ranks(percentiles([item.age for item in flow.work if item.age is not None])),
            "items": [_open_work(item) for item in flow.work[:OLDEST_SHOWN]],
        },
        "cumulative_flow": [
            {
                "column": column.pk,
                "name": column.name,
                "stage": column.stage,
                "board": column.board,
                "items": list(column.counts),
            }
            for column in flow.cumulative.columns
        ],
        "forecast": _forecast(flow.forecast) if flow.forecast else None,
    }


def _by_class(
    times: Mapping[str, FlowTimes], measure: Callable[[FlowTimes], Mapping[int, timedelta | None]]
) -> dict[str, dict[str, float | None]]:
    return {name: _ranks(measure(of)) for name, of in times.items()}


def _ranks(ranks: Mapping[int, timedelta | None]) -> dict[str, float | None]:
    return {f"p{percent}": _days(value) for percent, value in ranks.items()}


def _days(value: timedelta | None) -> float | None:
    return None if value is None else value / _DAY


def _wip(flow: TeamFlow) -> dict[str, int]:
    counts = {name: sum(item.classification == name for item in flow.work) for name in CLASSES}
    return {EVERY_CLASS: len(flow.work), **counts}


def _open_work(item: OpenWork) -> dict[str, Any]:
    return {
        "item": item.pk,
        "key": item.key,
        "title": item.title,
        "classification": item.classification,
        "column": item.column,
        "stage": item.stage,
        "is_blocked": item.is_blocked,
        "age_days": _days(item.age),
        "in_column_days": _days(item.in_column),
    }


def _forecast(forecast: TeamForecast) -> dict[str, Any]:
    days = {percent: forecast.day(percent) for percent in forecast.how_long.days}
    return {
        "start": forecast.today.isoformat(),
        "sampled_days": forecast.sampled,
        "until": forecast.until.isoformat(),
        "items_until": {f"p{percent}": count for percent, count in forecast.how_many.items.items()},
        "items": forecast.how_long.items,
        "finished_on": {f"p{percent}": day and day.isoformat() for percent, day in days.items()},
    }
