"""Writes who gets a team's weekly report."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from reports.mailing.message import wire_address
from reports.models import Recipient
from teams.actors import Actor
from teams.errors import InvalidError
from teams.models import Team
from teams.worktime import CalendarError, zone_named

MAX_RECIPIENTS = 200


class InvalidRecipientError(InvalidError):
    """What was given is no e-mail address, or there are too many."""

    code = "invalid_recipient"


@dataclass(frozen=True, slots=True)
class RecipientChanges:
    """Which addresses came onto the list, and which were taken off."""

    added: Sequence[str]
    removed: Sequence[str]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientSettings:
    """How an outside address reads ("" is as usual here, and the team's zone), and whether it gets alerts too."""

    language: str = ""
    timezone: str = ""
    gets_alerts: bool = True


@transaction.atomic
def add_recipient(
    *, team: Team, email: str, given: RecipientSettings | None = None, by: Actor, at: datetime
) -> Recipient:
    """Put an address on the list, or change how one on it reads.

    Who has unsubscribed stays so, since only they may take that back.
    """
    address = clean_address(email)
    checked = None if given is None else check_recipient(given)
    _lock(team)
    recipient = _list(team, address, at)
    if checked is not None:
        Recipient.objects.filter(pk=recipient.pk).update(**asdict(checked))
        recipient.refresh_from_db()
    return recipient


@transaction.atomic
def remove_recipient(*, recipient: Recipient, by: Actor, at: datetime) -> None:
    """Take an address off the list; mail that waits for it is not sent."""
    recipient.is_listed = False
    recipient.save(update_fields=["is_listed"])


@transaction.atomic
def set_recipients(*, team: Team, emails: Iterable[str], by: Actor, at: datetime) -> RecipientChanges:
    """Make the list hold these addresses and no others; the same list again changes nothing."""
    _lock(team)
    wanted = {clean_address(email) for email in emails}
    listed = {recipient.email: recipient for recipient in team.recipients.listed()}
    changes = RecipientChanges(sorted(wanted - listed.keys()), sorted(listed.keys() - wanted))
    for email in changes.removed:
        remove_recipient(recipient=listed[email], by=by, at=at)
    for email in changes.added:
        _list(team, email, at)
    return changes


def planned_recipients(*, team: Team, emails: Iterable[str]) -> RecipientChanges:
    """Say what `set_recipients` would change, and change nothing."""
    wanted = {clean_address(email) for email in emails}
    listed = set(team.recipients.listed().values_list("email", flat=True))
    return RecipientChanges(sorted(wanted - listed), sorted(listed - wanted))


def unsubscribe(*, recipient: Recipient, at: datetime) -> None:
    """Send this address no more of the team's reports; a second time changes nothing."""
    Recipient.objects.filter(pk=recipient.pk, unsubscribed_at__isnull=True).update(unsubscribed_at=at)


def resubscribe(*, recipient: Recipient) -> None:
    """Take an unsubscription back."""
    Recipient.objects.filter(pk=recipient.pk).update(unsubscribed_at=None)


def clean_address(email: str) -> str:
    """Return an address as it is kept, in lower case; raises InvalidRecipientError."""
    address = email.strip().lower()
    try:
        validate_email(address)
        wire_address(address)
    except (ValidationError, UnicodeError) as error:
        message = _("“%(address)s” is not an e-mail address.") % {"address": address[:100]}
        raise InvalidRecipientError(message, fields={"email": [message]}) from error
    return address


def check_recipient(given: RecipientSettings) -> RecipientSettings:
    """Return how somebody reads, cleaned; raises InvalidRecipientError."""
    if given.language and given.language not in dict(settings.LANGUAGES):
        message = _("“%s” is not a language that this installation speaks.") % given.language[:20]
        raise InvalidRecipientError(message, fields={"language": [message]})
    zone = given.timezone.strip()
    try:
        if zone:
            zone_named(zone)
    except CalendarError as error:
        raise InvalidRecipientError(str(error), fields={"timezone": [str(error)]}) from error
    return replace(given, timezone=zone)


def _list(team: Team, address: str, at: datetime) -> Recipient:
    if team.recipients.listed().exclude(email=address).count() >= MAX_RECIPIENTS:
        message = _("A report goes to at most %(count)d addresses; a mailing list can have more.")
        message %= {"count": MAX_RECIPIENTS}
        raise InvalidRecipientError(message, fields={"email": [message]})
    recipient, is_new = Recipient.objects.get_or_create(team=team, email=address, defaults={"created_at": at})
    if not is_new and not recipient.is_listed:
        recipient.is_listed = True
        recipient.save(update_fields=["is_listed"])
    return recipient


def _lock(team: Team) -> None:
    """Let two changes of one team's list wait for each other."""
    Team.objects.select_for_update().get(pk=team.pk)
