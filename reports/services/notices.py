"""Tells a team something once, by all of its ways: mail to each recipient, Slack and webhooks."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from reports.mailing.links import absolute
from reports.mailing.message import one_line
from reports.mailing.notice import render_notice_html, render_notice_text
from reports.models import Channel, Delivery, Letter, Notice
from reports.readers import Manner, speaking
from reports.services.outbox import mails_to, post_to
from reports.services.queue import ask_for_delivery
from reports.words import Words
from teams.actors import Actor
from teams.models import Team

SUBJECT_LENGTH = 255
TEST = "test"

Write = Callable[[], Words]


def send_notice(
    *,
    team: Team,
    kind: str,
    key: str,
    write: Write,
    data: Mapping[str, Any],
    at: datetime,
    not_before: datetime | None = None,
) -> Notice:
    """Tell a team something by mail, Slack and webhook; what has the same kind and key is told once.

    `kind` is the type of the webhook's event (“budget.alert”), `key` what it is about, `data` what webhooks get beside
    the words (JSON). `write` returns the words, and is called once for each language and zone in which somebody reads.
    Nothing goes out before `not_before`. Call it in the transaction in which what is told becomes true.
    """
    try:
        with transaction.atomic():
            notice = Notice.objects.create(team=team, kind=kind, key=key, data=dict(data), created_at=at)
            _fill_outbox(notice, write, at, not_before or at)
    except IntegrityError:
        return Notice.objects.get(team=team, kind=kind, key=key)
    ask_for_delivery()
    return notice


@transaction.atomic
def send_test_to_channel(*, channel: Channel, by: Actor, at: datetime) -> Delivery:
    """Post a test by one way of sending, also while it is paused."""
    team = channel.team
    notice = Notice.objects.create(team=team, kind=TEST, key=uuid.uuid4().hex, created_at=at)
    delivery = post_to(notice, channel, kind=TEST, write=lambda: _test_words(channel), data={}, at=at, due=at)
    delivery.is_test = True
    delivery.save()
    ask_for_delivery()
    return delivery


def _fill_outbox(notice: Notice, write: Write, at: datetime, due: datetime) -> None:
    letters: dict[Manner, Letter] = {}

    def letter_of(manner: Manner) -> Letter:
        if manner not in letters:
            letters[manner] = _write_letter(notice, manner, write)
        return letters[manner]

    recipients = notice.team.recipients.subscribed().filter(gets_alerts=True).order_by("id")
    deliveries = mails_to(notice, recipients, letter_of=letter_of, at=at, due=due)
    deliveries += [
        post_to(notice, channel, kind=notice.kind, write=write, data=notice.data, at=at, due=due)
        for channel in notice.team.channels.open().filter(gets_alerts=True).order_by("id")
    ]
    Delivery.objects.bulk_create(deliveries)


def _write_letter(notice: Notice, manner: Manner, write: Write) -> Letter:
    with speaking(manner):
        words = write()
        return Letter.objects.create(
            notice=notice,
            language=manner.language,
            timezone=manner.timezone,
            subject=one_line(words.subject)[:SUBJECT_LENGTH],
            html=render_notice_html(notice.team, words),
            text=render_notice_text(notice.team, words),
        )


def _test_words(channel: Channel) -> Words:
    return Words(
        subject=_("%(team)s: a test of “%(channel)s”") % {"team": channel.team.name, "channel": channel.name},
        headline=_("This way of sending works."),
        paragraphs=[_("An owner of %s asked for this test; nothing happened.") % channel.team.name],
        link_text=_("Open the team page"),
        url=absolute(f"/t/{channel.team.slug}/"),
    )
