"""What a rule would have decided, with the hours that it is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import fsum

from boards.models import Item
from boards.rules import RuleSpec
from boards.trial import LOOKED_AT, WEEKS, Trial, try_rule
from reports.attention import load_attention
from reports.effort import sum_effort
from teams.models import Team

SHOWN = 100


@dataclass(frozen=True, slots=True)
class TriedItem:
    """An item that the rule would decide about, and the hours that went into it."""

    item: Item
    hours: float
    disagrees: bool


@dataclass(frozen=True, slots=True)
class TrialPage:
    """The outcome of a trial: how many items and hours, and the first of the items."""

    trial: Trial
    hours: float
    rows: list[TriedItem]
    weeks: int = WEEKS

    @property
    def count(self) -> int:
        """How many items the rule would decide about."""
        return len(self.trial.items)

    @property
    def unshown(self) -> int:
        """How many of them are not listed."""
        return self.count - len(self.rows)


def trial_page(*, team: Team, spec: RuleSpec, at: datetime) -> TrialPage:
    """Try a rule on a team's last twelve weeks, in a number of queries that does not grow with them."""
    trial = try_rule(team=team, spec=spec, at=at)
    hours = _hours_of(team, at) if trial.items else {}
    first = trial.in_order[:SHOWN]
    items = Item.objects.select_related("board", "column").in_bulk(first)
    disagreeing = set(trial.disagreeing)
    rows = [TriedItem(items[pk], hours.get(pk, 0.0), pk in disagreeing) for pk in first if pk in items]
    return TrialPage(trial, fsum(hours.get(pk, 0.0) for pk in trial.items), rows)


def _hours_of(team: Team, at: datetime) -> Mapping[int, float]:
    """Return the hours of effort that each item of a team took in the time that is looked at."""
    cuts = [at - LOOKED_AT, at]
    attention = load_attention(team=team, cuts=cuts)
    keys = {item: (item,) for item in attention.facts}
    return {
        item: total for item, [total] in sum_effort(attention.timelines, team=team.pk, cuts=cuts, keys=keys).items()
    }
