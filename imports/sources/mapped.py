"""What a source's module makes of one of its tickets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple


class Identity(NamedTuple):
    """What the source knows of a person besides the handle."""

    name: str
    email: str


class SourceComment(NamedTuple):
    """What somebody said at the source, as it stands there: `edited_at` is when it was last said or changed."""

    number: str
    author: str
    body: str
    created_at: str | None
    edited_at: str | None
    is_deleted: bool = False


class Talk(NamedTuple):
    """What was said on a ticket, named by its external id (empty where a source names only the comment).

    Where it `is_whole`, no other comment that is from before `as_of` stands any more.
    """

    ticket: str
    comments: Sequence[SourceComment]
    people: Mapping[str, Identity]
    is_whole: bool = False
    as_of: datetime | None = None


class Mapped(NamedTuple):
    """A row in the API's own form, and what the source says beside it: stages of its words, names of its people.

    A removal tells of a ticket that is gone at its source: it closes an item that is here, and makes none. What is
    first tells how a ticket began: of events with the same time, it never changes what is known already. The tickets
    of a series follow one another: their external ids are `series@…`, and when one begins, those before it are over.
    """

    row: Any
    stages: Mapping[str, str]
    people: Mapping[str, Identity]
    is_removal: bool = False
    is_first: bool = False
    talk: Talk | None = None
    series: str = ""


REMOVED = "Removed"


def removal(mapped: Mapped, **more: Any) -> Mapped:
    """Return the word that a ticket is gone: its item is closed, its past stays."""
    row = {name: mapped.row.get(name) for name in ("external_id", "title", "updated_at") if mapped.row.get(name)}
    return Mapped({**row, "status": REMOVED, **more}, {}, {}, is_removal=True)
