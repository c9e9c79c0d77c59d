"""The work that people log on an item: written in words, changed and taken away by them or by an owner."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from boards.log_forms import LogForm, read_span, understood
from boards.models import Item, WorkLog
from boards.services.logs import add_log, delete_log, edit_log, restore_log
from boards.views.items import answer, own_person
from boards.views.loading import is_scripted, load_item, writer
from teams.errors import ToilTrackerError
from teams.models import Role, Team
from teams.permissions import can_configure, require, team_view


@require_POST
@team_view(Role.MEMBER)
def add(request: HttpRequest, team: Team, item_id: int) -> HttpResponse:
    """Log work on an item: one's own, or as an owner anybody's."""
    at = timezone.now()
    item = load_item(request, team, item_id)
    form = log_form(request, team, request.POST)
    by = writer(request)
    if not form.is_valid():
        return answer(request, item, at=at, log_form=form, status=422)
    values = form.values
    person = values.pop("person", None) or by.person or ""
    try:
        add_log(item=item, person=person, by=by, at=at, **values)
    except ToilTrackerError as error:
        form.add_error(None, error.message)
        return answer(request, item, at=at, log_form=form, status=422)
    return answer(request, item, at=at, said=_("Logged %s") % understood(form.cleaned_data["duration"]))


@require_http_methods(["GET", "POST"])
@team_view(Role.MEMBER)
def edit(request: HttpRequest, team: Team, item_id: int, log_id: int) -> HttpResponse:
    """Change a log; a GET offers its form."""
    at = timezone.now()
    item = load_item(request, team, item_id)
    log = _log_to_change(request, team, item, log_id)
    form = log_form(request, team, request.POST or None, log=log)
    if request.method == "POST" and form.is_valid():
        try:
            edit_log(log=log, changes=form.values, by=writer(request), at=at)
        except ToilTrackerError as error:
            form.add_error(None, error.message)
        else:
            return answer(request, item, at=at, said=_("Log changed"))
    context = {"team": team, "item": item, "log": log, "form": form}
    template = "boards/log.html#form" if is_scripted(request) else "boards/log.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


@require_POST
@team_view(Role.MEMBER)
def delete(request: HttpRequest, team: Team, item_id: int, log_id: int) -> HttpResponse:
    """Take one's own log away, or as an owner anybody's: it counts no more; the history keeps it."""
    at = timezone.now()
    item = load_item(request, team, item_id)
    delete_log(log=_log_to_change(request, team, item, log_id), by=writer(request), at=at)
    undo = reverse("boards:log_restore", args=[team.slug, item.pk, log_id])
    return answer(request, item, at=at, said=_("Log deleted; it counts no more."), undo=undo)


@require_POST
@team_view(Role.MEMBER)
def restore(request: HttpRequest, team: Team, item_id: int, log_id: int) -> HttpResponse:
    """Bring back a log that was taken away."""
    at = timezone.now()
    item = load_item(request, team, item_id)
    restore_log(log=_log_to_change(request, team, item, log_id, deleted=True), by=writer(request), at=at)
    return answer(request, item, at=at, said=_("The log is back."))


@require_GET
@team_view(Role.MEMBER)
def echo(request: HttpRequest, team: Team) -> HttpResponse:
    """Say back what a text means, while it is typed."""
    text = request.GET.get("duration", "").replace("\0", "")[:200]
    context: dict[str, str] = {}
    if text.strip():
        try:
            context["understood"] = understood(read_span(text, at=timezone.now()))
        except forms.ValidationError as error:
            context["not_understood"] = error.messages[0]
    return render(request, "boards/log.html#echo", context)


def log_form(request: HttpRequest, team: Team, data: object = None, *, log: WorkLog | None = None) -> LogForm:
    """Return the form of a log; owners may say whose work it was."""
    is_owner = can_configure(request.user, team)
    own = own_person(request) if is_owner else None
    return LogForm(data or None, at=timezone.now(), log=log, team=team if is_owner else None, own=own)  # type: ignore[arg-type]  # a QueryDict


def _log_to_change(request: HttpRequest, team: Team, item: Item, log_id: int, *, deleted: bool = False) -> WorkLog:
    logs = WorkLog.objects.filter(item=item, deleted_at__isnull=not deleted).select_related("person")
    found = get_object_or_404(logs, pk=log_id)
    require(found.person.user_id == request.user.pk or can_configure(request.user, team), Role.OWNER)
    return found
