"""Logging work: who worked on an item, from when to when. Logs leave its version alone, as comments do."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from boards.models import Item, WorkLog
from boards.queries import board_at
from boards.services.comments import note_beside
from boards.services.errors import invalid
from boards.services.record import open_edit, plain, refuse_archived_board, refuse_trash
from boards.services.values import checked_text, resolve_person
from teams.actors import Actor
from teams.models import Person

MAX_NOTE = 10_000
EDITABLE = frozenset({"person", "started_at", "ended_at", "note"})


@transaction.atomic
def add_log(
    *,
    item: Item,
    person: Person | str,
    started_at: datetime,
    ended_at: datetime,
    by: Actor,
    at: datetime,
    note: str = "",
    source: str = "",
) -> WorkLog:
    """Log that a person (or the one with this e-mail) worked on an item in `[started_at, ended_at)`.

    It counts for the board that the item was on when the work began.
    """
    text = checked_text("note", note, limit=MAX_NOTE, lines=True)
    who = _person(person, board_id=item.board_id, at=at)
    edit = open_edit(item=item, at=at)
    refuse_trash(edit, archived=False)
    log = WorkLog(item=edit.item, person=who, started_at=started_at, ended_at=ended_at, note=text, source=source)
    log.created_at = edit.at
    _check(log)
    log.board = board_at(edit.item, started_at)
    log.save()
    note_beside(edit, "log", None, logged(log), by=by)
    return log


@transaction.atomic
def edit_log(*, log: WorkLog, changes: Mapping[str, Any], by: Actor, at: datetime) -> WorkLog:
    """Change person, started_at, ended_at or note of a log; the history keeps both."""
    if unknown := sorted(set(changes) - EDITABLE):
        raise invalid(unknown[0], _("There is no such field that can be changed."))
    found = {"person": _person(changes["person"], board_id=log.board_id, at=at)} if "person" in changes else {}
    edit = open_edit(item=log.item_id, at=at)
    refuse_trash(edit, archived=False)
    current = WorkLog.objects.kept().select_related("person").get(pk=log.pk)
    before = logged(current)
    for name, value in {**changes, **found}.items():
        setattr(current, name, value)
    current.note = checked_text("note", current.note, limit=MAX_NOTE, lines=True)
    _check(current)
    if logged(current) != before:
        current.board = board_at(edit.item, current.started_at)
        current.save(update_fields=[*EDITABLE, "board"])
        note_beside(edit, "log", before, logged(current), by=by)
    return current


@transaction.atomic
def delete_log(*, log: WorkLog, by: Actor, at: datetime) -> None:
    """Take a log away: it counts no more; the history keeps it."""
    edit = open_edit(item=log.item_id, at=at)
    refuse_archived_board(edit.board)
    current = WorkLog.objects.kept().select_related("person").filter(pk=log.pk).first()
    if current is not None:
        current.deleted_at = edit.at
        current.save(update_fields=["deleted_at"])
        note_beside(edit, "log", logged(current), None, by=by)


@transaction.atomic
def restore_log(*, log: WorkLog, by: Actor, at: datetime) -> WorkLog:
    """Bring a log back that was taken away."""
    edit = open_edit(item=log.item_id, at=at)
    refuse_trash(edit, archived=False)
    current = WorkLog.objects.select_related("person").get(pk=log.pk)
    if current.deleted_at is not None:
        current.deleted_at = None
        current.save(update_fields=["deleted_at"])
        note_beside(edit, "log", None, logged(current), by=by)
    return current


def logged(log: WorkLog) -> dict[str, object]:
    """Return a log as a Change keeps it."""
    return {
        "id": log.pk,
        "person": plain(log.person),
        "started_at": plain(log.started_at),
        "ended_at": plain(log.ended_at),
        "note": log.note,
    }


def _person(value: Person | str | None, *, board_id: int, at: datetime) -> Person:
    """Find or make the person, before the item is locked, as `items` does."""
    person = resolve_person(value, board_id=board_id, at=at, field="person")
    if person is None:
        raise invalid("person", _("A log needs the person who worked."))
    return person


def _check(log: WorkLog) -> None:
    for name in ("started_at", "ended_at"):
        if timezone.is_naive(getattr(log, name)):
            raise invalid(name, _("A time needs its zone, as in 2026-11-23T09:00:00Z."))
    if log.ended_at <= log.started_at:
        raise invalid("ended_at", _("The end has to be after the start."))
