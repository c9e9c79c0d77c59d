"""An item that is being updated, and what the update changes in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from boards.models import Item
from boards.services.record import plain
from imports.tickets import Ticket
from teams.actors import Via

# The doors by which what a person decides here comes in.
HERE: Final = frozenset({Via.PAGE.value, Via.API.value})


@dataclass(slots=True)
class Revision:
    """A locked item; `changes` are (field, before, after, at) as a Change keeps them, `when` the ticket's own time."""

    item: Item
    ticket: Ticket
    taken: list[str]
    changed: frozenset[str]
    touched: Mapping[str, datetime]
    when: datetime
    changes: list[tuple[str, Any, Any, datetime]] = field(default_factory=list)

    def set(self, name: str, value: Any) -> None:
        """Set a plain field to a JSON value."""
        before = plain(getattr(self.item, name))
        if before != value:
            self.note(name, before, value)
            setattr(self.item, name, value)

    def note(self, name: str, before: Any, after: Any) -> None:
        """Write down a change that is saved elsewhere."""
        self.changes.append((name, before, after, self.when))
