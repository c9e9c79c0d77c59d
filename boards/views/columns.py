"""Columns in the settings and from the board: add, change, order, delete with a place for what stands there."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from boards.board_forms import ColumnForm, ShownForm
from boards.board_templates import stage_legend
from boards.columns_page import column_rows
from boards.models import Action, Board, Column
from boards.services.column_order import place_column, shift_column
from boards.services.column_return import bring_back_column
from boards.services.column_trash import delete_column, restore_column
from boards.services.columns import ColumnSpec, add_column, edit_column
from boards.services.errors import ColumnChangedError, WipLimitReachedError
from boards.stage_change import has_past
from boards.views.boards import board_settings
from boards.views.loading import is_scripted, load_board, optional_url, refusal, writer
from boards.views.outcome import acting, say_with_way_back
from teams.errors import ToilTrackerError
from teams.forms.errors import errors_in
from teams.models import Role, Team
from teams.permissions import team_view


@require_POST
@team_view(Role.OWNER)
def add(request: HttpRequest, team: Team, board_slug: str) -> HttpResponse:
    """Add a column at the right end."""
    board = load_board(request, team, board_slug)
    form = ColumnForm(request.POST, prefix="new")
    if form.is_valid():
        with errors_in(form):
            given = form.cleaned_data
            column = add_column(board=board, **given, by=writer(request), at=timezone.now())
            messages.success(request, _("The column “%s” is there.") % column.name)
            return redirect("boards:settings_board", team.slug, board.slug)
    return board_settings(request, team, board, new_column=form, status=422)


@require_GET
@team_view(Role.OWNER)
def show(request: HttpRequest, team: Team, board_slug: str, column_id: int) -> HttpResponse:
    """Show a column's name, stage and limit, and what deleting it would ask."""
    column = _column(request, team, board_slug, column_id)
    return _page(request, team, column, ColumnForm(initial=ColumnForm.initial_of(column)))


@require_POST
@team_view(Role.OWNER)
def change(request: HttpRequest, team: Team, board_slug: str, column_id: int) -> HttpResponse:
    """Change a column; another stage of one that has a past shows first what that would do.

    A form of the board sends one field only: what it leaves out stays as it is.
    """
    column = _column(request, team, board_slug, column_id)
    shown = ShownForm(request.POST).spec(column)
    form = ColumnForm({**_values(shown), **request.POST.dict()})
    if not form.is_valid():
        return _refused(request, team, column, form)
    given, seen = form.given(), request.POST.get("seen")
    preview = _preview_url(team, column, given) if given.stage not in {column.stage, shown.stage} else ""
    if preview and not seen and has_past(column):
        return redirect(preview)
    with errors_in(form):
        try:
            edited = edit_column(
                column=column,
                name=given.name,
                stage=given.stage,
                wip_limit=given.wip_limit,
                shown=shown,
                seen=seen,
                by=writer(request),
                at=timezone.now(),
            )
        except ColumnChangedError as error:
            if not preview or error.fields:
                raise
            messages.error(request, error.message)
            return redirect(preview)
        return _changed(request, team, edited)
    return _refused(request, team, _column(request, team, board_slug, column_id), form)


@require_POST
@team_view(Role.OWNER)
def move(request: HttpRequest, team: Team, board_slug: str, column_id: int) -> HttpResponse:
    """Put a column one `step` to the left (-1) or right (1), or `before` another one (empty: to the end)."""
    column = _column(request, team, board_slug, column_id)
    by, at = writer(request), timezone.now()
    try:
        if "step" in request.POST:
            step = -1 if request.POST["step"] == "-1" else 1
            order = shift_column(column=column, step=step, by=by, at=at)
        else:
            before = request.POST.get("before", "")
            neighbour = get_object_or_404(column.board.columns.all(), pk=_number(before)) if before else None
            order = place_column(column=column, before=neighbour, by=by, at=at)
    except ToilTrackerError as error:
        return refusal(error) if is_scripted(request) else _settings_with(request, team, column.board, error)
    if is_scripted(request):
        context = {"team": team, "board": column.board, "rows": column_rows(column.board), "moved": column}
        place = [each.pk for each in order].index(column.pk) + 1
        return render(request, "boards/settings_board.html#columns", {**context, "place": place, "count": len(order)})
    return redirect(reverse("boards:settings_board", args=[team.slug, column.board.slug]) + f"#column-{column.pk}")


@require_POST
@team_view(Role.OWNER)
def delete(request: HttpRequest, team: Team, board_slug: str, column_id: int) -> HttpResponse:
    """Put a column into the trash; its items go to the column that was chosen for them."""
    column = _column(request, team, board_slug, column_id)
    chosen = request.POST.get("to", "")
    to = get_object_or_404(column.board.columns.all(), pk=_number(chosen)) if chosen else None
    is_forced = request.POST.get("force") == "1"
    at = timezone.now()
    try:
        with acting(request, team, at=at) as doing:
            delete_column(column=column, to=to, force=is_forced, by=doing.by, at=at)
    except ToilTrackerError as error:
        form = ColumnForm(initial=ColumnForm.initial_of(column))
        return _page(request, team, column, form, refused=error, chosen=to, status=error.status)
    told = _("The column “%s” is in the trash, and can be had back for 30 days.")
    back = reverse("boards:settings_column_restore", args=[team.slug, column.board.slug, column.pk])
    say_with_way_back(request, told % column.name, f"{back}?undo={doing.action or 0}")
    return redirect("boards:settings_board", team.slug, column.board.slug)


@require_POST
@team_view(Role.OWNER)
def restore(request: HttpRequest, team: Team, board_slug: str, column_id: int) -> HttpResponse:
    """Take a column out of the trash, to the right end of its board; `undo` brings back what stood in it, too.

    That is the number of the action that deleted it, 0 where nothing stood in it: the column then is where it was.
    """
    board = load_board(request, team, board_slug)
    column = get_object_or_404(board.columns.all(), pk=column_id)
    try:
        if "undo" in request.GET:
            return _taken_back(request, team, column)
        restore_column(column=column, by=writer(request), at=timezone.now())
    except ToilTrackerError as error:
        messages.error(request, error.message)
        return redirect("boards:trash", team.slug)
    messages.success(request, _("The column “%s” is back, at the right end of its board.") % column.name)
    return redirect("boards:settings_board", team.slug, board.slug)


def _taken_back(request: HttpRequest, team: Team, column: Column) -> HttpResponse:
    number = _number(request.GET["undo"])
    action = Action.objects.filter(person__user=request.user.pk, team=team, pk=number).first()
    left = bring_back_column(column=column, action=action, by=writer(request), at=timezone.now())
    messages.success(request, " · ".join([_("The column “%s” is back.") % column.name, *left]))
    return redirect("boards:settings_board", team.slug, column.board.slug)


def _column(request: HttpRequest, team: Team, board_slug: str, column_id: int) -> Column:
    board = load_board(request, team, board_slug)
    column = get_object_or_404(board.columns.all().kept(), pk=column_id)
    board.team = team
    column.board = board
    return column


def _changed(request: HttpRequest, team: Team, column: Column) -> HttpResponse:
    messages.success(request, _("The column “%s” is saved.") % column.name)
    if request.POST.get("from") == "board":
        return redirect("boards:board", team.slug, column.board.slug)
    return redirect("boards:settings_board", team.slug, column.board.slug)


def _refused(request: HttpRequest, team: Team, column: Column, form: ColumnForm) -> HttpResponse:
    return _page(request, team, column, form, status=422)


def _page(
    request: HttpRequest,
    team: Team,
    column: Column,
    form: ColumnForm,
    *,
    refused: ToilTrackerError | None = None,
    chosen: Column | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = column_rows(column.board)
    standing = next((row.standing for row in rows if row.column.pk == column.pk), 0)
    context = {
        "team": team,
        "board": column.board,
        "column": column,
        "form": form,
        "legend": stage_legend(),
        "standing": standing,
        "others": [row.column for row in rows if row.column.pk != column.pk],
        "refused": "" if refused is None else refused.message,
        "chosen": chosen,
        "is_full": isinstance(refused, WipLimitReachedError),
        "moving": _moving(column, standing),
    }
    return render(request, "boards/settings_column.html", context, status=status)


def _moving(column: Column, standing: int) -> str:
    """Say how many items need another place, and what that means for them."""
    if not standing:
        return _("Nothing stands in it.")
    said = ngettext(
        "%(count)d item stands in it, and needs another place.",
        "%(count)d items stand in it, and need another place.",
        standing,
    ) % {"count": standing}
    if column.is_done:
        return f"{said} {_('Outside of a column for what is done they would be open again.')}"
    return f"{said} {_('In a column for what is done they would count as finished now.')}"


def _settings_with(request: HttpRequest, team: Team, board: Board, error: ToilTrackerError) -> HttpResponse:
    return board_settings(request, team, board, error=error, status=error.status)


def _values(spec: ColumnSpec) -> dict[str, object]:
    return {"name": spec.name, "stage": spec.stage, "wip_limit": spec.wip_limit}


def _preview_url(team: Team, column: Column, given: ColumnSpec) -> str:
    """Return where it is shown what another stage would do; empty where that room is left out."""
    url = optional_url("reports:stage_change", team.slug, column.board.slug, column.pk)
    asked = {name: "" if value is None else value for name, value in _values(given).items()}
    return f"{url}?{urlencode(asked)}" if url else ""


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)
