"""Triage: what has no class yet, one item at a time."""

import json
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from boards import spoken
from boards.models import Classification, ClassifiedBy, Item
from boards.queries import traits_of_item
from boards.services.classes import classify_items
from boards.suggest import Suggestion
from boards.suggestions import suggestion_for
from boards.views.loading import is_scripted, load_item, optional_url, refusal
from boards.views.outcome import acting, say
from teams.errors import ToilTrackerError
from teams.models import Role, Team
from teams.permissions import can_configure, can_work, team_view

LONGEST_QUEUE = 200
NEARBY = 12


@require_GET
@team_view()
def show(request: HttpRequest, team: Team) -> HttpResponse:
    """Show the item whose turn it is, with a suggestion where something speaks for one."""
    context = triage_context(request, team, wanted=request.GET.get("item", ""))
    return render(request, "boards/triage.html#triage" if is_scripted(request) else "boards/triage.html", context)


@require_POST
@team_view(Role.MEMBER)
def decide(request: HttpRequest, team: Team, item_id: int) -> HttpResponse:
    """Give the item a class (unclassified: not sure, it goes to the end), and go on to the next one."""
    item = load_item(request, team, item_id)
    classification = request.POST.get("classification", "")
    following = _after(_queue(request, team), item.pk)
    decided_by = ClassifiedBy.SUGGESTION if request.POST.get("accepted") else ClassifiedBy.PERSON
    at = timezone.now()
    try:
        with acting(request, team, at=at) as doing:
            classify_items(items=[item], classification=classification, decided_by=decided_by, by=doing.by, at=at)
    except ToilTrackerError as error:
        return refusal(error)
    _remember(request, team, item.pk)
    wanted = str(following or "")
    said = spoken.classified([item], classification)
    if not is_scripted(request):
        say(request, said, doing)
        return redirect(f"/t/{team.slug}/triage/?item={wanted}")
    response = render(request, "boards/triage.html#triage", triage_context(request, team, wanted=wanted))
    response["HX-Trigger"] = json.dumps({"toast": {"text": said, "undo": doing.action}})
    return response


def triage_context(request: HttpRequest, team: Team, *, wanted: str) -> dict[str, Any]:
    """Read the queue, the item whose turn it is, and what speaks for which class."""
    waiting = _queue(request, team)
    beyond = 0 if len(waiting) < LONGEST_QUEUE else _unclassified(request, team).count() - LONGEST_QUEUE
    current = next((item for item in waiting if str(item.pk) == wanted), waiting[0] if waiting else None)
    done = _done(request, team)
    decided = {item.pk: item for item in Item.objects.visible_to(request.user).kept().filter(pk__in=done)}
    # What was taken back waits again; nobody has decided it.
    done = [pk for pk in done if pk in decided and decided[pk].classified_by is not None]
    behind = [decided[pk] for pk in done if current is None or pk != current.pk]
    waiting = [item for item in waiting if item.pk not in {one.pk for one in behind}]
    place = waiting.index(current) if current in waiting else 0
    suggestion = None if current is None else _suggestion(team, current)
    return {
        "team": team,
        "item": current,
        "suggestion": suggestion,
        "can_rule": current is not None and can_configure(request.user, team),
        "rule_url": "" if current is None else _rule_url(team, current, suggestion),
        "behind": behind[-3:],
        "queue": waiting[max(0, place - 3) : place + NEARBY],
        "number": len(behind) + place + 1,
        "total": len(behind) + len(waiting) + beyond,
        "steps": [] if beyond else _steps(len(behind), place, len(waiting)),
        "next_item": _after(waiting, current.pk) if current else None,
        "previous_item": waiting[place - 1].pk if place else None,
        "can_work": can_work(request.user, team),
    }


def _unclassified(request: HttpRequest, team: Team) -> "QuerySet[Item]":
    return Item.objects.visible_to(request.user).in_use().unclassified().filter(board__team=team)


def _queue(request: HttpRequest, team: Team) -> list[Item]:
    items = _unclassified(request, team)
    unsure_last = F("classified_by").asc(nulls_first=True)
    return list(
        items.select_related("board", "column", "assignee").order_by(unsure_last, "-created_at", "-pk")[:LONGEST_QUEUE]
    )


def _suggestion(team: Team, item: Item) -> Suggestion | None:
    return suggestion_for(team=team, traits=traits_of_item(item))


def _rule_url(team: Team, item: Item, suggestion: Suggestion | None) -> str:
    """Return where a rule out of an item is tried and saved; a class that nothing suggests is toil to begin with."""
    url = optional_url("reports:rule_trial", team.slug) or reverse("boards:rule_new", args=[team.slug])
    name = Classification.TOIL.value if suggestion is None else suggestion.classification
    return f"{url}?{urlencode({'item': item.pk, 'classification': name, 'from': 'triage'})}"


def _after(queue: list[Item], item_id: int) -> int | None:
    """Return the item below one in the queue, else the first other one."""
    ids = [item.pk for item in queue]
    place = ids.index(item_id) if item_id in ids else -1
    return next((pk for pk in [*ids[place + 1 :], *ids] if pk != item_id), None)


def _steps(behind: int, place: int, waiting: int) -> list[str]:
    """Return the marks of the step bar: d for done, c for the current one; too many to draw are left out."""
    marks = ["d"] * behind + [""] * place + ["c"] * bool(waiting) + [""] * max(0, waiting - place - 1)
    return marks if len(marks) <= 60 else []


def _done(request: HttpRequest, team: Team) -> list[int]:
    kept = request.session.get("triage", {})
    return list(kept.get(team.slug, []))


def _remember(request: HttpRequest, team: Team, item_id: int) -> None:
    """Keep what was decided in this sitting, so that the step bar can say how far it is."""
    done = [*(pk for pk in _done(request, team) if pk != item_id), item_id]
    request.session["triage"] = {**request.session.get("triage", {}), team.slug: done[-100:]}
