"""The check that the concurrency test and the benchmark rest on finds what is wrong."""

from tests.boards.order import Answer, misplaced

PUT = [
    Answer(number=1, item=1, column=5, landed="end"),
    Answer(number=2, item=2, column=5, landed="end"),
    Answer(number=3, item=3, column=5, landed="before", neighbour=2),
]


def test_cards_where_they_were_put_are_right() -> None:
    assert misplaced(PUT, {1: (5, 10), 2: (5, 30), 3: (5, 20)}) == []


def test_a_card_in_another_column_or_order_is_found() -> None:
    assert misplaced(PUT, {1: (6, 10), 2: (5, 30), 3: (5, 20)}) == ["1 is in 6, answered was 5"]
    assert misplaced(PUT, {1: (5, 40), 2: (5, 30), 3: (5, 20)}) == ["2 is not behind 1"]
    assert misplaced(PUT, {1: (5, 10), 2: (5, 30), 3: (5, 35)}) == ["3 is not before 2"]


def test_a_neighbour_that_moved_on_binds_no_more() -> None:
    moved_on = [*PUT, Answer(number=4, item=2, column=5, landed="before", neighbour=1)]

    assert misplaced(moved_on, {1: (5, 10), 2: (5, 5), 3: (5, 20)}) == []
