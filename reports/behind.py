"""The items behind an hour figure: which items took a team's attention in some days, and how many hours each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import fsum
from typing import Any

from reports.attention import load_attention
from reports.effort import sum_effort
from reports.periods import Period
from reports.queries import labels_of
from reports.share import EffortByClass
from teams.models import Team

FACTS = ("classification", "service", "toil_type_id", "is_interrupt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which items count; None is any, an empty service or label and a toil type of 0 is none."""

    classification: str | None = None
    service: str | None = None
    label: str | None = None
    toil_type: int | None = None
    is_interrupt: bool | None = None

    def matches(self, facts: Sequence[Any], labels: Mapping[int, set[str]], item: int) -> bool:
        """Whether an item (its class, service, toil type and whether it interrupted) is one of them."""
        name, service, toil_type, is_interrupt = facts
        if self.classification is not None and name != self.classification:
            return False
        if self.service is not None and (service or "") != self.service:
            return False
        if self.toil_type is not None and (toil_type or 0) != self.toil_type:
            return False
        if self.is_interrupt is not None and is_interrupt != self.is_interrupt:
            return False
        if self.label is None:
            return True
        return self.label in labels.get(item, ()) if self.label else item not in labels


@dataclass(frozen=True, slots=True)
class Behind:
    """The hours of each item (by its id), most first, and their sum by class.

    `left` are the hours of each of the items that are another team's by now: they count, and nothing else is told.
    """

    hours: Sequence[tuple[int, float]]
    effort: EffortByClass
    left: Sequence[float] = ()

    @property
    def count(self) -> int:
        """How many items there are."""
        return len(self.hours) + len(self.left)

    @property
    def total(self) -> float:
        """All hours: what the figure says, since both are summed from the same whole parts."""
        return self.effort.tracked


def hours_behind(*, team: Team, period: Period, sought: Sought, at: datetime) -> Behind:
    """Return the items and hours behind a figure, in a constant number of queries."""
    cuts = [min(period.starts_at, at), min(period.ends_at, at)]
    attention = load_attention(team=team, cuts=cuts, facts=FACTS)
    labels = labels_of(list(attention.facts), team=team) if sought.label is not None else {}
    keys = {item: [(item, facts[0])] for item, facts in attention.facts.items() if sought.matches(facts, labels, item)}
    sums = sum_effort(attention.timelines, team=team.pk, cuts=cuts, keys=keys)
    by_item = {item: hours for (item, _), [hours] in sums.items() if hours > 0}
    left = [by_item.pop(item) for item in attention.left & by_item.keys()]
    by_class: dict[str, list[float]] = {}
    for (_, name), [hours] in sums.items():
        by_class.setdefault(name, []).append(hours)
    effort = EffortByClass(**{name: fsum(found) for name, found in by_class.items()})
    return Behind(sorted(by_item.items(), key=lambda pair: (-pair[1], pair[0])), effort, left)
