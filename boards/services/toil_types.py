"""Making, changing and deleting toil types."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from boards.models import ToilType
from boards.services.errors import ToilTypeGoneError, invalid
from boards.services.values import checked_text
from teams.actors import Actor
from teams.models import Team


@transaction.atomic
def create_toil_type(*, team: Team, name: str, by: Actor, at: datetime, service: str = "") -> ToilType:
    """Give a recurring piece of toil its name."""
    return _save(ToilType(team=team, created_at=at), name=name, service=service)


def toil_type_named(*, team: Team, name: str, by: Actor, at: datetime, service: str = "") -> ToilType:
    """Return the team's toil type with this name, which is made where there is none."""
    wanted = checked_text("name", name, limit=100, required=True)
    found = ToilType.objects.filter(team=team, name=wanted).first()
    return found or create_toil_type(team=team, name=wanted, service=service, by=by, at=at)


@transaction.atomic
def edit_toil_type(
    *, toil_type: ToilType, by: Actor, at: datetime, name: str | None = None, service: str | None = None
) -> ToilType:
    """Change a toil type's name or service."""
    current = ToilType.objects.select_for_update(no_key=True).filter(pk=toil_type.pk).first()
    if current is None:
        raise ToilTypeGoneError
    return _save(
        current,
        name=current.name if name is None else name,
        service=current.service if service is None else service,
    )


@transaction.atomic
def delete_toil_type(*, toil_type: ToilType, by: Actor, at: datetime) -> None:
    """Delete a toil type; its items stay, and no longer have one.

    It is locked before its items, as who gives items to it holds it first.
    """
    current = ToilType.objects.select_for_update().filter(pk=toil_type.pk).first()
    if current is not None:
        current.delete()


def _save(toil_type: ToilType, *, name: str, service: str) -> ToilType:
    toil_type.name = checked_text("name", name, limit=100, required=True)
    toil_type.service = checked_text("service", service, limit=100)
    try:
        with transaction.atomic():
            toil_type.save()
    except IntegrityError as error:
        raise invalid("name", _("The team has a toil type with this name.")) from error
    return toil_type
