"""Links of an item to others of its team: found by key or title, shown from both sides."""

import re
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from boards.link_forms import LinkForm
from boards.models import Column, Item, ItemLink, LinkKind, Stage
from boards.services.links import add_link, lock_for_links, remove_link
from boards.services.moves import move_item
from boards.views.items import answer
from boards.views.loading import load_item
from boards.views.outcome import acting
from teams.actors import Actor
from teams.errors import ToilTrackerError
from teams.models import Role, Team
from teams.permissions import team_view

MOST_FOUND = 12


@require_POST
@team_view(Role.MEMBER)
def add(request: HttpRequest, team: Team, item_id: int) -> HttpResponse:
    """Link an item to another one; a duplicate may be closed with it."""
    at = timezone.now()
    item = load_item(request, team, item_id)
    form = LinkForm(request.POST)
    to = _named(request, team, request.POST.get("to", ""))
    if form.is_valid() and to is None:
        form.add_error("to", _("The team has no item of this key or title."))
    if not form.is_valid() or to is None:
        return answer(request, item, at=at, link_form=form, status=422)
    kind, (first, second) = form.direction(item, to)
    closes = form.cleaned_data["close"] and kind == LinkKind.DUPLICATES and first == item
    done = item.board.columns.kept().in_order().filter(stage=Stage.DONE).first() if closes else None
    said = _("%s linked") % to.key
    try:
        with acting(request, team, at=at) as doing:
            lock_for_links(team_id=team.pk, closing=done)
            add_link(item=first, to=second, kind=kind, by=doing.by, at=at)
            said = _close(item, done, by=doing.by, at=at) if closes else said
    except ToilTrackerError as error:
        form.add_error("to", error.message)
        return answer(request, item, at=at, link_form=form, status=422)
    item = load_item(request, team, item_id)
    return answer(request, item, at=at, refresh=["column"], said=said, doing=doing)


@require_POST
@team_view(Role.MEMBER)
def remove(request: HttpRequest, team: Team, item_id: int, link_id: int) -> HttpResponse:
    """Take a link away."""
    at = timezone.now()
    item = load_item(request, team, item_id)
    links = ItemLink.objects.filter(Q(item=item) | Q(to=item)).select_related("item__board")
    link = get_object_or_404(links, pk=link_id)
    with acting(request, team, at=at) as doing:
        remove_link(link=link, by=doing.by, at=at)
    return answer(request, item, at=at, said=_("Link removed"), doing=doing)


@require_GET
@team_view(Role.MEMBER)
def search(request: HttpRequest, team: Team, item_id: int) -> HttpResponse:
    """Offer the team's items whose key or title has what was typed."""
    text = request.GET.get("to", "").replace("\0", "").strip()[:100]
    found = _items(request, team).exclude(pk=item_id) if text else Item.objects.none()
    number = text.removeprefix("#")
    match = Q(title__icontains=text) | Q(external_id__istartswith=text)
    if number.isdecimal() and len(number) < 19:
        match |= Q(pk=int(number))
    return render(
        request, "boards/item_links.html#found", {"found": found.filter(match).order_by("-updated_at")[:MOST_FOUND]}
    )


def _items(request: HttpRequest, team: Team) -> "QuerySet[Item]":
    return Item.objects.visible_to(request.user).kept().filter(board__team=team).select_related("board")


def _named(request: HttpRequest, team: Team, text: str) -> Item | None:
    """Return the item that a text names: by its number, its key, or its whole title."""
    text = text.replace("\0", "").strip()[:600]
    items = _items(request, team)
    if number := re.match(r"#(\d{1,18})(?!\w)", text):
        return items.filter(pk=int(number[1])).first()
    key = text.split(maxsplit=1)[0] if text else ""
    by_key = items.filter(external_id=key).order_by("-pk").first() if key else None
    return by_key or (items.filter(title=text).order_by("-pk").first() if text else None)


def _close(item: Item, done: Column | None, *, by: Actor, at: datetime) -> str:
    """Move a duplicate to where finished work goes, on top; what stands against it is said."""
    if done is None:
        return _("Linked; the board has no column for what is done.")
    top = Item.objects.on_board().filter(column=done).exclude(pk=item.pk).order_by("rank", "id").first()
    try:
        move_item(item=item, to=done, before=top, by=by, at=at)
    except ToilTrackerError as error:
        return _("Linked, but not closed: %s") % error.message
    return _("%(key)s is closed as a duplicate") % {"key": item.key}
