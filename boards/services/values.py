"""What the fields of an item may hold: every writer's values pass here, and get a sentence where they cannot stay."""

import math
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _

from boards.models import Classification, Column, Label, Priority, ToilType
from boards.services.errors import invalid, invalid_fields
from teams.errors import InvalidError
from teams.models import Handle, Person, Team
from teams.services.people import by_second_address, find_or_make_person, hold_people

MAX_DESCRIPTION: Final = 100_000
MAX_LABELS: Final = 100
MAX_ESTIMATE_HOURS: Final = 1_000_000.0
MAX_ID: Final = 2**63 - 1


class _Unfit(Exception):  # noqa: N818 - caught in this module, where it becomes a field's sentence
    """The sentence that says why a value cannot stay."""


def clean_text(value: object, *, limit: int, required: bool = False, lines: bool = False) -> str:
    """Return text without space around it; raises the sentence where it is none, too long or holds a NUL."""
    if not isinstance(value, str):
        raise _Unfit(_("This has to be text."))
    if "\0" in value:
        raise _Unfit(_("A NUL character cannot be stored; take it out."))
    text = value.strip()
    if not lines:
        text = " ".join(text.splitlines())
    if required and not text:
        raise _Unfit(_("This must not be empty."))
    if len(text) > limit:
        raise _Unfit(
            _("This has %(length)d characters; %(limit)d are allowed.") % {"length": len(text), "limit": limit}
        )
    return text


def checked_text(field: str, value: object, *, limit: int, required: bool = False, lines: bool = False) -> str:
    """Return text as `clean_text` does, or raise the InvalidError of the field."""
    try:
        return clean_text(value, limit=limit, required=required, lines=lines)
    except _Unfit as problem:
        raise invalid(field, str(problem)) from problem


def clean_item(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes with every value in the form in which it is stored; says all that is wrong at once.

    `assignee`, `toil_type`, `column` and `board` may be rows, or what `resolve_…` takes; they are left as they are.
    """
    cleaned: dict[str, Any] = {}
    problems: dict[str, list[str]] = {}
    for name, value in changes.items():
        clean = _CLEANERS.get(name)
        if clean is None:
            problems[name] = [_("There is no such field that can be changed.")]
            continue
        try:
            cleaned[name] = clean(value)
        except _Unfit as problem:
            problems[name] = [str(problem)]
    if problems:
        raise invalid_fields(problems)
    return cleaned


def resolve_person(
    value: Person | str | None, *, at: datetime, board_id: int | None = None, field: str = "assignee"
) -> Person | None:
    """Return the person that an e-mail names, in any case; who is unknown becomes a person without a login.

    It may be a second address, by which the team of the board knows somebody since two were merged.
    """
    if value is None:
        return None
    if isinstance(value, Person):
        return _held(value, field)
    if not value.strip():
        return None
    if "\0" in value:
        raise invalid(field, _("A NUL character cannot be stored; take it out."))
    address, handles = value.strip().lower(), Handle.objects.filter(team__boards=board_id)
    if board_id is not None and (known := by_second_address([address], among=handles).get(address)) is not None:
        return _held(known, field)
    try:
        return _held(find_or_make_person(email=value, at=at), field)
    except InvalidError as error:
        raise invalid(field, error.message) from error


def _held(person: Person, field: str) -> Person:
    """Keep a person from being merged into another one before the reference to them is written."""
    if not hold_people([person.pk]):
        told = _("%s is one person with somebody else by now: choose again.") % person.display_name
        raise invalid(field, told)
    return person


def resolve_toil_type(value: ToilType | str | int | None, *, team: Team) -> ToilType | None:
    """Return the team's toil type with this name or id."""
    if value is None or value == "":
        return None
    types = ToilType.objects.filter(team=team)
    if isinstance(value, ToilType):
        found = value if value.team_id == team.pk else None
    elif isinstance(value, bool):
        found = None
    elif isinstance(value, int):
        found = types.filter(pk=value).first() if 0 < value <= MAX_ID else None
    else:
        found = None if "\0" in value else types.filter(name=value.strip()).first()
    if found is None:
        raise invalid("toil_type", _("The team has no toil type “%s”.") % value)
    return found


def hold_toil_types(ids: Collection[int]) -> set[int]:
    """Return those of these toil types that are there, and keep them from being deleted until the transaction ends.

    Who deletes one locks it before its items: hold it before items that have it already.
    """
    if not ids:
        return set()
    if connection.vendor != "postgresql":
        return set(ToilType.objects.filter(pk__in=ids).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM boards_toiltype WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE", [sorted(ids)])
        return {row[0] for row in cursor.fetchall()}


def resolve_labels(names: list[str], *, team: Team) -> list[Label]:
    """Return the team's labels with these names, making those that are new."""
    known = {label.name: label for label in Label.objects.filter(team=team, name__in=names)}
    if missing := [name for name in names if name not in known]:
        Label.objects.bulk_create([Label(team=team, name=name) for name in missing], ignore_conflicts=True)
        known |= {label.name: label for label in Label.objects.filter(team=team, name__in=missing)}
    return [known[name] for name in names]


def _text(limit: int, *, required: bool = False, lines: bool = False) -> Callable[[object], str]:
    def clean(value: object) -> str:
        return clean_text("" if value is None and not required else value, limit=limit, required=required, lines=lines)

    return clean


def _one_of(values: list[str]) -> Callable[[object], str]:
    def clean(value: object) -> str:
        if value not in values:
            raise _Unfit(_("This has to be one of %s.") % ", ".join(values))
        return str(value)

    return clean


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Unfit(_("This has to be true or false."))
    return value


def _hours(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _Unfit(_("This has to be a number of hours."))
    if not 0 <= value <= MAX_ESTIMATE_HOURS:
        raise _Unfit(_("This has to be from 0 to a million hours."))
    return float(value)


def _day(value: object) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise _Unfit(_("This has to be a day, as in 2026-11-23."))


def _address(value: object) -> str:
    text = clean_text("" if value is None else value, limit=2000)
    if text and (not text.lower().startswith(("http://", "https://")) or not text.isprintable() or " " in text):
        raise _Unfit(_("This has to be an address that begins with http:// or https://."))
    return text


def _label_names(value: object) -> list[str]:
    if not isinstance(value, list | tuple | set | frozenset):
        raise _Unfit(_("This has to be a list of names."))
    names = sorted({clean_text(name, limit=100, required=True) for name in value})
    if len(names) > MAX_LABELS:
        raise _Unfit(_("An item has at most %d labels.") % MAX_LABELS)
    return names


def _as_it_is(value: object) -> object:
    return value


def _column(value: object) -> Column:
    if not isinstance(value, Column):
        raise _Unfit(_("This has to be a column."))
    return value


_CLEANERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "title": _text(500, required=True),
    "description": _text(MAX_DESCRIPTION, lines=True),
    "classification": _one_of(list(Classification.values)),
    "service": _text(100),
    "labels": _label_names,
    "assignee": _as_it_is,
    "toil_type": _as_it_is,
    "is_interrupt": _flag,
    "priority": _one_of(list(Priority.values)),
    "estimate_hours": _hours,
    "due_date": _day,
    "is_blocked": _flag,
    "blocked_reason": _text(500),
    "source": _text(50),
    "external_id": _text(255),
    "url": _address,
    "column": _column,
}
