"""Toil budget: how much toil a quarter has room for, how fast it is used up, and when that is worth an alert.

Plain arithmetic: no database and no clock. Hours are hours of effort, days are days of the team's zone, shares are
fractions. Source: section "Toil budget" of docs/measurement.md; burn rates and pairs of windows are those of *The
Site Reliability Workbook* (Google, 2018), chapter 5, for a budget of toil in place of one of errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import fsum

from reports.share import TOLERANCE, Denominator, EffortByClass, ToilShare, Verdict, measure

LEAST_HOURS = 8.0
"""How much effort the long window of a pair has to hold before it can fire."""

HIGHEST_PART = 0.9
"""Thresholds are at most this part of the fastest that a budget can burn."""

LOW_COVERAGE = 0.5
DAYS_TO_EVALUATE = 28
DAYS_OF_WEEK = 7


class AlertKind(StrEnum):
    """What an alert asks for."""

    LOOK_NOW = "look_now"
    PLAN = "plan"
    REDUCE_FIRST = "reduce_first"
    LOW_SIDE = "low_side"


@dataclass(frozen=True, slots=True)
class BurnPair:
    """Two windows, in days, that both have to burn at a rate or more; the short one lets an alert clear soon."""

    kind: AlertKind
    long_days: int
    short_days: int
    rate: float


PAIRS = (
    BurnPair(AlertKind.LOOK_NOW, 7, 1, 2.6),
    BurnPair(AlertKind.PLAN, 14, 3, 1.95),
    BurnPair(AlertKind.REDUCE_FIRST, 28, 7, 1.3),
)
"""The long windows use up 20, 30 and 40 % of the budget of 13 weeks; see `rate_for`."""


@dataclass(frozen=True, slots=True)
class DayHours:
    """The effort of a day by class, the members' capacity, and the effort inside it; all in hours."""

    effort: EffortByClass = field(default_factory=EffortByClass)
    capacity: float = 0.0
    covered: float = 0.0


@dataclass(frozen=True, slots=True)
class Target:
    """A team's target range, two fractions, and what its share is a share of."""

    low: float
    high: float
    denominator: Denominator


@dataclass(frozen=True, slots=True)
class Window:
    """The last `days` days before a midnight: their toil share, and their effort in hours."""

    days: int
    toil: ToilShare
    effort: EffortByClass
    burn_rate: float | None


@dataclass(frozen=True, slots=True)
class PairState:
    """How the two windows of a pair burn against the threshold that holds for the team."""

    pair: BurnPair
    long: Window
    short: Window
    threshold: float
    is_firing: bool


@dataclass(frozen=True, slots=True)
class LowSide:
    """The last two weeks, the later first, and whether toil is more likely unrecorded than gone."""

    weeks: tuple[Window, Window]
    is_firing: bool


def sum_days(days: Sequence[DayHours]) -> DayHours:
    """Add up days."""
    return DayHours(
        EffortByClass(
            toil=fsum(day.effort.toil for day in days),
            engineering=fsum(day.effort.engineering for day in days),
            overhead=fsum(day.effort.overhead for day in days),
            unclassified=fsum(day.effort.unclassified for day in days),
        ),
        capacity=fsum(day.capacity for day in days),
        covered=fsum(day.covered for day in days),
    )


def denominator_hours(hours: DayHours, denominator: Denominator) -> float:
    """The hours that a toil share is a share of."""
    match denominator:
        case Denominator.CLASSIFIED:
            return hours.effort.classified
        case Denominator.TRACKED:
            return hours.effort.tracked
        case Denominator.ENGINEERING:
            return fsum((hours.effort.toil, hours.effort.engineering))
        case Denominator.CAPACITY:
            return hours.capacity


def rate_for(part: float, *, window: float, period: float) -> float:
    """The burn rate at which a window uses up a part of the budget of a period, both in the same unit.

    Source: *The Site Reliability Workbook*, chapter 5, "Alert on burn rate".
    """
    return part * period / window


def burn_rate(share: float | None, target_high: float) -> float | None:
    """How fast a share uses the budget up: at 1 it lasts exactly; None where there is no share."""
    return None if share is None else share / target_high


def threshold_for(rate: float, target: Target) -> float:
    """The burn rate at which a pair fires for a team.

    But for `capacity`, which logs at night can exceed, no share is above 1 and so no burn rate above 1 / high: a
    threshold is at most 90 % of that, so that it can be reached.
    """
    if target.denominator == Denominator.CAPACITY:
        return rate
    return min(rate, HIGHEST_PART / target.high)


def window_of(days: Sequence[DayHours], target: Target) -> Window:
    """Measure days that end at a midnight."""
    total = sum_days(days)
    toil = measure(
        total.effort,
        capacity=total.capacity,
        covered=total.covered,
        denominator=target.denominator,
        target_low=target.low,
        target_high=target.high,
    )
    return Window(len(days), toil, total.effort, burn_rate(toil.share, target.high))


def pair_states(days: Sequence[DayHours], target: Target) -> list[PairState]:
    """Say for each pair whether it fires at the midnight that ends `days`, the last of them at the end.

    Both windows have to burn at the threshold or more, and the long one has to hold eight hours of effort. Windows
    for which there are not enough days hold what there is.
    """
    states = []
    for pair in PAIRS:
        long, short = (window_of(days[-length:], target) for length in (pair.long_days, pair.short_days))
        threshold = threshold_for(pair.rate, target)
        is_burning = _burns(long, threshold) and _burns(short, threshold)
        is_firing = is_burning and long.effort.tracked >= LEAST_HOURS - TOLERANCE
        states.append(PairState(pair, long, short, threshold, is_firing))
    return states


def low_side(days: Sequence[DayHours], target: Target) -> LowSide:
    """Say whether each of the last two weeks lies below the range with less than half of its capacity covered."""
    last, before = window_of(days[-7:], target), window_of(days[-14:-7], target)
    return LowSide((last, before), all(_is_low(week) for week in (last, before)))


def firing_kinds(days: Sequence[DayHours], target: Target) -> list[AlertKind]:
    """The alerts whose condition holds at the midnight that ends `days`."""
    kinds = [state.pair.kind for state in pair_states(days, target) if state.is_firing]
    return [*kinds, AlertKind.LOW_SIDE] if low_side(days, target).is_firing else kinds


def _burns(window: Window, threshold: float) -> bool:
    return window.burn_rate is not None and window.burn_rate >= threshold - TOLERANCE


def _is_low(week: Window) -> bool:
    coverage = week.toil.coverage
    return week.toil.verdict == Verdict.BELOW and coverage is not None and coverage < LOW_COVERAGE - TOLERANCE


# Quarters


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A calendar quarter, such as 2026-Q4."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04d}-Q{self.number}"

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def next_first_day(self) -> date:
        """The day after its last."""
        return date(self.year + self.number // 4, 3 * (self.number % 4) + 1, 1)


def quarter_of(day: date) -> Quarter:
    """The calendar quarter that a date lies in."""
    return Quarter(day.year, (day.month + 2) // 3)
