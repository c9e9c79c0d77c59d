"""What toil types take each week, what to remove next, and what was gained by removing: rows to the arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from boards.models import Elimination, EliminationItem, Part, ToilType
from reports.attention import load_attention
from reports.effort import sum_effort
from reports.elimination import (
    BASELINE_WEEKS,
    CHECKED_AFTER,
    Estimate,
    Saving,
    baseline,
    break_even,
    first_year,
    savings,
)
from reports.periods import Period, Week, last_full_week, local_date, period_of_week, week_cuts, week_of
from reports.snapshots import figures_of_weeks
from reports.weeks import TypeFigures
from teams.models import Team
from teams.queries import timezone_of_team

LOOKED_BACK = 26
"""How many weeks are searched for the one in which a type was first seen: more than a baseline needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeWeeks:
    """What a toil type took in consecutive weeks, oldest first."""

    weeks: Sequence[Week]
    figures: Sequence[TypeFigures]

    @property
    def since_first_seen(self) -> list[float]:
        """The weekly hours from the first week that has any."""
        hours = [week.hours for week in self.figures]
        first = next((index for index, value in enumerate(hours) if value), len(hours))
        return hours[first:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A toil type that could be removed: what it takes a week, and what removing it would bring.

    `weekly` are hours, the mean of up to eight weeks. Without a plan that estimates the building, `break_even_weeks`
    and `first_year_hours` are None. `is_rough` says that it was seen for fewer than four weeks.
    """

    toil_type: ToilType
    weekly: float
    weekly_items: float
    plan: Elimination | None
    break_even_weeks: float | None
    first_year_hours: float | None
    is_rough: bool

    @property
    def worth(self) -> float:
        """The hours of a year that it is worth: those of the plan, else all that it would take in 52 weeks."""
        return 52 * self.weekly if self.first_year_hours is None else self.first_year_hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What an elimination brought: after 4, 13 and 52 weeks, and what was really spent on building it; hours."""

    elimination: Elimination
    savings: Sequence[Saving]
    weeks_over: int
    spent: Sequence[float]
    upkeep: Sequence[float]
    built: float


def weekly_toil_types(*, team: Team, weeks: int, at: datetime, until: Week | None = None) -> dict[int, TypeWeeks]:
    """Return what each toil type of a team took in each of its last ISO weeks, by the id of the type.

    `until` is the last of them; it defaults to the last one that is over at `at`. Types that took nothing are left out.
    """
    zone = timezone_of_team(team)
    last = until or last_full_week(at, zone)
    asked = [last.shifted(number) for number in range(1 - weeks, 1)]
    periods = {team.pk: [period_of_week(week, zone) for week in asked]}
    found = figures_of_weeks(teams=[team], periods=periods, at=at, with_types=True)[team.pk]
    ids = {pk for week in found for pk in week.toil_types}
    nothing = TypeFigures()
    return {
        pk: TypeWeeks(weeks=asked, figures=[week.toil_types.get(pk, nothing) for week in found]) for pk in sorted(ids)
    }


def hours_before(*, toil_type: ToilType, at: datetime) -> list[float]:
    """Return the weekly hours of a type in the full weeks before an instant, from the first that had any."""
    found = weekly_toil_types(team=toil_type.team, weeks=LOOKED_BACK, at=at).get(toil_type.pk)
    return [] if found is None else found.since_first_seen


def what_to_remove_next(*, team: Team, at: datetime, until: Week | None = None) -> list[Candidate]:
    """Return the toil types that still take hours, what pays most in a year first, in a constant number of queries.

    `until` is the last week that counts; it defaults to the last one that is over at `at`.
    """
    zone = timezone_of_team(team)
    last = until or last_full_week(at, zone)
    weeks = weekly_toil_types(team=team, weeks=LOOKED_BACK, at=at, until=last)
    types = ToilType.objects.filter(team=team).in_bulk(list(weeks))
    plans = {row.toil_type_id: row for row in Elimination.objects.filter(toil_type__in=types, eliminated_at=None)}
    gone = Elimination.objects.filter(toil_type__in=types, eliminated_at__isnull=False).values_list(
        "toil_type", flat=True
    )
    left = set(types) - (set(gone) - set(plans))
    found = [_candidate(types[pk], weeks[pk], plans.get(pk)) for pk in left]
    return sorted((each for each in found if each.weekly > 0), key=lambda each: (-each.worth, each.toil_type.name))


def _candidate(toil_type: ToilType, weeks: TypeWeeks, plan: Elimination | None) -> Candidate:
    hours = weeks.since_first_seen[-BASELINE_WEEKS:]
    items = [week.items for week in weeks.figures[-len(hours) :]]
    weekly, known = sum(hours) / len(hours), baseline(hours) is not None
    estimate = estimate_of(plan)
    return Candidate(
        toil_type=toil_type,
        weekly=weekly,
        weekly_items=sum(items) / len(items),
        plan=plan,
        break_even_weeks=break_even(weekly, estimate) if estimate else None,
        first_year_hours=first_year(weekly, estimate) if estimate else None,
        is_rough=not known,
    )


def estimate_of(plan: Elimination | None) -> Estimate | None:
    """Return what a plan estimates; None where it does not say what the building takes."""
    if plan is None or plan.build_hours is None:
        return None
    return Estimate(build=plan.build_hours, residual=plan.residual_hours, upkeep=plan.upkeep_hours)


def gains_of(*, team: Team, eliminations: Sequence[Elimination], at: datetime) -> list[Gain]:
    """Return what eliminations of a team brought, in the full weeks that began after them."""
    done = [row for row in eliminations if row.eliminated_at is not None and row.baseline_hours is not None]
    if not done:
        return []
    zone = timezone_of_team(team)
    firsts = {row.pk: week_of(local_date(row.eliminated_at, zone)).shifted(1) for row in done if row.eliminated_at}
    last = last_full_week(at, zone)
    count = max((last.monday - min(firsts.values()).monday).days // 7 + 1, 0)
    weeks = weekly_toil_types(team=team, weeks=count, at=at, until=last) if count else {}
    parts = _hours_of_parts(team, done, last, at)
    return [
        _gain(row, _after(weeks.get(row.toil_type_id), firsts[row.pk], last), firsts[row.pk], parts) for row in done
    ]


def _after(weeks: TypeWeeks | None, first: Week, last: Week) -> list[float]:
    over = min(max((last.monday - first.monday).days // 7 + 1, 0), CHECKED_AFTER[-1])
    if weeks is None:
        return [0.0] * over
    start = list(weeks.weeks).index(first) if over else 0
    return [week.hours for week in weeks.figures[start : start + over]]


def _gain(
    row: Elimination, spent: Sequence[float], first: Week, parts: Mapping[tuple[int, str], Mapping[Week, float]]
) -> Gain:
    kept = parts.get((row.pk, Part.UPKEEP), {})
    upkeep = [kept.get(first.shifted(number), 0.0) for number in range(len(spent))]
    return Gain(
        elimination=row,
        savings=savings(row.baseline_hours or 0.0, spent, upkeep),
        weeks_over=len(spent),
        spent=spent,
        upkeep=upkeep,
        built=sum(parts.get((row.pk, Part.BUILD), {}).values()),
    )


def _hours_of_parts(
    team: Team, done: Sequence[Elimination], last: Week, at: datetime
) -> dict[tuple[int, str], dict[Week, float]]:
    """The weekly hours of effort on the items that build what removes toil, and those logged on what keeps it away."""
    rows = EliminationItem.objects.filter(elimination__in=done).select_related("item")
    keys: dict[int, list[tuple[int, str]]] = {}
    for part in rows:
        keys.setdefault(part.item_id, []).append((part.elimination_id, part.part))
    if not keys:
        return {}
    zone = timezone_of_team(team)
    begin = week_of(local_date(min(part.item.created_at for part in rows), zone))
    end = max(last, week_of(local_date(at, zone)))
    period = Period(begin.monday, end.next_monday, zone)
    cuts = [min(cut, at) for cut in week_cuts(period)]
    lines = load_attention(team=team, cuts=cuts).timelines
    hours = sum_effort(lines, team=team.pk, cuts=cuts, keys=keys)
    logged = sum_effort([line.without_inferred for line in lines], team=team.pk, cuts=cuts, keys=keys)
    return {
        key: {begin.shifted(index): value for index, value in enumerate(sums) if value}
        for sums_by_key, part in ((hours, Part.BUILD), (logged, Part.UPKEEP))
        for key, sums in sums_by_key.items()
        if key[1] == part
    }
