"""Who the names in tickets are: found by e-mail or by what their source calls them, or made anew."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from imports.sources.mapped import Identity
from teams.models import Handle, Person, Team
from teams.services.people import by_second_address

NOTHING_KNOWN = Identity("", "")


class Named(NamedTuple):
    """The names of one source in one team."""

    team: Team
    source: str


def resolve_people(
    *, at_source: Named, names: Iterable[str], known: Mapping[str, Identity], at: datetime
) -> dict[str, Person]:
    """Return the person behind each name; who is unknown becomes a person without a login.

    A name is an e-mail or the source's own handle. What the source knows beside a handle (a name to show, an e-mail)
    finds or describes the person at first sight of it, and is never asked again.
    """
    wanted = set(names)
    handles = {name for name in wanted if not is_email(name)}
    people = _by_handle(at_source, handles)
    new = sorted(handles - people.keys())
    identities = {handle: known.get(handle, NOTHING_KNOWN) for handle in new}
    emails = {name.lower() for name in wanted - handles}
    emails |= {identity.email.lower() for identity in identities.values() if is_email(identity.email)}
    second = by_second_address(emails, among=Handle.objects.filter(team=at_source.team))
    names_of = {identity.email.lower(): identity.name for identity in identities.values()}
    by_email = second | _by_email(emails - second.keys(), names_of, at=at)
    for handle, identity in identities.items():
        person = by_email.get(identity.email.lower())
        people[handle] = person or Person(name=_shown(identity.name or handle), created_at=at)
    Person.objects.bulk_create([people[handle] for handle in new if people[handle].pk is None])
    Handle.objects.bulk_create(
        [Handle(team=at_source.team, source=at_source.source, handle=handle, person=people[handle]) for handle in new]
    )
    return people | {name: by_email[name.lower()] for name in wanted - handles}


def is_email(name: str) -> bool:
    """Whether a name is an e-mail address."""
    if "@" not in name:
        return False
    try:
        validate_email(name.lower())
    except ValidationError:
        return False
    return len(name) <= 254


def _by_handle(at_source: Named, handles: set[str]) -> dict[str, Person]:
    if not handles:
        return {}
    rows = Handle.objects.filter(team=at_source.team, source=at_source.source, handle__in=handles)
    found = {row.handle: row.person for row in rows.select_related("person")}
    if handles - found.keys():
        # Who makes handles holds the team, so that two imports do not make two people of one handle.
        Team.objects.select_for_update(no_key=True).get(pk=at_source.team.pk)
        found = {row.handle: row.person for row in rows.all()}
    return found


def _by_email(emails: set[str], names: Mapping[str, str], *, at: datetime) -> dict[str, Person]:
    if not emails:
        return {}
    found = {str(person.email): person for person in Person.objects.filter(email__in=emails)}
    missing = sorted(emails - found.keys())
    if missing:
        made = [Person(email=email, name=_shown(names.get(email, "")), created_at=at) for email in missing]
        Person.objects.bulk_create(made, ignore_conflicts=True)
        found |= {str(person.email): person for person in Person.objects.filter(email__in=missing)}
    return found


def _shown(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable()).strip()[:200]
