"""Members of a team and the invitations that are on their way."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from teams.actors import actor_of
from teams.errors import ToilTrackerError
from teams.forms.errors import errors_in
from teams.forms.teams import InvitationForm, MemberForm
from teams.models import Invitation, Membership, Role, Team
from teams.permissions import can_own, signed_in, team_view
from teams.services.invitations import invite, resend_invitation, revoke_invitation
from teams.services.members import change_member, remove_member


@require_GET
@team_view()
def show(request: HttpRequest, team: Team) -> HttpResponse:
    """Show who belongs to the team; owners change it here."""
    return _page(request, team, InvitationForm())


@require_POST
@team_view(Role.OWNER)
def send_invitation(request: HttpRequest, team: Team) -> HttpResponse:
    """Invite somebody by mail."""
    form = InvitationForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            invited = invite(team=team, **form.cleaned_data, by=actor_of(signed_in(request)), at=timezone.now())
            _tell_sent(request, invited.invitation)
            return redirect("teams:settings_members", team.slug)
    return _page(request, team, form, status=422)


@require_POST
@team_view(Role.OWNER)
def resend(request: HttpRequest, team: Team, invitation_id: int) -> HttpResponse:
    """Send an invitation again, with a new link."""
    invitation = get_object_or_404(Invitation, team=team, pk=invitation_id)
    try:
        sent = resend_invitation(invitation=invitation, by=actor_of(signed_in(request)), at=timezone.now())
        _tell_sent(request, sent)
    except ToilTrackerError as error:
        messages.error(request, error.message)
    return redirect("teams:settings_members", team.slug)


@require_POST
@team_view(Role.OWNER)
def revoke(request: HttpRequest, team: Team, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation."""
    invitation = get_object_or_404(Invitation, team=team, pk=invitation_id)
    try:
        revoke_invitation(invitation=invitation, at=timezone.now())
        messages.success(request, _("The invitation of %s is withdrawn.") % invitation.email)
    except ToilTrackerError as error:
        messages.error(request, error.message)
    return redirect("teams:settings_members", team.slug)


@require_GET
@team_view(Role.OWNER)
def show_member(request: HttpRequest, team: Team, membership_id: int) -> HttpResponse:
    """Show role and dates of one member."""
    membership = _membership_or_404(team, membership_id)
    return _member_page(request, membership, MemberForm(initial=MemberForm.initial_of(membership)))


@require_POST
@team_view(Role.OWNER)
def change(request: HttpRequest, team: Team, membership_id: int) -> HttpResponse:
    """Change role and dates of a member."""
    membership = _membership_or_404(team, membership_id)
    form = MemberForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            change_member(membership=membership, **form.cleaned_data, by=actor_of(signed_in(request)))
            messages.success(request, _("%s is saved.") % membership.person.display_name)
            return _back(request, team)
    return _member_page(request, membership, form, status=422)


@require_POST
@team_view(Role.OWNER)
def remove(request: HttpRequest, team: Team, membership_id: int) -> HttpResponse:
    """Take somebody out of the team."""
    membership = _membership_or_404(team, membership_id)
    form = MemberForm(initial=MemberForm.initial_of(membership))
    try:
        remove_member(membership=membership, by=actor_of(signed_in(request)), at=timezone.now())
    except ToilTrackerError as error:
        return _member_page(request, membership, form, refusal=error.message, status=422)
    messages.success(
        request, _("%s is no longer a member. What they did stays in the figures.") % membership.person.display_name
    )
    return _back(request, team)


def _membership_or_404(team: Team, membership_id: int) -> Membership:
    return get_object_or_404(Membership.objects.select_related("person__user"), team=team, pk=membership_id)


def _back(request: HttpRequest, team: Team) -> HttpResponse:
    """Return to the list, or home for an owner who has just left or stepped down."""
    if Team.objects.visible_to(request.user).filter(pk=team.pk).exists():
        return redirect("teams:settings_members", team.slug)
    return redirect("/")


def _tell_sent(request: HttpRequest, invitation: Invitation) -> None:
    if invitation.sent_at is None:
        messages.error(request, _("The mail to %s could not be sent. Send it again in a while.") % invitation.email)
    else:
        messages.success(request, _("An invitation is on its way to %s.") % invitation.email)


def _page(request: HttpRequest, team: Team, form: InvitationForm, status: int = 200) -> HttpResponse:
    memberships = list(Membership.objects.filter(team=team).select_related("person").order_by("pk"))
    memberships.sort(key=lambda membership: membership.person.display_name.casefold())
    context = {
        "team": team,
        "form": form,
        "memberships": memberships,
        "invitations": _open_invitations(team, timezone.now()) if can_own(request.user, team) else [],
        "is_owner": can_own(request.user, team),
    }
    return render(request, "teams/settings_members.html", context, status=status)


def _open_invitations(team: Team, at: datetime) -> list[dict[str, object]]:
    rows = Invitation.objects.open().filter(team=team).select_related("invited_by").order_by("created_at")
    return [{"row": row, "has_expired": row.expires_at <= at} for row in rows]


def _member_page(
    request: HttpRequest, membership: Membership, form: MemberForm, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {"team": membership.team, "membership": membership, "form": form, "refusal": refusal}
    return render(request, "teams/settings_member.html", context, status=status)
