"""Comments of sources: each once by its number there, as it stands there last, and marked as the source's."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from boards.models import Change, Comment, Item
from boards.services.bulk import CHANGE_FIELDS
from boards.services.rows import as_json, insert_rows
from imports.batches import BatchRow, Outcome
from imports.fields import parse_time
from imports.services.known import Target
from imports.sources.comments import UNNUMBERED
from imports.sources.mapped import SourceComment, Talk
from teams.models import Person

A_MINUTE: Final = timedelta(minutes=1)


@dataclass(slots=True)
class Notes:
    """What is to be written beside the comments: (item, before, after, at) for each, as a Change keeps it."""

    changes: list[tuple[int, Any, Any, datetime]]

    def add(self, item: int, before: Any, after: Any, at: datetime) -> None:
        """Write down one."""
        self.changes.append((item, before, after, at))

    @property
    def items(self) -> set[int]:
        """The items that they are on."""
        return {item for item, *__ in self.changes}


def speakers(talks: Sequence[Talk]) -> set[str]:
    """Return everybody who says something."""
    return {comment.author for talk in talks for comment in talk.comments if comment.author and not comment.is_deleted}


def talking(rows: Sequence[BatchRow]) -> list[tuple[int, Talk]]:
    """Return what was said on the items of rows that were taken, or were known already."""
    return [
        (row.item, _as_known(row, row.talk))
        for row in rows
        if row.talk is not None and row.item is not None and row.note != "trash"
    ]


def find_talked_of(*, target: Target, talks: Sequence[Talk]) -> list[tuple[int, Talk]]:
    """Return the items on which something was said, found by their tickets, else by the comments that are known."""
    items = Item.objects.filter(board=target.board, source=target.source)
    by_key = dict(items.filter(external_id__in=[talk.ticket for talk in talks]).values_list("external_id", "pk"))
    found: list[tuple[int, Talk]] = []
    for talk in talks:
        if talk.ticket:
            if talk.ticket in by_key:
                found.append((by_key[talk.ticket], talk))
            continue
        numbers = [told.number for told in talk.comments]
        known = Comment.objects.filter(item__in=items, source=target.source, external_id__in=numbers)
        found.extend((item, talk) for item in known.order_by("item").values_list("item", flat=True).distinct())
    return found


def take_talk(*, target: Target, talks: Sequence[tuple[int, Talk]], people: Mapping[str, Person]) -> set[int]:
    """Write what was said on items that the caller has locked; return those on which something is new.

    What is known in a newer state stays. A comment that was deleted comes back only by what was said of it later.
    """
    if not talks:
        return set()
    here: dict[int, dict[str, Comment]] = defaultdict(dict)
    known = Comment.objects.filter(item__in={item for item, __ in talks}, source=target.source)
    for comment in known.exclude(external_id=""):
        here[comment.item_id][comment.external_id] = comment
    notes, new = Notes([]), []
    for item, talk in talks:
        for told in talk.comments:
            before = here[item].get(told.number) or _known_otherwise(here[item], told)
            if before is not None:
                _update(before, told, target, notes)
            else:
                here[item][told.number] = made = _made(item, told, target, people)
                new.append(made)
        if talk.is_whole and talk.as_of is not None:
            _delete_missing(here[item], talk, target, notes)
    Comment.objects.bulk_create(new)
    for made in new:
        if made.deleted_at is None:
            notes.add(made.item_id, None, said_in(made), made.created_at)
    _note(target, notes)
    return notes.items


def _known_otherwise(here: Mapping[str, Comment], told: SourceComment) -> Comment | None:
    """Return the comment that an export without numbers told of before, or the numbered one that it tells of now.

    Such exports tell the minute only; the words and the time make it the same. A number that comes later is kept.
    """
    at = _time(told.created_at)
    is_numbered = not told.number.startswith(UNNUMBERED)
    for number, comment in here.items():
        is_other = number.startswith(UNNUMBERED) == is_numbered
        if is_other and comment.body == told.body and at and abs(comment.created_at - at) < A_MINUTE:
            if is_numbered and comment.pk is not None:
                comment.external_id = told.number
                comment.save(update_fields=["external_id"])
            return comment
    return None


def said_in(comment: Comment) -> dict[str, object]:
    """Return a comment as a Change keeps it."""
    return {"id": comment.pk, "body": comment.body}


def _as_known(row: BatchRow, talk: Talk) -> Talk:
    """Return a talk; one that is old tells nothing of what is missing in it."""
    is_newest = row.outcome != Outcome.SKIPPED and row.ticket is not None
    return talk._replace(as_of=row.ticket.updated_at if is_newest and row.ticket is not None else None)


def _made(item: int, told: SourceComment, target: Target, people: Mapping[str, Person]) -> Comment:
    """Return a new comment; of one that is deleted already only that it was."""
    created_at, edited_at = _time(told.created_at), _time(told.edited_at)
    return Comment(
        item_id=item,
        author=people.get(told.author) if told.author else None,
        body=told.body,
        created_at=created_at or target.at,
        edited_at=edited_at if edited_at and created_at and edited_at > created_at else None,
        deleted_at=target.at if told.is_deleted else None,
        source=target.source,
        external_id=told.number,
        said_at=edited_at or created_at,
    )


def _update(comment: Comment, told: SourceComment, target: Target, notes: Notes) -> None:
    moment = _time(told.edited_at)
    if told.is_deleted:
        _delete(comment, target, notes)
        return
    is_late = comment.deleted_at is not None and (moment is None or moment <= comment.deleted_at)
    is_old = comment.said_at is not None and moment is not None and moment < comment.said_at
    is_same = comment.deleted_at is None and comment.body == told.body
    if is_late or is_old or is_same:
        return
    before = said_in(comment) if comment.deleted_at is None else None
    comment.body, comment.deleted_at, comment.edited_at = told.body, None, moment or target.at
    comment.said_at = moment or comment.said_at
    comment.save(update_fields=["body", "deleted_at", "edited_at", "said_at"])
    notes.add(comment.item_id, before, said_in(comment), max(comment.edited_at, comment.created_at))


def _delete_missing(here: Mapping[str, Comment], talk: Talk, target: Target, notes: Notes) -> None:
    standing = {told.number for told in talk.comments}
    for number, comment in here.items():
        if number not in standing and talk.as_of is not None and comment.created_at <= talk.as_of:
            _delete(comment, target, notes)


def _delete(comment: Comment, target: Target, notes: Notes) -> None:
    if comment.deleted_at is None and comment.pk is not None:
        comment.deleted_at = target.at
        comment.save(update_fields=["deleted_at"])
        notes.add(comment.item_id, said_in(comment), None, target.at)


def _note(target: Target, notes: Notes) -> None:
    versions = dict(Item.objects.filter(pk__in=notes.items).values_list("pk", "version"))
    by = target.by
    signature = (by.person and by.person.pk, by.token and by.token.pk, str(by.via))
    rows = [
        (item, "comment", as_json(before), as_json(after), at, target.at, *signature, versions[item])
        for item, before, after, at in notes.changes
    ]
    insert_rows(Change, CHANGE_FIELDS, rows)


def _time(moment: str | None) -> datetime | None:
    return parse_time(moment) if moment else None
