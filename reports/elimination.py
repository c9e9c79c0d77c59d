"""Whether it pays to remove a recurring piece of toil, and whether it did.

Plain arithmetic: no database and no clock. Hours are hours of effort, weeks are ISO weeks in the team's zone. Source:
section "Toil types" of docs/measurement.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

BASELINE_WEEKS = 8
LEAST_BASELINE_WEEKS = 4
CHECKED_AFTER = (4, 13, 52)
"""After how many weeks the saving is told."""

WEEKS_OF_YEAR = 52


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a team expects: hours to build it, then the hours a week that stay, and those of its upkeep."""

    build: float
    residual: float = 0.0
    upkeep: float = 0.0


@dataclass(frozen=True, slots=True)
class Saving:
    """What was saved after so many weeks, in hours; None where they are not over yet."""

    weeks: int
    hours: float | None


def baseline(weekly_hours: Sequence[float]) -> float | None:
    """Return the mean weekly hours of the last 8 of these weeks; None for fewer than 4.

    They run from the week in which the toil was first seen to the last one before its elimination, oldest first; weeks
    without any hours between them count.
    """
    last = weekly_hours[-BASELINE_WEEKS:]
    return fsum(last) / len(last) if len(last) >= LEAST_BASELINE_WEEKS else None


def weekly_saving(base: float, estimate: Estimate) -> float:
    """Return the hours that are saved each week: the baseline without what stays and what the solution takes."""
    return base - estimate.residual - estimate.upkeep


def break_even(base: float, estimate: Estimate) -> float | None:
    """Return after how many weeks the hours to build it have come back; None where they never do."""
    saving = weekly_saving(base, estimate)
    return estimate.build / saving if saving > 0 else None


def first_year(base: float, estimate: Estimate) -> float:
    """Return the hours that remain of 52 weeks' saving when the building is paid for; negative where it is not."""
    return WEEKS_OF_YEAR * weekly_saving(base, estimate) - estimate.build


def realised(base: float, spent: Sequence[float], upkeep: Sequence[float], *, weeks: int) -> float | None:
    """Return the saving after so many weeks: the frozen baseline times the weeks, less the hours spent nevertheless.

    `spent` are the hours still spent on the toil, and `upkeep` those logged on keeping the solution alive, in each week
    that is over since the elimination, oldest first. None where not so many are over.
    """
    if len(spent) < weeks or len(upkeep) < weeks:
        return None
    return base * weeks - fsum((*spent[:weeks], *upkeep[:weeks]))


def savings(base: float, spent: Sequence[float], upkeep: Sequence[float]) -> list[Saving]:
    """Return the realised saving after 4, 13 and 52 weeks."""
    return [Saving(weeks, realised(base, spent, upkeep, weeks=weeks)) for weeks in CHECKED_AFTER]
