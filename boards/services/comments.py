"""Saying something about an item. Comments leave its version alone: they stand beside its fields."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from boards.models import Change, Comment, Item
from boards.services.errors import SaidAtSourceError
from boards.services.record import (
    Edit,
    announce_edits,
    changes_of,
    open_edit,
    refuse_archived_board,
    refuse_trash,
)
from boards.services.values import checked_text
from teams.actors import Actor

MAX_COMMENT = 100_000


@transaction.atomic
def add_comment(*, item: Item, body: str, by: Actor, at: datetime) -> Comment:
    """Say something about an item."""
    text = checked_text("body", body, limit=MAX_COMMENT, required=True, lines=True)
    edit = open_edit(item=item, at=at)
    refuse_trash(edit, archived=False)
    comment = Comment.objects.create(item=edit.item, author=by.person, body=text, created_at=edit.at)
    note_beside(edit, "comment", None, _said(comment), by=by)
    return comment


@transaction.atomic
def edit_comment(*, comment: Comment, body: str, by: Actor, at: datetime) -> Comment:
    """Change what was said; the history keeps both."""
    text = checked_text("body", body, limit=MAX_COMMENT, required=True, lines=True)
    edit = open_edit(item=comment.item_id, at=at)
    refuse_trash(edit, archived=False)
    current = Comment.objects.kept().get(pk=comment.pk)
    _refuse_of_source(current)
    if current.body != text:
        before = _said(current)
        current.body, current.edited_at = text, edit.at
        current.save(update_fields=["body", "edited_at"])
        note_beside(edit, "comment", before, _said(current), by=by)
    return current


@transaction.atomic
def delete_comment(*, comment: Comment, by: Actor, at: datetime) -> None:
    """Take a comment away; the history keeps it."""
    edit = open_edit(item=comment.item_id, at=at)
    refuse_archived_board(edit.board)
    current = Comment.objects.kept().filter(pk=comment.pk).first()
    if current is not None:
        _refuse_of_source(current)
        current.deleted_at = edit.at
        current.save(update_fields=["deleted_at"])
        note_beside(edit, "comment", _said(current), None, by=by)


@transaction.atomic
def restore_comment(*, comment: Comment, by: Actor, at: datetime) -> Comment:
    """Bring a comment back that was taken away."""
    edit = open_edit(item=comment.item_id, at=at)
    refuse_trash(edit, archived=False)
    current = Comment.objects.get(pk=comment.pk)
    _refuse_of_source(current)
    if current.deleted_at is not None:
        current.deleted_at = None
        current.save(update_fields=["deleted_at"])
        note_beside(edit, "comment", None, _said(current), by=by)
    return current


def note_beside(edit: Edit, field: str, before: object, after: object, *, by: Actor) -> None:
    """Write down a change beside an item's fields: it leads to no new version."""
    edit.changes = [(field, before, after)]
    Change.objects.bulk_create(changes_of(edit, by=by, recorded_at=edit.at))
    announce_edits([edit], by=by)


def _refuse_of_source(comment: Comment) -> None:
    """Refuse to change what the source would change back."""
    if comment.is_of_source:
        raise SaidAtSourceError(_("This was said at the item's source; change it there."))


def _said(comment: Comment) -> dict[str, object]:
    return {"id": comment.pk, "body": comment.body}
