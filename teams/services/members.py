"""Members of a team: roles and dates, with at least one owner left who can sign in."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from teams.actors import Actor, Via
from teams.errors import ConflictError, InvalidError
from teams.models import Invitation, Membership, Person, Role, Team


class LastOwnerError(ConflictError):
    """Nobody would be left who may change the team."""

    code = "last_owner"


class AlreadyMemberError(ConflictError):
    """The person belongs to the team already."""

    code = "already_member"


@transaction.atomic
def add_member(
    *,
    team: Team,
    person: Person,
    role: str,
    first_date: date | None = None,
    last_date: date | None = None,
    is_confirmed: bool = True,
    at: datetime,
) -> Membership:
    """Record that a person belongs to a team; unconfirmed, it counts for capacity but gives no rights."""
    check_role(role)
    check_dates(first_date, last_date)
    Team.objects.select_for_update().get(pk=team.pk)  # two who add the same person wait for each other
    if Membership.objects.filter(team=team, person=person).exists():
        message = _("%s is a member of this team already.") % person.display_name
        raise AlreadyMemberError(message, fields={"email": [message]})
    return Membership.objects.create(
        team=team,
        person=person,
        role=role,
        first_date=first_date,
        last_date=last_date,
        created_at=at,
        confirmed_at=at if is_confirmed else None,
    )


@transaction.atomic
def change_member(
    *, membership: Membership, role: str, first_date: date | None, last_date: date | None, by: Actor
) -> Membership:
    """Change a member's role and dates."""
    check_role(role)
    check_dates(first_date, last_date)
    if membership.role == Role.OWNER and role != Role.OWNER:
        _keep_an_owner(membership, by)
    membership.role, membership.first_date, membership.last_date = role, first_date, last_date
    membership.save(update_fields=["role", "first_date", "last_date"])
    _open_invitations(membership).update(role=role)
    return membership


@transaction.atomic
def confirm_member(*, membership: Membership, at: datetime) -> Membership:
    """Give a membership that waited its rights."""
    if membership.confirmed_at is None:
        membership.confirmed_at = at
        membership.save(update_fields=["confirmed_at"])
    return membership


@transaction.atomic
def remove_member(*, membership: Membership, by: Actor, at: datetime) -> None:
    """Take a person out of a team; what they did stays theirs, an open invitation is withdrawn."""
    if membership.role == Role.OWNER:
        _keep_an_owner(membership, by)
    _open_invitations(membership).update(revoked_at=at)
    membership.delete()


def check_role(role: str) -> None:
    """Refuse what is no role."""
    if role not in Role.values:
        message = _("A role is viewer, member or owner.")
        raise InvalidError(message, fields={"role": [message]})


def check_dates(first_date: date | None, last_date: date | None) -> None:
    """Refuse a last day before the first one."""
    if first_date and last_date and last_date < first_date:
        message = _("The last day is before the first day.")
        raise InvalidError(message, fields={"last_date": [message]})


def _keep_an_owner(membership: Membership, by: Actor) -> None:
    """Refuse to take the last owner away; the team's lock makes two owners who remove each other wait."""
    Team.objects.select_for_update().get(pk=membership.team_id)
    if by.via is Via.SYSTEM or (by.person and by.person.user and by.person.user.is_superuser):
        return
    others = Membership.objects.confirmed().filter(
        team=membership.team_id, role=Role.OWNER, person__user__is_active=True
    )
    if not others.exclude(pk=membership.pk).exists():
        message = _("%s is the last owner: make somebody else an owner first.") % membership.person.display_name
        raise LastOwnerError(message)


def _open_invitations(membership: Membership) -> QuerySet[Invitation]:
    return Invitation.objects.open().filter(team=membership.team_id, email=membership.person.email or "")
