"""Whether it pays to remove a toil type, and whether it did: the documented example, and what holds always."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.elimination import Estimate, Saving, baseline, break_even, first_year, realised, savings

DISK_FULL = [9.0, 8.0, 4.0, 6.0, 5.0, 7.0, 6.0, 6.0, 6.0, 8.0]
SCRIPT = Estimate(build=40, residual=0.5, upkeep=0.5)
HOURS = st.floats(0, 168)


def test_the_example_of_the_documentation() -> None:
    base = baseline(DISK_FULL)

    assert base == 6.0
    assert break_even(base, SCRIPT) == 8.0
    assert first_year(base, SCRIPT) == 220.0
    assert savings(base, [2.0, 1.0, 0.0, 0.0, 3.0], [0.5, 0.0, 0.0, 0.0, 0.0]) == [
        Saving(4, 20.5),
        Saving(13, None),
        Saving(52, None),
    ]


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        ([], None),
        ([4.0, 4.0, 4.0], None),
        ([4.0, 0.0, 0.0, 4.0], 2.0),
        ([100.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0], 1.0),
    ],
)
def test_a_baseline_takes_eight_weeks_and_needs_four(weeks: list[float], expected: float | None) -> None:
    assert baseline(weeks) == expected


@pytest.mark.parametrize(("residual", "upkeep"), [(6.0, 0.0), (2.0, 5.0), (3.0, 3.0)])
def test_what_saves_nothing_never_pays(residual: float, upkeep: float) -> None:
    estimate = Estimate(build=1, residual=residual, upkeep=upkeep)

    assert break_even(6.0, estimate) is None
    assert first_year(6.0, estimate) < 0


def test_what_costs_nothing_to_build_pays_at_once() -> None:
    assert break_even(6.0, Estimate(build=0)) == 0.0


@given(st.lists(HOURS, min_size=4, max_size=60))
def test_a_baseline_lies_among_its_weeks(weeks: list[float]) -> None:
    base = baseline(weeks)

    assert base is not None
    assert min(weeks[-8:]) - 1e-9 <= base <= max(weeks[-8:]) + 1e-9


@given(HOURS, st.lists(st.tuples(HOURS, HOURS), min_size=4, max_size=60))
def test_what_is_still_spent_is_not_saved(base: float, weeks: list[tuple[float, float]]) -> None:
    spent, upkeep = [week[0] for week in weeks], [week[1] for week in weeks]

    saved = realised(base, spent, upkeep, weeks=4)

    assert saved == pytest.approx(sum(base - toil - care for toil, care in weeks[:4]), abs=1e-6)
    assert realised(base, spent, upkeep, weeks=len(weeks) + 1) is None


@given(st.floats(0.1, 168), st.floats(0, 1000), st.floats(0, 0.05), st.floats(0, 0.04))
def test_at_break_even_the_building_is_paid_for(base: float, build: float, residual: float, upkeep: float) -> None:
    estimate = Estimate(build=build, residual=residual, upkeep=upkeep)

    weeks = break_even(base, estimate)

    assert weeks is not None
    assert weeks * (base - residual - upkeep) == pytest.approx(build)
