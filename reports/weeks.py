"""What is measured of a team's weeks, computed from stays, logs and items; shares and verdicts follow from it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from boards.models import Item
from reports.attention import TeamAttention, load_attentions
from reports.budget import DayHours
from reports.effort import sum_counted, sum_effort
from reports.flow import throughput
from reports.share import EffortByClass
from teams.models import Team

CLASSES = ("toil", "engineering", "overhead", "unclassified")


@dataclass(frozen=True, slots=True)
class TypeFigures:
    """The toil of a toil type in a period: hours of effort, the items that had some, and how many people gave it."""

    hours: float = 0.0
    items: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """What is measured of a team in a period: hours, and items finished by class.

    `people` are those on whose doings it depends; toil types, by their ids, and the days are there only where they were
    asked for.
    """

    effort: EffortByClass
    capacity: float
    covered: float
    finished: Mapping[str, int]
    toil_types: Mapping[int, TypeFigures] = field(default_factory=dict)
    people: frozenset[int] = frozenset()
    days: tuple[DayHours, ...] = ()


def compute_weeks(
    *, teams: Sequence[Team], cuts: Mapping[int, Sequence[datetime]], with_types: bool = False
) -> dict[int, list[WeekFigures]]:
    """Compute the figures between the cuts of each of several teams (by its id), in a constant number of queries."""
    facts = ("classification", "toil_type_id") if with_types else ("classification",)
    attentions = load_attentions(teams=teams, cuts=cuts, facts=facts)
    finished = finished_by_class(cuts)
    return {
        team.pk: added_up(
            team.pk, cuts[team.pk], attentions[team.pk], finished=finished[team.pk], with_types=with_types
        )
        for team in teams
    }


def compute_days(*, teams: Sequence[Team], cuts: Mapping[int, Sequence[datetime]]) -> dict[int, list[DayHours]]:
    """Compute the hours of the days between the cuts of each of several teams (by its id)."""
    attentions = load_attentions(teams=teams, cuts=cuts, facts=("classification",))
    found = {}
    for team in teams:
        figures = added_up(team.pk, cuts[team.pk], attentions[team.pk], finished={})
        found[team.pk] = [DayHours(each.effort, each.capacity, each.covered) for each in figures]
    return found


def added_up(
    team: int,
    cuts: Sequence[datetime],
    attention: TeamAttention,
    *,
    finished: Mapping[str, Sequence[int]],
    with_types: bool = False,
) -> list[WeekFigures]:
    """Add up what a team had between the cuts; each item’s facts are its class and, with types, its toil type."""
    keys = {item: (facts[0],) for item, facts in attention.facts.items()}
    efforts = by_class(sum_effort(attention.timelines, team=team, cuts=cuts, keys=keys), len(cuts) - 1)
    covered = sum_counted(attention.timelines, team=team, cuts=cuts)
    types = _by_type(team, cuts, attention) if with_types else [{} for _ in efforts]
    return [
        WeekFigures(
            effort=effort,
            capacity=attention.capacity[index],
            covered=covered[index],
            finished={name: finished[name][index] if name in finished else 0 for name in CLASSES},
            toil_types=types[index],
            people=attention.people,
        )
        for index, effort in enumerate(efforts)
    ]


def by_class(hours: Mapping[str, Sequence[float]], count: int) -> list[EffortByClass]:
    """Turn hours of classes in periods into periods with their hours by class."""
    return [EffortByClass(**{name: sums[index] for name, sums in hours.items()}) for index in range(count)]


def finished_by_class(cuts: Mapping[int, Sequence[datetime]]) -> dict[int, dict[str, list[int]]]:
    """Count what each team finished in each of its periods, by class; cuts and counts by the team's id."""
    if not cuts:
        return {}
    start, end = min(own[0] for own in cuts.values()), max(own[-1] for own in cuts.values())
    items = Item.objects.kept().filter(board__team__in=list(cuts), finished_at__gte=start, finished_at__lt=end)
    rows: dict[int, list[tuple[datetime, str]]] = {team: [] for team in cuts}
    for team, finished_at, name in items.values_list("board__team_id", "finished_at", "classification"):
        if finished_at:
            rows[team].append((finished_at, name))
    return {team: throughput(rows[team], own) for team, own in cuts.items()}


def _by_type(team: int, cuts: Sequence[datetime], attention: TeamAttention) -> list[dict[int, TypeFigures]]:
    """Add up the toil of each toil type in each period; items of another class are no toil, whatever their type."""
    of_items = {i: facts[1] for i, facts in attention.facts.items() if facts[0] == "toil" and facts[1] is not None}
    if not of_items:
        return [{} for _ in cuts[1:]]
    count = len(cuts) - 1
    hours = sum_effort(attention.timelines, team=team, cuts=cuts, keys={i: (t,) for i, t in of_items.items()})
    people: dict[int, list[int]] = defaultdict(lambda: [0] * count)
    items: dict[int, list[set[int]]] = defaultdict(lambda: [set() for _ in range(count)])
    for number, line in enumerate(attention.timelines, 1):
        is_nobody = attention.is_last_unassigned and number == len(attention.timelines)
        given = sum_effort([line], team=team, cuts=cuts, keys={i: ((i, t),) for i, t in of_items.items()})
        took: dict[int, list[bool]] = defaultdict(lambda: [False] * count)
        for (item, toil_type), sums in given.items():
            for index, value in enumerate(sums):
                if value:
                    items[toil_type][index].add(item)
                    took[toil_type][index] = not is_nobody
        for toil_type, weeks in took.items():
            people[toil_type] = [n + is_there for n, is_there in zip(people[toil_type], weeks, strict=True)]
    return [
        {
            toil_type: TypeFigures(sums[index], len(items[toil_type][index]), people[toil_type][index])
            for toil_type, sums in hours.items()
            if sums[index]
        }
        for index in range(count)
    ]
