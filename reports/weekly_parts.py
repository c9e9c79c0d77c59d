"""Reads the items behind a weekly report: toil types over eight weeks, open items, and those that stand too long."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from math import fsum

from boards.ageing import age_of
from boards.board_page import usual_days_of
from boards.models import Item, Stage
from reports.attention import load_attention
from reports.effort import sum_effort
from reports.mailing.facts import AgeingItem, OpenItem, RecurringToil, ServiceToil
from reports.mailing.links import link_of_item
from reports.mailing.parts import TOP
from reports.mailing.removal import WEEKS
from reports.periods import Week, period_of_week
from reports.queries import Group
from reports.share import EffortByClass
from teams.models import Team
from teams.queries import timezone_of_team

IDS_AT_ONCE = 10_000  # below the number of parameters that either database takes
LONGEST_TITLE = 100
OLDEST_LOOKED_AT = 500
"""Of a board with more items in work than this, the oldest are looked at: they are those that can be too old."""

Worked = tuple[Item, EffortByClass]


def worked_items(groups: Sequence[Group]) -> list[Worked]:
    """Return the items that took hours, with these."""
    hours = {group.key: group.effort for group in groups if isinstance(group.key, int)}
    fields = ("title", "external_id", "service")
    worked: list[Worked] = []
    ids = list(hours)
    for start in range(0, len(ids), IDS_AT_ONCE):
        items = Item.objects.filter(pk__in=ids[start : start + IDS_AT_ONCE]).only(*fields)
        worked += [(item, hours[item.pk]) for item in items]
    return worked


def services_with_toil(worked: Sequence[Worked]) -> list[ServiceToil]:
    """Return the services with the most toil in the week."""
    hours: dict[str, list[float]] = defaultdict(list)
    for item, effort in worked:
        if effort.toil and item.service:
            hours[item.service].append(effort.toil)
    found = [ServiceToil(name=name, hours=fsum(toil)) for name, toil in hours.items()]
    return sorted(found, key=lambda service: (-service.hours, service.name))[:TOP]


def recurring_toil(team: Team, week: Week, at: datetime) -> list[RecurringToil]:
    """Return the toil types with the most hours in the last four weeks, beside the four before."""
    zone = timezone_of_team(team)
    starts = [week.shifted(1 - 2 * WEEKS), week.shifted(1 - WEEKS), week, week.shifted(1)]
    cuts = [min(period_of_week(start, zone).starts_at, at) for start in starts]
    attention = load_attention(team=team, cuts=cuts, facts=("classification", "toil_type__name"))
    keys = {
        item: ((name, item),) for item, (kind, name) in attention.facts.items() if kind == "toil" and name is not None
    }
    hours = sum_effort(attention.timelines, team=team.pk, cuts=cuts, keys=keys)
    by_type: dict[str, list[list[float]]] = defaultdict(list)
    for (name, __), parts in hours.items():
        by_type[name].append(parts)
    found = [_recurring(name, rows) for name, rows in by_type.items()]
    return sorted((one for one in found if one.hours > 0), key=lambda one: (-one.hours, one.name))[:TOP]


def open_items(team: Team, worked: Sequence[Worked]) -> tuple[list[OpenItem], int]:
    """Return what took hours and has no class, the most hours first, and how many there are."""
    found = [(effort.unclassified, item) for item, effort in worked if effort.unclassified]
    found.sort(key=lambda entry: (-entry[0], entry[1].pk))
    shown = [
        OpenItem(key=item.key, title=_cut(item.title), url=link_of_item(team, item.pk), hours=hours)
        for hours, item in found[:TOP]
    ]
    return shown, len(found)


def ageing_items(team: Team, at: datetime) -> tuple[list[AgeingItem], int]:
    """Return what stands longer in its column than 85 % of the items did, the furthest beyond first, and how many."""
    found: list[tuple[float, AgeingItem]] = []
    for board in team.boards.filter(deleted_at__isnull=True, archived_at__isnull=True).order_by("id"):
        usual = usual_days_of(board, at=at)
        items = Item.objects.on_board().filter(board=board, column__in=list(usual), created_at__lte=at)
        items = items.filter(column__stage__in=[Stage.ACTIVE, Stage.WAITING]).order_by("entered_column_at", "id")
        for item in items.only("title", "external_id", "entered_column_at", "column")[:OLDEST_LOOKED_AT]:
            age = age_of(entered_at=item.entered_column_at, at=at, usual=usual[item.column_id])
            if age.usual is not None and age.days > age.usual.p85:
                found.append((age.days / max(age.usual.p85, 1.0), _ageing(team, item, age.days, age.usual_days)))
    found.sort(key=lambda entry: (-entry[0], entry[1].url))
    return [item for __, item in found[:TOP]], len(found)


def _recurring(name: str, rows: Sequence[Sequence[float]]) -> RecurringToil:
    def total(part: Callable[[Sequence[float]], float]) -> float:
        return fsum(part(row) for row in rows)

    return RecurringToil(
        name=name,
        week_hours=total(lambda row: row[2]),
        hours=total(lambda row: row[1] + row[2]),
        hours_before=total(lambda row: row[0]),
        items=sum(row[1] + row[2] > 0 for row in rows),
    )


def _cut(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"


def _ageing(team: Team, item: Item, days: int, usual: int) -> AgeingItem:
    return AgeingItem(key=item.key, title=_cut(item.title), url=link_of_item(team, item.pk), days=days, usual=usual)
