"""What the settings show of each recipient: who they are to the team, and how they read."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from reports.models import Recipient
from reports.readers import accounts_of, manners_of
from teams.models import Person, Team


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientRow:
    """A recipient with their language and zone, and whether these come from their profile."""

    recipient: Recipient
    is_member: bool
    has_profile: bool
    language: str
    zone: str


def recipient_rows(team: Team, *, zone: str) -> list[RecipientRow]:
    """Return a row for each address on the list, in a constant number of queries."""
    listed = list(team.recipients.listed().order_by("email"))
    manners = manners_of(team, listed, zone=zone)
    accounts = {user.email for user in accounts_of(team, [recipient.email for recipient in listed])}
    members = set(member_emails(team))
    languages = dict(settings.LANGUAGES)
    return [
        RecipientRow(
            recipient=recipient,
            is_member=recipient.email in members,
            has_profile=recipient.email in accounts,
            language=str(languages[manners[recipient.pk].language]),
            zone=manners[recipient.pk].timezone,
        )
        for recipient in listed
    ]


def member_emails(team: Team) -> Sequence[str]:
    """Return the addresses of the team's members."""
    people = Person.objects.filter(memberships__team=team, email__isnull=False).order_by("email")
    return [email for email in people.values_list("email", flat=True) if email]
