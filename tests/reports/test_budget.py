"""Burn rates, the windows that fire, and the low side of the range."""

from datetime import date, timedelta
from math import fsum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.budget import (
    PAIRS,
    AlertKind,
    DayHours,
    Target,
    burn_rate,
    firing_kinds,
    low_side,
    pair_states,
    quarter_of,
    rate_for,
    sum_days,
    threshold_for,
    window_of,
)
from reports.share import Denominator, EffortByClass

TARGET = Target(0.05, 0.1, Denominator.CLASSIFIED)


def day(toil: float, engineering: float = 0.0, *, capacity: float = 0.0, covered: float = 0.0) -> DayHours:
    return DayHours(EffortByClass(toil=toil, engineering=engineering), capacity, covered)


def test_a_burn_rate_of_one_uses_the_budget_up_exactly() -> None:
    assert burn_rate(0.1, 0.1) == 1
    assert burn_rate(0.26, 0.1) == pytest.approx(2.6)
    assert burn_rate(None, 0.1) is None


def test_the_long_windows_use_up_a_fifth_three_tenths_and_two_fifths_of_thirteen_weeks() -> None:
    rates = [
        rate_for(part, window=pair.long_days, period=91) for part, pair in zip((0.2, 0.3, 0.4), PAIRS, strict=True)
    ]

    assert rates == pytest.approx([pair.rate for pair in PAIRS])


@pytest.mark.parametrize(
    ("high", "denominator", "thresholds"),
    [
        (0.1, "classified", [2.6, 1.95, 1.3]),
        (0.3, "classified", [2.6, 1.95, 1.3]),
        (0.4, "tracked", [2.25, 1.95, 1.3]),
        (0.5, "classified", [1.8, 1.8, 1.3]),
        (1.0, "engineering", [0.9, 0.9, 0.9]),
        (0.5, "capacity", [2.6, 1.95, 1.3]),
        (1.0, "capacity", [2.6, 1.95, 1.3]),
    ],
)
def test_thresholds_can_be_reached(high: float, denominator: str, thresholds: list[float]) -> None:
    target = Target(0.0, high, Denominator(denominator))

    assert [threshold_for(pair.rate, target) for pair in PAIRS] == pytest.approx(thresholds)


def test_a_pair_fires_when_both_of_its_windows_burn_at_its_rate_or_more() -> None:
    calm, burning = day(0.2, 7.8), day(2.6, 7.4)

    assert firing_kinds([calm] * 21 + [burning] * 7, TARGET) == [AlertKind.LOOK_NOW]
    assert firing_kinds([calm] * 21 + [burning] * 6 + [calm], TARGET) == []
    assert firing_kinds([calm] * 27 + [burning], TARGET) == []


@pytest.mark.parametrize(
    ("toil", "fires"),
    [(2.6, ["look_now", "plan", "reduce_first"]), (2.59, ["plan", "reduce_first"]), (1.95, ["plan", "reduce_first"]),
     (1.94, ["reduce_first"]), (1.3, ["reduce_first"]), (1.29, [])],
)  # fmt: skip
def test_an_even_burn_fires_the_pairs_whose_rate_it_reaches(toil: float, fires: list[str]) -> None:
    assert firing_kinds([day(toil, 10 - toil)] * 28, TARGET) == fires


def test_a_window_with_less_than_eight_hours_of_effort_says_too_little() -> None:
    little = [day(0.0)] * 21 + [day(1.0, 0.1428)] * 6 + [day(1.0, 0.1427)]
    enough = [day(0.0)] * 21 + [day(1.0, 0.143)] * 7

    assert AlertKind.LOOK_NOW not in firing_kinds(little, TARGET)
    assert AlertKind.LOOK_NOW in firing_kinds(enough, TARGET)


def test_unclassified_hours_count_as_effort_of_the_long_window() -> None:
    days = [DayHours(EffortByClass(toil=0.5, unclassified=7.5))] * 7

    assert AlertKind.LOOK_NOW in firing_kinds(days, TARGET)


def test_a_day_without_data_burns_nothing() -> None:
    days = [day(8.0)] * 27 + [day(0.0)]

    look_now, plan, _ = pair_states(days, TARGET)

    assert look_now.short.burn_rate is None
    assert not look_now.is_firing
    assert plan.is_firing


def test_a_team_that_is_all_toil_can_set_off_every_alert_with_a_wide_target() -> None:
    target = Target(0.3, 1.0, Denominator.CLASSIFIED)

    assert firing_kinds([day(8.0)] * 28, target) == ["look_now", "plan", "reduce_first"]


def test_the_low_side_fires_when_two_weeks_are_below_with_little_of_the_capacity_covered() -> None:
    hidden = day(0.1, 7.9, capacity=16.0, covered=7.9)
    covered = day(0.1, 7.9, capacity=16.0, covered=8.0)
    toilsome = day(0.5, 7.5, capacity=16.0, covered=7.9)

    assert low_side([hidden] * 14, TARGET).is_firing
    assert firing_kinds([hidden] * 14, TARGET) == [AlertKind.LOW_SIDE]
    assert not low_side([covered] * 14, TARGET).is_firing
    assert not low_side([toilsome] * 7 + [hidden] * 7, TARGET).is_firing
    assert not low_side([hidden] * 7 + [covered] * 7, TARGET).is_firing


def test_no_data_and_nobody_at_work_are_not_low() -> None:
    assert not low_side([day(0.0, capacity=8.0)] * 14, TARGET).is_firing
    assert not low_side([day(0.1, 7.9)] * 14, TARGET).is_firing
    assert not low_side([], TARGET).is_firing


@pytest.mark.parametrize(
    ("of", "name", "first", "after"),
    [
        (date(2026, 1, 1), "2026-Q1", date(2026, 1, 1), date(2026, 4, 1)),
        (date(2026, 6, 30), "2026-Q2", date(2026, 4, 1), date(2026, 7, 1)),
        (date(2026, 9, 30), "2026-Q3", date(2026, 7, 1), date(2026, 10, 1)),
        (date(2026, 12, 31), "2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
    ],
)
def test_a_quarter_is_that_of_the_calendar(of: date, name: str, first: date, after: date) -> None:
    quarter = quarter_of(of)

    assert (str(quarter), quarter.first_day, quarter.next_first_day) == (name, first, after)


hours = st.integers(0, 24).map(float)
days = st.lists(
    st.builds(
        DayHours,
        st.builds(EffortByClass, toil=hours, engineering=hours, overhead=hours, unclassified=hours),
        hours,
        hours,
    ),
    max_size=30,
)
targets = st.tuples(st.floats(0, 1), st.floats(0.01, 1), st.sampled_from(Denominator)).map(
    lambda given: Target(min(given[:2]), given[1], given[2])
)


@settings(max_examples=40)
@given(days, targets)
def test_only_burning_windows_fire(history: list[DayHours], target: Target) -> None:
    for state in pair_states(history, target):
        assert state.threshold <= state.pair.rate
        if target.denominator != Denominator.CAPACITY:
            assert state.threshold <= 0.9 / target.high
        if state.is_firing:
            assert state.long.effort.tracked >= 8 - 1e-6
            for window in (state.long, state.short):
                assert window.toil.share is not None
                assert window.toil.share >= state.threshold * target.high - 1e-6


@settings(max_examples=40)
@given(days, targets)
def test_a_burn_rate_stays_below_what_its_share_allows(history: list[DayHours], target: Target) -> None:
    window = window_of(history, target)

    if window.burn_rate is not None and target.denominator != Denominator.CAPACITY:
        assert 0 <= window.burn_rate <= 1 / target.high + 1e-9


@settings(max_examples=20)
@given(days, days)
def test_days_add_up(first: list[DayHours], second: list[DayHours]) -> None:
    whole = sum_days([*first, *second])

    assert whole.effort.toil == pytest.approx(sum_days(first).effort.toil + sum_days(second).effort.toil)
    assert whole.capacity == pytest.approx(fsum(day.capacity for day in [*first, *second]))


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_every_day_lies_in_its_quarter(of: date) -> None:
    quarter = quarter_of(of)

    assert quarter.first_day <= of < quarter.next_first_day
    assert quarter_of(quarter.next_first_day - timedelta(days=1)) == quarter
    assert 90 <= (quarter.next_first_day - quarter.first_day).days <= 92
