"""Where a week's toil came from: its toil types, and the items that have none, with the most hours first."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from django.utils.translation import gettext as _

from boards.models import Item
from reports import numbers
from reports.queries import Group
from reports.sentences import left_words
from teams.models import Team

SHOWN = 7
NAMED = 2
WORTH_NAMING = 0.25


@dataclass(slots=True)
class Cause:
    """A toil type, an item without one, or (with a key of 0) all that is in another team by now; and its toil hours."""

    name: str
    is_type: bool
    service: str
    hours: float = 0.0
    items: int = 0
    key: int = 0


def causes_of(groups: Sequence[Group], *, team: Team) -> list[Cause]:
    """Sum the toil of the items (groups by item) under their toil types, in one query."""
    hours = {int(group.key): group.effort.toil for group in groups if group.key is not None and group.effort.toil > 0}
    causes: dict[tuple[str, int], Cause] = {}
    rows = Item.objects.filter(board__team=team, pk__in=hours).values_list(
        "pk", "title", "service", "toil_type_id", "toil_type__name", "toil_type__service"
    )
    for item, title, service, type_id, type_name, type_service in rows:
        key = ("type", type_id) if type_id else ("item", item)
        made = Cause(type_name, True, type_service, key=type_id) if type_id else Cause(title, False, service, key=item)
        cause = causes.setdefault(key, made)
        cause.hours += hours.pop(item)
        cause.items += 1
    if hours:
        causes["left", 0] = Cause(left_words(len(hours)), False, "", hours=fsum(hours.values()))
    return sorted(causes.values(), key=lambda cause: (-cause.hours, cause.name))


def causes_sentence(causes: Sequence[Cause]) -> str:
    """Say which types cause how much of the toil: “Disk full and Access grants cause 35 % of it”."""
    total = sum(cause.hours for cause in causes)
    named = [cause for cause in causes if cause.is_type][:NAMED]
    part = sum(cause.hours for cause in named)
    if not named or part < total * WORTH_NAMING:
        return ""
    parts = {"share": numbers.percent_whole(part / total), "first": named[0].name}
    if len(named) == 1:
        return _("“%(first)s” causes %(share)s of it") % parts
    return _("“%(first)s” and “%(second)s” cause %(share)s of it") % {**parts, "second": named[1].name}
