"""What a superuser does: create teams and accounts, and see all of them."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from teams.actors import Actor, actor_of
from teams.forms.accounts import NewAccountForm
from teams.forms.errors import errors_in
from teams.forms.teams import NewTeamForm
from teams.models import KeptMail, Person, Role, Team, User
from teams.permissions import signed_in, superuser_view
from teams.services.accounts import create_account, set_active
from teams.services.calendars import CalendarFields
from teams.services.claims import invite_to_account
from teams.services.invitations import invite
from teams.services.members import add_member
from teams.services.people import clean_email
from teams.services.teams import create_team
from teams.views.choices import zone_names

MAILS_SHOWN = 50


@require_GET
@superuser_view
def show(request: HttpRequest) -> HttpResponse:
    """Show all teams and all accounts."""
    return _page(request, NewAccountForm())


@require_http_methods(["GET", "POST"])
@superuser_view
def create(request: HttpRequest) -> HttpResponse:
    """Create a team with its first owner."""
    form = NewTeamForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with errors_in(form):
            team = _create_team(form, by=actor_of(signed_in(request)), at=timezone.now())
            messages.success(request, _("The team %s is there.") % team.name)
            return redirect("teams:settings", team.slug)
    status = 422 if form.is_bound else 200
    return render(request, "teams/create.html", {"form": form, "zones": zone_names()}, status=status)


@require_POST
@sensitive_post_parameters("password")
@superuser_view
def create_user(request: HttpRequest) -> HttpResponse:
    """Create an account."""
    form = NewAccountForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            messages.success(request, _create_account(form, at=timezone.now()))
            return redirect("teams:administration")
    return _page(request, form, status=422)


@require_POST
@superuser_view
def switch_user(request: HttpRequest, user_id: int) -> HttpResponse:
    """Switch an account off, or on again."""
    user = get_object_or_404(User, pk=user_id)
    if user == request.user:
        messages.error(request, _("You cannot switch off your own account."))
        return redirect("teams:administration")
    set_active(user=user, is_active=not user.is_active)
    sentence = _("%s can sign in again.") if user.is_active else _("%s cannot sign in any more.")
    messages.success(request, sentence % user.email)
    return redirect("teams:administration")


@require_GET
@superuser_view
def show_mail(request: HttpRequest) -> HttpResponse:
    """Show the mail that was kept because no mail server is set, newest first."""
    mails = KeptMail.objects.order_by("-created_at", "-pk")[:MAILS_SHOWN]
    return render(request, "teams/kept_mail.html", {"mails": mails, "is_mail_sent": settings.IS_MAIL_SENT})


@transaction.atomic
def _create_team(form: NewTeamForm, *, by: Actor, at: datetime) -> Team:
    given = form.cleaned_data
    calendar = CalendarFields(timezone=given["timezone"])
    team = create_team(name=given["name"], slug=given["slug"], calendar=calendar, at=at)
    if given["owner"]:
        person = Person.objects.filter(email=clean_email(given["owner"]), user__isnull=False).first()
        if person is not None:
            add_member(team=team, person=person, role=Role.OWNER, at=at)
        else:
            invite(team=team, email=given["owner"], role=Role.OWNER, by=by, at=at)
    return team


def _create_account(form: NewAccountForm, *, at: datetime) -> str:
    """Create the account, or ask its person by mail for a password; return what happened."""
    given = form.cleaned_data
    if given["password"]:
        user = create_account(**given, at=at)
        return _("%s can sign in now.") % user.email
    person = invite_to_account(email=given["email"], name=given["name"], at=at)
    return _("A mail asks %s to choose a password.") % person.email


def _page(request: HttpRequest, form: NewAccountForm, status: int = 200) -> HttpResponse:
    members = Count("memberships", distinct=True)
    owners = Count("memberships", filter=Q(memberships__role=Role.OWNER), distinct=True)
    context = {
        "form": form,
        "teams": Team.objects.annotate(member_count=members, owner_count=owners).order_by("name", "pk"),
        "is_mail_sent": settings.IS_MAIL_SENT,
        "users": User.objects.select_related("person").order_by("email"),
    }
    return render(request, "teams/administration.html", context, status=status)
