"""A quarter's toil budget: what is used, what is left, and the day on which it runs out at the pace of late.

Plain arithmetic: no database and no clock. Hours are hours of effort. Source: section "Toil budget" of
docs/measurement.md.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from reports.budget import (
    DAYS_OF_WEEK,
    DAYS_TO_EVALUATE,
    DayHours,
    Quarter,
    Target,
    burn_rate,
    denominator_hours,
    sum_days,
)
from reports.share import TOLERANCE, Denominator

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class QuarterBudget:
    """The budget of a quarter as it stands at a midnight in it; hours, fractions, and hours a week.

    `budget` is for the whole quarter: the denominator's hours so far, and for the days that are left those of the
    last four weeks. `pace` is the toil of the last four weeks; `lasting_pace` is what the rest would last for. Both
    are None where nothing says what is to be expected. `used_by_day` are running sums at the end of each day that
    is over, `expected_by_day` of each that is left.
    """

    quarter: Quarter
    budget: float
    used: float
    burn_rate: float | None
    elapsed: float
    pace: float | None
    lasting_pace: float | None
    runs_out_on: date | None
    used_by_day: Sequence[float]
    expected_by_day: Sequence[float]

    @property
    def left(self) -> float:
        """Hours that are left; negative where more than the budget is used."""
        return self.budget - self.used

    @property
    def spent(self) -> float | None:
        """The part of the budget that is used; None where there is none."""
        return self.used / self.budget if self.budget else None

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self.used > 0 and self.left <= TOLERANCE

    @property
    def expected_use(self) -> float:
        """The toil of the whole quarter at the pace of late."""
        return self.expected_by_day[-1] if self.expected_by_day else self.used


@dataclass(frozen=True, slots=True)
class _Pace:
    """What is to be expected of a day of weight 1 (an hour of capacity, or a day), and the toil of a week."""

    toil: float
    base: float
    weekly_toil: float


def plan_quarter(
    quarter: Quarter,
    *,
    days: Sequence[DayHours],
    recent: Sequence[DayHours],
    capacity_ahead: Sequence[float],
    target: Target,
) -> QuarterBudget:
    """Lay out a quarter at the midnight after `days`, which are those of the quarter that are over.

    `recent` are the last four weeks before that midnight, whatever quarter they lie in; days before the first with
    effort are left out. `capacity_ahead` are the members' hours of working time on each day that is left: toil is
    expected in proportion to them, or evenly where there are none.
    """
    so_far = sum_days(days)
    weights = capacity_ahead if any(capacity_ahead) else [1.0] * len(capacity_ahead)
    pace = _pace(recent, target.denominator, is_weighted=any(capacity_ahead))
    base = denominator_hours(so_far, target.denominator)
    base_ahead = pace.base * sum(weights) if pace else 0.0
    if target.denominator == Denominator.CAPACITY:
        base_ahead = sum(capacity_ahead)
    budget, used = target.high * (base + base_ahead), so_far.effort.toil
    used_by_day = list(accumulate(day.effort.toil for day in days))
    ahead = list(accumulate((pace.toil * weight for weight in weights), initial=used))[1:] if pace else []
    left = max(budget - used, 0.0)
    return QuarterBudget(
        quarter=quarter,
        budget=budget,
        used=used,
        burn_rate=burn_rate(used / base if base else None, target.high),
        elapsed=len(days) / max(len(days) + len(capacity_ahead), 1),
        pace=pace.weekly_toil if pace else None,
        lasting_pace=_lasting_pace(pace, left, ahead[-1] - used if ahead else 0.0, len(capacity_ahead)),
        runs_out_on=_runs_out_on(quarter, budget, [*used_by_day, *ahead]),
        used_by_day=used_by_day,
        expected_by_day=ahead,
    )


def even_pace(budget: QuarterBudget) -> list[float]:
    """The running sums by which the budget would be used up evenly over the days of its quarter."""
    count = (budget.quarter.next_first_day - budget.quarter.first_day).days
    return [budget.budget * (index + 1) / count for index in range(count)]


def _pace(recent: Sequence[DayHours], denominator: Denominator, *, is_weighted: bool) -> _Pace | None:
    recent = recent[-DAYS_TO_EVALUATE:]
    first = next((index for index, day in enumerate(recent) if day.effort.tracked), None)
    if first is None:
        return None
    total, count = sum_days(recent[first:]), len(recent) - first
    weight = total.capacity if is_weighted else count
    if not weight:
        return None
    return _Pace(
        toil=total.effort.toil / weight,
        base=denominator_hours(total, denominator) / weight,
        weekly_toil=total.effort.toil / count * DAYS_OF_WEEK,
    )


def _lasting_pace(pace: _Pace | None, left: float, expected: float, days_left: int) -> float | None:
    """The toil a week that uses up exactly what is left: as much less, or more, than the pace as there is."""
    if not pace or not days_left:
        return None
    return pace.weekly_toil * left / expected if expected else left / days_left * DAYS_OF_WEEK


def _runs_out_on(quarter: Quarter, budget: float, sums: Sequence[float]) -> date | None:
    """The day in which the last hour of the budget is used; None where it lasts to the end."""
    if not sums or sums[-1] <= budget + TOLERANCE:
        return None
    return quarter.first_day + bisect_left(sums, max(budget - TOLERANCE, TOLERANCE)) * ONE_DAY
