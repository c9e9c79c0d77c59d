"""The page on which owners say which columns of a board the status words of each source mean."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from boards.models import Board, Item
from boards.services.errors import BoardArchivedError
from imports.forms import SourceForm, WordsForm
from imports.models import StatusWord
from imports.services.errors import WordsChangedError
from imports.services.words import set_words, words_of
from teams.forms.errors import errors_in
from teams.models import Role, Team
from teams.permissions import team_view


@require_GET
@team_view(Role.OWNER)
def show(request: HttpRequest, team: Team, board_slug: str) -> HttpResponse:
    """Show the words of one source, and which sources there are."""
    board = _board(request, team, board_slug)
    asked = SourceForm(request.GET if "source" in request.GET else None)
    sources = _sources(board)
    source = asked.cleaned_data["source"].strip() if asked.is_bound and asked.is_valid() else ""
    source = source or next(iter(sources), "")
    form = WordsForm(board=board, words=words_of(board, source)) if source else None
    return _page(request, team, board, source, form, sources=sources)


@require_POST
@team_view(Role.OWNER)
def change(request: HttpRequest, team: Team, board_slug: str) -> HttpResponse:
    """Make the words of a source those of the form."""
    board = _board(request, team, board_slug)
    named = SourceForm(request.POST)
    if not named.is_valid():
        return redirect("imports:settings_words", team.slug, board.slug)
    source = named.cleaned_data["source"].strip()
    back = reverse("imports:settings_words", args=[team.slug, board.slug]) + "?" + urlencode({"source": source})
    form = WordsForm(request.POST, board=board, words=words_of(board, source))
    if form.is_valid():
        with errors_in(form):
            try:
                set_words(board=board, source=source, words=form.given(), shown=form.cleaned_data["shown"] or {})
            except (WordsChangedError, BoardArchivedError) as error:
                messages.error(request, error.message)
                return redirect(back)
            messages.success(request, _("The status words of “%s” are saved.") % source)
            return redirect(back)
    return _page(request, team, board, source, form, sources=_sources(board), status=422)


def _board(request: HttpRequest, team: Team, slug: str) -> Board:
    return get_object_or_404(Board.objects.visible_to(request.user).kept(), team=team, slug=slug)


def _sources(board: Board) -> list[str]:
    """Return where items and words of a board come from."""
    from_words = StatusWord.objects.filter(board=board).order_by().values_list("source", flat=True).distinct()
    from_items = Item.objects.filter(board=board).exclude(source="").order_by().values_list("source", flat=True)
    return sorted({*from_words, *from_items.distinct()})


def _page(
    request: HttpRequest,
    team: Team,
    board: Board,
    source: str,
    form: WordsForm | None,
    *,
    sources: list[str],
    status: int = 200,
) -> HttpResponse:
    lost = StatusWord.objects.filter(board=board, source=source, column__deleted_at__isnull=False)
    context = {
        "team": team,
        "board": board,
        "source": source,
        "sources": sources if source in sources or not source else sorted([*sources, source]),
        "form": form,
        "lost": lost.select_related("column").order_by("word"),
    }
    return render(request, "imports/settings_words.html", context, status=status)
