"""Undoing an import: the items that it made go into the trash, but for those on which somebody has worked since."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from boards.models import Change, Item, Timer
from boards.services.bulk import take_back_items
from boards.services.feed import announce, together
from boards.services.record import lock_items, refuse_archived_board
from imports.models import Import
from imports.services.errors import NotUndoableError
from teams.actors import Actor, Via

AT_ONCE: Final = 1000


def untouched_items(batch: Import) -> QuerySet[Item]:
    """Return the items of an import that stand as it, and rules after it, have left them."""
    return _made_by(batch).filter(~_worked_on())


def worked_on_items(batch: Import) -> QuerySet[Item]:
    """Return the items of an import that stay when it is undone, since something was done with them."""
    return _made_by(batch).filter(_worked_on())


@transaction.atomic
def undo_import(*, batch: Import, by: Actor, at: datetime) -> Import:
    """Take back the items that an import made: one change on the board, to be had back from the trash."""
    with together():
        job = Import.objects.select_for_update(of=("self",)).select_related("board").get(pk=batch.pk)
        if not job.can_be_undone:
            raise NotUndoableError(_("There is nothing of this import to be taken back."))
        refuse_archived_board(job.board)
        last = 0
        while ids := list(
            untouched_items(job).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
        ):
            locked = {item.pk: item for item in lock_items(ids)}
            # Somebody may have begun to work on one while its lock was waited for.
            still = untouched_items(job).filter(pk__in=ids).order_by("pk").values_list("pk", flat=True)
            items = [locked[pk] for pk in still]
            take_back_items(items=items, by=by, at=at)
            announce(items={job.board_id: [item.pk for item in items]}, by=by, at=at)
            job.taken_back += len(items)
            last = ids[-1]
        job.undone_at = at
        job.save(update_fields=["undone_at", "taken_back"])
    return job


def _made_by(batch: Import) -> QuerySet[Item]:
    return Item.objects.filter(ticket__batch=batch, board=batch.board_id, deleted_at__isnull=True)


def _worked_on() -> Q:
    """Anything that was done but by a rule; what the import itself wrote is of the first version."""
    by_import = Q(via=Via.IMPORT.value, version=1)
    changes = Change.objects.filter(item=OuterRef("pk")).exclude(by_import | Q(via=Via.RULE.value))
    return Q(Exists(changes)) | Q(Exists(Timer.objects.filter(item=OuterRef("pk")))) | Q(archived_at__isnull=False)
