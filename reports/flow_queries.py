"""The measures of a team's flow: rows to the arithmetic, in a constant number of queries; for pages and API."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Min

from boards.models import Stage, Stay
from reports.cumulative import CumulativeFlow, cumulative_flow_of_team
from reports.effort import microseconds
from reports.flow import FlowEfficiency, ItemFlow, flow_efficiency, percentiles, throughput
from reports.flow_filter import EVERYTHING, FlowFilter
from reports.forecast import SAMPLE_DAYS, HowLong, HowMany, how_long, how_many
from reports.instants import Microseconds
from reports.periods import ONE_DAY, Period, day_cuts, local_date
from reports.weeks import CLASSES
from teams.models import Team
from teams.queries import timezone_of_team

DAYS_TO_FORECAST = 28


@dataclass(frozen=True, slots=True)
class FinishedItem:
    """An item that was finished, when, and how long it took; a point of the scatter of cycle times."""

    pk: int
    key: str
    title: str
    classification: str
    finished_at: datetime
    flow: ItemFlow
    active: timedelta

    @property
    def cycle_time(self) -> timedelta | None:
        """From started to finished; None where it was never active."""
        return self.flow.cycle_time

    @property
    def lead_time(self) -> timedelta | None:
        """From created to finished."""
        return self.flow.lead_time

    @property
    def waiting(self) -> timedelta | None:
        """What of its cycle time nobody worked on it; None where it was never active."""
        return None if self.cycle_time is None else self.cycle_time - min(self.active, self.cycle_time)


@dataclass(frozen=True, slots=True)
class OpenWork:
    """An item that is in progress, and since when; `age` is None where it was never active."""

    pk: int
    key: str
    title: str
    classification: str
    column: str
    stage: str
    is_blocked: bool
    age: timedelta | None
    in_column: timedelta
    column_id: int = 0


@dataclass(frozen=True, slots=True)
class FlowTimes:
    """How long finished items of a class took, by percentile; None where there are none."""

    items: int
    cycle: Mapping[int, timedelta | None]
    lead: Mapping[int, timedelta | None]
    waiting: Mapping[int, timedelta | None]
    efficiency: FlowEfficiency


@dataclass(frozen=True, slots=True)
class TeamForecast:
    """What is to be expected from today on, which counts as a whole day; `sampled` days of the past say so."""

    today: date
    sampled: int
    until: date
    how_many: HowMany
    how_long: HowLong

    def day(self, percent: int) -> date | None:
        """The day by whose end the items are finished with so many %; None where it is more than two years off."""
        days = self.how_long.days[percent]
        return None if days is None else self.today + (max(days, 1) - 1) * ONE_DAY


@dataclass(frozen=True, slots=True)
class TeamFlow:
    """What is measured of a team's flow in a period; work in progress and the forecast are those of now."""

    team: str
    period: Period
    days: Sequence[date]
    throughput: Mapping[str, Sequence[int]]
    finished: Sequence[FinishedItem]
    work: Sequence[OpenWork]
    cumulative: CumulativeFlow
    forecast: TeamForecast | None

    def times(self, classification: str | None = None) -> FlowTimes:
        """How long the items of a class took; of all, where none is given."""
        return flow_times(item for item in self.finished if classification in (None, item.classification))


def flow_of_team(
    *,
    team: Team,
    start: date,
    end: date,
    at: datetime,
    narrowed: FlowFilter = EVERYTHING,
    until: date | None = None,
    items: int | None = None,
) -> TeamFlow:
    """Measure the flow of a team's days `[start, end)`, as far as they are over at `at`, in at most fifteen queries.

    The forecast says how many items will be finished by the end of `until` (four weeks from today if not given), and
    when `items` will be (those in progress if not given).
    """
    period = Period(start, end, timezone_of_team(team))
    cuts = [min(cut, at) for cut in day_cuts(period)]
    finished = finished_items(team=team, period=period, at=at, narrowed=narrowed)
    cumulative = cumulative_flow_of_team(team=team, period=period, at=at, narrowed=narrowed)
    counts = throughput(((item.finished_at, item.classification) for item in finished), cuts)
    count = len(cumulative.days)
    work = work_in_progress(team=team, at=at, narrowed=narrowed)
    return TeamFlow(
        team=team.slug,
        period=period,
        days=cumulative.days,
        throughput={name: counts.get(name, [0] * count)[:count] for name in CLASSES},
        finished=finished,
        work=work,
        cumulative=cumulative,
        forecast=forecast_of_team(
            team=team, at=at, items=len(work) if items is None else items, until=until, narrowed=narrowed
        ),
    )


def finished_items(
    *, team: Team, period: Period, at: datetime, narrowed: FlowFilter = EVERYTHING
) -> list[FinishedItem]:
    """Return what a team finished in a period, the earliest first, in two queries."""
    until = min(period.ends_at, at)
    items = narrowed.items_of(team).filter(finished_at__gte=period.starts_at, finished_at__lt=until)
    names = ("pk", "external_id", "title", "classification", "created_at", "started_at", "finished_at")
    active = _active_times(team, narrowed, period.starts_at, until)
    found = []
    for pk, external_id, title, classification, created, started, finished in items.values_list(*names):
        flow = ItemFlow(created, started, finished)
        time = _within(active.get(pk, ()), started, finished)
        found.append(FinishedItem(pk, external_id or f"#{pk}", title, classification, finished, flow, time))
    return sorted(found, key=lambda item: (item.finished_at, item.pk))


def work_in_progress(*, team: Team, at: datetime, narrowed: FlowFilter = EVERYTHING) -> list[OpenWork]:
    """Return the items that are in an active or waiting column, the oldest first, in one query.

    Those that were never active (they came straight into a waiting column) have no age, and come last.
    """
    items = narrowed.items_of(team).in_use().filter(column__stage__in=[Stage.ACTIVE, Stage.WAITING])
    names = ("pk", "external_id", "title", "classification", "column_id", "column__name", "column__stage", "is_blocked")
    work = []
    for row in items.values(*names, "started_at", "entered_column_at"):
        started = row["started_at"]
        work.append(
            OpenWork(
                pk=row["pk"],
                key=row["external_id"] or f"#{row['pk']}",
                title=row["title"],
                classification=row["classification"],
                column=row["column__name"],
                stage=row["column__stage"],
                is_blocked=row["is_blocked"],
                age=None if started is None else max(at - started, timedelta()),
                in_column=max(at - row["entered_column_at"], timedelta()),
                column_id=row["column_id"],
            )
        )
    return sorted(work, key=lambda item: (-(item.age or timedelta(-1)), item.pk))


def flow_times(items: Iterable[FinishedItem]) -> FlowTimes:
    """Sum up how long items took."""
    found = list(items)

    def ranked(measure: Callable[[FinishedItem], timedelta | None]) -> dict[int, timedelta | None]:
        return percentiles([time for item in found if (time := measure(item)) is not None])

    worked = [(item.cycle_time, item.active) for item in found if item.cycle_time is not None]
    return FlowTimes(
        items=len(found),
        cycle=ranked(lambda item: item.cycle_time),
        lead=ranked(lambda item: item.lead_time),
        waiting=ranked(lambda item: item.waiting),
        efficiency=flow_efficiency(worked),
    )


def forecast_of_team(
    *, team: Team, at: datetime, items: int, until: date | None = None, narrowed: FlowFilter = EVERYTHING
) -> TeamForecast | None:
    """Forecast from the last twelve weeks before today, in two queries; None where too little was finished in them.

    Days before the team's first item are no days without throughput, and not sampled.
    """
    timezone = timezone_of_team(team)
    today = local_date(at, timezone)
    until = until or today + (DAYS_TO_FORECAST - 1) * ONE_DAY
    mine = narrowed.items_of(team)
    period = Period(today - SAMPLE_DAYS * ONE_DAY, today, timezone)
    if not mine.filter(created_at__lt=period.starts_at).exists():
        first = mine.aggregate(first=Min("created_at"))["first"]
        period = Period(local_date(first, timezone) if first else today, today, timezone)
    finished = mine.filter(finished_at__gte=period.starts_at, finished_at__lt=period.ends_at)
    instants = ((at, "") for at in finished.values_list("finished_at", flat=True) if at is not None)
    daily = throughput(instants, day_cuts(period)).get("", []) if period.start < period.end else []
    many, long = how_many(daily, (until - today).days + 1), how_long(daily, items)
    if many is None or long is None:
        return None
    return TeamForecast(today, len(daily), until, many, long)


def _active_times(
    team: Team, narrowed: FlowFilter, start: datetime, end: datetime
) -> dict[int, list[tuple[int, int | None]]]:
    """The active, unblocked stays of each item finished in `[start, end)`, in microseconds."""
    finished = narrowed.items_of(team).filter(finished_at__gte=start, finished_at__lt=end)
    stays = Stay.objects.filter(item__in=finished, column__stage=Stage.ACTIVE, is_blocked=False)
    times: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    for pk, entered, left in stays.values_list("item_id", Microseconds("started_at"), Microseconds("ended_at")):
        times[pk].append((entered, left))
    return times


def _within(stays: Iterable[tuple[int, int | None]], started: datetime | None, finished: datetime) -> timedelta:
    """How long the stays last between start and finish."""
    if started is None or finished <= started:
        return timedelta()
    first, last = microseconds(started), microseconds(finished)
    spans = ((max(entered, first), last if left is None else min(left, last)) for entered, left in stays)
    return timedelta(microseconds=sum(max(end - start, 0) for start, end in spans))
