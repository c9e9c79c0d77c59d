"""What the columns of a board are, in a few characters that change when any of them does: pure."""

import hashlib
import json
from collections.abc import Iterable
from typing import Protocol


class ColumnLike(Protocol):
    """What is looked at of a column."""

    pk: int
    name: str
    stage: str
    wip_limit: int | None


def mark_of_board(*, name: str, slug: str, columns: Iterable[ColumnLike]) -> str:
    """Return the mark of a board with its columns: its ETag."""
    return hashlib.sha256(json.dumps([name, slug, mark_of(columns)]).encode()).hexdigest()[:24]


def mark_of(columns: Iterable[ColumnLike]) -> str:
    """Return the mark of a board's columns from left to right; two boards that differ in one word differ in it."""
    told = [(column.pk, column.name, column.stage, column.wip_limit) for column in columns]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:24]
