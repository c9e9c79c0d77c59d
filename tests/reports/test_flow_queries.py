"""What is read of a team's flow: finished items, work in progress, cumulative flow and the forecast."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from boards.models import Column, ItemLabel, Label, Stay, ToilType
from reports.cumulative import CumulativeFlow, cumulative_flow_of_team
from reports.flow_filter import FlowFilter
from reports.flow_queries import finished_items, flow_of_team, forecast_of_team, work_in_progress
from reports.periods import Period, day_cuts, week_of
from teams.models import Team
from tests.factories import CalendarFactory, TeamFactory
from tests.reports.paths import board_of, walk

HOUR = timedelta(hours=1)
WEEK = Period(date(2026, 11, 9), date(2026, 11, 16), "UTC")


def at(day: int, hour: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def counts_of(flow: CumulativeFlow) -> dict[str, list[int]]:
    return {column.name: list(column.counts) for column in flow.columns}


@pytest.fixture
def columns(team: Team) -> list[Column]:
    return board_of(team)[1]


def test_finished_items_have_their_times_and_what_of_them_was_work(team: Team, columns: list[Column]) -> None:
    queue, active, waiting, done = columns
    item = walk(
        (at(2), queue), (at(9), active), (at(10), waiting), (at(12), active), (at(13), done), external_id="OPS-1"
    )
    never_active = walk((at(9), queue), (at(14), done), classification="toil")
    walk((at(9), active), (at(16), done))
    walk((at(9), active), (at(10), done), deleted_at=at(10))

    first, second = finished_items(team=team, period=WEEK, at=at(20))

    assert (first.pk, first.key, first.finished_at) == (item.pk, "OPS-1", at(13))
    assert first.cycle_time == timedelta(days=4)
    assert first.lead_time == timedelta(days=11)
    assert first.active == timedelta(days=2)
    assert first.waiting == timedelta(days=2)
    assert (second.pk, second.cycle_time, second.waiting) == (never_active.pk, None, None)
    assert second.lead_time == timedelta(days=5)


def test_what_is_blocked_waits(team: Team, columns: list[Column]) -> None:
    _, active, _, done = columns
    item = walk((at(9), active), (at(13), done))
    Stay.objects.filter(item=item, column=active).update(is_blocked=True)

    [finished] = finished_items(team=team, period=WEEK, at=at(20))

    assert finished.active == timedelta()
    assert finished.waiting == timedelta(days=4)


def test_what_was_not_finished_yet_at_the_moment_is_not_counted(team: Team, columns: list[Column]) -> None:
    walk((at(9), columns[1]), (at(12), columns[3]))

    assert finished_items(team=team, period=WEEK, at=at(12)) == []
    assert len(finished_items(team=team, period=WEEK, at=at(12, 1))) == 1


def test_toil_and_engineering_stand_side_by_side(team: Team, columns: list[Column]) -> None:
    _, active, waiting, done = columns
    for day in (10, 11, 12):
        walk((at(9), active), (at(day), done), classification="toil")
    walk((at(9), active), (at(10), waiting), (at(13), done), classification="engineering")

    flow = flow_of_team(team=team, start=WEEK.start, end=WEEK.end, at=at(20))

    assert flow.throughput == {
        "toil": [0, 1, 1, 1, 0, 0, 0],
        "engineering": [0, 0, 0, 0, 1, 0, 0],
        "overhead": [0] * 7,
        "unclassified": [0] * 7,
    }
    toil, engineering, everything = flow.times("toil"), flow.times("engineering"), flow.times()
    assert toil.cycle == {50: timedelta(days=2), 85: timedelta(days=3), 95: timedelta(days=3)}
    assert toil.efficiency.efficiency == 1
    assert engineering.efficiency.efficiency == 0.25
    assert engineering.waiting[50] == timedelta(days=3)
    assert (everything.items, everything.cycle[95]) == (4, timedelta(days=4))


def test_work_in_progress_is_listed_by_age(team: Team, columns: list[Column]) -> None:
    queue, active, waiting, done = columns
    young = walk((at(1), queue), (at(18), active))
    old = walk((at(2), active), (at(10), waiting), is_blocked=True)
    unborn = walk((at(17), waiting))
    walk((at(2), queue))
    walk((at(2), active), (at(3), done))
    walk((at(2), active), archived_at=at(5), until=at(5))

    work = work_in_progress(team=team, at=at(20))

    assert [item.pk for item in work] == [old.pk, young.pk, unborn.pk]
    assert [item.age for item in work] == [timedelta(days=18), timedelta(days=2), None]
    assert [item.in_column for item in work] == [timedelta(days=10), timedelta(days=2), timedelta(days=3)]
    assert (work[0].is_blocked, work[0].stage) == (True, "waiting")


def test_cumulative_flow_counts_each_column_at_the_end_of_each_day(team: Team, columns: list[Column]) -> None:
    queue, active, _, done = columns
    walk((at(2), queue), (at(10), active), (at(12), done))
    walk((at(11), queue))
    walk((at(3), done))
    walk((at(3), active), deleted_at=at(12))

    flow = cumulative_flow_of_team(team=team, period=WEEK, at=at(20))

    assert flow.days[0] == date(2026, 11, 9)
    assert counts_of(flow) == {
        "Queue": [1, 0, 1, 1, 1, 1, 1],
        "Active": [0, 1, 1, 0, 0, 0, 0],
        "Waiting": [0] * 7,
        "Done": [1, 1, 1, 2, 2, 2, 2],
    }
    assert flow.by_stage()["done"] == [1, 1, 1, 2, 2, 2, 2]


def test_what_was_done_stays_done_when_it_is_archived(team: Team, columns: list[Column]) -> None:
    walk((at(9), columns[1]), (at(10), columns[3]), archived_at=at(12), until=at(12))
    walk((at(9), columns[1]), archived_at=at(12), until=at(12))

    flow = counts_of(cumulative_flow_of_team(team=team, period=WEEK, at=at(20)))

    assert flow["Done"] == [0, 1, 1, 1, 1, 1, 1]
    assert flow["Active"] == [2, 1, 1, 0, 0, 0, 0]


def test_a_period_that_is_not_over_ends_now(team: Team, columns: list[Column]) -> None:
    walk((at(9), columns[0]), (at(11, 9), columns[1]))

    morning = cumulative_flow_of_team(team=team, period=WEEK, at=at(11, 8))
    noon = cumulative_flow_of_team(team=team, period=WEEK, at=at(11, 12))

    assert [day.day for day in morning.days] == [9, 10, 11]
    assert counts_of(morning)["Active"] == [0, 0, 0]
    assert counts_of(noon)["Active"] == [0, 0, 1]
    assert cumulative_flow_of_team(team=team, period=WEEK, at=at(8)).days == []


def test_columns_in_the_trash_are_told_only_where_something_stood_in_them(team: Team, columns: list[Column]) -> None:
    walk((at(9), columns[2]), (at(11), columns[3]))
    Column.objects.filter(stage__in=["queue", "waiting"]).update(deleted_at=at(12))

    flow = cumulative_flow_of_team(team=team, period=WEEK, at=at(20))

    assert [column.stage for column in flow.columns] == ["active", "waiting", "done"]


@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Cairo", "UTC"])
@pytest.mark.parametrize("seed", range(3))
def test_random_histories_agree_with_their_definition(db: None, zone: str, seed: int) -> None:
    """Weeks whose clocks change at midnight (São Paulo 2018, Cairo) or by half an hour (Lord Howe) among them."""
    dice = random.Random(f"{zone} {seed}")
    team = TeamFactory(calendar=None)
    CalendarFactory(team=team, timezone=zone)
    start = {"America/Sao_Paulo": date(2018, 10, 29), "Australia/Lord_Howe": date(2026, 9, 28)}.get(
        zone, date(2024, 4, 22)
    )
    begin = datetime(start.year, start.month, start.day, tzinfo=UTC) - timedelta(days=5)
    boards = [board_of(team), board_of(team)]
    places = [column for _, columns in boards for column in columns]
    stays = []
    for _ in range(40):
        hours = sorted(dice.sample(range(24 * 20), dice.randint(1, 5)))
        steps = [(begin + hour * HOUR, dice.choice(places)) for hour in hours]
        steps = [steps[0], *(later for before, later in pairwise(steps) if before[1] != later[1])]
        is_away = steps[-1][1].stage == "done" and dice.random() < 0.3
        away = steps[-1][0] + timedelta(days=2) if is_away else None
        item = walk(*steps, archived_at=away, until=away)
        stays += [(s.column_id, s.started_at, None if s.ended_at == away else s.ended_at) for s in item.stays.all()]
    period = Period(start, start + timedelta(days=14), zone)

    flow = cumulative_flow_of_team(team=team, period=period, at=begin + timedelta(days=60))

    for column in flow.columns:
        mine = [(entered, left) for pk, entered, left in stays if pk == column.pk]
        expected = [
            sum(entered < end and (left is None or left >= end) for entered, left in mine)
            for end in day_cuts(period)[1:]
        ]
        assert list(column.counts) == expected


def test_flow_can_be_narrowed(team: Team, columns: list[Column]) -> None:
    queue, active, _, done = columns
    disk = ToilType.objects.create(team=team, name="Disk full")
    night = Label.objects.create(team=team, name="night")
    mine = walk((at(9), queue), (at(10), active), (at(11), done), classification="toil", service="db", toil_type=disk)
    ItemLabel.objects.create(item=mine, label=night)
    walk((at(9), queue), (at(10), active), (at(12), done), classification="engineering")
    other = walk((at(9), active))

    for narrowed in (
        FlowFilter(classification="toil"),
        FlowFilter(service="db"),
        FlowFilter(label="night"),
        FlowFilter(toil_type="Disk full"),
        FlowFilter(classification="toil", service="db", label="night", toil_type="Disk full", board=done.board_id),
    ):
        flow = flow_of_team(team=team, start=WEEK.start, end=WEEK.end, at=at(20), narrowed=narrowed)
        assert [item.pk for item in flow.finished] == [mine.pk]
        assert flow.work == []
        assert counts_of(flow.cumulative)["Done"] == [0, 0, 1, 1, 1, 1, 1]
        assert flow.finished[0].active == timedelta(days=1)
    for narrowed in (FlowFilter(service=""), FlowFilter(label=""), FlowFilter(toil_type="")):
        flow = flow_of_team(team=team, start=WEEK.start, end=WEEK.end, at=at(20), narrowed=narrowed)
        assert [item.classification for item in flow.finished] == ["engineering"]
        assert [item.pk for item in flow.work] == [other.pk]


def test_another_board_or_team_counts_for_itself(team: Team, columns: list[Column]) -> None:
    second, others = board_of(team)
    _, strange = board_of(TeamFactory())
    walk((at(9), columns[1]), (at(10), columns[3]))
    mine = walk((at(9), others[1]), (at(10), others[3]))
    moved = walk((at(9), strange[1]), (at(11), columns[1]), (at(12), columns[3]))

    narrowed = flow_of_team(team=team, start=WEEK.start, end=WEEK.end, at=at(20), narrowed=FlowFilter(board=second.pk))
    whole = flow_of_team(team=team, start=WEEK.start, end=WEEK.end, at=at(20))

    assert [item.pk for item in narrowed.finished] == [mine.pk]
    assert [column.board for column in narrowed.cumulative.columns] == [second.pk] * 4
    assert next(item for item in whole.finished if item.pk == moved.pk).active == timedelta(days=3)
    assert whole.cumulative.by_stage()["active"] == [2, 0, 1, 0, 0, 0, 0]


def test_a_forecast_needs_eleven_days_on_which_something_was_finished(team: Team, columns: list[Column]) -> None:
    for day in range(1, 11):
        walk((at(1), columns[1]), (at(day, 12), columns[3]))

    assert forecast_of_team(team=team, at=at(20), items=5) is None

    walk((at(1), columns[1]), (at(11, 12), columns[3]))
    forecast = forecast_of_team(team=team, at=at(20), items=5)

    assert forecast is not None
    assert forecast.sampled == 19  # not the weeks before the first item
    assert (forecast.today, forecast.until) == (date(2026, 11, 20), date(2026, 12, 17))
    assert forecast.how_many.days == 28
    assert 10 <= forecast.how_many.items[85] <= 17
    assert forecast.day(50) == date(2026, 11, 20) + timedelta(days=(forecast.how_long.days[50] or 0) - 1)


def test_a_forecast_samples_the_last_twelve_weeks_before_today(team: Team, columns: list[Column]) -> None:
    walk((at(1, month=1), columns[1]), (at(2, month=1), columns[3]))
    for day in range(1, 20):
        walk((at(1), columns[1]), (at(day, 12), columns[3]))
    for _ in range(500):
        walk((at(1), columns[1]), (at(20, 1), columns[3]))

    forecast = forecast_of_team(team=team, at=at(20, 2), items=1)

    assert forecast is not None
    assert forecast.sampled == 84
    assert forecast.how_many.items[50] < 28


def test_nothing_finished_is_no_forecast_and_no_percentile(team: Team) -> None:
    flow = flow_of_team(team=team, start=WEEK.start, end=WEEK.end, at=at(20))

    assert flow.forecast is None
    assert flow.finished == []
    assert flow.cumulative.columns == []
    assert flow.times().cycle == {50: None, 85: None, 95: None}
    assert flow.throughput["toil"] == [0] * 7


@pytest.mark.parametrize("week", ["2026-W52", "2026-W53", "2027-W01"])
def test_weeks_round_the_turn_of_the_year_have_seven_days(team: Team, columns: list[Column], week: str) -> None:
    monday = date.fromisocalendar(int(week[:4]), int(week[-2:]), 1)
    begin = datetime(monday.year, monday.month, monday.day, tzinfo=UTC)
    for day in range(7):
        walk((begin - timedelta(days=800), columns[1]), (begin + timedelta(days=day, hours=23), columns[3]))

    flow = flow_of_team(team=team, start=monday, end=monday + timedelta(days=7), at=begin + timedelta(days=30))

    assert str(week_of(monday)) == week
    assert flow.throughput["unclassified"] == [1] * 7
    assert flow.times().cycle[50] == timedelta(days=803, hours=23)


def test_more_items_cost_no_more_queries(team: Team, columns: list[Column]) -> None:
    def measured() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            flow_of_team(team=team, start=WEEK.start, end=WEEK.end, at=at(20))
        return len(queries)

    walk((at(9), columns[1]), (at(10), columns[3]))
    few = measured()
    for day in range(9, 20):
        walk((at(9), columns[1]), (at(day, 12), columns[3]))
        walk((at(day), columns[2]))

    assert measured() == few <= 15
