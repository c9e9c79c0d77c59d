"""The toil types of some weeks as a table: hours, items, hours a week, and whether they grow."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from django.utils.translation import gettext as _

from reports import numbers
from reports.breakdown import Breakdown, TypeHours
from reports.charts import Markup, draw_spark
from reports.charts.spark import Direction
from reports.pages.addresses import NOTHING, hours_of
from reports.pages.exhibit import Cell, Column, Table

SHOWN = 7
GROWS_BY = 0.15
"""A change of the weekly hours by less than this part of them counts as none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurringRow:
    """A toil type in the table."""

    name: str
    service: str
    href: str
    hours: str
    items: int
    weekly: str
    spark: Markup
    direction: Direction
    change: str

    @property
    def is_up(self) -> bool:
        """Whether it takes more and more."""
        return self.direction == "up"

    @property
    def is_down(self) -> bool:
        """Whether it takes less and less."""
        return self.direction == "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """The table, and what stands around it."""

    rows: Sequence[RecurringRow]
    others: int
    typed_hours: str
    toil_hours: str
    untyped_hours: str
    untyped_items: int
    untyped_href: str
    table: Table

    @property
    def is_empty(self) -> bool:
        """Whether no toil has a type."""
        return not self.rows


def recurring_of(breakdown: Breakdown, *, slug: str) -> Recurring:
    """Show the toil types with the most hours first."""
    types = breakdown.toil_types
    typed = fsum(found.hours for found in types)
    return Recurring(
        rows=[_row(found, breakdown, slug) for found in types[:SHOWN]],
        others=max(len(types) - SHOWN, 0),
        typed_hours=numbers.hours_number(typed),
        toil_hours=numbers.hours(typed + breakdown.untyped),
        untyped_hours=numbers.hours(breakdown.untyped),
        untyped_items=breakdown.untyped_items,
        untyped_href=hours_of(slug, breakdown.period, class_="toil", type=NOTHING),
        table=_table(breakdown, slug),
    )


def trend_of_type(weekly: Sequence[float]) -> tuple[Direction, float | None]:
    """Compare the later half of the weeks with the earlier: the direction, and the change as a part of the earlier."""
    half = len(weekly) // 2
    if not half:
        return "flat", 0.0
    earlier, later = fsum(weekly[:half]), fsum(weekly[-half:])
    if earlier <= 0:
        return ("up", None) if later > 0 else ("flat", 0.0)
    change = later / earlier - 1
    return ("flat" if abs(change) < GROWS_BY else "up" if change > 0 else "down"), change


def weekly_mean(found: TypeHours) -> float:
    """Return the hours of toil that a type takes a week."""
    return found.hours / max(len(found.weekly), 1)


def _row(found: TypeHours, breakdown: Breakdown, slug: str) -> RecurringRow:
    direction, change = trend_of_type(found.weekly)
    labels = {"up": _("takes more and more"), "down": _("takes less and less"), "flat": _("steady")}
    return RecurringRow(
        name=found.toil_type.name,
        service=found.toil_type.service,
        href=hours_of(slug, breakdown.period, type=found.toil_type.pk),
        hours=numbers.hours(found.hours),
        items=found.items,
        weekly=numbers.hours(weekly_mean(found)),
        spark=draw_spark(found.weekly, label=labels[direction], direction=direction),
        direction=direction,
        change=_change(direction, change),
    )


def _change(direction: Direction, change: float | None) -> str:
    if direction == "flat":
        return _("steady")
    if change is None:
        return _("new")
    return numbers.percent_whole(abs(change))


def _table(breakdown: Breakdown, slug: str) -> Table:
    names = (_("Service"), _("Hours"), _("Items"), _("Hours a week"))
    columns = [
        Column(name=_("Toil type"), is_number=False),
        Column(name=names[0], is_number=False),
        *(Column(name=name) for name in names[1:]),
    ]
    rows = [
        [
            Cell(text=found.toil_type.name, href=hours_of(slug, breakdown.period, type=found.toil_type.pk)),
            Cell(text=found.toil_type.service, is_code=True),
            Cell(text=numbers.hours(found.hours), value=found.hours),
            Cell(text=str(found.items), value=found.items),
            Cell(text=numbers.hours(weekly_mean(found)), value=weekly_mean(found)),
        ]
        for found in breakdown.toil_types
    ]
    return Table(columns=columns, rows=rows)
