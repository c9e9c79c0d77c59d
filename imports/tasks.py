"""What the worker does for the imports room."""

from time import monotonic
from uuid import uuid4

from celery import shared_task
from django.utils import timezone

from imports.models import Connection, Import
from imports.services.deliveries import (
    claim_connection,
    forget_deliveries,
    next_delivery,
    release_connection,
    reserve_connections,
    work_off,
)
from imports.services.jobs import forget_old, give_up, next_rows, rows_of, step
from imports.services.leases import claim, claim_undo, release, reserve_due, reserve_undoing
from imports.services.replies import tell_outcome
from imports.services.undo import undo_step

# Well below the visibility timeout of the broker, so that no job is handed out twice while it runs.
SECONDS = 60


@shared_task
def tick() -> None:
    """Do what is due in the imports room; beat calls it every few seconds."""
    now = timezone.now()
    for import_id in reserve_due(at=now):
        run_import.delay(import_id)
    for import_id in reserve_undoing(at=now):
        run_undo.delay(import_id)
    for connection_id in reserve_connections(at=now):
        run_deliveries.delay(connection_id)
    forget_old(at=now)
    forget_deliveries(at=now)


@shared_task
def run_import(import_id: int) -> None:
    """Go on with a job, step by step; what takes longer than a task should goes on in the next one."""
    owner = uuid4().hex
    if not claim(import_id=import_id, owner=owner, at=timezone.now()):
        return
    batch: Import | None = Import.objects.get(pk=import_id)
    if batch is None or give_up(batch=batch, at=timezone.now()):
        return
    deadline, phase = monotonic() + SECONDS, None
    while batch is not None:
        if batch.phase != phase:
            rows, phase = rows_of(batch), batch.phase
        taken = next_rows(rows, byte=batch.cursor_byte)
        batch = step(batch=batch, rows=taken, owner=owner, at=timezone.now())
        if batch is not None and monotonic() > deadline:
            release(import_id=import_id, owner=owner)
            run_import.delay(import_id)
            return


@shared_task
def run_undo(import_id: int) -> None:
    """Take back what an import made, step by step; what takes longer than a task should goes on in the next one."""
    owner = uuid4().hex
    if not claim_undo(import_id=import_id, owner=owner, at=timezone.now()):
        return
    deadline = monotonic() + SECONDS
    while undo_step(import_id=import_id, owner=owner, at=timezone.now()):
        if monotonic() > deadline:
            release(import_id=import_id, owner=owner)
            run_undo.delay(import_id)
            return


@shared_task
def tell_sender(delivery_id: int) -> None:
    """Tell who waits for word of a delivery what became of it; what cannot be told any more is let be."""
    tell_outcome(delivery_id=delivery_id, at=timezone.now())


@shared_task
def run_deliveries(connection_id: int) -> None:
    """Work off what a source has sent, oldest first; what takes longer than a task should goes on in the next one."""
    owner = uuid4().hex
    if not claim_connection(connection_id=connection_id, owner=owner, at=timezone.now()):
        return
    deadline = monotonic() + SECONDS
    while (delivery_id := next_delivery(connection_id=connection_id)) is not None:
        if not work_off(delivery_id=delivery_id, owner=owner, at=timezone.now()):
            return
        if monotonic() > deadline:
            break
    release_connection(connection_id=connection_id, owner=owner)
    # What came while the lease was held and after the last look was told to nobody who could take it.
    if Connection.objects.with_work().filter(pk=connection_id).exists():
        run_deliveries.delay(connection_id)
