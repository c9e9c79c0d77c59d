"""Past weeks judged by the target that they had: a target that was changed since does not turn them round."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from reports.periods import local_date, period_of_week, week_of
from reports.queries import TeamToil
from reports.share import Verdict, judge
from teams.models import Team
from teams.queries import timezone_of_team
from teams.targets import TargetHistory


def judged(series: Sequence[TeamToil], history: TargetHistory, *, team: Team) -> list[TeamToil]:
    """Judge each period by the target that the team had at its end.

    What lies before the team was created, such as imported history, had none: it is judged by that of its first week.
    """
    zone = timezone_of_team(team)
    first = period_of_week(week_of(local_date(team.created_at, zone)), zone).ends_at
    return [_judged(toil, history, max(first, toil.period.ends_at)) for toil in series]


def _judged(toil: TeamToil, history: TargetHistory, instant: datetime) -> TeamToil:
    target, share = history.at(instant), toil.toil
    if (target.low, target.high) == (toil.target_low, toil.target_high):
        return toil
    if share.share is not None and share.low is not None and share.high is not None:
        at_low, at_high = (judge(bound, target.low, target.high) for bound in (share.low, share.high))
        verdict: Verdict = judge(share.share, target.low, target.high)
        share = replace(share, verdict=verdict, is_certain=at_low == at_high)
    return replace(toil, toil=share, target_low=target.low, target_high=target.high)
