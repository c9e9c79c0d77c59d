"""The mapping from what sources call people to who they are."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from boards.services.people import merge_people
from imports.services.people import is_email
from teams.actors import Actor
from teams.errors import InvalidError
from teams.models import Handle, Person, Team

LONGEST_SOURCE: Final = 50
LONGEST_HANDLE: Final = 255


@transaction.atomic
def map_handle(*, team: Team, source: str, handle: str, person: Person) -> Handle:
    """Let a source's handle mean a person from now on; what came before stays whose it was."""
    source, handle = source.strip(), handle.strip()
    _check("source", source, LONGEST_SOURCE)
    _check("handle", handle, LONGEST_HANDLE)
    if is_email(handle):
        raise _refusal("handle", _("An e-mail address means the person who has it."))
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    row, __ = Handle.objects.update_or_create(team=team, source=source, handle=handle, defaults={"person": person})
    return row


@transaction.atomic
def point_address(*, row: Handle, person: Person) -> Handle:
    """Let a second address mean somebody else from now on."""
    Team.objects.select_for_update(no_key=True).get(pk=row.team_id)
    row.person = person
    row.save(update_fields=["person"])
    return row


def merge_handle(*, handle: Handle, into: Person, by: Actor, at: datetime) -> Person:
    """Say that whom a handle means is somebody else whom the team knows: the two become one."""
    return merge_people(team=handle.team, gone=handle.person, into=into, by=by, at=at)


def _check(field: str, text: str, limit: int) -> None:
    if not text:
        raise _refusal(field, _("This must not be empty."))
    if len(text) > limit or not text.isprintable():
        raise _refusal(field, _("This has at most %d characters, without line breaks.") % limit)


def _refusal(field: str, message: str) -> InvalidError:
    return InvalidError(message, fields={field: [message]})
