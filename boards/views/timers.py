"""The reader's timer: begun on an item, shown on every page, and logged or discarded when it stops."""

import json
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from boards.log_forms import read_span, understood, write_length
from boards.models import Item, Timer
from boards.services.errors import TimerRunningError
from boards.services.timers import LONGEST_BELIEVED, SHORTEST, discard_timer, start_timer, stop_timer
from boards.spans import Span, write_span
from boards.views.loading import is_scripted, load_item, refusal, writer
from teams.errors import ToilTrackerError
from teams.models import Role, Team
from teams.permissions import can_work, team_view


@require_POST
@team_view(Role.MEMBER)
def start(request: HttpRequest, team: Team, item_id: int) -> HttpResponse:
    """Let the reader's timer run on an item; where it runs on another one, ask what happens to that."""
    at = timezone.now()
    item = load_item(request, team, item_id)
    since = parse_datetime(request.POST.get("since", "")[:40])
    try:
        start_timer(item=item, by=writer(request), at=at, since=None if since is None else min(since, at))
    except TimerRunningError:
        address = f"{reverse('boards:timer')}?then={item.pk}"
        return _dialog(request, then=item) if is_scripted(request) else redirect(address)
    except ToilTrackerError as error:
        if is_scripted(request):
            return refusal(error)
        messages.error(request, error.message)
        return redirect("boards:item", team.slug, item.pk)
    return _done(request, _("The timer runs on %s") % item.key, item=item)


@require_GET
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Offer to log or discard what the timer measured, with the times to be changed."""
    return _dialog(request, then=_then(request, request.GET.get("then", "")))


@require_POST
@login_required
def stop(request: HttpRequest) -> HttpResponse:
    """Log what the timer measured, as the reader corrected it, and begin on the next item where one is named."""
    at = timezone.now()
    timer = timer_of(request)
    then = _then(request, request.POST.get("then", ""))
    number = request.POST.get("timer", "")
    typed = request.POST.get("duration", "").replace("\0", "").strip()[:200]
    values: dict[str, Any] = {}
    if timer is not None and typed and typed != _measured(timer, at):
        try:
            span = read_span(typed, at=at)
        except forms.ValidationError as error:
            return _dialog(request, then=then, error=error.messages[0], typed=typed)
        values = {"started_at": span.started_at, "ended_at": span.ended_at}
    try:
        log = stop_timer(
            timer_id=int(number) if number.isdecimal() and len(number) < 19 else 0,
            by=writer(request),
            at=at,
            note=request.POST.get("note", "")[:2000],
            then=then,
            **values,
        )
    except ToilTrackerError as error:
        return _dialog(request, then=then, error=error.message, typed=typed)
    said = _("The timer runs on %s") % then.key if then else ""
    if log is not None:
        values = {"span": understood(Span(log.started_at, log.ended_at)), "key": log.item.key}
        said = _("Logged on %(key)s: %(span)s") % values
    return _done(request, said, item=then or (timer.item if timer else None))


@require_POST
@login_required
def discard(request: HttpRequest) -> HttpResponse:
    """Take the timer away without a log; it can be taken up again."""
    timer = timer_of(request)
    if timer is None or str(timer.pk) != request.POST.get("timer"):
        return _done(request, _("The timer does not run any more."), item=None)
    discard_timer(timer_id=timer.pk, by=writer(request))
    length = write_length(timezone.now() - timer.started_at)
    undo = {
        "url": reverse("boards:timer_start", args=[timer.item.board.team.slug, timer.item_id]),
        "values": {"since": timer.started_at.isoformat()},
    }
    return _done(request, _("Timer discarded after %s") % length, item=timer.item, undo=undo)


def timer_of(request: HttpRequest) -> Timer | None:
    """Return the reader's timer, with its item."""
    rows = Timer.objects.filter(person__user=request.user.pk).select_related("item__board__team")
    return rows.first()


def _then(request: HttpRequest, number: str) -> Item | None:
    """Return the item on which the timer is to run next, if the reader may work there."""
    if not number.isdecimal() or len(number) > 18:
        return None
    items = Item.objects.visible_to(request.user).kept().select_related("board__team")
    item = items.filter(pk=int(number)).first()
    return item if item is not None and can_work(request.user, item.board.team) else None


def _measured(timer: Timer, at: Any) -> str:
    """Return what the timer measured, as it is offered; what is less than a minute is shown as one."""
    end = max(at, timer.started_at + timedelta(minutes=1))
    return write_span(Span(timer.started_at, end), timezone.get_current_timezone())


def _dialog(request: HttpRequest, *, then: Item | None, error: str = "", typed: str = "") -> HttpResponse:
    at, timer = timezone.now(), timer_of(request)
    context: dict[str, Any] = {"timer": timer, "then": then, "error": error}
    if timer is not None:
        length = at - timer.started_at
        context |= {
            "length": write_length(length),
            "is_short": length < SHORTEST,
            "is_forgotten": length > LONGEST_BELIEVED,
            "typed": typed or ("" if length > LONGEST_BELIEVED or length < SHORTEST else _measured(timer, at)),
            "can_log": Item.objects.visible_to(request.user).kept().filter(pk=timer.item_id).exists(),
        }
    status = 422 if error else 200
    template = "boards/timer.html#dialog" if is_scripted(request) else "boards/timer.html"
    return render(request, template, context, status=status)


def _done(request: HttpRequest, said: str, *, item: Item | None, undo: dict[str, Any] | None = None) -> HttpResponse:
    if is_scripted(request):
        html = render_to_string("boards/timer_bar.html", {"timer": timer_of(request), "oob": True}, request)
        response = HttpResponse(html)
        response["HX-Trigger"] = json.dumps({"item:said": {"text": said, "undo": undo}, "timer:changed": {}})
        return response
    messages.success(request, said)
    if item is None:
        return redirect("/")
    return redirect("boards:item", item.board.team.slug, item.pk)
