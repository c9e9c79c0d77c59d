"""Reads the items behind a weekly report: toil types over eight weeks, open items, and those that stand too long."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from math import fsum

from boards.ageing import age_of
from boards.board_page import usual_days_of
from boards.models import Item, Stage, ToilType
from reports.budget_queries import budget_of_team
from reports.mailing.facts import AgeingItem, BudgetFacts, OpenItem, RecurringToil, RemovalFacts, ServiceToil
from reports.mailing.links import link_of_item, link_of_toil_type
from reports.mailing.parts import TOP
from reports.periods import Week
from reports.queries import Group
from reports.share import EffortByClass
from reports.toil_types import TypeWeeks, weekly_toil_types, what_to_remove_next
from teams.models import Team
from teams.queries import timezone_of_team
from teams.worktime import start_of_day

IDS_AT_ONCE = 10_000  # below the number of parameters that either database takes
LONGEST_TITLE = 100
WEEKS = 4
"""Over how many weeks toil types are compared with as many before."""
OLDEST_LOOKED_AT = 500
"""Of a board with more items in work than this, the oldest are looked at: they are those that can be too old."""

Worked = tuple[Item, EffortByClass]


def worked_items(team: Team, groups: Sequence[Group]) -> tuple[list[Worked], list[EffortByClass]]:
    """Return the items that took hours, with these, and the hours of each item that is another team's by now."""
    hours = {group.key: group.effort for group in groups if isinstance(group.key, int)}
    fields = ("title", "external_id", "service")
    worked: list[Worked] = []
    ids = list(hours)
    for start in range(0, len(ids), IDS_AT_ONCE):
        items = Item.objects.filter(board__team=team, pk__in=ids[start : start + IDS_AT_ONCE]).only(*fields)
        worked += [(item, hours.pop(item.pk)) for item in items]
    return worked, list(hours.values())


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
    weeks = weekly_toil_types(team=team, weeks=2 * WEEKS, at=at, until=week)
    names = dict(ToilType.objects.filter(team=team, pk__in=weeks).values_list("pk", "name"))
    found = [_recurring(team, pk, names[pk], taken) for pk, taken in weeks.items() if pk in names]
    return sorted((one for one in found if one.hours > 0), key=lambda one: (-one.hours, one.name))[:TOP]


def removal(team: Team, week: Week, at: datetime) -> RemovalFacts | None:
    """Return the toil type whose removal pays most in a year."""
    candidates = what_to_remove_next(team=team, at=at, until=week)
    if not candidates:
        return None
    best = candidates[0]
    taken = weekly_toil_types(team=team, weeks=1, at=at, until=week).get(best.toil_type.pk)
    return RemovalFacts(
        name=best.toil_type.name,
        url=link_of_toil_type(team, best.toil_type.pk),
        weekly=best.weekly,
        week_hours=taken.figures[-1].hours if taken else 0.0,
        pays_back_weeks=best.break_even_weeks,
    )


def budget_left(team: Team, week: Week) -> BudgetFacts | None:
    """Return the toil budget at the midnight that ended the week, of the quarter that began with it or goes on.

    None where there is nothing to be used up, nor used.
    """
    quarter = budget_of_team(team=team, at=start_of_day(week.next_monday, timezone_of_team(team))).quarter
    if quarter.budget <= 0 and quarter.used <= 0:
        return None
    return BudgetFacts(
        quarter=quarter.quarter.number,
        left=quarter.left,
        is_spent=quarter.is_spent,
        is_pace_known=quarter.pace is not None,
        runs_out_on=quarter.runs_out_on,
    )


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


def _recurring(team: Team, pk: int, name: str, taken: TypeWeeks) -> RecurringToil:
    hours = [week.hours for week in taken.figures]
    return RecurringToil(
        name=name,
        url=link_of_toil_type(team, pk),
        week_hours=hours[-1],
        week_items=taken.figures[-1].items,
        hours=fsum(hours[-WEEKS:]),
        hours_before=fsum(hours[:-WEEKS]),
    )


def _cut(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"


def _ageing(team: Team, item: Item, days: int, usual: int) -> AgeingItem:
    return AgeingItem(key=item.key, title=_cut(item.title), url=link_of_item(team, item.pk), days=days, usual=usual)
