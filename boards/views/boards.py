"""Boards in the settings: the list, a new one, its name and address, archive and trash."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from boards.board_forms import BoardForm, ColumnForm, NewBoardForm, board_initial
from boards.board_templates import TEMPLATES, stage_legend, template_named
from boards.columns_page import boards_of, column_rows
from boards.models import Board, Stage
from boards.services.boards import (
    archive_board,
    create_board,
    delete_board,
    restore_board,
    shift_board,
    unarchive_board,
    update_board,
)
from boards.views.loading import load_board, optional_url, writer
from boards.views.outcome import say_with_way_back
from teams.errors import ToilTrackerError
from teams.forms.errors import errors_in
from teams.models import Role, Team
from teams.permissions import can_configure, team_view


@require_GET
@team_view()
def index(request: HttpRequest, team: Team) -> HttpResponse:
    """List the team's boards, the archived ones below; owners make new ones here."""
    return _list_page(request, team, NewBoardForm(initial={"template": TEMPLATES[0].key}))


@require_POST
@team_view(Role.OWNER)
def create(request: HttpRequest, team: Team) -> HttpResponse:
    """Make a board with the columns of a template."""
    form = NewBoardForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            columns = template_named(form.cleaned_data["template"]).specs()
            name = form.cleaned_data["name"]
            board = create_board(team=team, name=name, columns=columns, by=writer(request), at=timezone.now())
            messages.success(request, _("The board “%s” is there.") % board.name)
            return redirect("boards:board", team.slug, board.slug)
    return _list_page(request, team, form, status=422)


@require_GET
@team_view(Role.OWNER)
def show(request: HttpRequest, team: Team, board_slug: str) -> HttpResponse:
    """Show a board's name, columns, archive and trash."""
    board = load_board(request, team, board_slug)
    return board_settings(request, team, board, form=BoardForm(initial=board_initial(board)))


@require_POST
@team_view(Role.OWNER)
def change(request: HttpRequest, team: Team, board_slug: str) -> HttpResponse:
    """Rename a board, or give it another short name."""
    board = load_board(request, team, board_slug)
    form = BoardForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            changed = update_board(board=board, **form.cleaned_data, by=writer(request), at=timezone.now())
            messages.success(request, _("The board is saved."))
            return redirect("boards:settings_board", team.slug, changed.slug)
    return board_settings(request, team, board, form=form, status=422)


@require_POST
@team_view(Role.OWNER)
def archive(request: HttpRequest, team: Team, board_slug: str) -> HttpResponse:
    """Put a board aside."""
    board = load_board(request, team, board_slug)
    archive_board(board=board, by=writer(request), at=timezone.now())
    told = _("The board “%s” is archived: it can be read, and what was measured stays.")
    say_with_way_back(request, told % board.name, reverse("boards:settings_unarchive", args=[team.slug, board.slug]))
    return redirect("boards:settings", team.slug)


@require_POST
@team_view(Role.OWNER)
def move(request: HttpRequest, team: Team, board_slug: str) -> HttpResponse:
    """Put a board one place up (`step=-1`) or down in the list, which is the order of the navigation as well."""
    board = load_board(request, team, board_slug)
    try:
        order = shift_board(board=board, step=-1 if request.POST.get("step") == "-1" else 1)
    except ToilTrackerError as error:
        messages.error(request, error.message)
        return redirect("boards:settings", team.slug)
    place = [each.pk for each in order].index(board.pk) + 1
    told = _("%(board)s is at place %(place)d of %(count)d.")
    messages.success(request, told % {"board": board.name, "place": place, "count": len(order)})
    return redirect(reverse("boards:settings", args=[team.slug]) + f"#board-{board.slug}")


@require_POST
@team_view(Role.OWNER)
def unarchive(request: HttpRequest, team: Team, board_slug: str) -> HttpResponse:
    """Take a board out of the archive."""
    board = load_board(request, team, board_slug)
    unarchive_board(board=board, by=writer(request), at=timezone.now())
    messages.success(request, _("The board “%s” is back.") % board.name)
    return redirect("boards:board", team.slug, board.slug)


@require_POST
@team_view(Role.OWNER)
def delete(request: HttpRequest, team: Team, board_slug: str) -> HttpResponse:
    """Put a board into the trash."""
    board = load_board(request, team, board_slug)
    delete_board(board=board, by=writer(request), at=timezone.now())
    told = _("The board “%s” is in the trash, and can be had back for 30 days.")
    say_with_way_back(request, told % board.name, reverse("boards:settings_restore", args=[team.slug, board.slug]))
    return redirect("boards:trash", team.slug)


@require_POST
@team_view(Role.OWNER)
def restore(request: HttpRequest, team: Team, board_slug: str) -> HttpResponse:
    """Take a board out of the trash."""
    board = get_object_or_404(Board.objects.visible_to(request.user), team=team, slug=board_slug)
    restore_board(board=board, by=writer(request), at=timezone.now())
    messages.success(request, _("The board “%s” is back.") % board.name)
    return redirect("boards:board", team.slug, board.slug)


def board_settings(
    request: HttpRequest,
    team: Team,
    board: Board,
    *,
    form: BoardForm | None = None,
    new_column: ColumnForm | None = None,
    error: ToilTrackerError | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the settings of a board, with what was wrong with one of its forms."""
    context = {
        "team": team,
        "board": board,
        "rows": column_rows(board),
        "form": form or BoardForm(initial=board_initial(board)),
        "new_column": new_column or ColumnForm(initial={"stage": Stage.ACTIVE}, prefix="new"),
        "legend": stage_legend(),
        "words_url": optional_url("imports:settings_words", team.slug, board.slug),
        "error": "" if error is None else error.message,
    }
    return render(request, "boards/settings_board.html", context, status=status)


def _list_page(request: HttpRequest, team: Team, form: NewBoardForm, status: int = 200) -> HttpResponse:
    boards = list(boards_of(team))
    chosen = form["template"].value()
    context = {
        "team": team,
        "form": form,
        "boards": [board for board in boards if not board.is_archived],
        "archived": [board for board in boards if board.is_archived],
        "templates": [(template, template.key == chosen) for template in TEMPLATES],
        "is_owner": can_configure(request.user, team),
    }
    return render(request, "boards/settings.html", context, status=status)
