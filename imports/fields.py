"""How one value of a ticket is read: it becomes what we keep, or a sentence that says what is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, TypeAlias

from django.utils.translation import gettext as _

Reader: TypeAlias = Callable[[object], Any]

TITLE_LENGTH: Final = 500
TEXT_LENGTH: Final = 100_000
ID_LENGTH: Final = 255
LIST_LENGTH: Final = 10_000
LABELS: Final = 100
NAME_LENGTH: Final = 100
URL_LENGTH: Final = 2_000
HOURS: Final = 100_000.0
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)


class RefusedValueError(ValueError):
    """A value that a field cannot take; the message is a sentence for whoever sent it."""


def parse_time(value: object) -> datetime:
    """Read an RFC 3339 time with an offset; the answer is in UTC."""
    if not isinstance(value, str):
        raise RefusedValueError(_("A time is text such as 2026-11-23T09:00:00Z."))
    try:
        moment = datetime.fromisoformat(value.upper())
    except ValueError:
        raise RefusedValueError(
            _("“%(value)s” is not a time such as 2026-11-23T09:00:00Z.") % {"value": _shown(value)}
        ) from None
    if moment.tzinfo is None:
        raise RefusedValueError(
            _("“%(value)s” has no time zone: write an offset, such as Z or +09:00, behind it.")
            % {"value": _shown(value)}
        )
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        moment = datetime.min.replace(tzinfo=UTC)
    if moment < EARLIEST:
        raise RefusedValueError(_("“%(value)s” is before 1970.") % {"value": _shown(value)})
    return moment


def safe_name(name: object) -> str:
    """Return a name that was sent, short and harmless enough to be shown."""
    text = str(name).encode("utf-8", "replace").decode()
    return text.replace("\0", "�")[:NAME_LENGTH]


def _shown(value: str) -> str:
    return safe_name(value if len(value) <= 40 else value[:40] + "…")


def _text(value: object, *, longest: int) -> str:
    """Return text that a database can keep and that is not too long."""
    if not isinstance(value, str):
        raise RefusedValueError(_("This has to be text."))
    if len(value) > longest:
        raise RefusedValueError(
            _("This may have at most %(longest)d characters; it has %(length)d.")
            % {"longest": longest, "length": len(value)}
        )
    if "\0" in value:
        raise RefusedValueError(_("This may not hold NUL characters."))
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise RefusedValueError(_("This holds half of a character (a lone surrogate).")) from None
    return value


def required_text(longest: int) -> Reader:
    """Return a reader of text that has to be there."""

    def read(value: object) -> str:
        if value is None:
            raise RefusedValueError(_("This field is required."))
        text = _text(value, longest=longest).strip()
        if not text:
            raise RefusedValueError(_("This field may not be empty."))
        return text

    return read


def optional_text(longest: int) -> Reader:
    """Return a reader of text that may be empty; null is empty."""

    def read(value: object) -> str:
        return "" if value is None else _text(value, longest=longest)

    return read


def word(longest: int) -> Reader:
    """Return a reader of text that says nothing when it is empty or null."""

    def read(value: object) -> str | None:
        return None if value is None else _text(value, longest=longest).strip() or None

    return read


def choice(choices: Sequence[str]) -> Reader:
    """Return a reader of one of these words; null says nothing."""

    def read(value: object) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str) or value not in choices:
            raise RefusedValueError(_("This has to be one of %(choices)s.") % {"choices": ", ".join(choices)})
        return value

    return read


def read_url(value: object) -> str:
    """Read a web address."""
    text = "" if value is None else _text(value, longest=URL_LENGTH).strip()
    if text and not text.startswith(("http://", "https://")):
        raise RefusedValueError(_("An address has to begin with http:// or https://."))
    return text


def read_labels(value: object) -> list[str]:
    """Read labels as a sorted list without repeats; null is none."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise RefusedValueError(_("Labels have to be a list of texts."))
    if len(value) > LABELS:
        raise RefusedValueError(_("A ticket may have at most %(longest)d labels.") % {"longest": LABELS})
    names = (_text(label, longest=NAME_LENGTH).strip() for label in value)
    return sorted({name for name in names if name})


def read_flag(value: object) -> bool | None:
    """Read true or false; null says nothing."""
    if value is not None and not isinstance(value, bool):
        raise RefusedValueError(_("This has to be true or false."))
    return value


def read_hours(value: object) -> float | None:
    """Read a number of hours."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise RefusedValueError(_("This has to be a number of hours."))
    if not 0 <= value <= HOURS:
        raise RefusedValueError(_("This has to be from 0 to 100,000 hours."))
    return float(value)


def read_date(value: object) -> str | None:
    """Read a date, and give it as text again."""
    if value is None:
        return None
    try:
        if isinstance(value, str) and len(value) == len("2026-11-23"):
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise RefusedValueError(_("A date is text such as 2026-11-23."))


def read_time(value: object) -> datetime | None:
    """Read a time; null says nothing."""
    return None if value is None else parse_time(value)


def _objects(value: object, names: frozenset[str]) -> list[Mapping[str, Any]]:
    if not isinstance(value, list):
        raise RefusedValueError(_("This has to be a list of objects."))
    if len(value) > LIST_LENGTH:
        raise RefusedValueError(_("This may have at most %(longest)d entries.") % {"longest": LIST_LENGTH})
    for number, entry in enumerate(value, start=1):
        if not isinstance(entry, dict):
            raise RefusedValueError(_("Entry %(number)d is not an object.") % {"number": number})
        for name in entry:
            if name not in names:
                raise RefusedValueError(
                    _("Entry %(number)d has “%(name)s”; an entry has %(names)s.")
                    % {
                        "number": number,
                        "name": safe_name(name),
                        "names": ", ".join(sorted(names)),
                    }
                )
    return value


def read_entries(value: object, names: frozenset[str], read: Callable[[Mapping[str, Any]], Any]) -> list[Any]:
    """Read each entry of a list; a refused one is named by its number (from 1) and its field."""
    found = []
    for number, entry in enumerate(_objects(value, names), start=1):
        try:
            found.append(read(entry))
        except RefusedValueError as error:
            raise RefusedValueError(_("Entry %(number)d: %(message)s") % {"number": number, "message": error}) from None
    return found
