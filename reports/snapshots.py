"""Reads teams' past weeks from their snapshots, as far as these hold, and computes the others.

A snapshot holds as long as no row of `PastEdit` concerns it: a trigger writes one in the transaction of every edit that
changes what it was computed from. So a page is right whether or not a worker keeps up: what is stale or missing is
computed for it, and nothing is written on the way.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple
from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import Final

from reports.budget import DayHours
from reports.models import PastEdit, WeekSnapshot
from reports.periods import ONE_DAY, Period, day_cuts, period_of_week, weeks_of
from reports.share import EffortByClass
from reports.weeks import CLASSES, TypeFigures, WeekFigures, compute_days, compute_weeks
from teams.models import Team
from teams.worktime import start_of_day

FORMULA: Final = 2
"""Counts up whenever the same history would give a week other figures than before."""

BASIS: Final = f"{FORMULA} holidays-{version('holidays')} tzdata-{version('tzdata')}"
"""What a snapshot was computed with: public holidays and time zones are others in another release."""

EDITS_READ: Final = 2000
_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, tzinfo=UTC)

Edit = tuple[int | None, int | None, datetime | None, datetime | None]
"""A team, a person, and from when to when."""

_Spans = tuple[list[datetime], list[datetime]]


class Edited:
    """Which past was edited, by team and by person."""

    def __init__(self, edits: Iterable[Edit], *, is_everything: bool = False) -> None:
        spans: dict[tuple[str, int], list[tuple[datetime, datetime]]] = defaultdict(list)
        for team, person, start, end in edits:
            span = (start or _FIRST, end or _LAST)
            if team is not None:
                spans["team", team].append(span)
            if person is not None:
                spans["person", person].append(span)
        self._spans = {subject: _disjoint(found) for subject, found in spans.items()}
        self._is_everything = is_everything

    def concerns(self, snapshot: WeekSnapshot) -> bool:
        """Whether something was edited that a snapshot was computed from."""
        start, end = snapshot.start_at, snapshot.end_at
        if self._is_everything or not self._spans:
            return self._is_everything
        return self._touches(("team", snapshot.team_id), start, end) or any(
            self._touches(("person", person), start, end) for person in snapshot.people
        )

    def _touches(self, subject: tuple[str, int], start: datetime, end: datetime) -> bool:
        starts, ends = self._spans.get(subject, ((), ()))
        index = bisect_left(ends, start)
        return index < len(ends) and starts[index] < end


def _disjoint(spans: list[tuple[datetime, datetime]]) -> _Spans:
    starts: list[datetime] = []
    ends: list[datetime] = []
    for start, end in sorted(spans):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return starts, ends


def read_edits() -> Edited:
    """Read what was edited and is not yet taken out of the snapshots; of very many edits, none: then all is edited."""
    edits = list(PastEdit.objects.values_list("team_id", "person_id", "from_at", "until_at")[: EDITS_READ + 1])
    return Edited(edits) if len(edits) <= EDITS_READ else Edited([], is_everything=True)


def figures_of_weeks(
    *, teams: Sequence[Team], periods: Mapping[int, Sequence[Period]], at: datetime, with_types: bool = False
) -> dict[int, list[WeekFigures]]:
    """Return the figures of consecutive weeks of each of several teams (by its id), as far as they are over at `at`.

    With types, those of the toil types too.
    """
    kept = _kept(periods, at)
    found: dict[int, list[WeekFigures | None]] = {
        team: [kept.get((team, index)) for index in range(len(weeks))] for team, weeks in periods.items()
    }
    for (first, last), needy in _missing(teams, found).items():
        cuts = {team.pk: _cuts(periods[team.pk][first : last + 1], at) for team in needy}
        for pk, weeks in compute_weeks(teams=needy, cuts=cuts, with_types=with_types).items():
            found[pk][first : last + 1] = weeks
    return {team: [week for week in weeks if week is not None] for team, weeks in found.items()}


def hours_of_days(*, teams: Sequence[Team], periods: Mapping[int, Period], at: datetime) -> dict[int, list[DayHours]]:
    """Return the hours of each day of a period of each of several teams (by its id), as far as they are over at `at`.

    Days of weeks that are kept come from there, as in `figures_of_weeks`.
    """
    weeks = {
        team: [period_of_week(week, period.timezone) for week in weeks_of(period)] for team, period in periods.items()
    }
    kept = _kept(weeks, at, has_parts=True)
    found: dict[int, list[DayHours | None]] = {}
    for team, period in periods.items():
        days: list[DayHours | None] = []
        for index, _week in enumerate(weeks[team]):
            figures = kept.get((team, index))
            days += [*figures.days, *[None] * (7 - len(figures.days))] if figures else [None] * 7
        skipped = (period.start - weeks[team][0].start).days if weeks[team] else 0
        found[team] = days[skipped : skipped + (period.end - period.start).days]
    for (first, last), needy in _missing(teams, found).items():
        cuts = {team.pk: [min(cut, at) for cut in day_cuts(periods[team.pk])[first : last + 2]] for team in needy}
        for pk, hours in compute_days(teams=needy, cuts=cuts).items():
            found[pk][first : last + 1] = hours
    return {team: [day for day in days if day is not None] for team, days in found.items()}


def _cuts(weeks: Sequence[Period], at: datetime) -> list[datetime]:
    return [min(instant, at) for instant in (*(week.starts_at for week in weeks), weeks[-1].ends_at)]


def _missing(
    teams: Sequence[Team], found: Mapping[int, Sequence[WeekFigures | DayHours | None]]
) -> dict[tuple[int, int], list[Team]]:
    """Which weeks or days, from one to another, have to be computed for which teams, in at most three rounds."""
    rounds: dict[tuple[int, int], list[Team]] = defaultdict(list)
    for team in teams:
        gaps = [index for index, week in enumerate(found[team.pk]) if week is None]
        if gaps:
            rounds[gaps[0], gaps[-1]].append(team)
    if len(rounds) <= 3:
        return rounds
    whole = (min(first for first, _ in rounds), max(last for _, last in rounds))
    return {whole: [team for needy in rounds.values() for team in needy]}


def _kept(
    periods: Mapping[int, Sequence[Period]], at: datetime, *, has_parts: bool = False
) -> dict[tuple[int, int], WeekFigures]:
    """The weeks that can be read, by team and index; with parts, also one of which only the first days are over.

    The edits are read before the snapshots: the other way round, a snapshot could be stale that a worker takes away,
    with the edit that made it so, between the two.
    """
    wanted = {(team, week.start): (index, week) for team, weeks in periods.items() for index, week in enumerate(weeks)}
    if not wanted:
        return {}
    edited = read_edits()
    mondays = [monday for _, monday in wanted]
    rows = WeekSnapshot.objects.filter(team__in=list(periods), basis=BASIS).between(min(mondays), max(mondays))
    kept = {}
    for row in rows:
        index, week = wanted.get((row.team_id, row.week_start), (0, None))
        if week is None or row.end_at > at or row.start_at != week.starts_at:
            continue
        is_part = has_parts and row.end_at == start_of_day(week.start + len(row.days) * ONE_DAY, week.timezone)
        if row.end_at != week.ends_at and not is_part:
            continue
        if not edited.concerns(row):
            kept[row.team_id, index] = figures_in(row)
    return kept


def figures_in(row: WeekSnapshot) -> WeekFigures:
    """Return the figures that a snapshot keeps."""
    return WeekFigures(
        effort=EffortByClass(row.toil, row.engineering, row.overhead, row.unclassified),
        capacity=row.capacity,
        covered=row.covered,
        finished={name: row.finished[name] for name in CLASSES},
        toil_types={int(pk): TypeFigures(*figures) for pk, figures in row.toil_types.items()},
        people=frozenset(row.people),
        days=tuple(DayHours(EffortByClass(*hours[:4]), *hours[4:]) for hours in row.days),
    )


def snapshot_of(*, team: int, period: Period, figures: WeekFigures) -> WeekSnapshot:
    """Return the row that keeps the figures of a week."""
    effort = figures.effort
    return WeekSnapshot(
        team_id=team,
        week_start=period.start,
        start_at=period.starts_at,
        end_at=period.ends_at,
        basis=BASIS,
        toil=effort.toil,
        engineering=effort.engineering,
        overhead=effort.overhead,
        unclassified=effort.unclassified,
        covered=figures.covered,
        capacity=figures.capacity,
        finished=dict(figures.finished),
        toil_types={str(pk): [each.hours, each.items, each.people] for pk, each in figures.toil_types.items()},
        people=sorted(figures.people),
        days=[[*astuple(day.effort), day.capacity, day.covered] for day in figures.days],
    )


def mondays_kept(team: int) -> Collection[tuple[date, datetime, datetime]]:
    """Return Monday, start and end of the weeks of a team that are kept and computed with what there is now."""
    rows = WeekSnapshot.objects.filter(team=team, basis=BASIS)
    return set(rows.values_list("week_start", "start_at", "end_at"))
