"""Forecast: how many items by a date, and when for so many, from what a team finished on each of its last days.

Plain arithmetic: no database and no clock. It is a Monte Carlo simulation: each of 10,000 trials takes, for each day
to come, the throughput of a day of the past at random, with replacement. The seed is fixed, so that the same question
has the same answer. Source: section "Counts and flow" of docs/measurement.md; the method is that of Daniel Vacanti,
*Actionable Agile Metrics for Predictability* (2015), chapters 14 and 15.

How it stays fast without a library: a day of the past is a byte, so a trial is a slice of random bytes, and drawing,
looking up and adding up are single calls of bytes methods.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from reports.flow import PERCENTILES, nearest_rank

SAMPLE_DAYS = 84
LEAST_DAYS = 11
TRIALS = 10_000
LONGEST_DAYS = 731
SEED = 2016

_BYTES = 256
_DAYS_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class HowMany:
    """How many items will be finished in so many days: with so many % at least `items[percent]`."""

    days: int
    items: dict[int, int]


@dataclass(frozen=True, slots=True)
class HowLong:
    """In how many days so many items will be finished: with so many % at most `days[percent]`.

    A value is None where it would be more than two years.
    """

    items: int
    days: dict[int, int | None]


def can_forecast(daily: Sequence[int]) -> bool:
    """Whether the days of the past suffice: on eleven of them at least something was finished."""
    return sum(count > 0 for count in daily) >= LEAST_DAYS


def how_many(daily: Sequence[int], days: int, *, trials: int = TRIALS, seed: int = SEED) -> HowMany | None:
    """Tell how many items will be finished in `days` days; None where the past does not suffice.

    `daily` is the throughput of each day of the past (256 at most), those without any included.
    """
    if not can_forecast(daily):
        return None
    dice = Random(seed)  # noqa: S311 - a draw of lots, no secret
    sums = sorted((sum(trial) for trial in _drawn(daily, days, trials, dice)), reverse=True)
    return HowMany(days, {percent: sums[_rank(percent, trials)] for percent in PERCENTILES})


def how_long(daily: Sequence[int], items: int, *, trials: int = TRIALS, seed: int = SEED) -> HowLong | None:
    """Tell in how many days `items` items will be finished; None where the past does not suffice.

    `daily` is the throughput of each day of the past (256 at most), those without any included.
    """
    if not can_forecast(daily):
        return None
    needed: list[int] = []
    open_trials, done_days = [items] * trials, 0
    dice = Random(seed)  # noqa: S311 - a draw of lots, no secret
    while open_trials and done_days < LONGEST_DAYS:
        length = min(_DAYS_AT_ONCE, LONGEST_DAYS - done_days)
        still_open = []
        for left, trial in zip(open_trials, _drawn(daily, length, len(open_trials), dice), strict=True):
            total = sum(trial)
            if total < left:
                still_open.append(left - total)
            else:
                needed.append(done_days + bisect_left(list(accumulate(trial, initial=0)), left))
        open_trials, done_days = still_open, done_days + length
    needed.sort()
    ranks = {percent: _rank(percent, trials) for percent in PERCENTILES}
    return HowLong(items, {percent: needed[rank] if rank < len(needed) else None for percent, rank in ranks.items()})


def _rank(percent: int, count: int) -> int:
    """The index of the nearest rank among so many sorted values."""
    rank = nearest_rank(range(count), percent)
    return 0 if rank is None else rank


def _drawn(daily: Sequence[int], days: int, trials: int, dice: Random) -> Iterator[Sequence[int]]:
    """Draw the throughput of so many days for each of so many trials."""
    drawn = _indices(len(daily), days * trials, dice)
    if max(daily) < _BYTES:
        drawn = drawn.translate(bytes(daily) + bytes(_BYTES - len(daily)))
        return (
            (drawn[start : start + days] for start in range(0, days * trials, days)) if days else iter([b""] * trials)
        )
    look_up = daily.__getitem__
    return ([look_up(index) for index in drawn[trial * days : (trial + 1) * days]] for trial in range(trials))


def _indices(count: int, length: int, dice: Random) -> bytes:
    """Draw `length` numbers below `count` (256 at most), each as likely as any other.

    Random bytes that are not below the highest multiple of `count` are thrown away; the others are taken modulo it.
    """
    fair = _BYTES // count * count
    to_index, unfair = bytes(byte % count for byte in range(_BYTES)), bytes(range(fair, _BYTES))
    drawn = b""
    while len(drawn) < length:
        asked = (length - len(drawn)) * _BYTES // fair + _BYTES
        drawn += dice.randbytes(asked).translate(to_index, unfair)
    return drawn[:length]
