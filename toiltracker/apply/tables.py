"""Reads the values of a TOML table strictly; whatever is wrong is one sentence with its place in the file."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from typing import Any, NoReturn, TypeVar

from teams.weekdays import weekday_number

T = TypeVar("T")

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")


class DeclarationError(Exception):
    """The file cannot be applied; the message says where and why."""


class Table:
    """A table of the file, with the path that leads to it; remembers which keys somebody has asked for."""

    def __init__(self, content: Any, place: str) -> None:
        self.place = place
        if not isinstance(content, dict):
            self.refuse("", f"must be a table, not {kind_of(content)}")
        self.content: dict[str, Any] = content
        self.known: list[str] = []

    def refuse(self, key: str, why: str) -> NoReturn:
        """End the reading with a sentence about a key."""
        place = ", ".join(part for part in (self.place, key) if part)
        raise DeclarationError(f"{place}: {why}." if place else f"{why}.")

    def has(self, key: str) -> bool:
        """Whether the file says anything about the key."""
        self.known.append(key)
        return key in self.content

    def text(self, key: str, *, default: str = "", is_required: bool = False) -> str:
        """Return a text."""
        if not self.has(key):
            if is_required:
                self.refuse("", f"“{key}” is missing")
            return default
        value = self.content[key]
        if not isinstance(value, str):
            self.refuse(key, f"must be a text in quotes, not {kind_of(value)}")
        if is_required and not value.strip():
            self.refuse(key, "must not be empty")
        if "\0" in value:
            self.refuse(key, "must not contain a NUL character")
        return value.strip()

    def fraction(self, key: str, value: Any) -> float:
        """Return a number from 0 to 1."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            self.refuse(key, f"must be a fraction from 0 to 1, not {shown(value)}")
        return float(value)

    def hours(self, key: str, *, most: float) -> float | None:
        """Return a number of hours from 0 to `most`; None where the key is left out."""
        if not self.has(key):
            return None
        value = self.content[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            self.refuse(key, f"must be a number of hours from 0 to {most:g}, not {shown(value)}")
        return float(value)

    def whole(self, key: str) -> int | None:
        """Return a whole number of at least 1; None where the key is left out."""
        if not self.has(key):
            return None
        value = self.content[key]
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self.refuse(key, f"must be a whole number of at least 1, not {shown(value)}")
        return value

    def choice(self, key: str, values: list[str], *, default: str = "") -> str:
        """Return one of these words."""
        value = self.text(key, default=default, is_required=not default)
        if value not in values:
            self.refuse(key, f"must be one of {', '.join(values)}, not “{value}”")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """Return a yes or no."""
        value = self.content[key] if self.has(key) else default
        if not isinstance(value, bool):
            self.refuse(key, f"must be true or false, not {kind_of(value)}")
        return value

    def clock(self, key: str) -> time | None:
        """Return a time of day; None where the key is left out."""
        if not self.has(key):
            return None
        value = self.content[key]
        if isinstance(value, time):
            return value
        if not isinstance(value, str) or not CLOCK.fullmatch(value):
            self.refuse(key, f'must be a time like "09:00", not {shown(value)}')
        return time.fromisoformat(value)

    def weekday(self, key: str, value: Any) -> int:
        """Return 0 for Monday to 6 for Sunday."""
        number = weekday_number(value) if isinstance(value, str) else None
        if number is None:
            self.refuse(key, f'must be a day of the week like "mon" or "monday", not {shown(value)}')
        return number

    def day(self, key: str, value: Any) -> date:
        """Return a date, written as a text or as TOML's own."""
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC).date()
        except (TypeError, ValueError):
            self.refuse(key, f'must be a date like "2026-12-29", not {shown(value)}')

    def list_of(self, key: str, read: Callable[[str, Any], T]) -> list[T] | None:
        """Return a list whose entries `read` takes with their place; None where the key is left out."""
        if not self.has(key):
            return None
        value = self.content[key]
        if not isinstance(value, list):
            self.refuse(key, f"must be a list in brackets, not {kind_of(value)}")
        return [read(f"{key} {number}", entry) for number, entry in enumerate(value, start=1)]

    def table(self, key: str) -> "Table | None":
        """Return a table inside this one; None where the key is left out."""
        return self.inside(self.content[key], key) if self.has(key) else None

    def tables(self, key: str) -> "list[Table] | None":
        """Return the tables of `[[…]]` inside this one; None where there are none."""
        return self.list_of(key, lambda place, entry: self.inside(entry, place))

    def name(self, place: str) -> None:
        """Go by a name instead of a number from here on."""
        self.place = place

    def finish(self) -> None:
        """Refuse a key that nobody has asked for."""
        for key in self.content:
            if key not in self.known:
                close = get_close_matches(key, self.known, n=1)
                hint = f"; did you mean “{close[0]}”?" if close else f"; known are {', '.join(sorted(set(self.known)))}"
                raise DeclarationError(
                    f"{self.place}: “{key}” is not known{hint}{'' if close else '.'}".removeprefix(": ")
                )

    def inside(self, content: Any, place: str) -> "Table":
        """Return a table that stands in this one."""
        return Table(content, f"{self.place}, {place}" if self.place else place)


def doubles(values: list[str]) -> Iterator[str]:
    """Yield what stands in a list a second time."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            yield value
        seen.add(value)


def shown(value: Any) -> str:
    """Write a value as it could stand in the file, cut where it is long."""
    if isinstance(value, str):
        return f"“{value[:60]}”"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)[:60] if isinstance(value, int | float) else kind_of(value)


def kind_of(value: Any) -> str:
    """Name the kind of a TOML value."""
    kinds = ((bool, "a boolean"), (str, "a text"), (int | float, "a number"), (list, "a list"), (dict, "a table"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "a date or a time")
