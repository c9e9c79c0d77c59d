"""Ageing work: what is in progress, for how long it has stood where it is, and what is usual there."""

from collections.abc import Mapping
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from boards.ageing import UsualDays
from boards.models import Classification
from reports.charts import AgeingColumn, AgeingItem, AgeingText, draw_ageing
from reports.cumulative import FlowColumn
from reports.flow_queries import OpenWork, TeamFlow
from reports.pages.exhibit import Cell, Column, Exhibit, Table, both
from reports.pages.lengths import days_cell, days_text
from reports.periods import ONE_DAY

COLUMNS_SHOWN = 8
ITEMS_OF_COLUMN = 40


def ageing_exhibit(flow: TeamFlow, usual: Mapping[int, UsualDays]) -> Exhibit:
    """Show the items in progress by column and days there."""
    named = {column.pk: column for column in flow.cumulative.columns if column.stage in ("active", "waiting")}
    columns = [column for column in named.values() if any(item.column_id == column.pk for item in flow.work)]
    columns = (columns or list(named.values()))[:COLUMNS_SHOWN]
    shown = [_ageing_column(column, flow, usual.get(column.pk)) for column in columns]
    oldest = max(flow.work, key=lambda item: item.in_column, default=None)
    label = _("Age of work in progress by column, %(count)d items.") % {"count": len(flow.work)}
    if oldest is not None:
        parts = {"key": oldest.key, "days": days_text(oldest.in_column), "column": oldest.column}
        label += " " + _("%(key)s is the oldest: %(days)s in %(column)s.") % parts
    words = AgeingText(label=label, no_data=_("Nothing is in progress."))
    return Exhibit(
        name="ageing",
        title=_("Age of work in progress"),
        subtitle=_("days in the current column, now"),
        pictures=both(lambda shape: draw_ageing(shown, words=words, shape=shape), label),
        table=_work_table(flow),
        how=_(
            "Days since the item entered its column, by the calendar. Zones: what finished items took in half a year."
        ),
        caption=_(
            "Letter = class. Dashed line: 85 % of items left the column by then. Red zone: only 5 % stayed longer."
        ),
    )


def _ageing_column(column: FlowColumn, flow: TeamFlow, usual: UsualDays | None) -> AgeingColumn:
    work = sorted((item for item in flow.work if item.column_id == column.pk), key=lambda item: -item.in_column)
    items = [
        AgeingItem(
            days=item.in_column / ONE_DAY,
            classification=item.classification,
            key=item.key,
            tip=f"{item.key} {item.title}: {days_text(item.in_column)}",
            href=reverse("boards:item", args=[flow.team, item.pk]),
        )
        for item in work[:ITEMS_OF_COLUMN]
    ]
    if usual is None:
        return AgeingColumn(name=column.name, items=items, p85=None, p95=None, line="")
    line = _("85 %%: %(days)s") % {"days": days_text(usual.p85 * ONE_DAY)}
    return AgeingColumn(name=column.name, items=items, p85=usual.p85, p95=usual.p95, line=line)


def _work_table(flow: TeamFlow) -> Table:
    heads = (_("Title"), _("Class"), _("Column"))
    columns = [
        Column(name=_("Item"), is_number=False),
        *(Column(name=name, is_number=False) for name in heads),
        Column(name=_("In column")),
        Column(name=_("Since start")),
    ]
    rows = [
        [
            Cell(text=item.key, href=reverse("boards:item", args=[flow.team, item.pk])),
            Cell(text=item.title),
            Cell(text=str(Classification(item.classification).label)),
            Cell(text=item.column),
            days_cell(item.in_column),
            days_cell(item.age),
        ]
        for item in sorted(flow.work, key=_by_days_in_column)
    ]
    return Table(columns=columns, rows=rows)


def _by_days_in_column(item: OpenWork) -> tuple[timedelta, int]:
    return (-item.in_column, item.pk)
