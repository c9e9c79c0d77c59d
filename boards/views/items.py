"""The item: a page of its own, and the same as a panel over its board."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from boards.activity import MOST, PAGE, TABS, activity_of
from boards.board_page import cards_of
from boards.conflicts import changed_fields, conflicts_of
from boards.forms import CommentForm, ItemForm
from boards.item_page import blocked_since, differences, links_of, neighbours, offered, times_lately
from boards.link_forms import LinkForm
from boards.log_forms import LogForm
from boards.models import Change, Item, Timer
from boards.services.actions import Doing
from boards.services.errors import StaleError
from boards.services.items import edit_item
from boards.views.loading import is_scripted, load_item, optional_url, render_parts, writer
from boards.views.outcome import acting, say
from teams.errors import ToilTrackerError
from teams.models import Person, Role, Team
from teams.permissions import role_of, team_view

SIDE_FIELDS = [
    *("column", "assignee", "service", "labels", "priority", "due_date", "estimate_hours", "is_interrupt"),
    *("is_blocked", "blocked_reason", "toil_type"),
]


@require_GET
@team_view()
def show(request: HttpRequest, team: Team, item_id: int) -> HttpResponse:
    """Show an item: as a panel to a script, else as a page."""
    try:
        item = load_item(request, team, item_id, trashed=True)
    except Http404:
        gone_to = Item.objects.visible_to(request.user).filter(pk=item_id, board__deleted_at__isnull=True)
        slug = gone_to.values_list("board__team__slug", flat=True).first()
        if slug is None or slug == team.slug:
            raise
        return redirect("boards:item", slug, item_id)
    request.board_slug = item.board.slug  # type: ignore[attr-defined]  # the app bar looks for it
    at = timezone.now()
    is_part = is_scripted(request) and not request.headers.get("HX-History-Restore-Request")
    if is_part and "parts" in request.GET:
        return answer(request, item, at=at, refresh=["title", "description"])
    context = item_context(request, item, at=at)
    if is_part:
        part = "boards/item.html#activity" if "tab" in request.GET else "boards/item.html#panel"
        return render(request, part, context)
    context["previous_item"], context["next_item"] = neighbours(item)
    return render(request, "boards/item.html", context)


@require_GET
@team_view()
def change(request: HttpRequest, team: Team, item_id: int, change_id: int) -> HttpResponse:
    """Show what a long text was before and after a change, line by line."""
    item = load_item(request, team, item_id, trashed=True)
    found = get_object_or_404(Change.objects.select_related("by", "token"), pk=change_id, item=item)
    template = "boards/difference.html#lines" if is_scripted(request) else "boards/difference.html"
    return render(request, template, {"team": team, "item": item, "change": found})


@require_GET
@team_view(Role.MEMBER)
def offer(request: HttpRequest, team: Team) -> HttpResponse:
    """Offer the services and labels that the team uses, for the fields that take new ones as well."""
    return render(request, "boards/offered.html", {"offered": offered(team)})


@require_POST
@team_view(Role.MEMBER)
def edit(request: HttpRequest, team: Team, item_id: int) -> HttpResponse:
    """Change those fields of an item that the form says it has and that differ from what the writer saw."""
    at = timezone.now()
    item = load_item(request, team, item_id)
    names = [name for name in request.POST.get("fields", "").split(",") if name]
    form = ItemForm(request.POST, item=item, names=names)
    if not form.is_valid():
        return answer(request, item, at=at, **_shown_with(form), refresh=list(form.errors), status=422)
    version = _version(request, item)
    changes = changed_fields(item=item, cleaned=form.cleaned_data, version=version)
    try:
        with acting(request, team, at=at) as doing:
            saved = edit_item(item=item, changes=changes, version=version, by=doing.by, at=at)
    except StaleError as error:
        item = load_item(request, team, item_id)
        typed = {name: request.POST.get(name, "") for name in names}
        conflicts = conflicts_of(item=item, error=error, changes=changes, typed=typed)
        return answer(request, item, at=at, conflicts=conflicts, status=422)
    except ToilTrackerError as error:
        _tell(form, error)
        return answer(request, item, at=at, **_shown_with(form), refresh=names, status=422)
    item = load_item(request, team, item_id)
    refresh = [*_stale_controls(request, item, names), *request.POST.getlist("redraw")]
    return answer(request, item, at=at, refresh=refresh, said=_said(saved, changes), doing=doing)


def _shown_with(form: ItemForm) -> dict[str, Any]:
    """Return the form as the page shows it: title and description have their own."""
    return {"text_form" if "title" in form.fields or "description" in form.fields else "form": form}


def answer(
    request: HttpRequest,
    item: Item,
    *,
    at: datetime,
    status: int = 200,
    refresh: list[str] | None = None,
    said: str = "",
    undo: str = "",
    doing: Doing | None = None,
    **extra: Any,
) -> HttpResponse:
    """Answer a write: a script with the parts that changed, else the page, or what is wrong on it.

    `undo` is the address that takes it back; the toast offers it.

    The side form goes on from the new version, and so must show what that version has: controls that were not
    posted are drawn again. Title and description keep the version that their text is from until they are saved.
    """
    if not is_scripted(request):
        if status == 200:
            if said:
                say(request, said, doing or Doing(writer(request)))
            return redirect("boards:item", item.board.team.slug, item.pk)
        context = {**item_context(request, item, at=at), **extra}
        context["previous_item"], context["next_item"] = neighbours(item)
        return render(request, "boards/item.html", context, status=status)
    drawn = list(refresh or [])
    if status == 200:
        posted = request.POST.get("fields", "").split(",")
        drawn += [name for name in SIDE_FIELDS if name not in posted]
        drawn += [name for name in ("title", "description") if name in posted]
    context = {**item_context(request, item, at=at), **extra, "drawn": drawn, "is_saved": status == 200, "oob": True}
    html = str(render_to_string("boards/item.html#parts", context, request))
    if request.POST.get("over_board"):
        html += render_parts(request, item.board, [item.pk], at=at, oob=True)
    response = HttpResponse(html, status=status)
    if said and undo:
        response["HX-Trigger"] = json.dumps({"item:said": {"text": said, "undo": {"url": undo}}})
    elif said and doing is not None and doing.action is not None:
        response["HX-Trigger"] = json.dumps({"toast": {"text": said, "undo": doing.action}})
    return response


def own_person(request: HttpRequest) -> Person | None:
    """Return the person of the reader's account, with the timer; the app bar shows the same."""
    if not hasattr(request, "reader"):
        people = Person.objects.filter(user=request.user.pk).select_related("timer__item__board__team")
        request.reader = people.first()  # type: ignore[attr-defined]
    return request.reader  # type: ignore[attr-defined,no-any-return]


def item_context(request: HttpRequest, item: Item, *, at: datetime) -> dict[str, Any]:
    """Read what the item's template shows."""
    board, team = item.board, item.board.team
    card = cards_of(Item.objects.filter(pk=item.pk), board=board, columns={item.column_id: item.column}, at=at)[0]
    person = own_person(request)
    role = role_of(request.user, team)
    is_owner, may_work = role == Role.OWNER, role in {Role.OWNER, Role.MEMBER} and not board.is_archived
    log_form = LogForm(at=at, team=team if is_owner else None, own=person)
    return {
        "team": team,
        "board": board,
        "item": item,
        "card": card,
        "form": ItemForm(item=item, names=SIDE_FIELDS),
        "side_fields": SIDE_FIELDS,
        "text_form": ItemForm(item=item, names=["title", "description"]),
        "comment_form": CommentForm(),
        "log_form": log_form,
        "link_form": LinkForm(),
        "links": links_of(item),
        "blocked_since": blocked_since(item),
        "times_lately": times_lately(item),
        "differences": differences(item, at=at),
        "take_url": optional_url("imports:take_from_source", team.slug, item.pk),
        "activity": _activity(request, item),
        "items_url": reverse("boards:item", args=[team.slug, 0]).removesuffix("0/"),
        "timer": _timer(person),
        "can_work": may_work and item.deleted_at is None,
        "can_restore": may_work,
        "can_configure": is_owner,
    }


def _activity(request: HttpRequest, item: Item) -> Any:
    tab, shown = request.GET.get("tab", ""), request.GET.get("shown", "")
    count = min(int(shown), MOST) if shown.isdecimal() and len(shown) < 6 else PAGE
    return activity_of(item, tab=tab if tab in TABS else TABS[0], shown=max(count, PAGE))


def _timer(person: Person | None) -> Timer | None:
    """Return the running timer of a person, who was loaded with it."""
    return getattr(person, "timer", None)


def _tell(form: ItemForm, error: ToilTrackerError) -> None:
    """Put what a service refused into the form, beside the fields that it is about."""
    if not error.fields:
        form.add_error("column" if "column" in form.fields else None, error.message)
    for name, sentences in error.fields.items():
        form.add_error(name if name in form.fields else None, list(sentences))


def _version(request: HttpRequest, item: Item) -> int:
    text = request.POST.get("version", "")
    return min(int(text), item.version) if text.isdecimal() and len(text) < 10 else item.version


def _stale_controls(request: HttpRequest, item: Item, names: list[str]) -> list[str]:
    """Return the fields whose controls show something else than what is saved: others changed those meanwhile."""
    form = ItemForm(item=item, names=names)
    return [name for name in form.fields if _shown(form, name) != request.POST.get(name, "").replace("\r\n", "\n")]


def _shown(form: ItemForm, name: str) -> str:
    bound = form[name]
    value = bound.field.widget.format_value(bound.value())
    if isinstance(bound.value(), bool):
        return "on" if bound.value() else ""
    if isinstance(value, list):
        return str(value[0]) if value else ""
    return "" if value is None else str(value)


def _said(item: Item, changes: Mapping[str, Any]) -> str:
    return _("%(key)s saved") % {"key": item.key} if changes else ""
