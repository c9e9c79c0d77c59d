"""The toil types of some weeks as a table: hours, items, hours a week, and whether they grow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from django.urls import reverse
from django.utils.translation import gettext as _

from boards.models import Elimination
from reports import numbers
from reports.breakdown import Breakdown, TypeHours
from reports.charts import Markup, draw_spark
from reports.charts.spark import Direction
from reports.elimination import BASELINE_WEEKS, break_even
from reports.pages.addresses import NOTHING, hours_of
from reports.pages.exhibit import Cell, Column, Table
from reports.toil_types import estimate_of

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
    cost: str
    payback: str
    removal_href: str

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


def recurring_of(breakdown: Breakdown, *, slug: str, plans: Mapping[int, Elimination]) -> Recurring:
    """Show the toil types with the most hours first; `plans` are how they are to be removed, by type."""
    types = breakdown.toil_types
    typed = fsum(found.hours for found in types)
    return Recurring(
        rows=[_row(found, breakdown, slug, plans.get(found.toil_type.pk)) for found in types[:SHOWN]],
        others=max(len(types) - SHOWN, 0),
        typed_hours=numbers.hours_number(typed),
        toil_hours=numbers.hours(typed + breakdown.untyped),
        untyped_hours=numbers.hours(breakdown.untyped),
        untyped_items=breakdown.untyped_items,
        untyped_href=hours_of(slug, breakdown.period, class_="toil", type=NOTHING),
        table=_table(breakdown, slug, plans),
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


def recent_weekly(found: TypeHours) -> float:
    """Return what a type takes a week of late: the mean of up to eight weeks, from the first that had any."""
    first = next((index for index, hours in enumerate(found.weekly) if hours > 0), len(found.weekly))
    recent = list(found.weekly[first:])[-BASELINE_WEEKS:]
    return fsum(recent) / max(len(recent), 1)


def payback_weeks(found: TypeHours, plan: Elimination | None) -> float | None:
    """Return after how many weeks the planned removal pays; None without an estimate, or where it never does."""
    estimate = estimate_of(plan)
    return break_even(recent_weekly(found), estimate) if estimate else None


def _row(found: TypeHours, breakdown: Breakdown, slug: str, plan: Elimination | None) -> RecurringRow:
    payback = payback_weeks(found, plan)
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
        cost=numbers.hours(plan.build_hours) if plan and plan.build_hours is not None else "",
        payback="" if payback is None else _("%(number)s wk") % {"number": numbers.decimal(payback)},
        removal_href=reverse("reports:toil_type", args=[slug, found.toil_type.pk]),
    )


def _change(direction: Direction, change: float | None) -> str:
    if direction == "flat":
        return _("steady")
    if change is None:
        return _("new")
    return numbers.percent_whole(abs(change))


def _table(breakdown: Breakdown, slug: str, plans: Mapping[int, Elimination]) -> Table:
    names = (_("Service"), _("Hours"), _("Items"), _("Hours a week"), _("Cost of fix"), _("Payback in weeks"))
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
            *_cost_cells(found, plans.get(found.toil_type.pk)),
        ]
        for found in breakdown.toil_types
    ]
    return Table(columns=columns, rows=rows)


def _cost_cells(found: TypeHours, plan: Elimination | None) -> list[Cell]:
    values = (plan.build_hours if plan else None, payback_weeks(found, plan))
    return [
        Cell(text="–", value="") if value is None else Cell(text=numbers.decimal(value), value=value)
        for value in values
    ]
