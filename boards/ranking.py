"""The order of cards: whole numbers with gaps, so that a move writes one row.

Plain arithmetic: the caller holds the column's lock and writes what is returned here.
"""

from __future__ import annotations

GAP = 2**20
"""Distance between neighbours in a fresh column: twenty moves into the same spot before re-spacing."""


def rank_between(lower: int | None, upper: int | None) -> int | None:
    """A rank above `lower` and below `upper`, or None when there is no whole number left between.

    None for `lower` means before the first card, for `upper` after the last one; both None, an empty
    column. Raises `ValueError` when `lower` is not below `upper`.
    """
    if lower is None:
        return GAP if upper is None else upper - GAP
    if upper is None:
        return lower + GAP
    if lower >= upper:
        raise ValueError("The lower rank must be below the upper one.")
    middle = (lower + upper) // 2
    return middle if middle > lower else None


def respaced_ranks(count: int, *, above: int | None) -> list[int]:
    """Ranks for `count` cards in their order, a full gap apart and all above the column's maximum.

    Above it, because SQLite checks the uniqueness of (column, rank) row by row: a rank given to one
    card must not be one that another card still holds. `above` is None for a column without cards.
    """
    base = 0 if above is None else above
    return [base + GAP * (index + 1) for index in range(count)]
