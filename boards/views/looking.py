"""How the reader looks at a board: for what, how far back; read from the page's own address, or sent by its scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from boards.board_page import CARDS_AT_ONCE, DONE_DAYS, Looking
from boards.filter_names import Names, known, names_of
from boards.finding import MAX_ID, ME, NAMES, Lanes, read_filters, read_lanes
from boards.models import Board, OpeningView, SavedView
from teams.permissions import signed_in
from teams.queries import person_of

DONE_STEPS = (DONE_DAYS, 90, 365)
MOST_CARDS = 2000
SENT_BY_SCRIPTS = "X-Board-Query"


@dataclass(frozen=True, slots=True)
class Look:
    """What an address asks for: filters with the names behind them, rows, and what was not understood."""

    looking: Looking
    names: Names
    lanes: Lanes | None
    ignored: Sequence[str]
    limit: int
    view: SavedView | None = None

    @property
    def is_changed(self) -> bool:
        """Whether it looks for something else than the saved view that it began with."""
        return self.view is not None and self.view.query != self.plain()

    def plain(self) -> str:
        """Return filters and rows as a saved view keeps them."""
        lanes = [("lanes", str(self.lanes))] if self.lanes else []
        return urlencode([*self.looking.filters.pairs(), *lanes])

    def beside(self) -> list[tuple[str, str]]:
        """Return what stands in the address besides filters."""
        pairs = [("lanes", str(self.lanes))] if self.lanes else []
        pairs += [("done", str(self.looking.done_days))] if self.looking.done_days != DONE_DAYS else []
        pairs += [("cards", str(self.limit))] if self.limit != CARDS_AT_ONCE else []
        return [*pairs, ("view", str(self.view.pk))] if self.view else pairs


def look_of(request: HttpRequest, board: Board, *, at: datetime) -> Look:
    """Read what the address of a board's page asks for: a saved view, unless it says more than that."""
    number = whole(request.GET.get("view"), 0, most=MAX_ID)
    if "view" not in request.GET:
        return _look(request, board, request.GET, at=at)
    view = get_object_or_404(SavedView.objects.visible_to(request.user), board=board, pk=number)
    query = request.GET.copy()
    if not any(name in query for name in (*NAMES, "lanes")):
        for name, values in QueryDict(view.query).lists():
            query.setlist(name, values)
    return replace(_look(request, board, query, at=at), view=view)


def opening_view(request: HttpRequest) -> Subquery:
    """Return with which view a board opens for the reader, to load with the board: null where it shows everything."""
    mine = OpeningView.objects.filter(person__user=signed_in(request), board=OuterRef("pk"))
    return Subquery(mine.values("view")[:1])


def look_of_scripts(request: HttpRequest, board: Board, *, at: datetime) -> Look:
    """Read what the page shows from which a script asks; a request that does not say sees everything."""
    return _look(request, board, QueryDict(request.headers.get(SENT_BY_SCRIPTS, "")), at=at)


def _look(request: HttpRequest, board: Board, query: QueryDict, *, at: datetime) -> Look:
    asked: Mapping[str, Sequence[str]] = dict(query.lists())
    reading = read_filters(asked)
    names = names_of(board, reading.filters)
    filters, gone = known(reading.filters, names)
    person = person_of(signed_in(request)) if ME in filters.assignees else None
    done_days = whole(query.get("done"), DONE_DAYS, most=DONE_STEPS[-1])
    looking = Looking(at=at, filters=filters, done_days=done_days, me=person.pk if person else None)
    limit = whole(query.get("cards"), CARDS_AT_ONCE, most=MOST_CARDS)
    return Look(looking, names, read_lanes(asked), [*reading.ignored, *gone], limit)


def whole(text: str | None, usual: int, *, most: int) -> int:
    """Read a whole number from an address; what is none is the usual one."""
    return min(int(text), most) if text and text.isdecimal() and text.isascii() and len(text) < 20 else usual
