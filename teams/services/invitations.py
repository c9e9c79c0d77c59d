"""Invitations by mail: the link is the proof of the address, and only its hash is kept."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from teams.actors import Actor
from teams.errors import ConflictError, NotAllowedError, ToilTrackerError
from teams.models import Invitation, Membership, Person, Team, User
from teams.secrets import hash_secret, new_secret
from teams.services.accounts import create_account
from teams.services.mail import send_invitation
from teams.services.members import AlreadyMemberError, add_member, check_dates, check_role, confirm_member
from teams.services.people import claim_person, find_or_make_person

VALID_FOR = timedelta(days=14)


class InvitationUnknownError(ToilTrackerError):
    """No invitation has this link."""

    code = "invitation_unknown"
    status = 404


class InvitationClosedError(ConflictError):
    """The invitation was accepted, withdrawn, or has expired."""

    code = "invitation_closed"
    status = 410


class InvitationForAnotherError(NotAllowedError):
    """The invitation is for another address than that of the account."""

    code = "invitation_for_another"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """What an invitation made: the mail's row, and the membership that waits for its answer."""

    invitation: Invitation
    membership: Membership


@transaction.atomic
def invite(
    *,
    team: Team,
    email: str,
    role: str,
    first_date: date | None = None,
    last_date: date | None = None,
    by: Actor,
    at: datetime,
) -> Invited:
    """Ask somebody to join a team; the membership counts for capacity at once and gives rights when accepted."""
    check_role(role)
    check_dates(first_date, last_date)
    person = find_or_make_person(email=email, at=at)
    Team.objects.select_for_update().get(pk=team.pk)  # two who invite the same person wait for each other
    membership = Membership.objects.filter(team=team, person=person).first()
    if membership is None:
        membership = add_member(
            team=team, person=person, role=role, first_date=first_date, last_date=last_date, is_confirmed=False, at=at
        )
    elif membership.confirmed_at is not None and person.user_id is not None:
        message = _("%s is a member of this team already.") % person.display_name
        raise AlreadyMemberError(message, fields={"email": [message]})
    else:
        membership.role, membership.first_date, membership.last_date = role, first_date, last_date
        membership.save(update_fields=["role", "first_date", "last_date"])
    invitation = _send_new(team=team, email=person.email or "", role=role, by=by, at=at)
    return Invited(invitation=invitation, membership=membership)


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: Actor, at: datetime) -> Invitation:
    """Send a new link, valid for two weeks from now; the old one ends."""
    locked = Invitation.objects.select_for_update().select_related("team").get(pk=invitation.pk)
    if locked.accepted_at or locked.revoked_at:
        raise InvitationClosedError(_("This invitation is no longer open."))
    return _send_new(team=locked.team, email=locked.email, role=locked.role, by=by, at=at)


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, at: datetime) -> None:
    """Withdraw an invitation, and the membership that waited for it."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.accepted_at:
        raise InvitationClosedError(_("This invitation was accepted already: remove the member instead."))
    _close_open(team=locked.team, email=locked.email, at=at)
    Membership.objects.filter(team=locked.team_id, person__email=locked.email, confirmed_at__isnull=True).delete()


def open_invitation(*, secret: str, at: datetime) -> Invitation:
    """Return the invitation of a link that can still be accepted; else say why it cannot."""
    invitation = Invitation.objects.filter(token_hash=hash_secret(secret)).select_related("team", "invited_by").first()
    if invitation is None:
        raise InvitationUnknownError(
            _("This invitation link is not known. Use the newest mail, and the whole link in it.")
        )
    if invitation.accepted_at is not None:
        raise InvitationClosedError(_("This invitation was accepted already. Sign in to see the team."))
    if invitation.revoked_at is not None:
        raise InvitationClosedError(
            _("This invitation was withdrawn, or a newer mail has replaced it. Ask the team’s owner for a new one.")
        )
    if invitation.expires_at <= at:
        raise InvitationClosedError(_("This invitation has expired. Ask the team’s owner for a new one."))
    return invitation


@transaction.atomic
def accept_with_new_account(*, secret: str, name: str, password: str, at: datetime) -> User:
    """Make the invited address an account, and its person's waiting membership real."""
    invitation = _lock(open_invitation(secret=secret, at=at), at)
    user = create_account(email=invitation.email, password=password, name=name, at=at)
    _confirm(invitation, user, at)
    return user


@transaction.atomic
def accept_as(*, secret: str, user: User, at: datetime) -> Membership:
    """Accept an invitation with the account of the invited address."""
    invitation = _lock(open_invitation(secret=secret, at=at), at)
    if user.email != invitation.email:
        raise InvitationForAnotherError(
            _("This invitation is for %(invited)s, and you are signed in as %(email)s. Sign out first.")
            % {"invited": invitation.email, "email": user.email}
        )
    return _confirm(invitation, user, at)


def _confirm(invitation: Invitation, user: User, at: datetime) -> Membership:
    person = Person.objects.filter(user=user).first() or claim_person(user=user, at=at)
    membership = Membership.objects.filter(team=invitation.team_id, person=person).first()
    if membership is None:
        membership = add_member(team=invitation.team, person=person, role=invitation.role, at=at)
    confirm_member(membership=membership, at=at)
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    return membership


def _lock(invitation: Invitation, at: datetime) -> Invitation:
    """Lock the row, so that of two acceptances at once the second finds the first."""
    locked = Invitation.objects.select_for_update(of=("self",)).select_related("team").get(pk=invitation.pk)
    if locked.accepted_at is not None or locked.revoked_at is not None or locked.expires_at <= at:
        raise InvitationClosedError(_("This invitation was accepted already. Sign in to see the team."))
    return locked


def _send_new(*, team: Team, email: str, role: str, by: Actor, at: datetime) -> Invitation:
    _close_open(team=team, email=email, at=at)
    secret = new_secret()
    invitation = Invitation.objects.create(
        team=team,
        email=email,
        role=role,
        token_hash=hash_secret(secret),
        invited_by=by.person,
        created_at=at,
        expires_at=at + VALID_FOR,
    )
    transaction.on_commit(lambda: send_invitation(invitation=invitation, secret=secret, at=at))
    return invitation


def _close_open(*, team: Team, email: str, at: datetime) -> None:
    Invitation.objects.open().filter(team=team, email=email).update(revoked_at=at)
