"""What opens behind the link of an invitation, or of a first password."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from teams.errors import ToilTrackerError
from teams.forms.accounts import FirstPasswordForm
from teams.forms.errors import errors_in
from teams.models import Invitation, User
from teams.permissions import signed_in
from teams.services.claims import claim_with_password, open_claim
from teams.services.invitations import accept_as, accept_with_new_account, open_invitation

BACKEND = settings.AUTHENTICATION_BACKENDS[0]


@require_GET
@never_cache
def show(request: HttpRequest, secret: str) -> HttpResponse:
    """Say who invites to what, and offer the way in that fits."""
    try:
        invitation = open_invitation(secret=secret, at=timezone.now())
    except ToilTrackerError as error:
        return _closed(request, error)
    name = invitation_name(invitation)
    return _page(request, invitation, secret, FirstPasswordForm(initial={"name": name}))


@require_POST
@never_cache
@sensitive_post_parameters("password")
def accept_new(request: HttpRequest, secret: str) -> HttpResponse:
    """Make an account of the invited address, sign it in and go to the team."""
    form = FirstPasswordForm(request.POST)
    try:
        invitation = open_invitation(secret=secret, at=timezone.now())
    except ToilTrackerError as error:
        return _closed(request, error)
    if form.is_valid():
        with errors_in(form):
            user = accept_with_new_account(secret=secret, **form.cleaned_data, at=timezone.now())
            login(request, user, backend=BACKEND)
            messages.success(request, _("Welcome to %s.") % invitation.team.name)
            return redirect("/")
    return _page(request, invitation, secret, form, status=422)


@require_POST
@never_cache
def accept(request: HttpRequest, secret: str) -> HttpResponse:
    """Join the team with the account that is signed in."""
    if not request.user.is_authenticated:
        return redirect("teams:invitation", secret)
    try:
        membership = accept_as(secret=secret, user=signed_in(request), at=timezone.now())
    except ToilTrackerError as error:
        return _closed(request, error)
    messages.success(request, _("Welcome to %s.") % membership.team.name)
    return redirect("/")


@require_GET
@never_cache
def show_claim(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask somebody whose address is known for a password."""
    try:
        person = open_claim(secret=secret, at=timezone.now())
    except ToilTrackerError as error:
        return _closed(request, error)
    form = FirstPasswordForm(initial={"name": person.name})
    return render(request, "teams/claim.html", {"person": person, "secret": secret, "form": form})


@require_POST
@never_cache
@sensitive_post_parameters("password")
def claim(request: HttpRequest, secret: str) -> HttpResponse:
    """Make the account and sign it in."""
    form = FirstPasswordForm(request.POST)
    try:
        person = open_claim(secret=secret, at=timezone.now())
    except ToilTrackerError as error:
        return _closed(request, error)
    if form.is_valid():
        with errors_in(form):
            user = claim_with_password(secret=secret, **form.cleaned_data, at=timezone.now())
            login(request, user, backend=BACKEND)
            return redirect("/")
    return render(request, "teams/claim.html", {"person": person, "secret": secret, "form": form}, status=422)


def invitation_name(invitation: Invitation) -> str:
    """Return what the invited address is called so far."""
    from_tickets = invitation.team.people.filter(email=invitation.email).values_list("name", flat=True).first()
    return from_tickets or ""


def _page(
    request: HttpRequest, invitation: Invitation, secret: str, form: FirstPasswordForm, status: int = 200
) -> HttpResponse:
    user = request.user if isinstance(request.user, User) else None
    context = {
        "invitation": invitation,
        "team": invitation.team,
        "secret": secret,
        "form": form,
        "has_account": User.objects.filter(email=invitation.email).exists(),
        "is_for_reader": user is not None and user.email == invitation.email,
    }
    return render(request, "teams/invitation.html", context, status=status)


def _closed(request: HttpRequest, error: ToilTrackerError) -> HttpResponse:
    return render(request, "teams/invitation_closed.html", {"message": error.message}, status=error.status)
