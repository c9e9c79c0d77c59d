"""Effort: one person's stays and logs laid on one time line, so that no hour is counted twice.

Plain arithmetic: no database and no clock. Source: section "Effort" of docs/measurement.md; that effort
is attention and not tickets follows *Site Reliability Engineering* (Google, 2016), chapter 5.

How it stays exact and fast: all instants are whole microseconds, and a person's attention is summed as
whole parts of `PARTS` to the microsecond. `PARTS` is divisible by every number up to 40, so an hour shared
by up to 40 items is split without remainder, and by more with less than 2^-52 of a microsecond a segment.
Whole numbers add up to the same sum in any order; they become hours only at the end. One sweep over a
person's events gives the attention that an item standing there from the beginning would have had so
far; what an item had from a to b is then one subtraction, however many others came and went meanwhile.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from math import lcm
from typing import TypeVar

from teams.worktime import MICROSECONDS_PER_HOUR, Span

PARTS = lcm(*range(1, 41))
"""A microsecond of attention is counted as this many parts; see the module's docstring."""

PARTS_PER_HOUR = PARTS * MICROSECONDS_PER_HOUR

Piece = tuple[int, int, int, int]
"""An item, the team whose board it was on, and the stretch `[start, end)` of a stay or a log in `microseconds`."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CUT, _LOG_STARTS, _LOG_ENDS, _STAY_STARTS, _STAY_ENDS, _OPENS, _CLOSES, _COUNTS, _STOPS = range(9)
_KINDS = 16  # an event is instant * _KINDS + kind: sorting plain numbers is much the fastest

Key = TypeVar("Key")


def microseconds(instant: datetime) -> int:
    """Return the whole microseconds from the beginning of 1970, UTC, to an aware datetime."""
    since = instant - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


@dataclass(frozen=True, slots=True)
class Timeline:
    """One person's attention between the first and the last cut; made by `lay_out`.

    `logged` and `inferred` are disjoint stretches (item, team, start, end) in microseconds. The
    four mappings say for every instant at which a stretch or a period begins or ends how many parts an
    item that was logged (inferred) from the beginning on would have got, in all and inside the
    `counted` spans.
    """

    logged: Sequence[Piece]
    inferred: Sequence[Piece]
    logged_until: Mapping[int, int]
    inferred_until: Mapping[int, int]
    counted_logged_until: Mapping[int, int]
    counted_inferred_until: Mapping[int, int]

    @property
    def without_inferred(self) -> Timeline:
        """The same attention with only what was logged."""
        return replace(self, inferred=())


def lay_out(
    *,
    logs: Iterable[Piece],
    stays: Iterable[Piece],
    working: Iterable[Span],
    counted: Iterable[Span] = (),
    cuts: Sequence[datetime],
) -> Timeline:
    """Lay the logs and the active, unblocked stays of one person over their working time.

    `cuts` are the sorted instants at which the periods of interest begin and end: what lies before the
    first and after the last is left out. `counted` are the spans whose effort counts for coverage (the
    person's working time as a member). Rows may come in any order and overlap; an item with several of
    them at one instant counts once. Source: section "Effort" of docs/measurement.md.
    """
    first, last = microseconds(cuts[0]), microseconds(cuts[-1])
    logged = _joined(logs, first, last)
    inferred = _joined(stays, first, last)
    if not logged and not inferred:
        return Timeline((), (), {}, {}, {}, {})
    events = [microseconds(cut) * _KINDS + _CUT for cut in cuts]
    for stretches, starts, ends in (
        (logged, _LOG_STARTS, _LOG_ENDS),
        (inferred, _STAY_STARTS, _STAY_ENDS),
    ):
        events.extend(start * _KINDS + starts for _, _, start, _ in stretches)
        events.extend(end * _KINDS + ends for _, _, _, end in stretches)
    for spans, starts, ends in ((working, _OPENS, _CLOSES), (counted, _COUNTS, _STOPS)):
        for span in spans:
            start, end = max(microseconds(span.start), first), min(microseconds(span.end), last)
            if start < end:
                events += (start * _KINDS + starts, end * _KINDS + ends)
    return Timeline(logged, inferred, *_swept(sorted(events)))


def sum_effort(
    timelines: Iterable[Timeline],
    *,
    team: int,
    cuts: Sequence[datetime],
    keys: Mapping[int, Sequence[Key]],
) -> dict[Key, list[float]]:
    """Hours of effort on the team's items for each key and each period `[cuts[i], cuts[i + 1])`.

    `keys` gives the keys under which an item's effort counts, in full under each; an item that it
    does not name counts nowhere. `cuts` must be among those that the time lines were laid out with.
    """
    instants = [microseconds(cut) for cut in cuts]
    sums: dict[Key, _Periods] = defaultdict(lambda: _Periods(instants))
    for line in timelines:
        for stretches, until in (
            (line.logged, line.logged_until),
            (line.inferred, line.inferred_until),
        ):
            for item, of_team, start, end in stretches:
                if of_team == team:
                    for key in keys.get(item, ()):
                        sums[key].add(start, end, until)
    return {key: periods.hours() for key, periods in sums.items()}


def sum_counted(timelines: Iterable[Timeline], *, team: int, cuts: Sequence[datetime]) -> list[float]:
    """Hours of effort on the team's items inside the `counted` spans, for each of the periods."""
    instants = [microseconds(cut) for cut in cuts]
    periods = _Periods(instants)
    for line in timelines:
        for stretches, until in (
            (line.logged, line.counted_logged_until),
            (line.inferred, line.counted_inferred_until),
        ):
            for _, of_team, start, end in stretches:
                if of_team == team:
                    periods.add(start, end, until)
    return periods.hours()


class _Periods:
    """Adds up parts per period, in constant time for a stretch however many periods it crosses.

    The ends of a stretch are added to the periods in which they lie; of the periods between, only how
    many stretches begin and stop to cover them whole, to be multiplied out at the end.
    """

    __slots__ = ("_covers", "_cuts", "_sums", "_untils")

    def __init__(self, cuts: list[int]) -> None:
        self._cuts = cuts
        self._sums = [0] * (len(cuts) - 1)
        self._covers: dict[int, list[int]] = {}
        self._untils: dict[int, Mapping[int, int]] = {}

    def add(self, start: int, end: int, until: Mapping[int, int]) -> None:
        cuts = self._cuts
        if len(cuts) == 2:
            start, end = max(start, cuts[0]), min(end, cuts[1])
            if start < end:
                self._sums[0] += until[end] - until[start]
            return
        start, end = max(start, cuts[0]), min(end, cuts[-1])
        if start >= end:
            return
        first, last = bisect_right(cuts, start) - 1, bisect_left(cuts, end) - 1
        if first == last:
            self._sums[first] += until[end] - until[start]
            return
        self._sums[first] += until[cuts[first + 1]] - until[start]
        self._sums[last] += until[end] - until[cuts[last]]
        if last - first > 1:
            covers = self._covers.setdefault(id(until), [0] * len(self._sums))
            self._untils[id(until)] = until
            covers[first + 1] += 1
            covers[last] -= 1

    def hours(self) -> list[float]:
        sums = list(self._sums)
        for line, covers in self._covers.items():
            until = self._untils[line]
            for index, (count, (start, end)) in enumerate(zip(accumulate(covers), pairwise(self._cuts), strict=True)):
                sums[index] += count * (until[end] - until[start])
        return [parts / PARTS_PER_HOUR for parts in sums]


def _joined(pieces: Iterable[Piece], first: int, last: int) -> list[Piece]:
    """Disjoint stretches of each item: what overlaps or adjoins becomes one.

    Where pieces of one item overlap on boards of two teams, it was on that of the one begun later.
    """
    rows = sorted((item, start, end, team) for item, team, start, end in pieces)
    joined: list[Piece] = []
    for item, begins, ends, team in rows:  # in the order of their true beginnings, whatever the cut leaves of them
        start, end = max(begins, first), min(ends, last)
        if start >= end:
            continue
        if not joined or joined[-1][0] != item or joined[-1][3] < start:
            joined.append((item, team, start, end))
            continue
        _, of_team, begun, until = joined.pop()
        if of_team != team and begun < start:
            joined.append((item, of_team, begun, start))
        joined.append((item, team, begun if of_team == team else start, max(end, until)))
    return joined


_Until = dict[int, int]


def _swept(events: list[int]) -> tuple[_Until, _Until, _Until, _Until]:
    """Walk through the sorted events once; see `Timeline` for what comes out."""
    counts = [0] * _KINDS
    logged = inferred = counted_logged = counted_inferred = 0
    untils: tuple[_Until, _Until, _Until, _Until] = ({}, {}, {}, {})
    now = events[0] // _KINDS
    for event in events:
        instant, kind = divmod(event, _KINDS)
        if instant != now:
            for until, parts in zip(untils, (logged, inferred, counted_logged, counted_inferred), strict=True):
                until[now] = parts
            logs = counts[_LOG_STARTS] - counts[_LOG_ENDS]
            stays = counts[_STAY_STARTS] - counts[_STAY_ENDS]
            is_counted = counts[_COUNTS] > counts[_STOPS]
            if logs:
                share = (instant - now) * PARTS // logs
                logged += share
                counted_logged += share * is_counted
            elif stays and counts[_OPENS] > counts[_CLOSES]:
                share = (instant - now) * PARTS // stays
                inferred += share
                counted_inferred += share * is_counted
            now = instant
        counts[kind] += 1
    for until, parts in zip(untils, (logged, inferred, counted_logged, counted_inferred), strict=True):
        until[now] = parts
    return untils
