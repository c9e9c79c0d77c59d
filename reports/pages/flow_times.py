"""Cycle times: a mark for each finished item, and the percentiles of all of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from boards.models import Classification
from reports import numbers
from reports.charts import Dot, PercentileLine, ScatterText, draw_scatter
from reports.flow import PERCENTILES
from reports.flow_queries import FinishedItem, TeamFlow
from reports.pages.exhibit import Cell, Column, Exhibit, Key, Table, both
from reports.pages.lengths import days_cell, days_text
from reports.periods import ONE_DAY, weeks_of

DOTS_SHOWN = 500
MAIN_PERCENT = 85
ROWS_SHOWN = 100


def cycle_exhibit(flow: TeamFlow, *, is_whole: bool = False) -> Exhibit:
    """Show the cycle time of each finished item, with the percentiles of all; the table of a page has the latest."""
    known = [(item, time) for item in flow.finished if (time := item.cycle_time) is not None]
    ranks = flow.times().cycle
    lines = [
        PercentileLine(
            days=time / ONE_DAY,
            words=_("%(percent)d %% ≤ %(days)s") % {"percent": percent, "days": days_text(time)},
            is_main=percent == MAIN_PERCENT,
        )
        for percent in reversed(PERCENTILES)
        if (time := ranks[percent]) is not None
    ]
    shown = _thinned(known)
    start, end = flow.period.starts_at, flow.period.ends_at
    dots = [_dot(item, time, start, end, flow.team) for item, time in shown]
    main = ranks[MAIN_PERCENT]
    told = _("85 %% of items are done within %(days)s of being started.") % {"days": days_text(main)} if main else ""
    label = _("Cycle times of %(count)d finished items.") % {"count": len(known)} + (f" {told}" if told else "")
    weeks = [_("W%(week)d") % {"week": week.number} for week in weeks_of(flow.period)]
    words = ScatterText(label=label, ticks=weeks, no_data=_("Nothing was finished in these days."))
    if len(shown) < len(known):
        drawn = {"shown": len(shown), "count": len(known)}
        told = f"{told} " + _("%(shown)d of %(count)d items are drawn; all that took longest are among them.") % drawn
    return Exhibit(
        name="cycle-time",
        title=_("Cycle time"),
        subtitle=_("days, start to done"),
        pictures=both(lambda shape: draw_scatter(dots, lines=lines, words=words, shape=shape), label),
        table=_finished_table(flow, None if is_whole else ROWS_SHOWN),
        how=_(
            "Finished less first entry into an active column, by the calendar. Percentiles by nearest rank. "
            "The page lists the latest %(count)d items, the file all."
        )
        % {"count": ROWS_SHOWN},
        caption=told,
        keys=[
            Key(name=_("Toil"), shape="T"),
            Key(name=_("Engineering"), shape="E"),
            Key(name=_("Overhead"), shape="O"),
        ],
    )


def _thinned(known: Sequence[tuple[FinishedItem, timedelta]]) -> list[tuple[FinishedItem, timedelta]]:
    """Return all where they are few; else the slowest, and of the others as many as can be told apart."""
    if len(known) <= DOTS_SHOWN:
        return list(known)
    ordered = sorted(known, key=lambda pair: -pair[1])
    slowest, others = ordered[: DOTS_SHOWN // 5], ordered[DOTS_SHOWN // 5 :]
    step = len(others) / (DOTS_SHOWN - len(slowest))
    kept = [others[int(index * step)] for index in range(DOTS_SHOWN - len(slowest))]
    return sorted([*slowest, *kept], key=lambda pair: pair[0].finished_at)


def _dot(item: FinishedItem, time: timedelta, start: datetime, end: datetime, slug: str) -> Dot:
    return Dot(
        at=(item.finished_at - start) / (end - start),
        days=time / ONE_DAY,
        classification=item.classification,
        tip=f"{item.key} {item.title}: {days_text(time)}",
        href=reverse("boards:item", args=[slug, item.pk]),
    )


def _finished_table(flow: TeamFlow, most: int | None) -> Table:
    columns = [
        Column(name=_("Item"), is_number=False),
        *(Column(name=name, is_number=False) for name in (_("Title"), _("Class"), _("Finished"))),
        *(Column(name=name) for name in (_("Cycle time"), _("Lead time"), _("Waited"))),
    ]
    rows = [
        [
            Cell(text=item.key, href=reverse("boards:item", args=[flow.team, item.pk])),
            Cell(text=item.title),
            Cell(text=str(Classification(item.classification).label)),
            Cell(text=numbers.day(item.finished_at.date()), value=item.finished_at.isoformat()),
            days_cell(item.cycle_time),
            days_cell(item.lead_time),
            days_cell(item.waiting),
        ]
        for item in list(reversed(flow.finished))[:most]
    ]
    return Table(columns=columns, rows=rows)
