"""In which language, and by which clock, somebody reads what is sent to them."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone, translation

from reports.models import Recipient
from teams.models import Team, User
from teams.worktime import CalendarError, zone_named


@dataclass(frozen=True, slots=True)
class Manner:
    """A language and a time zone."""

    language: str
    timezone: str


@contextmanager
def speaking(manner: Manner) -> Iterator[None]:
    """Write in a language, with the times of a zone."""
    with translation.override(manner.language), timezone.override(zone_named(manner.timezone)):
        yield


def language_or_default(given: str) -> str:
    """Return a language that this installation speaks."""
    return given if given in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def manners_of(team: Team, recipients: Iterable[Recipient], *, zone: str) -> Mapping[int, Manner]:
    """Return how each recipient of a team reads, in one query.

    A member with an account as their profile says; an outside address as its row says; what neither says is the
    installation's language and the team's zone.
    """
    known = list(recipients)
    profiles = {user.email: user for user in accounts_of(team, [recipient.email for recipient in known])}
    return {recipient.pk: _manner(recipient, profiles.get(recipient.email), zone) for recipient in known}


def accounts_of(team: Team, emails: Iterable[str]) -> Iterable[User]:
    """Return the accounts, of a team's members only, that have one of these addresses."""
    return User.objects.filter(
        email__in=set(emails), person__memberships__team=team, person__memberships__confirmed_at__isnull=False
    ).only("email", "language", "timezone")


def _manner(recipient: Recipient, profile: User | None, zone: str) -> Manner:
    language, own_zone = (profile or recipient).language, (profile or recipient).timezone
    return Manner(language_or_default(language), _known(own_zone) or zone)


def _known(zone: str) -> str:
    """Return a zone that this machine knows, nothing for any other."""
    try:
        zone_named(zone)
    except CalendarError:
        return ""
    return zone
