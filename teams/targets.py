"""By which target range and denominator a team was measured at an instant: the present, and what was changed since."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from teams.models import TargetChange, Team


@dataclass(frozen=True, slots=True)
class Target:
    """A target range, fractions, and what they are shares of."""

    low: float
    high: float
    denominator: str


@dataclass(frozen=True, slots=True)
class TargetStep:
    """A change of a team's target."""

    at: datetime
    before: Target
    after: Target


@dataclass(frozen=True, slots=True)
class TargetHistory:
    """The present target and the steps to it, oldest first."""

    present: Target
    steps: Sequence[TargetStep] = ()

    def at(self, instant: datetime) -> Target:
        """Return the target that held just before an instant, such as the end of a week."""
        return next((step.before for step in self.steps if step.at >= instant), self.present)


def target_history(team: Team) -> TargetHistory:
    """Return the target history of a team, in one query."""
    return target_histories([team])[team.pk]


def target_histories(teams: Collection[Team]) -> Mapping[int, TargetHistory]:
    """Return the target histories of teams, by their ids, in one query."""
    steps: dict[int, list[TargetStep]] = defaultdict(list)
    for row in TargetChange.objects.filter(team__in=[team.pk for team in teams]).order_by("at", "id"):
        before = Target(row.low_before, row.high_before, row.denominator_before)
        after = Target(row.low_after, row.high_after, row.denominator_after)
        steps[row.team_id].append(TargetStep(row.at, before, after))
    present = {team.pk: Target(team.target_low, team.target_high, team.denominator) for team in teams}
    return {pk: TargetHistory(target, steps.get(pk, ())) for pk, target in present.items()}
