"""A team's effort in a period, split in every way that its page shows, from one reading of stays and logs."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import fsum
from typing import Any

from boards.models import Item, ToilType
from reports.attention import TeamAttention, load_attention
from reports.effort import sum_counted, sum_effort
from reports.periods import Period, week_cuts
from reports.queries import Group, GroupKey, TeamToil, labels_of
from reports.share import EffortByClass, measure
from reports.weeks import CLASSES
from teams.models import Team

FACTS = ("classification", "service", "toil_type_id", "is_interrupt")
CLASS, SERVICE, TOIL_TYPE, INTERRUPT = range(4)


@dataclass(frozen=True, slots=True)
class TypeHours:
    """The toil of a toil type: hours in all and in each week, and how many items took them."""

    toil_type: ToilType
    hours: float
    items: int
    weekly: Sequence[float]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Where a team's hours went; groups begin with the most toil, None is what has no service, label or type."""

    period: Period
    services: Sequence[Group]
    labels: Sequence[Group]
    toil_types: Sequence[TypeHours]
    untyped: float
    untyped_items: int
    interrupts: EffortByClass
    planned: EffortByClass
    toil_by_item: Mapping[int, float] = field(default_factory=dict)

    @property
    def toil(self) -> float:
        """All hours of toil."""
        return fsum((self.interrupts.toil, self.planned.toil))


def break_down(*, team: Team, period: Period, at: datetime, focus: Period | None = None) -> Breakdown:
    """Split the effort of a period as far as it is over at `at`, in a constant number of queries.

    `toil_by_item` is that of `focus`, which begins and ends with weeks of the period, or of the whole.
    """
    cuts = [min(cut, at) for cut in week_cuts(period)]
    attention = load_attention(team=team, cuts=cuts, facts=FACTS)
    ends = [cuts[0], cuts[-1]]
    labels = labels_of(list(attention.facts), team=team)
    inside = ends if focus is None else [min(focus.starts_at, at), min(focus.ends_at, at)]
    by_item = _sums(team, attention, ends, lambda item, facts: [item])
    types = _types(team, attention, cuts, by_item)
    flags = _grouped(team, attention, ends, lambda item, facts: [facts[INTERRUPT]])
    by_flag = {group.key: group.effort for group in flags}
    untyped = {
        item: hours
        for (item, name), [hours] in by_item.items()
        if name == "toil" and hours > 0 and attention.facts[item][TOIL_TYPE] is None
    }
    return Breakdown(
        period=period,
        services=_grouped(team, attention, ends, lambda item, facts: [facts[SERVICE] or None]),
        labels=_grouped(team, attention, ends, lambda item, facts: sorted(labels.get(item, ())) or [None]),
        toil_types=types,
        untyped=fsum(untyped.values()),
        untyped_items=len(untyped),
        interrupts=by_flag.get(True, EffortByClass()),
        planned=by_flag.get(False, EffortByClass()),
        toil_by_item=_toil_by_item(team, attention, inside),
    )


def measure_two(
    *, team: Team, earlier: Period, later: Period, at: datetime, denominator: str | None = None
) -> tuple[TeamToil, TeamToil]:
    """Measure two periods of which one follows the other at once, as far as they are over, from one reading."""
    cuts = [min(cut, at) for cut in (earlier.starts_at, later.starts_at, later.ends_at)]
    attention = load_attention(team=team, cuts=cuts, facts=("classification",))
    keys = {item: (facts[0],) for item, facts in attention.facts.items()}
    hours = sum_effort(attention.timelines, team=team.pk, cuts=cuts, keys=keys)
    covered = sum_counted(attention.timelines, team=team.pk, cuts=cuts)
    measured = []
    for index, period in enumerate((earlier, later)):
        effort = EffortByClass(**{name: sums[index] for name, sums in hours.items()})
        toil = measure(
            effort,
            capacity=attention.capacity[index],
            covered=covered[index],
            denominator=denominator or team.denominator,
            target_low=team.target_low,
            target_high=team.target_high,
        )
        finished = _finished(team, cuts[index], cuts[index + 1])
        measured.append(
            TeamToil(
                team=team.slug,
                period=period,
                effort=effort,
                capacity=attention.capacity[index],
                toil=toil,
                target_low=team.target_low,
                target_high=team.target_high,
                finished_items=finished,
            )
        )
    return measured[0], measured[1]


def _finished(team: Team, start: datetime, end: datetime) -> dict[str, int]:
    items = Item.objects.kept().filter(board__team=team, finished_at__gte=start, finished_at__lt=end)
    counts = dict.fromkeys(CLASSES, 0)
    for name in items.values_list("classification", flat=True):
        counts[name] += 1
    return counts


KeysOf = Callable[[int, tuple[Any, ...]], Iterable[Any]]


def _sums(
    team: Team, attention: TeamAttention, cuts: Sequence[datetime], keys_of: KeysOf
) -> dict[tuple[Any, str], list[float]]:
    """Hours by key and class for each period between the cuts."""
    keys = {item: [(key, facts[CLASS]) for key in keys_of(item, facts)] for item, facts in attention.facts.items()}
    return sum_effort(attention.timelines, team=team.pk, cuts=cuts, keys=keys)


def _grouped(team: Team, attention: TeamAttention, ends: Sequence[datetime], keys_of: KeysOf) -> list[Group]:
    hours: dict[GroupKey, dict[str, float]] = defaultdict(dict)
    for (key, name), [total] in _sums(team, attention, ends, keys_of).items():
        hours[key][name] = total
    groups = [Group(key, EffortByClass(**found)) for key, found in hours.items() if any(found.values())]
    return sorted(groups, key=lambda group: (-group.effort.toil, group.key is None, str(group.key)))


def _types(
    team: Team,
    attention: TeamAttention,
    cuts: Sequence[datetime],
    by_item: Mapping[tuple[int, str], Sequence[float]],
) -> list[TypeHours]:
    weekly = _sums(team, attention, cuts, lambda item, facts: () if facts[TOIL_TYPE] is None else [facts[TOIL_TYPE]])
    hours = {key: sums for (key, name), sums in weekly.items() if name == "toil" and fsum(sums) > 0}
    items: dict[int, int] = defaultdict(int)
    for (item, name), [total] in by_item.items():
        if name == "toil" and total > 0:
            items[attention.facts[item][TOIL_TYPE]] += 1
    types = ToilType.objects.filter(team=team).in_bulk(list(hours))
    found = [TypeHours(types[pk], fsum(sums), items[pk], sums) for pk, sums in hours.items() if pk in types]
    return sorted(found, key=lambda row: (-row.hours, row.toil_type.name))


def _toil_by_item(team: Team, attention: TeamAttention, ends: Sequence[datetime]) -> dict[int, float]:
    keys = {item: (item,) for item, facts in attention.facts.items() if facts[CLASS] == "toil"}
    sums = sum_effort(attention.timelines, team=team.pk, cuts=ends, keys=keys)
    return {item: hours for item, [hours] in sums.items() if hours > 0}
