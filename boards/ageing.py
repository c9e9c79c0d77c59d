"""How old a card is for its column: days of standing there, beside what most finished items took (plain Python)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

FEWEST_ITEMS = 10
"""With fewer finished items a percentile says too little to be shown."""

FAR_OLDER = 1.8


class AgeShape(IntEnum):
    """What the mark looks like; the shape says it before the colour does."""

    HOLLOW = 0
    HALF = 1
    FILLED = 2
    TRIANGLE = 3


@dataclass(frozen=True, slots=True)
class UsualDays:
    """In how many days half, 85 % and 95 % of the finished items left a column."""

    median: float
    p85: float
    p95: float = 0.0


@dataclass(frozen=True, slots=True)
class Age:
    """How long an item has stood in its column, in whole days, and how that compares (None: not known)."""

    days: int
    shape: AgeShape
    usual: UsualDays | None

    @property
    def is_younger(self) -> bool:
        """Whether it is younger than most."""
        return self.shape is AgeShape.HOLLOW

    @property
    def is_typical(self) -> bool:
        """Whether most items are as old at some time."""
        return self.shape is AgeShape.HALF

    @property
    def is_far_older(self) -> bool:
        """Whether it is far older than 85 % of the items were."""
        return self.shape is AgeShape.TRIANGLE

    @property
    def usual_days(self) -> int:
        """The 85th percentile in whole days, at least one."""
        return max(1, round(self.usual.p85)) if self.usual else 0


def nearest_rank(sorted_values: Sequence[float], percent: float) -> float:
    """Return the value that at least `percent` of the values do not exceed: one that is among them."""
    return sorted_values[max(0, math.ceil(len(sorted_values) * percent / 100) - 1)]


def usual_days(durations: Mapping[int, Sequence[timedelta]]) -> dict[int, UsualDays]:
    """Return for each column the usual days of those who left it, where enough did."""
    found = {}
    for column, spans in durations.items():
        if len(spans) < FEWEST_ITEMS:
            continue
        days = sorted(span / timedelta(days=1) for span in spans)
        ranks = {name: nearest_rank(days, rank) for name, rank in (("median", 50), ("p85", 85), ("p95", 95))}
        found[column] = UsualDays(**ranks)
    return found


def age_of(*, entered_at: datetime, at: datetime, usual: UsualDays | None) -> Age:
    """Compare the days since `entered_at` with what is usual in the column."""
    exact = max(timedelta(0), at - entered_at) / timedelta(days=1)
    return Age(days=int(exact), shape=_shape(exact, usual), usual=usual)


def _shape(days: float, usual: UsualDays | None) -> AgeShape:
    if usual is None or days < usual.median:
        return AgeShape.HOLLOW
    if days <= usual.p85:
        return AgeShape.HALF
    return AgeShape.FILLED if days <= FAR_OLDER * usual.p85 else AgeShape.TRIANGLE
