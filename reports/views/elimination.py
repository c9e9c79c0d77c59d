"""What to remove next, and the page of a toil type: its cost, the plan, and what was gained."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from boards.models import Elimination, EliminationItem, ToilType
from boards.services.eliminations import add_part, plan_elimination, remove_part, withdraw_elimination
from reports.elimination_forms import PartForm, PlanForm
from reports.pages.elimination import candidates_of, gains_told, type_page
from reports.services.eliminations import eliminate, take_back
from teams.actors import actor_of
from teams.errors import ToilTrackerError
from teams.forms.errors import errors_in
from teams.models import Role, Team
from teams.permissions import can_work, signed_in, team_view


@require_safe
@team_view()
def index(request: HttpRequest, team: Team) -> HttpResponse:
    """Show which toil types to remove next, and what removing others has brought."""
    at = timezone.now()
    context = {"team": team, "rows": candidates_of(team=team, at=at), "gains": gains_told(team=team, at=at)}
    return render(request, "reports/toil_types.html", context)


@require_GET
@team_view()
def show(request: HttpRequest, team: Team, type_id: int) -> HttpResponse:
    """Show what a toil type takes, how it is to be removed, and what was gained."""
    return _page(request, team, _type(team, type_id))


@require_POST
@team_view(Role.MEMBER)
def plan(request: HttpRequest, team: Team, type_id: int) -> HttpResponse:
    """Plan how it is removed."""
    toil_type, form = _type(team, type_id), PlanForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            by = actor_of(signed_in(request))
            plan_elimination(toil_type=toil_type, plan=form.cleaned_data, by=by, at=timezone.now())
            messages.success(request, _("The plan is saved."))
            return redirect("reports:toil_type", team.slug, type_id)
    return _page(request, team, toil_type, form=form, status=422)


@require_POST
@team_view(Role.MEMBER)
def withdraw(request: HttpRequest, team: Team, type_id: int, elimination_id: int) -> HttpResponse:
    """Give the plan up."""
    elimination = _elimination(team, type_id, elimination_id)
    return _done(request, team, elimination, withdraw_elimination, _("The plan is given up."))


@require_POST
@team_view(Role.MEMBER)
def carry_out(request: HttpRequest, team: Team, type_id: int, elimination_id: int) -> HttpResponse:
    """Say that the toil is gone, and freeze what it took."""
    elimination = _elimination(team, type_id, elimination_id)
    told = _("“%(name)s” is eliminated; what that saves is told here.") % {"name": elimination.toil_type.name}
    return _done(request, team, elimination, eliminate, told)


@require_POST
@team_view(Role.MEMBER)
def undo(request: HttpRequest, team: Team, type_id: int, elimination_id: int) -> HttpResponse:
    """Say that it is not gone after all."""
    elimination = _elimination(team, type_id, elimination_id)
    return _done(request, team, elimination, take_back, _("It is planned again."))


@require_POST
@team_view(Role.MEMBER)
def part_add(request: HttpRequest, team: Team, type_id: int, elimination_id: int) -> HttpResponse:
    """Say which item builds it or keeps it alive."""
    elimination = _elimination(team, type_id, elimination_id)
    form = PartForm(request.POST, team=team)
    if form.is_valid():
        with errors_in(form):
            by = actor_of(signed_in(request))
            add_part(elimination=elimination, **form.cleaned_data, by=by, at=timezone.now())
            return redirect("reports:toil_type", team.slug, type_id)
    return _page(request, team, elimination.toil_type, part_form=form, status=422)


@require_POST
@team_view(Role.MEMBER)
def part_remove(request: HttpRequest, team: Team, type_id: int, part_id: int) -> HttpResponse:
    """Take back that an item has to do with it."""
    parts = EliminationItem.objects.filter(elimination__toil_type__team=team, elimination__toil_type=type_id)
    remove_part(part=get_object_or_404(parts, pk=part_id), by=actor_of(signed_in(request)), at=timezone.now())
    return redirect("reports:toil_type", team.slug, type_id)


def _done(request: HttpRequest, team: Team, elimination: Elimination, service: object, told: str) -> HttpResponse:
    """Call a service that can be refused, and say on the page what came of it."""
    assert callable(service)  # noqa: S101 - it is one of the services above
    try:
        service(elimination=elimination, by=actor_of(signed_in(request)), at=timezone.now())
    except ToilTrackerError as error:
        return _page(request, team, elimination.toil_type, refusal=error.message, status=422)
    messages.success(request, told)
    return redirect("reports:toil_type", team.slug, elimination.toil_type_id)


def _page(
    request: HttpRequest,
    team: Team,
    toil_type: ToilType,
    *,
    form: PlanForm | None = None,
    part_form: PartForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    page = type_page(toil_type=toil_type, at=timezone.now())
    context = {
        "team": team,
        "page": page,
        "form": form or PlanForm.of(page.plan),
        "part_form": part_form or PartForm(team=team),
        "refusal": refusal,
        "can_work": can_work(request.user, team),
    }
    return render(request, "reports/toil_type.html", context, status=status)


def _type(team: Team, type_id: int) -> ToilType:
    return get_object_or_404(ToilType.objects.select_related("team__calendar"), pk=type_id, team=team)


def _elimination(team: Team, type_id: int, elimination_id: int) -> Elimination:
    rows = Elimination.objects.filter(toil_type__team=team, toil_type=type_id).select_related("toil_type__team")
    return get_object_or_404(rows, pk=elimination_id)
