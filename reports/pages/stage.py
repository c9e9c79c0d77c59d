"""What another stage of a column would do to a team's past figures, computed before it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from boards.models import Column
from boards.stage_change import StageChange, stage_change
from reports.periods import last_full_week
from reports.queries import TeamToil, toil_of_team
from teams.models import Team
from teams.queries import timezone_of_team

SPANS = (4, 26)


@dataclass(frozen=True, slots=True)
class Shift:
    """The measures of the last weeks as they are, and as they would be."""

    weeks: int
    before: TeamToil
    after: TeamToil

    @property
    def is_same(self) -> bool:
        """Whether neither share nor hours would change as they are written."""
        return self._written(self.before) == self._written(self.after)

    @staticmethod
    def _written(toil: TeamToil) -> tuple[object, ...]:
        share = toil.toil.share
        return (None if share is None else round(share, 3), round(toil.effort.toil, 1), round(toil.effort.tracked, 1))


@dataclass(frozen=True, slots=True)
class StagePreview:
    """Everything that the page shows."""

    change: StageChange
    shifts: Sequence[Shift]


def stage_preview(*, team: Team, column: Column, stage: str, at: datetime) -> StagePreview:
    """Compute the effect on the last 4 and 26 weeks that are over, in a constant number of queries."""
    return StagePreview(
        change=stage_change(column=column, stage=stage),
        shifts=[
            Shift(weeks, _measured(team, weeks, at, {}), _measured(team, weeks, at, {column.pk: stage}))
            for weeks in SPANS
        ],
    )


def _measured(team: Team, weeks: int, at: datetime, stages: Mapping[int, str]) -> TeamToil:
    end = last_full_week(at, timezone_of_team(team)).next_monday
    return toil_of_team(team=team, start=end - timedelta(weeks=weeks), end=end, at=at, stages=stages)
