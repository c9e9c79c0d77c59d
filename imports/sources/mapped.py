"""What a source's module makes of one of its tickets."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Identity(NamedTuple):
    """What the source knows of a person besides the handle."""

    name: str
    email: str


class Mapped(NamedTuple):
    """A row in the API's own form, and what the source says beside it: stages of its words, names of its people.

    A removal tells of a ticket that is gone at its source: it closes an item that is here, and makes none. What is
    first tells how a ticket began: of events with the same time, it never changes what is known already.
    """

    row: Any
    stages: Mapping[str, str]
    people: Mapping[str, Identity]
    is_removal: bool = False
    is_first: bool = False


REMOVED = "Removed"


def removal(mapped: Mapped, **more: Any) -> Mapped:
    """Return the word that a ticket is gone: its item is closed, its past stays."""
    row = {name: mapped.row.get(name) for name in ("external_id", "title", "updated_at") if mapped.row.get(name)}
    return Mapped({**row, "status": REMOVED, **more}, {}, {}, is_removal=True)
