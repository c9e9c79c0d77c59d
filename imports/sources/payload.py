"""Reading parts of a payload of which nothing is sure: what is not of the expected shape reads as absent."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from imports.fields import LABELS, NAME_LENGTH, TITLE_LENGTH, RefusedValueError, parse_time

LARGEST: Final = 2**53


def inner(value: object, *names: str) -> Mapping[str, Any]:
    """Return the object at the end of a path of names, empty where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def objects(value: object) -> list[Mapping[str, Any]]:
    """Return the objects in a list."""
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def text(value: object) -> str:
    """Return a text, empty where it is none."""
    return value.strip() if isinstance(value, str) else ""


def identifier(value: object) -> str:
    """Return a number or a text by which a source knows something, as text; empty where it is neither."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)


def title_of(*candidates: object) -> str:
    """Return the first that says something, in one line, cut to what a title can hold."""
    whole = next((found for candidate in candidates if (found := " ".join(text(candidate).split()))), "")
    return whole if len(whole) <= TITLE_LENGTH else whole[: TITLE_LENGTH - 1] + "…"


def name_of(value: object) -> str:
    """Return a service or label, cut to what one can hold."""
    return text(value)[:NAME_LENGTH]


def labels_of(values: object) -> list[str]:
    """Return texts as labels, as many as a ticket can have."""
    names = [name_of(value) for value in values] if isinstance(values, list) else []
    return list(dict.fromkeys(name for name in names if name))[:LABELS]


def web_address(value: object) -> str:
    """Return an address of the web, empty where it is none."""
    found = text(value)
    return found if found.startswith(("http://", "https://")) and len(found) <= 2_000 else ""


def time_of(value: object) -> str | None:
    """Return an RFC 3339 time in UTC, None where it cannot be read; also reads “2017-09-15 16:50:55 UTC”."""
    found = text(value)
    if found.endswith(" UTC"):
        found = found.removesuffix(" UTC").replace(" ", "T", 1) + "Z"
    try:
        return parse_time(found).isoformat()
    except RefusedValueError:
        return None


def time_of_seconds(value: object) -> str | None:
    """Return the time of Unix seconds, None where there is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 2**33:
        return None
    return datetime.fromtimestamp(value, UTC).isoformat()


def hours_of(seconds: object) -> float | None:
    """Return seconds as hours, None where there are none."""
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 < seconds < LARGEST:
        return None
    return seconds / 3600


def given(**row: Any) -> dict[str, Any]:
    """Return a row without what the source does not say; what is empty on purpose is put in afterwards."""
    return {name: value for name, value in row.items() if value is not None and value not in ("", [])}
