"""How many items by a date, and when for so many."""

from collections import Counter
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.forecast import TRIALS, can_forecast, how_long, how_many

STEADY = [1, 0, 2, 1, 0, 0, 3] * 12


def test_fewer_than_eleven_days_on_which_something_was_finished_do_not_suffice() -> None:
    ten = [1] * 10 + [0] * 74

    assert not can_forecast(ten)
    assert how_many(ten, 14) is None
    assert how_long(ten, 5) is None
    assert can_forecast([1, *ten])
    assert not can_forecast([])


def test_a_team_that_finishes_the_same_every_day_is_certain() -> None:
    many, long = how_many([2] * 84, 10), how_long([2] * 84, 10)

    assert many is not None
    assert many.items == {50: 20, 85: 20, 95: 20}
    assert long is not None
    assert long.days == {50: 5, 85: 5, 95: 5}


def test_more_certainty_means_fewer_items_and_more_days() -> None:
    many, long = how_many(STEADY, 28), how_long(STEADY, 28)

    assert many is not None
    assert many.items[50] > many.items[85] > many.items[95]
    assert long is not None
    assert long.days[50] < long.days[85] < long.days[95]  # type: ignore[operator] # they are all within two years


def test_the_same_question_has_the_same_answer_and_another_seed_nearly_the_same() -> None:
    assert how_many(STEADY, 28) == how_many(STEADY, 28)
    assert how_long(STEADY, 40) == how_long(STEADY, 40)

    first, second = how_many(STEADY, 28), how_many(STEADY, 28, seed=1)

    assert first is not None
    assert second is not None
    assert all(abs(first.items[percent] - second.items[percent]) <= 1 for percent in first.items)


def test_the_trials_agree_with_the_distribution_that_they_sample() -> None:
    daily = [0] * 30 + [1] * 30 + [2] * 15 + [5] * 9
    sums = Counter({0: 1.0})
    for _ in range(20):
        step: Counter[int] = Counter()
        for (total, chance), count in product(sums.items(), daily):
            step[total + count] += chance / len(daily)
        sums = step

    answer = how_many(daily, 20)

    assert answer is not None
    for percent, items in answer.items.items():
        assert sum(chance for total, chance in sums.items() if total >= items) >= percent / 100 - 0.02
        assert sum(chance for total, chance in sums.items() if total > items) <= percent / 100 + 0.02


def test_thousands_a_day_are_drawn_as_one_is() -> None:
    small, large = how_many(STEADY, 28), how_many([count * 1000 for count in STEADY], 28)

    assert small is not None
    assert large is not None
    assert large.items == {percent: items * 1000 for percent, items in small.items.items()}


def test_what_would_take_more_than_two_years_has_no_day() -> None:
    answer = how_long([1] * 11 + [0] * 73, 96)

    assert answer is not None
    assert answer.days[50] is not None
    assert answer.days[95] is None


def test_nothing_is_done_at_once_and_no_days_bring_nothing() -> None:
    long, many = how_long(STEADY, 0), how_many(STEADY, 0)

    assert long is not None
    assert long.days == {50: 0, 85: 0, 95: 0}
    assert many is not None
    assert many.items == {50: 0, 85: 0, 95: 0}


@settings(max_examples=25)
@given(st.lists(st.integers(0, 300), min_size=11, max_size=84), st.integers(0, 40), st.integers(1, 200))
def test_a_forecast_stays_within_the_best_and_the_worst_day(daily: list[int], days: int, items: int) -> None:
    many, long = how_many(daily, days, trials=200), how_long(daily, items, trials=200)

    if not can_forecast(daily):
        assert many is None
        assert long is None
        return
    assert many is not None
    assert long is not None
    assert min(daily) * days <= many.items[95] <= many.items[85] <= many.items[50] <= max(daily) * days
    needed = [length for length in long.days.values() if length is not None]
    assert needed == sorted(needed)
    assert all(length >= items / max(daily) for length in needed)


@settings(max_examples=10)
@given(st.lists(st.integers(0, 4), min_size=40, max_size=84), st.integers(5, 60))
def test_the_two_questions_are_two_sides_of_one(daily: list[int], items: int) -> None:
    long = how_long(daily, items)
    if long is None or long.days[85] is None:
        return

    at_day = how_many(daily, long.days[85])
    much_before = how_many(daily, long.days[85] * 3 // 4)

    assert at_day is not None
    assert at_day.items[85] >= items - 1 - items // 20
    assert much_before is not None
    assert much_before.items[85] <= items
    assert TRIALS == 10_000
