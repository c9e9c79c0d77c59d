"""Toil share: from hours of effort to a share, its bounds, its coverage and the verdict on it.

Plain arithmetic: no database and no clock. Source: section "Toil share" of docs/measurement.md. The
classes, and that toil is to be kept in bounds, are those of *Site Reliability Engineering* (2016), ch. 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import fsum

TOLERANCE = 1e-9
"""How far a share may lie outside the target range and still be inside.

Two hours of twenty are 10 %, whatever the last bit of the quotient of two floating-point numbers says.
"""


class Denominator(StrEnum):
    """What the toil share is a share of."""

    CLASSIFIED = "classified"
    TRACKED = "tracked"
    ENGINEERING = "engineering"
    CAPACITY = "capacity"


class Verdict(StrEnum):
    """How a toil share lies to its target range."""

    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class EffortByClass:
    """Hours of effort on items of each class."""

    toil: float = 0.0
    engineering: float = 0.0
    overhead: float = 0.0
    unclassified: float = 0.0

    @property
    def classified(self) -> float:
        """Hours on items that have a class."""
        return fsum((self.toil, self.engineering, self.overhead))

    @property
    def tracked(self) -> float:
        """Hours on all items."""
        return fsum((self.toil, self.engineering, self.overhead, self.unclassified))


@dataclass(frozen=True, slots=True)
class ToilShare:
    """A toil share (a fraction) with all that it must never be shown without.

    `share`, `low` and `high` are None where the verdict is `no_data`; `coverage` is None without
    capacity.
    """

    denominator: Denominator
    share: float | None
    low: float | None
    high: float | None
    verdict: Verdict
    is_certain: bool
    coverage: float | None


def measure(
    effort: EffortByClass,
    *,
    capacity: float,
    covered: float,
    denominator: Denominator | str,
    target_low: float,
    target_high: float,
) -> ToilShare:
    """Measure the toil share of a period against a target range, both of its ends inside.

    `capacity` and `covered` are hours: working time of the members, and the effort inside it. The
    bounds are what the share would be if no unclassified hour were toil, and if all were. The verdict
    is certain when it is the same at both. Raises `ValueError` for an unknown denominator. Source:
    section "Toil share" of docs/measurement.md.
    """
    denominator = Denominator(denominator)
    coverage = covered / capacity if capacity else None
    base, widest_base = _bases(effort, capacity, denominator)
    if not base:
        return ToilShare(denominator, None, None, None, Verdict.NO_DATA, True, coverage)
    low = effort.toil / widest_base
    high = fsum((effort.toil, effort.unclassified)) / widest_base
    at_low, at_high = (judge(bound, target_low, target_high) for bound in (low, high))
    share = effort.toil / base
    verdict = judge(share, target_low, target_high)
    return ToilShare(denominator, share, low, high, verdict, at_low == at_high, coverage)


def judge(share: float, target_low: float, target_high: float) -> Verdict:
    """Say whether a share lies below, within or above a target range; all three are fractions."""
    if share < target_low - TOLERANCE:
        return Verdict.BELOW
    if share > target_high + TOLERANCE:
        return Verdict.ABOVE
    return Verdict.WITHIN


def _bases(effort: EffortByClass, capacity: float, denominator: Denominator) -> tuple[float, float]:
    """The denominator of the share, and that of its bounds, in hours."""
    match denominator:
        case Denominator.CLASSIFIED:
            return effort.classified, effort.tracked
        case Denominator.TRACKED:
            return effort.tracked, effort.tracked
        case Denominator.ENGINEERING:
            known = fsum((effort.toil, effort.engineering))
            return known, fsum((effort.toil, effort.engineering, effort.unclassified))
        case Denominator.CAPACITY:
            return capacity, capacity
