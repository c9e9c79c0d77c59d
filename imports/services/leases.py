"""Who works on a job: one worker at a time, and another one when that has died."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Least

from imports.models import Import, State

LEASE: Final = timedelta(seconds=30)
ATTEMPTS: Final = 5
MOST_ATTEMPTS: Final = 1_000


def claim(*, import_id: int, owner: str, at: datetime) -> bool:
    """Take a job whose lease is free or has run out; False when somebody else has it or it is over."""
    return bool(_claimed(Import.objects.unfinished(), import_id, owner=owner, at=at, state=State.RUNNING))


def claim_undo(*, import_id: int, owner: str, at: datetime) -> bool:
    """Likewise take an import that is being undone."""
    return bool(_claimed(Import.objects.being_undone(), import_id, owner=owner, at=at))


def release(*, import_id: int, owner: str) -> None:
    """Give a lease back, so that another worker can go on at once."""
    Import.objects.filter(pk=import_id, lease_owner=owner).update(lease_owner="")


def reserve_due(*, at: datetime) -> list[int]:
    """Return the jobs that nobody works on, and keep them from being returned again until a lease's time is over."""
    return _reserved(Import.objects.unfinished(), at)


def reserve_undoing(*, at: datetime) -> list[int]:
    """Return likewise the imports that are to be undone."""
    return _reserved(Import.objects.being_undone(), at)


def _claimed(batches: QuerySet[Import], import_id: int, *, owner: str, at: datetime, **values: Any) -> int:
    free = Q(lease_owner="") | Q(lease_until__lt=at)
    attempts = Least(F("attempts") + 1, Value(MOST_ATTEMPTS))
    return batches.filter(free, pk=import_id).update(
        lease_owner=owner, lease_until=at + LEASE, attempts=attempts, **values
    )


def _reserved(batches: QuerySet[Import], at: datetime) -> list[int]:
    due = batches.filter(Q(lease_until__isnull=True) | Q(lease_until__lt=at))
    return [
        pk
        for pk in due.order_by("pk").values_list("pk", flat=True)[:100]
        if due.filter(pk=pk).update(lease_owner="", lease_until=at + LEASE)
    ]
