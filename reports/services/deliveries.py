"""Brings each mail to its recipient once: who works on it holds a lease, and what was handed over is never repeated."""

from datetime import datetime, timedelta
from email.errors import MessageError

from django.db import transaction
from django.utils.translation import gettext as _

from reports.mailing.message import compose_message, wire_address
from reports.mailing.server import MailServer, sender_address
from reports.mailing.smtp import Envelope, SmtpSession, UnreachableError
from reports.models import Delivery, DeliveryState, Recipient, Way
from reports.outcome import Fate, Outcome
from reports.services.leases import Batch, Clock, move
from teams.actors import Actor
from teams.errors import ConflictError

BUDGET = timedelta(seconds=60)
MUTE_LIMIT = 2


class NotSendableError(ConflictError):
    """The mail is on its way or arrived."""

    code = "not_sendable"


def deliver_due(*, server: MailServer, clock: Clock) -> int:
    """Try the mail that is due, over one connection, and return how many deliveries were tried.

    Several workers may do this at once: each holds its own batch, and only who still holds a delivery when it is handed
    over may send it.
    """
    mark_broken_off(at=clock())
    lease = timedelta(seconds=3 * server.timeout + 15)
    batch = Batch(clock=clock, lease=lease, final_lease=timedelta(seconds=server.final_timeout + 15))
    deliveries = batch.claim(Delivery.objects.mailed())
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
        batch.postpone_all(str(error))
    finally:
        batch.release()
    return tried


def mark_broken_off(*, at: datetime) -> int:
    """Mark as uncertain what a worker handed over without living to hear the answer.

    The token stays: a worker that was only slow may still write down what it hears. What is posted to a webhook goes
    back into the queue instead: it carries an id by which the other side knows a double.
    """
    error = _("The worker ended after it had handed the message over, and before the other side answered.")
    broken = Delivery.objects.broken_off(at)
    again = broken.filter(way=Way.WEBHOOK).update(
        state=DeliveryState.QUEUED, state_at=at, lease_token=None, lease_until=None, next_attempt_at=at
    )
    return again + broken.exclude(way=Way.WEBHOOK).update(
        state=DeliveryState.UNCERTAIN, state_at=at, lease_until=None, last_error=error
    )


@transaction.atomic
def send_again(*, delivery: Delivery, by: Actor, at: datetime) -> None:
    """Queue what failed, is uncertain or was only kept, because a person said so."""
    delivery = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if not delivery.can_be_sent_again:
        raise NotSendableError(_("This is on its way or has arrived; it is not sent twice."))
    move(delivery, DeliveryState.QUEUED, at, next_attempt_at=at, attempts=0)


def _deliver(batch: Batch, session: SmtpSession, delivery: Delivery) -> bool:
    """Try one delivery, and return whether the server was mute."""
    if not batch.begin(delivery):
        return False
    # As they are now: those behind a slow mail may have unsubscribed since the batch was taken.
    recipient = Recipient.objects.select_related("team").filter(deliveries=delivery.pk).first()
    if recipient is None or (not delivery.is_test and not recipient.is_subscribed):
        batch.withdraw(delivery)
        return False
    try:
        message = compose_message(delivery=delivery, recipient=recipient)
        envelope = Envelope(sender=sender_address(), recipient=wire_address(delivery.address), message=message)
    except (ValueError, MessageError) as error:
        # No later try can change that, and it must not stand in the way of the others.
        batch.settle(delivery, Outcome(Fate.REFUSED, _("The message cannot be written: %s") % error))
        return False
    outcome = session.send(envelope, hand_over=lambda: batch.hand_over(delivery))
    batch.settle(delivery, outcome)
    return outcome.is_mute
