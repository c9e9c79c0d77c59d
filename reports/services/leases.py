"""Holds deliveries under a lease while they are tried: what was handed over is never handed over twice."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from reports.models import Delivery, DeliveryQuerySet, DeliveryState
from reports.outcome import Fate, Outcome

Clock = Callable[[], datetime]

BATCH = 50
PULSE_EVERY = timedelta(seconds=5)
BACK_OFF = tuple(
    timedelta(minutes=minutes) for minutes in (0.5, 2, 10, 30, 60, 2 * 60, 4 * 60, 8 * 60, 12 * 60, 24 * 60)
)


@dataclass(kw_only=True)
class Batch:
    """The deliveries that one worker holds under one lease.

    `lease` is how long a lease outlives its last sign of life, longer than any one wait for the other side;
    `final_lease` how long the answer to a whole message may take before the worker counts as dead.
    """

    clock: Clock
    lease: timedelta
    final_lease: timedelta
    token: uuid.UUID = field(default_factory=uuid.uuid4)
    renewed_at: datetime | None = None
    begun: set[int] = field(default_factory=set)

    def claim(self, deliveries: DeliveryQuerySet) -> list[Delivery]:
        """Take what is due under this lease; PostgreSQL skips what another worker is taking, SQLite waits."""
        now = self.clock()
        with transaction.atomic():
            due = deliveries.due(now).select_for_update(skip_locked=True).order_by("next_attempt_at", "id")
            ids = list(due.values_list("id", flat=True)[:BATCH])
            Delivery.objects.filter(pk__in=ids).update(lease_token=self.token, lease_until=now + self.lease)
        self.renewed_at = now
        rows = Delivery.objects.filter(pk__in=ids).select_related("report__team", "notice__team", "letter", "channel")
        return sorted(rows, key=lambda delivery: (delivery.next_attempt_at or now, delivery.pk))

    def pulse(self) -> None:
        """Keep what is not handed over yet; at most every few seconds, since it is called before each wait."""
        now = self.clock()
        if self.renewed_at is None or now - self.renewed_at >= PULSE_EVERY:
            held = Delivery.objects.filter(lease_token=self.token, state=DeliveryState.QUEUED)
            held.update(lease_until=now + self.lease)
            self.renewed_at = now

    def begin(self, delivery: Delivery) -> bool:
        """Count a try, if the delivery is still in this batch's hands."""
        now = self.clock()
        held = Delivery.objects.filter(pk=delivery.pk, lease_token=self.token, state=DeliveryState.QUEUED)
        delivery.attempts += 1
        self.begun.add(delivery.pk)
        return bool(held.update(attempts=F("attempts") + 1, lease_until=now + self.lease))

    def hand_over(self, delivery: Delivery) -> bool:
        """Write down that the message is about to leave our hands; whoever lost the lease must not send it."""
        now = self.clock()
        held = Delivery.objects.filter(pk=delivery.pk, lease_token=self.token, state=DeliveryState.QUEUED)
        return bool(held.update(state=DeliveryState.SENDING, state_at=now, lease_until=now + self.final_lease))

    def settle(self, delivery: Delivery, outcome: Outcome) -> None:
        """Write down what became of a try."""
        now = self.clock()
        match outcome.fate:
            case Fate.ACCEPTED:
                move(delivery, DeliveryState.SENT, now, token=self.token, next_attempt_at=None, last_error="")
            case Fate.REFUSED:
                move(delivery, DeliveryState.FAILED, now, token=self.token, last_error=outcome.detail)
            case Fate.UNCERTAIN:
                move(delivery, DeliveryState.UNCERTAIN, now, token=self.token, last_error=outcome.detail)
            case Fate.RETRY:
                self.postpone(delivery, outcome.detail, wait=outcome.retry_after)
            case Fate.WITHDRAWN:
                return

    def postpone(self, delivery: Delivery, error: str, *, wait: timedelta | None = None) -> None:
        """Try again later, each time later than the last, never before `wait`; after the last time, it has failed."""
        now = self.clock()
        changes = {"attempts": delivery.attempts, "last_error": error}
        if delivery.attempts > len(BACK_OFF):
            move(delivery, DeliveryState.FAILED, now, token=self.token, **changes)
            return
        later = now + max(BACK_OFF[delivery.attempts - 1], wait or timedelta(0))
        move(delivery, DeliveryState.QUEUED, now, token=self.token, next_attempt_at=later, **changes)

    def postpone_all(self, error: str) -> None:
        """Postpone all that this batch still holds: a server that does not answer is not asked for each of them."""
        for delivery in Delivery.objects.filter(lease_token=self.token, state=DeliveryState.QUEUED):
            delivery.attempts += delivery.pk not in self.begun
            self.postpone(delivery, error)

    def withdraw(self, delivery: Delivery) -> None:
        """Write down that nobody wants it any more."""
        move(delivery, DeliveryState.SUPPRESSED, self.clock(), token=self.token, next_attempt_at=None)

    def release(self) -> None:
        """Give back what was not tried."""
        held = Delivery.objects.filter(lease_token=self.token, state=DeliveryState.QUEUED)
        held.update(lease_token=None, lease_until=None)


def move(
    delivery: Delivery, state: DeliveryState, at: datetime, *, token: uuid.UUID | None = None, **changes: object
) -> None:
    """Write a new state and give the delivery out of hand; with a token, only if it is still in those hands."""
    row = Delivery.objects.filter(pk=delivery.pk)
    if token is not None:
        row = row.filter(lease_token=token)
    row.update(state=state, state_at=at, lease_token=None, lease_until=None, **changes)
