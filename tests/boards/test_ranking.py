"""Ranks keep cards in order, with room between them until it is used up."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boards.ranking import GAP, rank_between, respaced_ranks


def test_the_first_card_of_a_column_has_a_rank() -> None:
    assert rank_between(None, None) == GAP


def test_a_card_at_the_end_stands_a_gap_behind_the_last() -> None:
    assert rank_between(5 * GAP, None) == 6 * GAP


def test_a_card_at_the_beginning_stands_a_gap_before_the_first() -> None:
    assert rank_between(None, GAP) == 0
    assert rank_between(None, 0) == -GAP


def test_a_card_between_two_stands_in_the_middle() -> None:
    assert rank_between(GAP, 2 * GAP) == GAP + GAP // 2


def test_a_gap_that_is_used_up_gives_no_rank() -> None:
    assert rank_between(7, 8) is None
    assert rank_between(-8, -7) is None


def test_twenty_moves_fit_into_one_gap() -> None:
    lower, upper = GAP, 2 * GAP
    moves = 0

    while (rank := rank_between(lower, upper)) is not None:
        upper = rank
        moves += 1

    assert moves == 20


def test_neighbours_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="below"):
        rank_between(2, 2)


@given(lower=st.integers(-(2**62), 2**62), distance=st.integers(1, 2**40))
def test_a_rank_lies_strictly_between_its_neighbours(lower: int, distance: int) -> None:
    rank = rank_between(lower, lower + distance)

    if distance == 1:
        assert rank is None
    else:
        assert rank is not None
        assert lower < rank < lower + distance


@given(count=st.integers(0, 200), above=st.none() | st.integers(-(2**40), 2**40))
def test_respacing_meets_no_rank_that_is_in_use(count: int, above: int | None) -> None:
    ranks = respaced_ranks(count, above=above)

    assert len(ranks) == count
    assert all(above is None or rank > above for rank in ranks)
    assert all(b - a == GAP for a, b in pairwise(ranks))
