"""What a script is told after one thing was done to several items: cards, where each belongs, and what to say."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse

from boards.models import Board, Item
from boards.services.actions import Doing, one_action
from boards.views.loading import render_parts, writer
from teams.models import Team


@contextmanager
def acting(request: HttpRequest, team: Team, *, at: datetime) -> Iterator[Doing]:
    """Make what a page asks for into one action, that can be undone."""
    with one_action(team=team, by=writer(request), at=at) as doing:
        yield doing


def with_undo(response: HttpResponse, doing: Doing) -> HttpResponse:
    """Tell a script by which number it can take back what it asked for."""
    if doing.action is not None:
        response["X-Undo"] = str(doing.action)
    return response


def say(request: HttpRequest, text: str, doing: Doing) -> None:
    """Show a sentence on the next page, with a button that takes back what it says."""
    messages.success(request, text, extra_tags="" if doing.action is None else f"undo-{doing.action}")


def say_with_way_back(request: HttpRequest, text: str, url: str) -> None:
    """Show a sentence on the next page, with a button that posts to an address which takes back what it says."""
    messages.success(request, text, extra_tags=f"back-{url}")


def outcome(
    request: HttpRequest, board: Board, ids: Iterable[int], *, at: datetime, said: str, **extra: Any
) -> HttpResponse:
    """Answer with the cards of items, where each of them stands, and which are on the board no more."""
    numbers = list(ids)
    standing = dict(Item.objects.on_board().filter(board=board, pk__in=numbers).values_list("pk", "column_id"))
    body = {
        "said": said,
        "html": render_parts(request, board, standing, at=at),
        "places": _places(standing),
        "gone": [number for number in numbers if number not in standing],
        **extra,
    }
    return JsonResponse(body)


def _places(standing: dict[int, int]) -> list[dict[str, int | None]]:
    """Return where items stand, from bottom to top, so that each finds the one that it stands before."""
    rows = Item.objects.on_board().filter(column__in=set(standing.values()))
    places: list[dict[str, int | None]] = []
    below: dict[int, int] = {}
    for number, column in rows.order_by("column", "-rank", "-pk").values_list("pk", "column_id"):
        if number in standing:
            places.append({"item": number, "column": column, "before": below.get(column)})
        below[column] = number
    return places
