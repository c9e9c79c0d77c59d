"""The toil share, its bounds and its verdict, by the definitions of docs/measurement.md."""

from math import isclose

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reports.share import Denominator, EffortByClass, ToilShare, Verdict, judge, measure

EXAMPLE = EffortByClass(toil=18, engineering=130, overhead=50, unclassified=2)


def share_of(
    effort: EffortByClass,
    denominator: str = "classified",
    *,
    capacity: float = 228,
    covered: float = 197,
    target: tuple[float, float] = (0.05, 0.10),
) -> ToilShare:
    return measure(
        effort,
        capacity=capacity,
        covered=covered,
        denominator=denominator,
        target_low=target[0],
        target_high=target[1],
    )


@pytest.mark.parametrize(
    ("denominator", "share", "low", "high", "verdict", "is_certain"),
    [
        ("classified", 18 / 198, 0.09, 0.10, "within", True),
        ("tracked", 0.09, 0.09, 0.10, "within", True),
        ("engineering", 18 / 148, 18 / 150, 20 / 150, "above", True),
        ("capacity", 18 / 228, 18 / 228, 20 / 228, "within", True),
    ],
)
def test_the_worked_example(
    denominator: str, share: float, low: float, high: float, verdict: str, *, is_certain: bool
) -> None:
    measured = share_of(EXAMPLE, denominator)

    assert measured.share == pytest.approx(share, abs=1e-12)
    assert measured.low == pytest.approx(low, abs=1e-12)
    assert measured.high == pytest.approx(high, abs=1e-12)
    assert measured.verdict == verdict
    assert measured.is_certain is is_certain
    assert measured.denominator == denominator


def test_the_worked_example_as_it_is_printed() -> None:
    printed = {denominator: f"{share_of(EXAMPLE, denominator).share:.2%}" for denominator in Denominator}

    assert printed == {
        "classified": "9.09%",
        "tracked": "9.00%",
        "engineering": "12.16%",
        "capacity": "7.89%",
    }


@pytest.mark.parametrize("denominator", ["classified", "tracked", "engineering"])
def test_without_effort_there_is_no_data_and_that_is_certain(denominator: str) -> None:
    measured = share_of(EffortByClass(), denominator)

    assert (measured.share, measured.low, measured.high) == (None, None, None)
    assert measured.verdict == Verdict.NO_DATA
    assert measured.is_certain


@pytest.mark.parametrize("denominator", ["classified", "engineering"])
def test_only_unclassified_work_is_no_data_where_the_denominator_leaves_it_out(
    denominator: str,
) -> None:
    measured = share_of(EffortByClass(unclassified=8), denominator)

    assert measured.verdict == Verdict.NO_DATA
    assert measured.low is None


def test_only_unclassified_work_has_a_share_of_the_tracked_hours() -> None:
    measured = share_of(EffortByClass(unclassified=8), "tracked")

    assert (measured.share, measured.low, measured.high) == (0, 0, 1)
    assert measured.verdict == Verdict.BELOW
    assert not measured.is_certain


def test_without_capacity_there_is_no_coverage_and_no_share_of_it() -> None:
    measured = share_of(EXAMPLE, "capacity", capacity=0, covered=0)

    assert measured.verdict == Verdict.NO_DATA
    assert measured.coverage is None


def test_coverage_is_effort_inside_working_time_by_capacity() -> None:
    assert share_of(EXAMPLE).coverage == 197 / 228


def test_with_capacity_but_no_effort_the_share_of_capacity_is_zero() -> None:
    measured = share_of(EffortByClass(), "capacity", covered=0)

    assert (measured.share, measured.verdict) == (0, Verdict.BELOW)


@pytest.mark.parametrize(
    ("toil", "of", "verdict"),
    [(2, 20, "within"), (1, 20, "within"), (0.3, 3, "within"), (0.15, 3, "within"),
     (2.001, 20, "above"), (0.999, 20, "below"), (0.1 + 0.2, 3, "within")],
)  # fmt: skip
def test_both_ends_of_the_target_range_are_inside(toil: float, of: float, verdict: str) -> None:
    assert share_of(EffortByClass(toil=toil, engineering=of - toil)).verdict == verdict


def test_the_verdict_is_uncertain_when_the_bounds_disagree() -> None:
    measured = share_of(EffortByClass(toil=9, engineering=91, unclassified=10))

    assert measured.verdict == Verdict.WITHIN
    assert not measured.is_certain


def test_an_unknown_denominator_is_refused() -> None:
    with pytest.raises(ValueError, match="tickets"):
        share_of(EXAMPLE, "tickets")


hours = st.floats(0, 1e4, allow_nan=False)
efforts = st.builds(EffortByClass, hours, hours, hours, hours)


@given(effort=efforts, denominator=st.sampled_from(Denominator))
def test_the_share_lies_between_its_bounds(effort: EffortByClass, denominator: Denominator) -> None:
    measured = share_of(effort, denominator)

    assume(measured.share is not None)
    assert measured.share is not None
    assert measured.low is not None
    assert measured.high is not None
    assert measured.low <= measured.share * (1 + 1e-12)
    assert measured.share <= measured.high * (1 + 1e-12)


@given(effort=efforts, denominator=st.sampled_from(Denominator))
def test_without_unclassified_work_the_bounds_are_the_share_and_it_is_certain(
    effort: EffortByClass, denominator: Denominator
) -> None:
    known = EffortByClass(effort.toil, effort.engineering, effort.overhead)

    measured = share_of(known, denominator)

    assert measured.is_certain
    if measured.share is not None:
        assert measured.low is not None
        assert measured.high is not None
        assert isclose(measured.low, measured.share, rel_tol=1e-12)
        assert isclose(measured.high, measured.share, rel_tol=1e-12)


@given(effort=efforts)
def test_toil_and_the_rest_agree_with_the_four_formulas(effort: EffortByClass) -> None:
    t, e, o, u = effort.toil, effort.engineering, effort.overhead, effort.unclassified
    assume(t + e > 1e-3)

    shares = [share_of(effort, denominator).share for denominator in Denominator]

    assert shares == pytest.approx([t / (t + e + o), t / (t + e + o + u), t / (t + e), t / 228])


@given(share=st.fractions(0, 1), low=st.fractions(0, 1), width=st.fractions(0, 1))
def test_the_verdict_does_not_depend_on_rounding(share: object, low: object, width: object) -> None:
    exact_share, exact_low, exact_high = share, low, low + width  # type: ignore[operator]

    verdict = judge(float(share), float(low), float(exact_high))  # type: ignore[arg-type]

    if exact_low <= exact_share <= exact_high:  # type: ignore[operator]
        assert verdict == Verdict.WITHIN
