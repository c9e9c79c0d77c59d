"""What a reader looks for on a board: read from an address, and written into one (plain Python)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Final

NOBODY: Final = "none"
ME: Final = "me"
WITHOUT: Final = "-"
"""Stands for items that have no service, or come from no other system."""
OLDER: Final = "older"
CLASSES: Final = ("toil", "engineering", "overhead", "unclassified")

MOST_VALUES: Final = 20
MOST_TEXT: Final = 200
MOST_WORDS: Final = 10
MOST_DAYS: Final = 3650
MAX_ID: Final = 2**63 - 1


class Lanes(StrEnum):
    """By what the rows of a board are made."""

    CLASS = "class"
    SERVICE = "service"
    ASSIGNEE = "assignee"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader looks for; empty means everything. Of several values one is enough, of labels all are needed."""

    text: str = ""
    classes: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    is_interrupt: bool = False
    is_blocked: bool = False
    age: str = ""
    sources: tuple[str, ...] = ()
    toil_types: tuple[str, ...] = ()

    @property
    def is_on(self) -> bool:
        """Whether anything is left out."""
        return self != Filters()

    @property
    def words(self) -> list[str]:
        """The words that all have to stand somewhere."""
        return self.text.split()[:MOST_WORDS]

    @property
    def days(self) -> int | None:
        """More than how many days the items have to have stood in their column."""
        return int(self.age) if self.age.isdecimal() else None

    def pairs(self) -> list[tuple[str, str]]:
        """Return names and values as they stand in an address."""
        found: list[tuple[str, str]] = []
        for name, attribute in NAMES.items():
            value = getattr(self, attribute)
            if isinstance(value, bool):
                found += [(name, "1")] if value else []
            elif isinstance(value, str):
                found += [(name, value)] if value else []
            else:
                found += [(name, one) for one in value]
        return found

    def without(self, name: str, value: str | None = None) -> "Filters":
        """Return what is left when a filter, or one of its values, is taken away."""
        attribute = NAMES[name]
        held = getattr(self, attribute)
        rest = tuple(one for one in held if one != value) if value is not None and isinstance(held, tuple) else None
        changed: dict[str, Any] = {attribute: rest if rest is not None else _EMPTY[attribute]}
        return replace(self, **changed)


NAMES: Final[Mapping[str, str]] = {
    "q": "text",
    "class": "classes",
    "service": "services",
    "label": "labels",
    "assignee": "assignees",
    "interrupts": "is_interrupt",
    "blocked": "is_blocked",
    "age": "age",
    "source": "sources",
    "type": "toil_types",
}
"""Names in an address, and the attributes that they set."""

_EMPTY: Final = {each.name: each.default for each in fields(Filters)}


@dataclass(frozen=True, slots=True)
class Reading:
    """What an address asks for, and what of it was not understood (as `name=value`)."""

    filters: Filters = field(default_factory=Filters)
    ignored: tuple[str, ...] = ()


def read_filters(query: Mapping[str, Sequence[str]]) -> Reading:
    """Read the filters of an address, given as lists of values by name; other names are left alone."""
    values: dict[str, object] = {}
    ignored: list[str] = []
    for name, attribute in NAMES.items():
        asked = [one for text in query.get(name, ()) if (one := text.replace("\0", "").strip())]
        fit = [one for one in dict.fromkeys(asked) if _CHECKS[name](one)][:MOST_VALUES]
        ignored += [f"{name}={one[:40]}" for one in dict.fromkeys(asked) if one not in fit]
        empty = _EMPTY[attribute]
        if isinstance(empty, tuple):
            values[attribute] = tuple(sorted(fit))
        elif isinstance(empty, bool):
            values[attribute] = bool(fit)
        else:
            values[attribute] = fit[0][:MOST_TEXT] if fit else ""
    return Reading(Filters(**values), tuple(ignored))  # type: ignore[arg-type]  # each has the type of its default


def _is_age(text: str) -> bool:
    return text == OLDER or (text.isdecimal() and text.isascii() and len(text) < 6 and int(text) <= MOST_DAYS)


def _is_id(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) < 20 and 0 < int(text) <= MAX_ID


_CHECKS: Final[Mapping[str, Callable[[str], bool]]] = {
    "q": lambda text: True,
    "class": CLASSES.__contains__,
    "service": lambda text: len(text) <= 100,
    "label": lambda text: len(text) <= 100,
    "assignee": lambda text: text in {NOBODY, ME} or _is_id(text),
    "interrupts": "1".__eq__,
    "blocked": "1".__eq__,
    "age": _is_age,
    "source": lambda text: len(text) <= 50,
    "type": lambda text: text == NOBODY or _is_id(text),
}


def read_lanes(query: Mapping[str, Sequence[str]]) -> Lanes | None:
    """Return by what the rows are to be made, None for a board without rows."""
    asked = query.get("lanes") or [""]
    return Lanes(asked[-1]) if asked[-1] in set(Lanes) else None
