"""Adding items on the board: one or several lines, and what is understood of them while they are typed."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from boards.models import Board, Classification, Column, Item, Label
from boards.rules import Traits
from boards.services.errors import WipLimitReachedError
from boards.services.quick_add import add_items, find_person
from boards.shorthand import MOST_LINES, lines_of, understand
from boards.suggestions import suggestion_for
from boards.views.loading import is_scripted, load_board, refusal, render_parts
from boards.views.looking import whole
from boards.views.outcome import acting, say, with_undo
from teams.actors import Actor
from teams.errors import ConflictError, InvalidError, ToilTrackerError
from teams.models import Role, Team
from teams.permissions import team_view
from teams.queries import people_of_team

MOST_LABELS = 500


class SeveralLinesError(ConflictError):
    """Several lines were sent: whether they are to be several items is asked first."""

    code = "several_lines"

    def __init__(self, lines: list[str]) -> None:
        count = len(lines)
        super().__init__(
            ngettext("Add %(count)d item?", "Add %(count)d items?", count) % {"count": count}, fields={"title": lines}
        )
        self.lines = lines


@require_POST
@team_view(Role.MEMBER)
def quick_add(request: HttpRequest, team: Team, board_slug: str) -> HttpResponse:
    """Add an item, or after asking one for each line, at the top of a column."""
    board = load_board(request, team, board_slug)
    board.team = team
    column = get_object_or_404(board.columns.kept(), pk=whole(request.POST.get("column"), 0, most=2**62))
    at = timezone.now()
    try:
        lines = _lines(request)
        with acting(request, team, at=at) as doing:
            items = _add(request, column, lines, by=doing.by, at=at)
    except ToilTrackerError as error:
        if is_scripted(request):
            return refusal(error)
        return _ask_again(request, team, board, column, error)
    if is_scripted(request):
        response = HttpResponse(render_parts(request, board, [item.pk for item in items], at=at))
        response["X-Items"] = ",".join(str(item.pk) for item in items)
        return with_undo(response, doing)
    say(request, _said(items), doing)
    return redirect(f"{request.path.removesuffix('items/')}?add={column.pk}")


@require_GET
@team_view(Role.MEMBER)
def guess(request: HttpRequest, team: Team) -> HttpResponse:
    """Say what is understood of a line that is being typed, and which class the item would probably get."""
    line = request.GET.get("title", "").replace("\0", "").strip()[:2000]
    lines = lines_of(line)
    typed = understand(lines[0] if lines else "")
    person, problem = None, ""
    if typed.people:
        try:
            people = people_of_team(team)
            me = next((one for one in people if one.user_id == request.user.pk), None)
            person = find_person(typed.people, people, me=me)
        except InvalidError as error:
            problem = error.fields["assignee"][0]
    suggestion = None
    if typed.title and not typed.classification and len(lines) == 1:
        suggestion = suggestion_for(team=team, traits=Traits(title=typed.title[:500], labels=frozenset(typed.labels)))
    context = {"suggestion": suggestion, "typed": typed, "person": person, "problem": problem, "lines": len(lines)}
    return render(request, "boards/guess.html", context)


@require_GET
@team_view(Role.MEMBER)
def names(request: HttpRequest, team: Team) -> HttpResponse:
    """Give the labels and the people that can be named while something is typed."""
    labels = Label.objects.filter(team=team).order_by("name").values_list("name", flat=True)[:MOST_LABELS]
    people = [
        {"name": person.display_name, "handle": _handle(person.email, person.display_name)}
        for person in people_of_team(team)
    ]
    return JsonResponse({"#": [{"name": name, "handle": name} for name in labels], "@": people})


def _handle(email: str | None, name: str) -> str:
    return email.split("@")[0] if email else name


def _lines(request: HttpRequest) -> list[str]:
    lines = lines_of(request.POST.get("title", ""))
    if 1 < len(lines) <= MOST_LINES and request.POST.get("several") != "1":
        raise SeveralLinesError(lines)
    return lines


def _add(request: HttpRequest, column: Column, lines: list[str], *, by: Actor, at: datetime) -> list[Item]:
    fields: dict[str, object] = {}
    if request.POST.get("is_interrupt") == "1":
        fields["is_interrupt"] = True
    if request.POST.get("classification"):
        fields["classification"] = request.POST["classification"]
    token = request.POST.get("once", "").replace("\0", "")[:100]
    return add_items(
        column=column,
        lines=lines,
        fields=fields,
        force=request.POST.get("force") == "1",
        once=f"{request.user.pk}:{token}" if token else "",
        by=by,
        at=at,
    )


def _ask_again(request: HttpRequest, team: Team, board: Board, column: Column, error: ToilTrackerError) -> HttpResponse:
    """Show what was typed once more, with what is wrong, or with the question that has to be answered."""
    if not lines_of(request.POST.get("title", "")):
        messages.error(request, error.message)
        return redirect(f"{request.path.removesuffix('items/')}?add={column.pk}")
    context = {
        "team": team,
        "board": board,
        "column": column,
        "error": error,
        "lines": error.lines if isinstance(error, SeveralLinesError) else None,
        "is_full": isinstance(error, WipLimitReachedError),
        "typed": request.POST,
        "classes": Classification.choices,
    }
    return render(request, "boards/add.html", context, status=error.status)


def _said(items: list[Item]) -> str:
    if len(items) == 1:
        return _("%(key)s added") % {"key": items[0].key}
    return ngettext("%(count)d item added", "%(count)d items added", len(items)) % {"count": len(items)}
