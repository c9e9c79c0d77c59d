"""Occurrences of one alarm: only one is going on at a time, whatever of it was told and in which order.

Alertmanager tells how an alert stands when it can be heard. What ended and began again while nobody answered is told as
a new beginning: the occurrence before it is over all the same.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q

from boards.models import Board, Item, Stage
from imports.fields import RefusedValueError, parse_time
from imports.sources.mapped import Mapped

OVER = "Resolved"


class _Known(NamedTuple):
    external_id: str
    title: str
    began_at: datetime
    is_open: bool


def in_series(tickets: Sequence[Mapped], *, board: Board, source: str) -> list[Mapped]:
    """Return tickets as they stand among the others of their series, with the ends of those that are over by them."""
    known = _known(tickets, board=board, source=source)
    told = {mapped.row["external_id"] for mapped in tickets if mapped.series}
    ends: dict[str, Mapped] = {}
    whole = []
    for mapped in tickets:
        began_at = _time(mapped.row, "created_at") if mapped.series else None
        if began_at is None:
            whole.append(mapped)
            continue
        others = [other for other in known.get(mapped.series, ()) if other.external_id != mapped.row["external_id"]]
        whole.append(_as_far_as_it_went(mapped, began_at, others))
        ended_at = _time(mapped.row, "finished_at")
        for other in others:
            over_at = began_at if other.began_at < began_at else ended_at
            if other.is_open and other.external_id not in told and over_at and other.began_at <= over_at:
                row = {"external_id": other.external_id, "title": other.title}
                ends[other.external_id] = _ended(Mapped(row, {}, {}), over_at)
    return [*whole, *ends.values()]


def _as_far_as_it_went(mapped: Mapped, began_at: datetime, others: Sequence[_Known]) -> Mapped:
    """Return an occurrence; one that is told as going on, though a later one has begun, as ended by that."""
    later = min((other.began_at for other in others if other.began_at > began_at), default=None)
    return _ended(mapped, later) if later is not None and not mapped.row.get("finished_at") else mapped


def _known(tickets: Sequence[Mapped], *, board: Board, source: str) -> Mapping[str, Sequence[_Known]]:
    """Return, by series, the occurrences that are open here and those that began later than what is told."""
    begins_so, begins = Q(), []
    for mapped in tickets:
        began_at = _time(mapped.row, "created_at") if mapped.series else None
        if began_at is not None:
            begins_so |= Q(external_id__startswith=f"{mapped.series}@")
            begins.append(began_at)
    if not begins:
        return {}
    items = Item.objects.filter(begins_so, board=board, source=source, deleted_at__isnull=True)
    matter = items.filter(~Q(column__stage=Stage.DONE) | Q(created_at__gt=min(begins)))
    found: defaultdict[str, list[_Known]] = defaultdict(list)
    names = ("external_id", "created_at", "column__stage", "ticket__said__title", "title")
    for key, began_at, stage, said, title in matter.values_list(*names):
        found[str(key).rpartition("@")[0]].append(_Known(str(key), said or title, began_at, stage != Stage.DONE))
    return found


def _ended(mapped: Mapped, at: datetime) -> Mapped:
    """Return a ticket as over since then; without a time of its own news, so that its true end can still be told."""
    return mapped._replace(row={**mapped.row, "status": OVER, "finished_at": at.isoformat()})


def _time(row: Mapping[str, Any], name: str) -> datetime | None:
    value = row.get(name)
    try:
        return parse_time(value) if isinstance(value, str) else None
    except RefusedValueError:
        return None
