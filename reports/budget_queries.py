"""The toil budgets of teams: rows to the arithmetic, in a constant number of queries; for pages, metrics and alerts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports.attention import load_capacities
from reports.budget import (
    DAYS_TO_EVALUATE,
    AlertKind,
    DayHours,
    LowSide,
    PairState,
    Target,
    low_side,
    pair_states,
    quarter_of,
)
from reports.budget_plan import QuarterBudget, plan_quarter
from reports.periods import ONE_DAY, Period, day_cuts, local_date
from reports.share import Denominator
from reports.snapshots import hours_of_days
from teams.models import Team
from teams.queries import timezone_of_team
from teams.worktime import start_of_day


@dataclass(frozen=True, slots=True)
class TeamBudget:
    """A team's budget at its last midnight, with which `today` began, and what its windows say about alerts."""

    team: str
    today: date
    timezone: str
    target: Target
    quarter: QuarterBudget
    pairs: Sequence[PairState]
    low_side: LowSide

    @property
    def at(self) -> datetime:
        """The midnight, in UTC."""
        return start_of_day(self.today, self.timezone)

    @property
    def firing(self) -> list[AlertKind]:
        """The alerts whose condition holds."""
        kinds = [state.pair.kind for state in self.pairs if state.is_firing]
        return [*kinds, AlertKind.LOW_SIDE] if self.low_side.is_firing else kinds


def budget_of_team(*, team: Team, at: datetime) -> TeamBudget:
    """Measure a team's quarter and its windows up to the last midnight before `at`, in at most eighteen queries."""
    return budgets_of_teams(teams=[team], at=at)[team.pk]


def budgets_of_teams(*, teams: Sequence[Team], at: datetime) -> dict[int, TeamBudget]:
    """Measure the budgets of several teams (by id), in as many queries as for one if loaded with their calendars."""
    today = {team.pk: local_date(at, timezone_of_team(team)) for team in teams}
    past = {team.pk: Period(first_day_needed(today[team.pk]), today[team.pk], timezone_of_team(team)) for team in teams}
    ahead = {
        team.pk: Period(today[team.pk], quarter_of(today[team.pk]).next_first_day, timezone_of_team(team))
        for team in teams
    }
    hours = hours_of_days(teams=teams, periods=past, at=at)
    capacities = load_capacities(teams=teams, cuts={pk: day_cuts(period) for pk, period in ahead.items()})
    return {
        team.pk: budget_from_days(
            team=team,
            today=today[team.pk],
            days=hours[team.pk],
            capacity_ahead=capacities[team.pk],
        )
        for team in teams
    }


def first_day_needed(today: date) -> date:
    """The first day of which a budget needs the hours: of the quarter, or of the longest window."""
    return min(quarter_of(today).first_day, today - DAYS_TO_EVALUATE * ONE_DAY)


def budget_from_days(
    *, team: Team, today: date, days: Sequence[DayHours], capacity_ahead: Sequence[float]
) -> TeamBudget:
    """Lay out a budget from the hours of each day from `first_day_needed` up to yesterday, wherever they are kept.

    `capacity_ahead` are the hours of working time on each day of the quarter from today on.
    """
    target = Target(team.target_low, team.target_high, Denominator(team.denominator))
    quarter = quarter_of(today)
    of_quarter = (today - quarter.first_day).days
    recent = days[-DAYS_TO_EVALUATE:]
    return TeamBudget(
        team=team.slug,
        today=today,
        timezone=timezone_of_team(team),
        target=target,
        quarter=plan_quarter(
            quarter,
            days=days[len(days) - of_quarter :],
            recent=recent,
            capacity_ahead=capacity_ahead,
            target=target,
        ),
        pairs=pair_states(recent, target),
        low_side=low_side(recent, target),
    )
