"""The page behind a figure: the items with their hours, and in words how the figure comes about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import fsum
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from boards.models import Classification, Item, ToilType
from reports import numbers
from reports.behind import Behind, Sought, hours_behind
from reports.pages.addresses import NOTHING
from reports.pages.asked import Asked
from reports.pages.exhibit import Cell, Column, Table
from reports.periods import ONE_DAY
from reports.sentences import left_words
from teams.models import Team

ON_A_PAGE = 50
MOST_DAYS = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One of the conditions, in words, and the question without it."""

    words: str
    without: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursRow:
    """An item with its hours; without an item, those that are in another team by now."""

    item: Item | None
    hours: str
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursPage:
    """Everything that the template shows."""

    asked: Asked
    behind: Behind
    page: "Page[tuple[int, float]]"
    rows: Sequence[HoursRow]
    filters: Sequence[Filter]
    days: Sequence[tuple[str, str]]
    query: str

    @property
    def total(self) -> str:
        """The sum of all hours."""
        return numbers.hours(self.behind.total)

    @property
    def count(self) -> int:
        """How many items there are."""
        return self.behind.count

    @property
    def left_words(self) -> str:
        """How many of them are in another team by now, in words."""
        return left_words(len(self.behind.left))

    @property
    def classes(self) -> list[tuple[str, str, str]]:
        """The sum by class: its value, its name and its hours; those without are left out."""
        effort = self.behind.effort
        return [
            (choice.value, str(choice.label), numbers.hours(getattr(effort, choice.value)))
            for choice in Classification
            if getattr(effort, choice.value) > 0
        ]


def hours_page(*, team: Team, asked: Asked, given: Mapping[str, str], at: datetime) -> HoursPage:
    """Find the items behind the figure that an address asks for, in a constant number of queries."""
    sought, words = sought_in(given, team=team)
    behind = hours_behind(team=team, period=asked.period, sought=sought, at=at)
    page = Paginator(behind.hours, ON_A_PAGE).get_page(given.get("page"))
    kept = {name: given[name] for name in words}
    return HoursPage(
        asked=asked,
        behind=behind,
        page=page,
        rows=_rows(team, page, behind),
        filters=[
            Filter(words=told, without=_query(asked, {key: value for key, value in kept.items() if key != name}))
            for name, told in words.items()
        ],
        days=_days(asked, kept),
        query=_query(asked, kept),
    )


def table_of(*, team: Team, page: HoursPage) -> Table:
    """Return all items of the page, not only those shown, as a table; the last row are those of another team."""
    items = Item.objects.filter(board__team=team).select_related("toil_type")
    found = items.in_bulk([item for item, _ in page.behind.hours])
    columns = [
        *(Column(name=name, is_number=False) for name in (_("Item"), _("Title"), _("Class"), _("Service"))),
        Column(name=_("Toil type"), is_number=False),
        Column(name=_("Hours")),
    ]
    rows = [
        [
            Cell(text=item.key),
            Cell(text=item.title),
            Cell(text=item.classification),
            Cell(text=item.service),
            Cell(text=item.toil_type.name if item.toil_type else ""),
            Cell(text=numbers.hours(hours), value=hours),
        ]
        for pk, hours in page.behind.hours
        if (item := found.get(pk)) is not None
    ]
    if page.behind.left:
        hours = fsum(page.behind.left)
        told = [Cell(text=text) for text in ("", page.left_words, "", "", "")]
        rows.append([*told, Cell(text=numbers.hours(hours), value=hours)])
    return Table(columns=columns, rows=rows)


def sought_in(given: Mapping[str, str], *, team: Team) -> tuple[Sought, dict[str, str]]:
    """Read the conditions of an address, and say each in words; what makes no sense is left out."""
    sought, words = Sought(), {}
    name = given.get("class", "")
    if name in Classification.values:
        sought = replace(sought, classification=name)
        words["class"] = str(Classification(name).label)
    service = given.get("service", "").replace("\0", "")
    if service:
        sought = replace(sought, service="" if service == NOTHING else service)
        words["service"] = _("without a service") if service == NOTHING else service
    label = given.get("label", "").replace("\0", "")
    if label:
        sought = replace(sought, label="" if label == NOTHING else label)
        words["label"] = _("without a label") if label == NOTHING else _("label %(name)s") % {"name": label}
    toil_type = given.get("type", "")
    if toil_type == NOTHING:
        sought = replace(sought, toil_type=0)
        words["type"] = _("without a toil type")
    elif toil_type.isascii() and toil_type.isdecimal() and len(toil_type) <= 18:
        found = ToilType.objects.filter(team=team, pk=int(toil_type)).first()
        sought = replace(sought, toil_type=int(toil_type))
        words["type"] = _("“%(type)s”") % {"type": found.name} if found else _("a toil type that is gone")
    if given.get("interrupt") in ("0", "1"):
        is_interrupt = given["interrupt"] == "1"
        sought = replace(sought, is_interrupt=is_interrupt)
        words["interrupt"] = _("interrupts") if is_interrupt else _("planned work")
    return sought, words


def _query(asked: Asked, kept: Mapping[str, str]) -> str:
    return urlencode({"from": asked.start.isoformat(), "to": asked.last.isoformat(), **kept})


def _days(asked: Asked, kept: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the single days of a short range, each with its question, to look closer."""
    if not 1 < asked.day_count <= MOST_DAYS:
        return []
    found = []
    for index in range(asked.day_count):
        day: date = asked.start + timedelta(days=index)
        if day <= asked.today:
            one = replace(asked, start=day, end=day + ONE_DAY)
            found.append((numbers.day(day), _query(one, kept)))
    return found


def _rows(team: Team, page: "Page[tuple[int, float]]", behind: Behind) -> list[HoursRow]:
    pairs = list(page.object_list)
    items = Item.objects.filter(board__team=team).select_related("board", "toil_type")
    found = items.in_bulk([item for item, _ in pairs])
    rows = [_row(found[pk], hours, behind.total) for pk, hours in pairs if pk in found]
    if behind.left and not page.has_next():
        rows.append(_row(None, fsum(behind.left), behind.total))
    return rows


def _row(item: Item | None, hours: float, total: float) -> HoursRow:
    return HoursRow(item=item, hours=numbers.hours(hours), part=numbers.percent_whole(hours / total))
