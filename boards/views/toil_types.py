"""Toil types: the list, and one with its items and the rules that attach them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from boards.models import ToilType
from boards.rule_forms import ToilTypeForm
from boards.rules_page import items_of_type, toil_types_of
from boards.services.toil_types import create_toil_type, delete_toil_type, edit_toil_type
from boards.views.loading import writer
from teams.forms.errors import errors_in
from teams.models import Role, Team
from teams.permissions import can_configure, team_view

ON_A_PAGE = 50


@require_GET
@team_view()
def index(request: HttpRequest, team: Team) -> HttpResponse:
    """List the team's toil types; owners add to them here."""
    return _list_page(request, team, ToilTypeForm())


@require_POST
@team_view(Role.OWNER)
def create(request: HttpRequest, team: Team) -> HttpResponse:
    """Give a recurring piece of toil its name."""
    form = ToilTypeForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            made = create_toil_type(team=team, **form.cleaned_data, by=writer(request), at=timezone.now())
            messages.success(request, _("The toil type “%s” is there.") % made.name)
            return redirect("boards:toil_type", team.slug, made.pk)
    return _list_page(request, team, form, status=422)


@require_GET
@team_view()
def show(request: HttpRequest, team: Team, type_id: int) -> HttpResponse:
    """Show a toil type with its items, the newest first."""
    toil_type = _type(team, type_id)
    form = ToilTypeForm(initial={"name": toil_type.name, "service": toil_type.service})
    return _page(request, team, toil_type, form)


@require_POST
@team_view(Role.OWNER)
def change(request: HttpRequest, team: Team, type_id: int) -> HttpResponse:
    """Change a toil type's name or service."""
    toil_type, form = _type(team, type_id), ToilTypeForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            edit_toil_type(toil_type=toil_type, **form.cleaned_data, by=writer(request), at=timezone.now())
            messages.success(request, _("The toil type is saved."))
            return redirect("boards:toil_type", team.slug, toil_type.pk)
    return _page(request, team, toil_type, form, status=422)


@require_POST
@team_view(Role.OWNER)
def delete(request: HttpRequest, team: Team, type_id: int) -> HttpResponse:
    """Delete a toil type; its items stay."""
    toil_type = _type(team, type_id)
    delete_toil_type(toil_type=toil_type, by=writer(request), at=timezone.now())
    messages.success(request, _("The toil type “%s” is deleted; its items stay.") % toil_type.name)
    return redirect("boards:toil_types", team.slug)


def _list_page(request: HttpRequest, team: Team, form: ToilTypeForm, status: int = 200) -> HttpResponse:
    context = {
        "team": team,
        "form": form,
        "types": toil_types_of(team),
        "is_owner": can_configure(request.user, team),
    }
    return render(request, "boards/settings_toil_types.html", context, status=status)


def _page(request: HttpRequest, team: Team, toil_type: ToilType, form: ToilTypeForm, status: int = 200) -> HttpResponse:
    context = {
        "team": team,
        "type": toil_type,
        "form": form,
        "items": Paginator(items_of_type(toil_type), ON_A_PAGE).get_page(request.GET.get("page")),
        "rules": toil_type.rules.order_by("position", "pk"),
        "is_owner": can_configure(request.user, team),
    }
    return render(request, "boards/settings_toil_type.html", context, status=status)


def _type(team: Team, type_id: int) -> ToilType:
    return get_object_or_404(ToilType, team=team, pk=type_id)
