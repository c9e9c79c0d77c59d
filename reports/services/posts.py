"""Brings what is posted to each channel once, under the same leases as mail."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from reports.models import Channel, Delivery
from reports.outcome import Fate, Outcome
from reports.posting.addresses import UnusableAddressError, parse_target
from reports.posting.http import Limits, post
from reports.posting.signature import signed_headers
from reports.services.channels import address_of, secrets_of
from reports.services.deliveries import mark_broken_off
from reports.services.leases import Batch, Clock
from teams.sealing import UnreadableSecretError

logger = logging.getLogger(__name__)

BUDGET = timedelta(seconds=60)


def configured_limits() -> Limits:
    """Return how long, and into which networks, things are posted."""
    return Limits(allowed=tuple(settings.OUTGOING_NETWORKS))


def post_due(*, limits: Limits, clock: Clock) -> int:
    """Try what is due to be posted, and return how much was tried.

    A channel that failed is left alone until the next time, so that a slow one costs the others one wait at most.
    """
    mark_broken_off(at=clock())
    wait = timedelta(seconds=3 * limits.timeout + limits.whole + 45)
    batch = Batch(clock=clock, lease=wait, final_lease=timedelta(seconds=limits.whole + 15))
    deliveries = batch.claim(Delivery.objects.posted())
    ends_at, tried, failing = clock() + BUDGET, 0, set()
    try:
        for delivery in deliveries:
            if clock() > ends_at:
                break
            if delivery.channel_id in failing:
                continue
            batch.pulse()
            tried += 1
            if _post(batch, delivery, limits) is Fate.RETRY:
                failing.add(delivery.channel_id)
    finally:
        batch.release()
    return tried


def _post(batch: Batch, delivery: Delivery, limits: Limits) -> Fate:
    """Try one delivery, and return what became of it."""
    if not batch.begin(delivery):
        return Fate.WITHDRAWN
    channel = Channel.objects.filter(deliveries=delivery.pk).first()
    if channel is None or (channel.paused_at is not None and not delivery.is_test):
        batch.withdraw(delivery)
        return Fate.WITHDRAWN
    outcome = _handed_over(batch, delivery, channel, limits)
    if outcome.fate is Fate.UNCERTAIN and channel.is_webhook:
        # The webhook-id is the same at every try, so the other side can tell a double: better twice than never.
        outcome = replace(outcome, fate=Fate.RETRY)
    batch.settle(delivery, outcome)
    if outcome.is_gone:
        _pause(channel, batch.clock())
    if outcome.fate not in {Fate.ACCEPTED, Fate.WITHDRAWN}:
        logger.warning("Posting %s to channel %s at %s: %s", delivery.pk, channel.pk, channel.host, outcome.fate.value)
    return outcome.fate


def _handed_over(batch: Batch, delivery: Delivery, channel: Channel, limits: Limits) -> Outcome:
    body = delivery.body.encode()
    headers = {"Content-Type": "application/json"}
    try:
        target = parse_target(address_of(channel))
        if channel.is_webhook:
            headers |= signed_headers(
                message_id=delivery.message_id,
                timestamp=int(batch.clock().timestamp()),
                body=body,
                secrets=secrets_of(channel, at=batch.clock()),
            )
    except UnreadableSecretError:
        return Outcome(Fate.REFUSED, _("SECRET_KEY has changed, so address and secret have to be entered anew."))
    except UnusableAddressError as error:
        return Outcome(Fate.REFUSED, str(error))
    return post(target, headers=headers, body=body, limits=limits, hand_over=lambda: batch.hand_over(delivery))


def _pause(channel: Channel, at: datetime) -> None:
    """Post nothing more to whoever said that it is gone for good, until an owner says so."""
    reason = _("The other side answered 410: it wants nothing more.")
    Channel.objects.filter(pk=channel.pk, paused_at__isnull=True).update(paused_at=at, pause_reason=reason)
