"""People: found or made by e-mail, and taken over by the account that proved the address."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from teams.errors import InvalidError
from teams.models import Handle, Person, User

MAX_NAME_LENGTH = 200
MAX_EMAIL_LENGTH = 254


def clean_email(email: str) -> str:
    """Return an address in the one form in which it is stored; refuse what is none."""
    address = email.strip().lower()
    try:
        validate_email(address)
        MaxLengthValidator(MAX_EMAIL_LENGTH)(address)
    except ValidationError as error:
        message = _("“%s” is not an e-mail address.") % email.strip()[:100]
        raise InvalidError(message, fields={"email": [message]}) from error
    return address


def clean_name(name: str) -> str:
    """Return a name without space around it; refuse one that is too long or holds control characters."""
    cleaned = name.strip()
    if len(cleaned) > MAX_NAME_LENGTH:
        message = _("A name has at most %d characters.") % MAX_NAME_LENGTH
        raise InvalidError(message, fields={"name": [message]})
    if not cleaned.isprintable():
        message = _("A name has no line breaks or control characters.")
        raise InvalidError(message, fields={"name": [message]})
    return cleaned


def hold_people(ids: Collection[int]) -> set[int]:
    """Return those of these people who are there, and keep them from being deleted until the transaction ends.

    Who gives somebody work writes a reference that the database checks at the commit only. On SQLite a transaction that
    writes keeps all others from writing.
    """
    if not ids:
        return set()
    if connection.vendor != "postgresql":
        return set(Person.objects.filter(pk__in=ids).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM teams_person WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE", [sorted(ids)])
        return {row[0] for row in cursor.fetchall()}


def find_or_make_person(*, email: str, name: str = "", at: datetime) -> Person:
    """Return the person with this address; who is new becomes a person without a login."""
    person, __ = Person.objects.get_or_create(
        email=clean_email(email), defaults={"name": clean_name(name), "created_at": at}
    )
    return person


def by_second_address(emails: Collection[str], *, among: "QuerySet[Handle]") -> dict[str, Person]:
    """Return whom second addresses mean, by the handles of a team.

    An address of an account of its own means that account's person.
    """
    if not emails:
        return {}
    rows = among.filter(source="", handle__in=emails).select_related("person")
    found = {row.handle: row.person for row in rows}
    own = Person.objects.filter(email__in=found, user__isnull=False).values_list("email", flat=True) if found else ()
    return {email: person for email, person in found.items() if email not in set(own)}


@transaction.atomic
def claim_person(*, user: User, name: str = "", at: datetime) -> Person:
    """Make the person with an account's proved address the account's own, with all effort and memberships."""
    person = Person.objects.select_for_update().filter(email=user.email).first()
    if person is None:
        return Person.objects.create(email=user.email, name=clean_name(name), user=user, created_at=at)
    person.user = user
    person.name = clean_name(name) or person.name
    person.save(update_fields=["user", "name"])
    person.memberships.filter(confirmed_at__isnull=True).update(confirmed_at=at)
    return person


@transaction.atomic
def rename_person(*, person: Person, name: str) -> Person:
    """Give a person the name that others see."""
    person.name = clean_name(name)
    person.save(update_fields=["name"])
    return person
