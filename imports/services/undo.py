"""Undoing an import: the items that it made go into the trash, but for those on which somebody has worked since.

It is a job of short steps, like the import itself: each commits the items that it took back together with its place,
under the lease of the import's row, so that a worker that dies loses and doubles nothing. Open boards are told once.
"""

from datetime import datetime
from typing import Final

from celery import current_app
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from boards.models import Change, Item, Timer
from boards.services.bulk import take_back_items
from boards.services.errors import BoardArchivedError
from boards.services.feed import announce, announce_many
from boards.services.record import lock_items, refuse_archived_board
from imports.models import Import
from imports.services.errors import NotUndoableError
from imports.services.leases import ATTEMPTS, LEASE
from teams.actors import Actor, Via

AT_ONCE: Final = 1000


def untouched_items(batch: Import) -> QuerySet[Item]:
    """Return the items of an import that stand as it, and rules after it, have left them."""
    return _made_by(batch).filter(~_worked_on())


def worked_on_items(batch: Import) -> QuerySet[Item]:
    """Return the items of an import that stay when it is undone, since something was done with them."""
    return _made_by(batch).filter(_worked_on())


@transaction.atomic
def begin_undo(*, batch: Import, by: Actor, at: datetime) -> Import:
    """Let a worker take back the items that an import made, to be had back from the trash."""
    job = Import.objects.select_for_update(of=("self",)).select_related("board").get(pk=batch.pk)
    if not job.can_be_undone:
        raise NotUndoableError(_("There is nothing of this import to be taken back."))
    refuse_archived_board(job.board)
    job.undo_asked_at, job.undo_by, job.undo_token = at, by.person, by.token
    job.undo_cursor, job.undo_problem, job.attempts, job.lease_owner, job.lease_until = 0, "", 0, "", None
    job.save()
    transaction.on_commit(lambda: current_app.signature("imports.tasks.run_undo", args=[job.pk]).delay(), robust=True)
    return job


@transaction.atomic
def undo_step(*, import_id: int, owner: str, at: datetime) -> bool:
    """Take back the next items; False where this worker has nothing more to do."""
    locked = Import.objects.being_undone().select_for_update(of=("self",)).filter(pk=import_id, lease_owner=owner)
    job = locked.select_related("board", "undo_by", "undo_token").first()
    if job is None:
        return False
    if problem := _problem(job):
        _stop(job, problem, at)
        return False
    job.lease_until, job.attempts = at + LEASE, 0
    behind = untouched_items(job).filter(pk__gt=job.undo_cursor).order_by("pk")
    ids = list(behind.values_list("pk", flat=True)[:AT_ONCE])
    taken = _take_back(job, ids, at)
    is_first, is_last = job.taken_back == 0 and job.undo_cursor == 0, len(ids) < AT_ONCE
    job.taken_back += len(taken)
    job.undo_cursor = ids[-1] if ids else job.undo_cursor
    if is_last:
        _end(job, taken if is_first else None, at)
    job.save()
    return not is_last


def _take_back(job: Import, ids: list[int], at: datetime) -> list[int]:
    items = {item.pk: item for item in lock_items(ids)}
    # Somebody may have begun to work on one while its lock was waited for.
    still = list(untouched_items(job).filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
    take_back_items(items=[items[pk] for pk in still], by=_actor(job), at=at)
    return still


def _end(job: Import, items: list[int] | None, at: datetime) -> None:
    """Say that the undoing is over: of one that took several steps without naming the items."""
    job.undone_at, job.lease_owner, job.lease_until = at, "", None
    if items:
        announce(items={job.board_id: items}, by=_actor(job), at=at)
    elif items is None:
        announce_many(board_id=job.board_id, by=_actor(job), at=at)


def _stop(job: Import, problem: str, at: datetime) -> None:
    """Let what is left stand; it can be undone once more."""
    job.undo_asked_at, job.undo_problem, job.lease_owner, job.lease_until = None, problem, "", None
    if job.taken_back:
        announce_many(board_id=job.board_id, by=_actor(job), at=at)
    job.save()


def _problem(job: Import) -> str:
    if job.board.archived_at is not None:
        return BoardArchivedError(job.board.name).message
    if job.attempts > ATTEMPTS:
        return _("Undoing has stopped because of an error of this server.")
    return ""


def _actor(job: Import) -> Actor:
    return Actor(person=job.undo_by, token=job.undo_token, via=Via.API if job.undo_token else Via.PAGE)


def _made_by(batch: Import) -> QuerySet[Item]:
    return Item.objects.filter(ticket__batch=batch, board=batch.board_id, deleted_at__isnull=True)


def _worked_on() -> Q:
    """Anything that was done but by a rule; what the import itself wrote is of the first version."""
    by_import = Q(via=Via.IMPORT.value, version=1)
    changes = Change.objects.filter(item=OuterRef("pk")).exclude(by_import | Q(via=Via.RULE.value))
    return Q(Exists(changes)) | Q(Exists(Timer.objects.filter(item=OuterRef("pk")))) | Q(archived_at__isnull=False)
