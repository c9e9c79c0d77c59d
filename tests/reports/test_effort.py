"""One person's attention is shared out once: worked tables, properties and a minute-by-minute oracle."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.effort import PARTS, Piece, Timeline, lay_out, microseconds, sum_counted, sum_effort
from teams.worktime import Calendar, Span, working_spans

TEAM, OTHER_TEAM = 1, 2
MINUTE = timedelta(minutes=1)
MONDAY = datetime(2026, 11, 9, tzinfo=UTC)


def at(hour: int, minute: int = 0, *, day: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def piece(item: int, start: datetime, end: datetime, team: int = TEAM) -> Piece:
    return (item, team, microseconds(start), microseconds(end))


def by_item(timeline: Timeline, cuts: Sequence[datetime], *, team: int = TEAM) -> dict[int, list[float]]:
    keys = {item: (item,) for item in range(1, 100)}
    return sum_effort([timeline], team=team, cuts=cuts, keys=keys)


def one_day(
    *,
    logs: Sequence[Piece] = (),
    stays: Sequence[Piece] = (),
    calendar: Calendar | None = None,
    cuts: Sequence[datetime] = (MONDAY, MONDAY + timedelta(days=1)),
) -> dict[int, list[float]]:
    working = working_spans(calendar or Calendar(), [], cuts[0], cuts[-1])
    return by_item(lay_out(logs=logs, stays=stays, working=working, cuts=cuts), cuts)


def test_the_worked_example_of_attention() -> None:
    a, b, c, d = 1, 2, 3, 4

    hours = one_day(
        stays=[piece(a, at(0), at(23)), piece(b, at(13), at(23))],
        logs=[piece(c, at(14), at(14, 20)), piece(d, at(2), at(2, 30))],
    )

    assert hours == {
        a: [pytest.approx(4 + 11 / 6, abs=1e-12)],
        b: [pytest.approx(11 / 6, abs=1e-12)],
        c: [pytest.approx(1 / 3, abs=1e-12)],
        d: [0.5],
    }


def test_an_item_that_is_active_all_day_gets_the_working_day() -> None:
    assert one_day(stays=[piece(1, at(0), at(23))]) == {1: [8]}


def test_three_items_share_an_hour_without_remainder() -> None:
    hours = one_day(stays=[piece(item, at(9), at(10)) for item in (1, 2, 3)])

    assert hours == {1: [1 / 3], 2: [1 / 3], 3: [1 / 3]}


def test_a_log_outside_working_time_is_a_fact() -> None:
    assert one_day(logs=[piece(1, at(2), at(3, 30))]) == {1: [1.5]}


def test_a_log_takes_all_attention_from_what_is_only_active() -> None:
    hours = one_day(stays=[piece(1, at(9), at(12))], logs=[piece(2, at(10), at(11))])

    assert hours == {1: [2], 2: [1]}


def test_logs_at_the_same_time_share_in_equal_parts() -> None:
    hours = one_day(logs=[piece(1, at(10), at(12)), piece(2, at(11), at(12))])

    assert hours == {1: [1.5], 2: [0.5]}


def test_two_logs_on_one_item_count_as_one_item() -> None:
    hours = one_day(logs=[piece(1, at(10), at(12)), piece(1, at(11), at(13)), piece(2, at(11), at(12))])

    assert hours == {1: [2.5], 2: [0.5]}


def test_two_stays_of_one_item_that_adjoin_count_as_one() -> None:
    hours = one_day(stays=[piece(1, at(9), at(10)), piece(1, at(10), at(11)), piece(2, at(10), at(11))])

    assert hours == {1: [1.5], 2: [0.5]}


def test_an_active_item_outside_working_time_gets_nothing() -> None:
    assert one_day(stays=[piece(1, at(17), at(23))]) == {1: [0]}


def test_items_of_another_team_take_their_part_but_count_there() -> None:
    cuts = (MONDAY, MONDAY + timedelta(days=1))
    timeline = lay_out(
        logs=[],
        stays=[piece(1, at(9), at(10)), piece(2, at(9), at(10), OTHER_TEAM)],
        working=[Span(at(9), at(17))],
        cuts=cuts,
    )

    assert by_item(timeline, cuts) == {1: [0.5]}
    assert by_item(timeline, cuts, team=OTHER_TEAM) == {2: [0.5]}


def test_an_item_counts_for_the_team_on_whose_board_it_was() -> None:
    cuts = (MONDAY, MONDAY + timedelta(days=1))
    timeline = lay_out(
        logs=[],
        stays=[piece(1, at(9), at(12)), piece(1, at(12), at(14), OTHER_TEAM)],
        working=[Span(at(9), at(17))],
        cuts=cuts,
    )

    assert by_item(timeline, cuts) == {1: [3]}
    assert by_item(timeline, cuts, team=OTHER_TEAM) == {1: [2]}


def test_of_overlapping_logs_the_later_counts_wherever_a_period_is_cut() -> None:
    logs = [piece(1, at(8), at(13)), piece(1, at(9), at(12), OTHER_TEAM)]
    whole, part = (at(0), at(23)), (at(10), at(23))

    hours = [
        by_item(lay_out(logs=logs, stays=[], working=[], cuts=cuts), cuts, team=OTHER_TEAM) for cuts in (whole, part)
    ]

    assert hours == [{1: [4]}, {1: [3]}]


def test_overlapping_logs_of_an_item_that_changed_teams_count_once() -> None:
    cuts = (MONDAY, MONDAY + timedelta(days=1))
    timeline = lay_out(
        logs=[
            piece(1, at(9), at(12)),
            piece(1, at(11), at(13), OTHER_TEAM),
            piece(2, at(11), at(12)),
        ],
        stays=[],
        working=[],
        cuts=cuts,
    )

    assert by_item(timeline, cuts) == {1: [2], 2: [0.5]}
    assert by_item(timeline, cuts, team=OTHER_TEAM) == {1: [1.5]}


def test_a_stay_that_crosses_a_boundary_is_cut_there() -> None:
    cuts = [at(0), at(10), at(11), at(12), at(15)]

    assert one_day(stays=[piece(1, at(9, 30), at(20))], cuts=cuts) == {1: [0.5, 1, 1, 3]}


def test_effort_before_and_after_the_periods_is_left_out() -> None:
    hours = one_day(
        stays=[piece(1, at(9, day=1), at(10, day=30))],
        logs=[piece(2, at(23, day=8), at(1))],
    )

    assert hours == {1: [8], 2: [1]}


def test_an_item_can_count_under_several_keys_and_under_none() -> None:
    cuts = (MONDAY, MONDAY + timedelta(days=1))
    timeline = lay_out(
        logs=[piece(1, at(9), at(10)), piece(2, at(10), at(11)), piece(3, at(11), at(12))],
        stays=[],
        working=[],
        cuts=cuts,
    )

    hours = sum_effort([timeline], team=TEAM, cuts=cuts, keys={1: ("disk", "night"), 2: ("disk",)})

    assert hours == {"disk": [2], "night": [1]}


def test_only_effort_inside_the_counted_spans_counts_for_coverage() -> None:
    cuts = (MONDAY, MONDAY + timedelta(days=1))
    timeline = lay_out(
        logs=[piece(1, at(2), at(3)), piece(1, at(10), at(11)), piece(2, at(10), at(11), OTHER_TEAM)],
        stays=[piece(3, at(14), at(20))],
        working=[Span(at(9), at(17))],
        counted=[Span(at(9), at(16))],
        cuts=cuts,
    )

    assert sum_counted([timeline], team=TEAM, cuts=cuts) == [2.5]


@pytest.mark.parametrize(
    ("timezone", "day", "calendar_hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("America/Santiago", date(2024, 9, 8), 23),
    ],
)
def test_a_day_on_which_the_clocks_change_still_has_eight_hours_of_attention(
    timezone: str, day: date, calendar_hours: float
) -> None:
    calendar = Calendar(timezone=timezone, weekdays=frozenset(range(7)))
    zone = ZoneInfo(timezone)
    start = datetime.combine(day, time(), zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)

    hours = one_day(stays=[piece(1, start, end)], calendar=calendar, cuts=(start, end))
    logged = one_day(logs=[piece(1, start, end)], calendar=calendar, cuts=(start, end))

    assert hours == {1: [8]}
    assert logged == {1: [calendar_hours]}


def test_forty_items_share_without_remainder_and_more_lose_nothing_that_shows() -> None:
    assert PARTS % 40 == PARTS % 37 == 0
    cuts = (MONDAY, MONDAY + timedelta(days=1))
    stays = [piece(item, at(9), at(17)) for item in range(1, 4098)]

    timeline = lay_out(logs=[], stays=stays, working=[Span(at(9), at(17))], cuts=cuts)

    keys = dict.fromkeys(range(1, 4098), ("all",))
    total = sum_effort([timeline], team=TEAM, cuts=cuts, keys=keys)["all"][0]
    assert total == pytest.approx(8, abs=1e-12)


# Random histories, on a grid of minutes over the days of a clock change, against an oracle that walks
# through the minutes and does what docs/measurement.md says, in fractions.

FIRST_DAY = date(2026, 10, 23)
DAYS = 5
ZONES = ["Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata"]


@dataclass(frozen=True)
class History:
    """What one person was assigned and logged, in minutes from the first instant."""

    logs: list[tuple[int, int, int, int]]
    stays: list[tuple[int, int, int, int]]
    calendar: Calendar
    time_off: list[tuple[date, date]] = field(default_factory=list)

    @property
    def origin(self) -> datetime:
        return datetime.combine(FIRST_DAY, time(), UTC)

    def pieces(self, rows: list[tuple[int, int, int, int]]) -> list[Piece]:
        return [
            piece(item, self.origin + start * MINUTE, self.origin + end * MINUTE, team)
            for item, team, start, end in rows
        ]

    def timeline(self, cuts: Sequence[datetime]) -> Timeline:
        working = working_spans(self.calendar, self.time_off, cuts[0], cuts[-1])
        return lay_out(
            logs=self.pieces(self.logs),
            stays=self.pieces(self.stays),
            working=working,
            counted=working,
            cuts=cuts,
        )


@st.composite
def histories(draw: st.DrawFn) -> History:
    minutes = st.integers(-600, DAYS * 1440 + 600).map(lambda minute: minute // 5 * 5)
    # An item is on one board at a time, so its team is a function of the item here.
    row = st.tuples(st.integers(1, 6), minutes, minutes).map(lambda r: (r[0], 1 + r[0] % 2, min(r[1:]), max(r[1:])))
    day = st.integers(0, DAYS).map(lambda days: FIRST_DAY + timedelta(days=days))
    return History(
        logs=draw(st.lists(row, max_size=5)),
        stays=draw(st.lists(row, max_size=8)),
        calendar=Calendar(
            timezone=draw(st.sampled_from(ZONES)),
            weekdays=draw(st.frozensets(st.integers(0, 6), min_size=4)),
            start=time(draw(st.integers(4, 10)), 30),
            end=time(draw(st.integers(11, 22))),
            days_off=draw(st.frozensets(day, max_size=1)),
        ),
        time_off=[(first, first) for first in draw(st.lists(day, max_size=1))],
    )


def cuts_of(count: int = 1) -> list[datetime]:
    origin = datetime.combine(FIRST_DAY, time(), UTC)
    return [origin + index * timedelta(days=DAYS) / count for index in range(count + 1)]


def oracle(history: History, cuts: Sequence[datetime]) -> tuple[Mapping[int, Fraction], Fraction]:
    """Hours by item, and those inside working time, from the text of docs/measurement.md."""
    zone = ZoneInfo(history.calendar.timezone)
    hours: dict[int, Fraction] = defaultdict(Fraction)
    inside = Fraction()
    minute = cuts[0]
    while minute < cuts[-1]:
        local = minute.astimezone(zone)
        is_at_work = (
            local.weekday() in history.calendar.weekdays
            and local.date() not in history.calendar.days_off
            and not any(first <= local.date() <= last for first, last in history.time_off)
            and history.calendar.start <= local.time() < history.calendar.end
        )
        offset = (minute - history.origin) // MINUTE
        items = {item for item, _, start, end in history.logs if start <= offset < end}
        if not items and is_at_work:
            items = {item for item, _, start, end in history.stays if start <= offset < end}
        for item in items:
            hours[item] += Fraction(1, 60 * len(items))
            inside += Fraction(is_at_work, 60 * len(items))
        minute += MINUTE
    return hours, inside


def measured(history: History, cuts: Sequence[datetime]) -> dict[int, list[float]]:
    timeline = history.timeline(cuts)
    hours = by_item(timeline, cuts) | by_item(timeline, cuts, team=OTHER_TEAM)
    return {item: sums for item, sums in hours.items() if any(sums)}


@settings(max_examples=60, deadline=None)
@given(histories())
def test_the_sweep_agrees_with_a_walk_through_the_minutes(history: History) -> None:
    cuts = cuts_of()

    hours = measured(history, cuts)
    covered = sum(sum_counted([history.timeline(cuts)], team=team, cuts=cuts)[0] for team in (TEAM, OTHER_TEAM))

    expected, inside = oracle(history, cuts)
    assert hours.keys() == {item for item, sums in expected.items() if sums}
    for item, [found] in hours.items():
        assert abs(Fraction(found) - expected[item]) < Fraction(1, 10**12)
    assert abs(Fraction(covered) - inside) < Fraction(1, 10**12)


@given(histories())
def test_nothing_is_counted_twice(history: History) -> None:
    cuts = cuts_of()

    total = sum(sums[0] for sums in measured(history, cuts).values())

    working = working_spans(history.calendar, history.time_off, cuts[0], cuts[-1])
    awake: set[int] = set()
    for _, _, start, end in history.logs:
        awake.update(range(max(start, 0), min(end, DAYS * 1440)))
    for span in working:
        awake.update(range((span.start - history.origin) // MINUTE, (span.end - history.origin) // MINUTE))
    assert total <= len(awake) / 60 + 1e-9


@given(histories())
def test_inferred_effort_never_exceeds_working_time(history: History) -> None:
    cuts = cuts_of(10)
    only_stays = History([], history.stays, history.calendar, history.time_off)

    hours = measured(only_stays, cuts)

    for index, (start, end) in enumerate(pairwise(cuts)):
        working = working_spans(history.calendar, history.time_off, start, end)
        assert sum(sums[index] for sums in hours.values()) <= sum(s.hours for s in working) + 1e-9


@given(history=histories(), count=st.integers(2, 12))
def test_the_effort_of_a_period_is_the_sum_of_its_parts(history: History, count: int) -> None:
    parts_cuts = cuts_of(count)
    whole = measured(history, cuts_of())

    in_parts = measured(history, parts_cuts)
    apart = [measured(history, pair) for pair in pairwise(parts_cuts)]

    assert in_parts.keys() == whole.keys()
    for item, sums in in_parts.items():
        assert sum(sums) == pytest.approx(whole[item][0], abs=1e-10)
        assert sums == pytest.approx([part.get(item, [0.0])[0] for part in apart], abs=1e-10)


@given(history=histories(), data=st.data())
def test_the_order_of_rows_does_not_matter(history: History, data: st.DataObject) -> None:
    shuffled = History(
        data.draw(st.permutations(history.logs)),
        data.draw(st.permutations(history.stays)),
        history.calendar,
        history.time_off,
    )

    assert measured(shuffled, cuts_of(3)) == measured(history, cuts_of(3))


@given(history=histories(), repeated=st.integers(0, 3))
def test_a_row_that_is_there_twice_changes_nothing(history: History, repeated: int) -> None:
    doubled = History(
        history.logs + history.logs[:repeated],
        history.stays + history.stays[:repeated],
        history.calendar,
        history.time_off,
    )

    assert measured(doubled, cuts_of()) == measured(history, cuts_of())
