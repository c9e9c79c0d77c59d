"""The items behind a point of the flow: what stood somewhere at the end of a day, or was finished in some days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from boards.models import Classification, Column, Item
from reports import numbers
from reports.pages.asked import Asked
from reports.sentences import left_words
from reports.standing import count_left, items_finished, items_in_progress, items_standing
from teams.models import Team

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowItemsPage:
    """Everything that the template shows."""

    title: str
    how: str
    page: "Page[Item]"
    query: str
    left: int = 0

    @property
    def count(self) -> int:
        """How many items there are."""
        return self.page.paginator.count + self.left

    @property
    def left_words(self) -> str:
        """How many of them are in another team by now, in words."""
        return left_words(self.left)


def flow_items_page(*, team: Team, asked: Asked, given: Mapping[str, str], at: datetime) -> FlowItemsPage:
    """Find the items that an address asks for.

    They are those in `progress`, or those of a `day` and `column`, or those finished in the days, of a `class`.
    """
    kept: dict[str, str] = {}
    left = 0
    day = _day(given.get("day", ""), asked)
    if given.get("progress") == "1":
        items, kept = items_in_progress(team=team), {"progress": "1"}
        title = _("In progress now")
        how = _("Items that are in an active or a waiting column; none that are archived or in the trash.")
    elif day is not None:
        column = _column(given.get("column", ""), team)
        number = column.pk if column else None
        items = items_standing(team=team, day=day, column=number, at=at)
        left = count_left(team=team, day=day, column=number, at=at)
        kept = {"day": day.isoformat(), **({"column": str(column.pk)} if column else {})}
        where = {"day": numbers.day(day), "column": column.name if column else ""}
        title = _("In “%(column)s” at the end of %(day)s") if column else _("Not done at the end of %(day)s")
        title %= where
        how = _("Items that stood in such a column at the end of the day, in the team’s zone; none of the trash.")
    else:
        name = given.get("class", "")
        classification = name if name in Classification.values else None
        items = items_finished(team=team, start=asked.start, end=asked.end, classification=classification, at=at)
        kept = {"from": asked.start.isoformat(), "to": asked.last.isoformat()}
        if classification:
            kept["class"] = classification
        parts = {"days": asked.days, "class": str(Classification(classification).label) if classification else ""}
        title = _("%(class)s finished, %(days)s") if classification else _("Finished, %(days)s")
        title %= parts
        how = _("Items whose entry into the run of done columns in which they are now lies in these days.")
    found = items.select_related("board", "column").order_by("-finished_at", "-pk")
    page = Paginator(found, ON_A_PAGE).get_page(given.get("page"))
    return FlowItemsPage(title=title, how=how, page=page, query=urlencode(kept), left=left)


def _day(text: str, asked: Asked) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(1900, 1, 1) <= day <= asked.today else None


def _column(text: str, team: Team) -> Column | None:
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        return None
    return Column.objects.filter(board__team=team, pk=int(text)).first()
