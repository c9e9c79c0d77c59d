"""What connected sources send: kept as it comes, worked off by a task in the order of arrival, replayed, forgotten.

A delivery is a row before its sender is answered, and tasks carry only the connection's id: a crash loses nothing. One
worker at a time has a connection's lease, and a delivery's tickets and outcome are one transaction: nothing is doubled.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from celery import current_app
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from boards.models import Item
from imports.batches import Batch, Outcome, batch_of, refuse_repeats
from imports.fields import parse_time, safe_name
from imports.models import Connection, Delivery, DeliveryOutcome
from imports.readers import Unreadable
from imports.services.errors import DeliveryUnreadableError
from imports.services.known import open_target
from imports.services.occurrences import in_series
from imports.services.record import results_of
from imports.services.take import say_on_items, take_batch
from imports.sources.bodies import payload_of
from imports.sources.kinds import KEPT_HEADERS, KINDS
from imports.sources.mapped import Mapped, Talk
from imports.sources.signatures import Event
from teams.actors import Actor, Via
from teams.errors import ToilTrackerError

LEASE: Final = timedelta(seconds=30)
ATTEMPTS: Final = 5
KEPT_FOR: Final = timedelta(days=14)
FORGOTTEN_AT_ONCE: Final = 500
REFUSAL_EVERY: Final = timedelta(seconds=10)
RESULTS_KEPT: Final = 200


@transaction.atomic
def receive_delivery(
    *, connection: Connection, headers: Mapping[str, str], body: bytes, at: datetime
) -> tuple[Delivery, bool]:
    """Keep what a source sent, once for each number that it gives it; return it, and whether it is new.

    Raises DeliveryUnreadableError where the body is no JSON object.
    """
    payload = payload_of(headers, body)
    if isinstance(payload, Unreadable):
        raise DeliveryUnreadableError(payload.problem)
    kind = KINDS[connection.kind]
    number = _short(kind.delivery_id(headers, payload))
    known = Delivery.objects.filter(connection=connection, sender_id=number) if number else Delivery.objects.none()
    if (delivery := known.first()) is not None:
        return delivery, False
    kept = {name: value.replace("\0", "") for name, value in headers.items() if name in KEPT_HEADERS}
    try:
        with transaction.atomic():
            delivery = Delivery.objects.create(
                connection=connection,
                sender_id=number,
                headers=kept,
                body=body,
                received_at=at,
                event=safe_name(kind.read(headers, payload).name),
            )
    except IntegrityError:  # the same one came twice at once
        return known.get(), False
    enqueue(connection_id=connection.pk)
    return delivery, True


def enqueue(*, connection_id: int) -> None:
    """Tell a worker once it is committed; when the broker cannot be reached, beat does it later."""

    def run() -> None:
        current_app.signature("imports.tasks.run_deliveries", args=[connection_id]).delay()

    transaction.on_commit(run, robust=True)


def claim_connection(*, connection_id: int, owner: str, at: datetime) -> bool:
    """Take a connection whose lease is free or has run out; False when somebody else has it."""
    free = Q(lease_owner="") | Q(lease_until__lt=at)
    claimed = Connection.objects.filter(free, pk=connection_id)
    return bool(claimed.update(lease_owner=owner, lease_until=at + LEASE))


def release_connection(*, connection_id: int, owner: str) -> None:
    """Give a lease back."""
    Connection.objects.filter(pk=connection_id, lease_owner=owner).update(lease_owner="", lease_until=None)


def reserve_connections(*, at: datetime) -> list[int]:
    """Return the connections with work on which nobody is, and do not return them again for a lease's time."""
    due = Connection.objects.with_work().filter(Q(lease_until__isnull=True) | Q(lease_until__lt=at))
    return [
        pk
        for pk in due.order_by("pk").values_list("pk", flat=True)[:100]
        if Connection.objects.filter(Q(lease_until__isnull=True) | Q(lease_until__lt=at), pk=pk).update(
            lease_owner="", lease_until=at + LEASE
        )
    ]


def next_delivery(*, connection_id: int) -> int | None:
    """Return the oldest delivery that waits, and count the attempt, so that one that kills workers is given up."""
    waiting = Delivery.objects.filter(connection=connection_id, state=DeliveryOutcome.WAITING)
    delivery_id = waiting.order_by("pk").values_list("pk", flat=True).first()
    if delivery_id is not None:
        waiting.filter(pk=delivery_id).update(attempts=F("attempts") + 1)
    return delivery_id


@transaction.atomic
def work_off(*, delivery_id: int, owner: str, at: datetime) -> bool:
    """Take the tickets of a delivery; False where this worker has nothing to say about the connection any more."""
    found = Delivery.objects.filter(pk=delivery_id).values_list("connection_id", flat=True)
    locked = Connection.objects.select_for_update(of=("self",)).filter(pk__in=found, lease_owner=owner)
    connection = locked.select_related("board__team").first()
    if connection is None:
        return False
    connection.lease_until = at + LEASE
    connection.save(update_fields=["lease_until"])
    delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
    if not delivery.is_waiting:
        return True
    if delivery.attempts > ATTEMPTS:
        _end(delivery, DeliveryOutcome.FAILED, at, problem=_("It failed again and again by an error of this server."))
        return True
    try:
        with transaction.atomic():
            _take(connection, delivery, at)
    except ToilTrackerError as error:
        _end(delivery, DeliveryOutcome.FAILED, at, problem=error.message)
    return True


@transaction.atomic
def replay_delivery(*, delivery: Delivery) -> None:
    """Let a delivery be worked off once more, from the bytes that came; what it says that is old by now is skipped."""
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryOutcome.WAITING, attempts=0, problem="", results=[], finished_at=None
    )
    enqueue(connection_id=delivery.connection_id)


def note_refusal(*, connection: Connection, message: str, at: datetime) -> None:
    """Remember for the owner that a request was refused; a flood of them is written down every ten seconds."""
    stale = Q(refused_at__isnull=True) | Q(refused_at__lt=at - REFUSAL_EVERY)
    Connection.objects.filter(stale, pk=connection.pk).update(refused_at=at, refusal=message)


def forget_deliveries(*, at: datetime) -> None:
    """Delete what was sent more than two weeks ago and does not wait any more."""
    old = Delivery.objects.filter(received_at__lt=at - KEPT_FOR).exclude(state=DeliveryOutcome.WAITING)
    if ids := list(old.order_by("received_at").values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]):
        Delivery.objects.filter(pk__in=ids).delete()


def event_of(delivery: Delivery, *, kind: str) -> Event:
    """Return what a delivery tells, read from the bytes that came."""
    payload = payload_of(delivery.headers, bytes(delivery.body))
    if isinstance(payload, Unreadable):
        raise DeliveryUnreadableError(payload.problem)
    return KINDS[kind].read(delivery.headers, payload)


def _take(connection: Connection, delivery: Delivery, at: datetime) -> None:
    if connection.board.deleted_at is not None:
        _end(delivery, DeliveryOutcome.FAILED, at, problem=_("The board was put into the trash."))
        return
    event = event_of(delivery, kind=connection.kind)
    tickets = [_ended(mapped, delivery) for mapped in _wanted(connection, event.tickets)]
    if not tickets and event.talk:
        _take_said(connection, delivery, event.talk, at)
        return
    if not tickets:
        problem = event.ignored or _("It tells nothing new of a ticket that is on this board.")
        _end(delivery, DeliveryOutcome.IGNORED, at, problem=problem)
        return
    batch = batch_of(in_series(tickets, board=connection.board, source=connection.source), at=at)
    refuse_repeats(batch.rows, met=set())
    target = open_target(
        board=connection.board, source=connection.source, stages=batch.stages, by=Actor(via=Via.IMPORT), at=at
    )
    take_batch(target=target, batch=batch)
    delivery.results = _results(batch)
    has_failed = any(row.outcome == Outcome.FAILED for row in batch.rows)
    _end(delivery, DeliveryOutcome.FAILED if has_failed else DeliveryOutcome.TAKEN, at)


def _take_said(connection: Connection, delivery: Delivery, talks: Sequence[Talk], at: datetime) -> None:
    """Take what was said on tickets that are here."""
    target = open_target(board=connection.board, source=connection.source, stages={}, by=Actor(via=Via.IMPORT), at=at)
    on_items = say_on_items(target=target, talks=talks)
    if not on_items:
        _end(delivery, DeliveryOutcome.IGNORED, at, problem=_("What was said is on no ticket of this board."))
        return
    delivery.results = [
        {"index": index, "external_id": key, "outcome": outcome.value, "item": item}
        for index, (item, key, outcome) in enumerate(on_items)
    ]
    _end(delivery, DeliveryOutcome.TAKEN, at)


def _wanted(connection: Connection, tickets: Sequence[Mapped]) -> list[Mapped]:
    """Return the tickets to take: without removals of what is not here, and beginnings of what is known further on."""
    ids = [_external_id(mapped) for mapped in tickets if mapped.is_removal or mapped.is_first]
    if not ids:
        return list(tickets)
    here = Item.objects.filter(board=connection.board, source=connection.source, external_id__in=ids)
    known: dict[Any, datetime | None] = dict(here.values_list("external_id", "ticket__updated_at"))
    return [mapped for mapped in tickets if not _is_idle(mapped, known)]


def _ended(mapped: Mapped, delivery: Delivery) -> Mapped:
    """Return a ticket; one that is gone at a source that does not say when, as ended when that was heard of."""
    if not mapped.is_removal or mapped.row.get("updated_at"):
        return mapped
    return mapped._replace(row={**mapped.row, "finished_at": delivery.received_at.isoformat()})


def _is_idle(mapped: Mapped, known: Mapping[Any, datetime | None]) -> bool:
    external_id = _external_id(mapped)
    if mapped.is_removal:
        return external_id not in known
    last, moment = known.get(external_id), mapped.row.get("updated_at")
    return mapped.is_first and last is not None and isinstance(moment, str) and parse_time(moment) == last


def _external_id(mapped: Mapped) -> str:
    return str(mapped.row.get("external_id", "")).replace("\0", "")


def _results(batch: Batch) -> list[dict[str, Any]]:
    rows = batch.rows[:RESULTS_KEPT]
    kept = results_of(Batch(rows), is_dry_run=False)
    return [{**result, "note": row.note} if row.note else result for row, result in zip(rows, kept, strict=True)]


def _end(delivery: Delivery, state: DeliveryOutcome, at: datetime, problem: str = "") -> None:
    delivery.state, delivery.problem, delivery.finished_at = state, problem, at
    delivery.save(update_fields=["state", "problem", "finished_at", "results"])
    if KINDS[delivery.connection.kind].answers:
        _tell(delivery.pk)


def _tell(delivery_id: int) -> None:
    """Let a worker tell who waits for word of it what became of it."""

    def run() -> None:
        current_app.signature("imports.tasks.tell_sender", args=[delivery_id]).delay()

    transaction.on_commit(run, robust=True)


def _short(number: str) -> str | None:
    """Return a number that a database can keep whatever a sender calls a number."""
    if not number:
        return None
    is_plain = len(number) <= 200 and number.isprintable()
    return number if is_plain else hashlib.sha256(number.encode("utf-8", "surrogatepass")).hexdigest()
