"""A quarter's budget: used, left, and the day on which it runs out."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.budget import DayHours, Quarter, Target
from reports.budget_plan import QuarterBudget, even_pace, plan_quarter
from reports.share import Denominator, EffortByClass

Q4 = Quarter(2026, 4)
TARGET = Target(0.05, 0.1, Denominator.CLASSIFIED)


def day(toil: float, engineering: float, capacity: float = 10.0) -> DayHours:
    return DayHours(EffortByClass(toil=toil, engineering=engineering), capacity, capacity)


def plan(days: list[DayHours], ahead: list[float], target: Target = TARGET) -> QuarterBudget:
    return plan_quarter(Q4, days=days, recent=days[-28:], capacity_ahead=ahead, target=target)


def test_the_budget_is_the_upper_end_of_the_range_of_the_hours_so_far_and_of_those_expected() -> None:
    budget = plan([day(1.5, 8.5)] * 46, [10.0] * 46)

    assert budget.budget == pytest.approx(92.0)
    assert budget.used == pytest.approx(69.0)
    assert budget.left == pytest.approx(23.0)
    assert budget.spent == pytest.approx(0.75)
    assert budget.elapsed == 0.5
    assert budget.burn_rate == pytest.approx(1.5)


def test_at_the_pace_of_late_it_runs_out_on_the_day_that_uses_the_last_hour() -> None:
    budget = plan([day(1.5, 8.5)] * 46, [10.0] * 46)

    # 23 hours are left at 1.5 hours a day: the sixteenth day from 16 November on.
    assert budget.runs_out_on == date(2026, 12, 1)
    assert budget.pace == pytest.approx(10.5)
    assert budget.lasting_pace == pytest.approx(3.5)
    assert budget.expected_use == pytest.approx(138.0)
    assert not budget.is_spent


def test_days_without_working_time_expect_no_toil() -> None:
    budget = plan([day(1.5, 8.5)] * 46, [0.0] * 15 + [10.0] * 31)

    # There is less work to come, and so a budget of 77 hours, of which 8 are left from 1 December on.
    assert budget.runs_out_on == date(2026, 12, 6)


def test_a_budget_that_lasts_runs_out_on_no_day() -> None:
    budget = plan([day(1.0, 9.0)] * 46, [10.0] * 46)

    assert budget.runs_out_on is None
    assert budget.lasting_pace == pytest.approx(budget.pace)


def test_a_budget_that_is_spent_ran_out_on_a_day_of_the_past() -> None:
    budget = plan([day(4.0, 6.0)] * 46, [10.0] * 46)

    assert budget.is_spent
    assert budget.left < 0
    assert budget.runs_out_on == date(2026, 10, 23)
    assert budget.lasting_pace == 0


def test_on_the_first_day_of_a_quarter_the_weeks_before_say_what_to_expect() -> None:
    budget = plan_quarter(Q4, days=[], recent=[day(2.0, 8.0)] * 28, capacity_ahead=[10.0] * 92, target=TARGET)

    assert budget.budget == pytest.approx(92.0)
    assert (budget.used, budget.elapsed, budget.burn_rate) == (0.0, 0.0, None)
    assert budget.runs_out_on == date(2026, 11, 15)


def test_days_before_the_first_with_effort_say_nothing_about_the_pace() -> None:
    recent = [day(0.0, 0.0)] * 21 + [day(1.0, 9.0)] * 7

    budget = plan_quarter(Q4, days=recent, recent=recent, capacity_ahead=[10.0] * 64, target=TARGET)

    assert budget.pace == pytest.approx(7.0)
    assert budget.budget == pytest.approx(71.0)


def test_of_capacity_the_budget_is_known_in_advance() -> None:
    target = Target(0.05, 0.1, Denominator.CAPACITY)

    budget = plan([day(1.5, 2.0)] * 46, [8.0] * 46, target)

    assert budget.budget == pytest.approx(0.1 * (460 + 368))


def test_a_team_without_capacity_is_expected_to_go_on_evenly() -> None:
    budget = plan([day(1.5, 8.5, capacity=0.0)] * 46, [0.0] * 46)

    assert budget.budget == pytest.approx(92.0)
    assert budget.runs_out_on == date(2026, 12, 1)


def test_without_data_nothing_is_expected() -> None:
    budget = plan([day(0.0, 0.0)] * 46, [10.0] * 46)

    assert (budget.budget, budget.used, budget.spent) == (0.0, 0.0, None)
    assert (budget.pace, budget.lasting_pace, budget.runs_out_on, budget.is_spent) == (None, None, None, False)
    assert budget.expected_by_day == []


def test_the_even_pace_ends_at_the_budget() -> None:
    line = even_pace(plan([day(1.5, 8.5)] * 46, [10.0] * 46))

    assert len(line) == 92
    assert line[-1] == pytest.approx(92.0)
    assert line[45] == pytest.approx(46.0)


hours = st.integers(0, 24).map(float)
histories = st.lists(
    st.builds(DayHours, st.builds(EffortByClass, toil=hours, engineering=hours, unclassified=hours), hours, hours),
    max_size=20,
)


@settings(max_examples=40)
@given(histories, st.floats(0.01, 1), st.sampled_from(Denominator), st.data())
def test_what_is_used_and_what_is_left_are_the_budget(
    days: list[DayHours], high: float, denominator: Denominator, data: st.DataObject
) -> None:
    ahead = data.draw(st.lists(hours, min_size=20, max_size=20))

    budget = plan(days, ahead, Target(0.0, high, denominator))

    assert budget.used + budget.left == pytest.approx(budget.budget)
    assert list(budget.used_by_day) == sorted(budget.used_by_day)
    assert list(budget.expected_by_day) == sorted(budget.expected_by_day)
    assert len(budget.used_by_day) == len(days)
    if budget.runs_out_on is None:
        assert budget.expected_use <= budget.budget + 1e-6
    else:
        index = (budget.runs_out_on - Q4.first_day).days
        sums = [*budget.used_by_day, *budget.expected_by_day]
        assert sums[index] >= budget.budget - 1e-6
        assert index == 0 or sums[index - 1] < budget.budget
