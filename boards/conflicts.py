"""Two people at one item: what a writer really changed, and what stands against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from boards.forms import label_names
from boards.models import Change, Item
from boards.services.errors import StaleError
from boards.services.record import plain

TEXTS = frozenset({"title", "description", "service", "labels", "blocked_reason"})


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that two people changed: both texts, so that neither is lost."""

    name: str
    theirs: Any
    yours: Any
    sentence: str
    typed: list[str]

    @property
    def is_text(self) -> bool:
        """Whether the two can be merged by hand."""
        return self.name in TEXTS

    @property
    def merged(self) -> str:
        """What merging begins with: theirs, and below it, where the field has lines, yours."""
        mine = self.typed[0] if self.typed else ""
        if self.name == "labels":
            names = {*(self.theirs or []), *(name.strip() for name in mine.split(",") if name.strip())}
            return ", ".join(sorted(names))
        return f"{self.theirs}\n\n{mine}" if self.name == "description" and self.theirs and mine else mine


def changed_fields(*, item: Item, cleaned: Mapping[str, Any], version: int) -> dict[str, Any]:
    """Return those of the posted values that differ from what the writer saw at `version`.

    A form posts all its fields; one that the writer left alone, and somebody else changed meanwhile, is no change.
    """
    current = current_values(item)
    later = Change.objects.filter(item=item, version__gt=version, field__in=list(cleaned)).order_by("-version", "-pk")
    seen = {**current, **{change.field: change.before for change in later}}
    return {name: value for name, value in cleaned.items() if _comparable(value) != _comparable(seen[name])}


def current_values(item: Item) -> dict[str, Any]:
    """Return the fields of an item as changes keep them."""
    names = ("title", "description", "service", "priority", "due_date", "estimate_hours", "blocked_reason")
    rows = ("column", "assignee", "toil_type")
    flags = ("is_interrupt", "is_blocked")
    return {
        "labels": label_names(item),
        **{name: plain(getattr(item, name)) for name in (*names, *rows, *flags)},
    }


def conflicts_of(
    *, item: Item, error: StaleError, changes: Mapping[str, Any], typed: Mapping[str, str]
) -> list[Conflict]:
    """Put theirs and yours side by side, for the fields that a stale edit crosses in."""
    now = current_values(item)
    return [
        Conflict(
            name=name,
            theirs=now.get(name),
            yours=plain(changes.get(name)),
            sentence=" ".join(sentences),
            typed=[typed.get(name, "")],
        )
        for name, sentences in error.fields.items()
    ]


def _comparable(value: Any) -> Any:
    value = plain(value)
    if isinstance(value, dict):
        return value.get("id")
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    return value
