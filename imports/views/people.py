"""The page on which owners say who is meant by what sources call people."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from boards.services.people import merge_people
from boards.sources import source_name
from imports.forms import HandleForm, MergeForm, WhoForm, known_people
from imports.services.handles import map_handle, merge_handle, point_address
from teams.actors import actor_of
from teams.errors import ToilTrackerError
from teams.forms.errors import errors_in
from teams.models import Handle, Person, Role, Team
from teams.permissions import signed_in, team_view

SHOWN = 50


@require_GET
@team_view(Role.OWNER)
def show(request: HttpRequest, team: Team) -> HttpResponse:
    """Show the handles of all sources, each with the person that it means."""
    return _page(request, team, HandleForm(team=team))


@require_POST
@team_view(Role.OWNER)
def add(request: HttpRequest, team: Team) -> HttpResponse:
    """Say who is meant by a handle before a ticket names it, or after."""
    form = HandleForm(request.POST, team=team)
    if form.is_valid():
        with errors_in(form):
            row = map_handle(team=team, **form.cleaned_data)
            messages.success(request, _("%(handle)s means %(name)s from now on.") % _words(row))
            return redirect("imports:people", team.slug)
    return _page(request, team, form, status=422)


@require_POST
@team_view(Role.OWNER)
def decide(request: HttpRequest, team: Team, handle_id: int) -> HttpResponse:
    """Let a handle mean somebody else from now on, or merge the two."""
    row = get_object_or_404(Handle.objects.select_related("team", "person"), team=team, pk=handle_id)
    form = WhoForm(request.POST, team=team, row=row)
    if not form.is_valid():
        return _page(request, team, HandleForm(team=team), chosen=form, status=422)
    person, at = form.cleaned_data["person"], timezone.now()
    try:
        if request.POST.get("do") == "merge":
            merge_handle(handle=row, into=person, by=actor_of(signed_in(request)), at=at)
            words = {"handle": row.handle, "name": person.display_name}
            messages.success(request, _("%(handle)s and %(name)s are one person now.") % words)
        else:
            row = _point(team, row, person)
            messages.success(request, _("%(handle)s means %(name)s from now on.") % _words(row))
    except ToilTrackerError as error:
        form.add_error("person", error.message)
        return _page(request, team, HandleForm(team=team), chosen=form, status=422)
    return redirect("imports:people", team.slug)


@require_POST
@team_view(Role.OWNER)
def merge(request: HttpRequest, team: Team) -> HttpResponse:
    """Make one person of two whom the team knows."""
    form = MergeForm(request.POST, team=team)
    if form.is_valid():
        gone, into = form.cleaned_data["gone"], form.cleaned_data["into"]
        with errors_in(form):
            merge_people(team=team, gone=gone, into=into, by=actor_of(signed_in(request)), at=timezone.now())
            words = {"handle": gone.display_name, "name": into.display_name}
            messages.success(request, _("%(handle)s and %(name)s are one person now.") % words)
            return redirect("imports:people", team.slug)
    return _page(request, team, HandleForm(team=team), merging=form, status=422)


def _words(row: Handle) -> dict[str, str]:
    return {"handle": row.handle, "name": row.person.display_name}


def _point(team: Team, row: Handle, person: Person) -> Handle:
    if row.is_address:
        return point_address(row=row, person=person)
    return map_handle(team=team, source=row.source, handle=row.handle, person=person)


def _page(
    request: HttpRequest,
    team: Team,
    form: HandleForm,
    *,
    chosen: WhoForm | None = None,
    merging: MergeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    handles = Handle.objects.filter(team=team).select_related("person").order_by("source", "handle", "pk")
    page = Paginator(handles, SHOWN).get_page(request.GET.get("page"))
    people = list(known_people(team))
    forms = {row.pk: WhoForm(team=team, row=row, people=people) for row in page}
    if chosen is not None:
        forms[chosen.row.pk] = chosen
    merging = merging or MergeForm(team=team, people=people)
    rows = [{"handle": row, "source": _source(row), "form": forms[row.pk]} for row in page]
    context: dict[str, Any] = {"team": team, "form": form, "rows": rows, "page": page, "merging": merging}
    context["can_merge"] = len(people) > 1
    return render(request, "imports/settings_people.html", context, status=status)


def _source(row: Handle) -> str:
    return _("Second e-mail address") if row.is_address else source_name(row.source)
