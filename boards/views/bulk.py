"""What is done to the selected cards, or to one, in one request: all of it or nothing, and one undo for all."""

from collections.abc import Callable
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from boards import spoken
from boards.models import Column, Item
from boards.services.together import (
    MOST_AT_ONCE,
    archive_items,
    assign_items,
    delete_items,
    label_items,
    move_items,
    refuse_too_many,
)
from boards.views.loading import is_scripted, refusal
from boards.views.outcome import acting, outcome, say, with_undo
from teams.actors import Actor
from teams.errors import ToilTrackerError
from teams.models import Person, Role, Team
from teams.permissions import signed_in, team_view

Write = Callable[[list[Item], Actor, datetime], tuple[list[Item], str]]


@require_POST
@team_view(Role.MEMBER)
def move(request: HttpRequest, team: Team) -> HttpResponse:
    """Move items into a column of their board, in the order in which they stand."""
    items = named_items(request, team)
    number = request.POST.get("column", "")
    to = Column.objects.filter(board=items[0].board_id, pk=int(number)).first() if _is_id(number) else None
    if to is None:
        raise Http404

    def write(items: list[Item], by: Actor, at: datetime) -> tuple[list[Item], str]:
        changed = move_items(items=items, to=to, force=request.POST.get("force") == "1", by=by, at=at)
        return changed, spoken.moved(changed, to)

    return _do(request, team, items, write)


@require_POST
@team_view(Role.MEMBER)
def assign(request: HttpRequest, team: Team) -> HttpResponse:
    """Give items to a member (`me` is the reader), or to nobody."""
    items = named_items(request, team)
    assignee = _assignee(request, team)

    def write(items: list[Item], by: Actor, at: datetime) -> tuple[list[Item], str]:
        changed = assign_items(items=items, assignee=assignee, by=by, at=at)
        return changed, spoken.assigned(changed, assignee)

    return _do(request, team, items, write)


@require_POST
@team_view(Role.MEMBER)
def label(request: HttpRequest, team: Team) -> HttpResponse:
    """Give labels to items (`give`), and take others from them (`take`)."""
    give, take = request.POST.getlist("give"), request.POST.getlist("take")

    def write(items: list[Item], by: Actor, at: datetime) -> tuple[list[Item], str]:
        changed = label_items(items=items, give=give, take=take, by=by, at=at)
        return changed, spoken.labelled(changed, give, take) if changed else ""

    return _do(request, team, named_items(request, team), write)


@require_POST
@team_view(Role.MEMBER)
def archive(request: HttpRequest, team: Team) -> HttpResponse:
    """Take items off their board."""

    def write(items: list[Item], by: Actor, at: datetime) -> tuple[list[Item], str]:
        changed = archive_items(items=items, by=by, at=at)
        return changed, spoken.archived(changed)

    return _do(request, team, named_items(request, team), write)


@require_POST
@team_view(Role.MEMBER)
def delete(request: HttpRequest, team: Team) -> HttpResponse:
    """Put items into the trash."""

    def write(items: list[Item], by: Actor, at: datetime) -> tuple[list[Item], str]:
        changed = delete_items(items=items, by=by, at=at)
        return changed, spoken.deleted(changed)

    return _do(request, team, named_items(request, team), write)


def _do(request: HttpRequest, team: Team, items: list[Item], write: Write) -> HttpResponse:
    at, board = timezone.now(), items[0].board
    board.team = team
    try:
        with acting(request, team, at=at) as doing:
            refuse_too_many(len(request.POST.getlist("items")))
            changed, said = write(items, doing.by, at)
    except ToilTrackerError as error:
        return refusal(error)
    said = said if changed else spoken.unchanged()
    if is_scripted(request):
        ids = [item.pk for item in items]
        return with_undo(outcome(request, board, ids, at=at, said=said), doing)
    say(request, said, doing)
    return redirect("boards:board", team.slug, board.slug)


def named_items(request: HttpRequest, team: Team) -> list[Item]:
    """Return the items that the request names, of the board of the first one."""
    given = request.POST if request.method == "POST" else request.GET
    ids = [int(text) for text in given.getlist("items")[:MOST_AT_ONCE] if _is_id(text)]
    found = Item.objects.visible_to(request.user).kept().filter(board__team=team, pk__in=ids)
    items = list(found.select_related("board").order_by("pk"))
    items = [item for item in items if item.board_id == items[0].board_id]
    if not items:
        raise Http404
    return items


def _assignee(request: HttpRequest, team: Team) -> Person | None:
    wanted = request.POST.get("assignee", "")
    if not wanted:
        return None
    members = Person.objects.filter(memberships__team=team)
    if wanted == "me":
        person = Person.objects.filter(user=signed_in(request)).first()
    else:
        person = members.filter(pk=int(wanted)).first() if _is_id(wanted) else None
    if person is None:
        raise Http404
    return person


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < 19
