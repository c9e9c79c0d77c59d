"""Brings each mail to its recipient once: who works on it holds a lease, and what was handed over is never repeated."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.errors import MessageError

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from reports.mailing.message import compose_message, wire_address
from reports.mailing.server import MailServer, sender_address
from reports.mailing.smtp import Envelope, Fate, Outcome, SmtpSession, UnreachableError
from reports.models import Delivery, DeliveryState, Recipient
from teams.actors import Actor
from teams.errors import ConflictError

Clock = Callable[[], datetime]

BATCH = 50
BUDGET = timedelta(seconds=60)
MUTE_LIMIT = 2
PULSE_EVERY = timedelta(seconds=5)
BACK_OFF = tuple(
    timedelta(minutes=minutes) for minutes in (0.5, 2, 10, 30, 60, 2 * 60, 4 * 60, 8 * 60, 12 * 60, 24 * 60)
)


class NotSendableError(ConflictError):
    """The mail is on its way or arrived."""

    code = "not_sendable"


@dataclass
class _Batch:
    """The deliveries that one worker holds under one lease."""

    server: MailServer
    clock: Clock
    token: uuid.UUID = field(default_factory=uuid.uuid4)
    renewed_at: datetime | None = None
    begun: set[int] = field(default_factory=set)

    @property
    def lease(self) -> timedelta:
        """How long a lease outlives its last sign of life: longer than any one wait for the server."""
        return timedelta(seconds=3 * self.server.timeout + 15)

    @property
    def final_lease(self) -> timedelta:
        """How long the answer to a whole message may take before the worker counts as dead."""
        return timedelta(seconds=self.server.final_timeout + 15)

    def pulse(self) -> None:
        """Keep what is not handed over yet; at most every few seconds, since it is called before each wait."""
        now = self.clock()
        if self.renewed_at is None or now - self.renewed_at >= PULSE_EVERY:
            held = Delivery.objects.filter(lease_token=self.token, state=DeliveryState.QUEUED)
            held.update(lease_until=now + self.lease)
            self.renewed_at = now


def deliver_due(*, server: MailServer, clock: Clock) -> int:
    """Try what is due, over one connection, and return how many deliveries were tried.

    Several workers may do this at once: each holds its own batch, and only who still holds a delivery when it is handed
    over may send it.
    """
    mark_broken_off(at=clock())
    batch = _Batch(server, clock)
    deliveries = _claim(batch)
    tried = mute = 0
    ends_at = clock() + BUDGET
    try:
        with SmtpSession(server, pulse=batch.pulse) as session:
            for delivery in deliveries:
                if mute >= MUTE_LIMIT or clock() > ends_at:
                    break
                tried += 1
                mute = mute + 1 if _deliver(batch, session, delivery) else 0
    except UnreachableError as error:
        _postpone_all(batch, str(error))
    finally:
        _release(batch)
    return tried


def mark_broken_off(*, at: datetime) -> int:
    """Mark as uncertain what a worker handed over without living to hear the answer.

    The token stays: a worker that was only slow may still write down what it hears.
    """
    error = _("The worker ended after it had handed the message over, and before the mail server answered.")
    return Delivery.objects.broken_off(at).update(
        state=DeliveryState.UNCERTAIN, state_at=at, lease_until=None, last_error=error
    )


@transaction.atomic
def send_again(*, delivery: Delivery, by: Actor, at: datetime) -> None:
    """Queue a mail that failed, is uncertain or was only kept, because a person said so."""
    delivery = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if not delivery.can_be_sent_again:
        raise NotSendableError(_("This mail is on its way or has arrived; it is not sent twice."))
    _move(delivery, DeliveryState.QUEUED, at, next_attempt_at=at, attempts=0)


def _claim(batch: _Batch) -> list[Delivery]:
    """Take what is due under this batch's lease; PostgreSQL skips what another worker is taking, SQLite waits."""
    now = batch.clock()
    with transaction.atomic():
        due = Delivery.objects.due(now).select_for_update(skip_locked=True).order_by("next_attempt_at", "id")
        ids = list(due.values_list("id", flat=True)[:BATCH])
        Delivery.objects.filter(pk__in=ids).update(lease_token=batch.token, lease_until=now + batch.lease)
    batch.renewed_at = now
    rows = Delivery.objects.filter(pk__in=ids).select_related("report__team")
    return sorted(rows, key=lambda delivery: (delivery.next_attempt_at or now, delivery.pk))


def _deliver(batch: _Batch, session: SmtpSession, delivery: Delivery) -> bool:
    """Try one delivery, and return whether the server was mute."""
    if not _begin(batch, delivery):
        return False
    # As they are now: those behind a slow mail may have unsubscribed since the batch was taken.
    recipient = Recipient.objects.filter(deliveries=delivery.pk).first()
    if recipient is None or (not delivery.is_test and not recipient.is_subscribed):
        _move(delivery, DeliveryState.SUPPRESSED, batch.clock(), next_attempt_at=None)
        return False
    try:
        message = compose_message(report=delivery.report, delivery=delivery, recipient=recipient)
        envelope = Envelope(sender=sender_address(), recipient=wire_address(delivery.address), message=message)
    except (ValueError, MessageError) as error:
        # No later try can change that, and it must not stand in the way of the others.
        _settle(batch, delivery, Outcome(Fate.REFUSED, _("The message cannot be written: %s") % error))
        return False
    outcome = session.send(envelope, hand_over=lambda: _hand_over(batch, delivery))
    _settle(batch, delivery, outcome)
    return outcome.is_mute


def _begin(batch: _Batch, delivery: Delivery) -> bool:
    """Count a try, if the delivery is still in this batch's hands."""
    now = batch.clock()
    held = Delivery.objects.filter(pk=delivery.pk, lease_token=batch.token, state=DeliveryState.QUEUED)
    delivery.attempts += 1
    batch.begun.add(delivery.pk)
    return bool(held.update(attempts=F("attempts") + 1, lease_until=now + batch.lease))


def _hand_over(batch: _Batch, delivery: Delivery) -> bool:
    """Write down that the message is about to leave our hands; whoever lost the lease must not send it."""
    now = batch.clock()
    held = Delivery.objects.filter(pk=delivery.pk, lease_token=batch.token, state=DeliveryState.QUEUED)
    return bool(held.update(state=DeliveryState.SENDING, state_at=now, lease_until=now + batch.final_lease))


def _settle(batch: _Batch, delivery: Delivery, outcome: Outcome) -> None:
    """Write down what became of a try."""
    now = batch.clock()
    match outcome.fate:
        case Fate.ACCEPTED:
            _move(delivery, DeliveryState.SENT, now, token=batch.token, next_attempt_at=None, last_error="")
        case Fate.REFUSED:
            _move(delivery, DeliveryState.FAILED, now, token=batch.token, last_error=outcome.detail)
        case Fate.UNCERTAIN:
            _move(delivery, DeliveryState.UNCERTAIN, now, token=batch.token, last_error=outcome.detail)
        case Fate.RETRY:
            _postpone(batch, delivery, outcome.detail)
        case Fate.WITHDRAWN:
            return


def _postpone(batch: _Batch, delivery: Delivery, error: str) -> None:
    """Try again later, each time later than the last; after the last time, it has failed."""
    now = batch.clock()
    changes = {"attempts": delivery.attempts, "last_error": error}
    if delivery.attempts > len(BACK_OFF):
        _move(delivery, DeliveryState.FAILED, now, token=batch.token, **changes)
        return
    later = now + BACK_OFF[delivery.attempts - 1]
    _move(delivery, DeliveryState.QUEUED, now, token=batch.token, next_attempt_at=later, **changes)


def _postpone_all(batch: _Batch, error: str) -> None:
    """Postpone all that this batch still holds: a server that does not answer is not asked for each of them."""
    for delivery in Delivery.objects.filter(lease_token=batch.token, state=DeliveryState.QUEUED):
        delivery.attempts += delivery.pk not in batch.begun
        _postpone(batch, delivery, error)


def _release(batch: _Batch) -> None:
    """Give back what was not tried."""
    held = Delivery.objects.filter(lease_token=batch.token, state=DeliveryState.QUEUED)
    held.update(lease_token=None, lease_until=None)


def _move(
    delivery: Delivery, state: DeliveryState, at: datetime, *, token: uuid.UUID | None = None, **changes: object
) -> None:
    """Write a new state and give the delivery out of hand; with a token, only if it is still in those hands."""
    row = Delivery.objects.filter(pk=delivery.pk)
    if token is not None:
        row = row.filter(lease_token=token)
    row.update(state=state, state_at=at, lease_token=None, lease_until=None, **changes)
