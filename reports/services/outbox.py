"""Puts what is to be sent into the outbox: a row for each recipient and each channel, which the worker brings there."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.conf import settings

from reports.mailing.message import message_id
from reports.models import Channel, ChannelKind, Delivery, DeliveryState, Letter, Notice, Recipient, Way, WeeklyReport
from reports.posting.bodies import slack_body, webhook_body
from reports.readers import Manner, language_or_default, manners_of, speaking
from reports.words import Words
from teams.queries import timezone_of_team

LetterOf = Callable[[Manner], Letter | None]

_NAMESPACE = uuid.UUID("f1e1a1de-6a44-4f3c-8d22-0a1d43c8e9b6")


def mails_to(
    about: WeeklyReport | Notice, recipients: Iterable[Recipient], *, letter_of: LetterOf, at: datetime, due: datetime
) -> list[Delivery]:
    """Return a mail to each recipient, in their language and zone; nothing is saved but the letters."""
    listed = list(recipients)
    manners = manners_of(about.team, listed, zone=timezone_of_team(about.team))
    return [mail_to(about, one, letter=letter_of(manners[one.pk]), at=at, due=due) for one in listed]


def mail_to(
    about: WeeklyReport | Notice,
    recipient: Recipient,
    *,
    letter: Letter | None,
    at: datetime,
    due: datetime,
    salt: str = "",
) -> Delivery:
    """Return a mail that waits for the mail server, or is kept for reading where there is none."""
    is_sent = settings.IS_MAIL_SENT
    subject = about.week if isinstance(about, WeeklyReport) else f"{about.kind} {about.key}"
    return Delivery(
        **_about(about),
        way=Way.MAIL,
        recipient=recipient,
        address=recipient.email,
        letter=letter,
        message_id=message_id(team_slug=about.team.slug, week=subject, address=recipient.email, salt=salt),
        state=DeliveryState.QUEUED if is_sent else DeliveryState.KEPT,
        state_at=at,
        next_attempt_at=due if is_sent else None,
        created_at=at,
    )


def post_to(
    about: WeeklyReport | Notice,
    channel: Channel,
    *,
    kind: str,
    write: Callable[[], Words],
    data: Mapping[str, object],
    at: datetime,
    due: datetime,
) -> Delivery:
    """Return what is posted to a channel: written now, and the same at every try."""
    is_slack = channel.kind == ChannelKind.SLACK
    manner = Manner(language_or_default(channel.language), timezone_of_team(about.team))
    with speaking(manner):
        words = write()
    told = {"team": about.team.slug, "subject": words.subject, "headline": words.headline, "url": words.url, **data}
    return Delivery(
        **_about(about),
        way=Way.SLACK if is_slack else Way.WEBHOOK,
        channel=channel,
        address=channel.name,
        body=slack_body(words) if is_slack else webhook_body(kind=kind, at=at, data=told),
        message_id=f"msg_{uuid.uuid5(_NAMESPACE, f'{type(about).__name__} {about.pk} {channel.pk}').hex}",
        state=DeliveryState.QUEUED,
        state_at=at,
        next_attempt_at=due,
        created_at=at,
    )


def _about(about: WeeklyReport | Notice) -> dict[str, WeeklyReport | Notice]:
    return {"report" if isinstance(about, WeeklyReport) else "notice": about}
