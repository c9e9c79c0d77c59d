"""Toil and engineering side by side: how long finished items were worked on, and how long they waited."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils.translation import gettext as _

from boards.models import Classification
from reports import numbers
from reports.charts import Side, SidesText, draw_sides
from reports.flow import PERCENTILES
from reports.flow_queries import FlowTimes, TeamFlow
from reports.pages.addresses import items_address
from reports.pages.exhibit import Cell, Column, Exhibit, Table, both
from reports.pages.lengths import days_cell, days_text
from reports.periods import ONE_DAY
from reports.weeks import CLASSES


def sides_exhibit(flow: TeamFlow) -> Exhibit:
    """Set toil and engineering side by side: how long a finished item was worked on, and how long it waited."""
    times = {name: flow.times(name) for name in CLASSES}
    sides = [_side(name, times[name], flow) for name in CLASSES if times[name].efficiency.items]
    label = _("Days worked on and days waited of a finished item, by class.")
    words = SidesText(
        label=label,
        active=_("worked on"),
        waiting=_("waited"),
        no_data=_("Nothing was finished in these days."),
    )
    return Exhibit(
        name="waiting",
        title=_("Toil and engineering side by side"),
        subtitle=_("mean days from start to done"),
        pictures=both(lambda shape: draw_sides(sides, words=words, shape=shape), label),
        table=_times_table(times),
        how=_(
            "Worked on: time in active columns, not blocked, between start and finish. Waited: the rest of it. "
            "Efficiency: worked on ÷ cycle time."
        ),
        caption=waiting_sentence(times["toil"], times["engineering"]),
    )


def waiting_sentence(toil: FlowTimes, engineering: FlowTimes) -> str:
    """Say whether toil waits less than engineering; empty where either has finished nothing."""
    of_toil, of_engineering = mean_waiting(toil), mean_waiting(engineering)
    if of_toil is None or of_engineering is None:
        return ""
    parts = {"toil": days_text(of_toil), "engineering": days_text(of_engineering)}
    if parts["toil"] == parts["engineering"]:
        return _("Toil waits as long as engineering: %(toil)s on average.") % parts
    if of_toil < of_engineering:
        return _("Toil waits less than engineering: %(toil)s instead of %(engineering)s on average.") % parts
    return _("Toil waits longer than engineering: %(toil)s instead of %(engineering)s on average.") % parts


def mean_waiting(times: FlowTimes) -> timedelta | None:
    """Return how long the finished items of a class waited on average."""
    return times.efficiency.waiting / times.efficiency.items if times.efficiency.items else None


def _side(name: str, times: FlowTimes, flow: TeamFlow) -> Side:
    found = times.efficiency
    active, waiting = found.active / found.items, found.waiting / found.items
    label = str(Classification(name).label)
    figures = _("%(active)s + %(waiting)s") % {"active": days_text(active), "waiting": days_text(waiting)}
    return Side(
        name=_("%(class)s, %(count)d items") % {"class": label, "count": found.items},
        active=active / ONE_DAY,
        waiting=waiting / ONE_DAY,
        figures=figures,
        tip=_("%(class)s: %(active)s worked on, %(waiting)s waited")
        % {"class": label, "active": days_text(active), "waiting": days_text(waiting)},
        href=items_address(flow.team, from_=flow.period.start, to=flow.period.end - ONE_DAY, class_=name),
    )


def _times_table(times: Mapping[str, FlowTimes]) -> Table:
    heads = [_("Finished"), _("Efficiency")]
    kinds = (_("Cycle"), _("Lead"), _("Waited"))
    columns = [
        Column(name=_("Class"), is_number=False),
        *(Column(name=name) for name in heads),
        *(Column(name=f"{kind} {percent} %") for kind in kinds for percent in PERCENTILES),
    ]
    rows = []
    for name, of in times.items():
        part = of.efficiency.efficiency
        rows.append(
            [
                Cell(text=str(Classification(name).label)),
                Cell(text=str(of.items), value=of.items),
                Cell(text="–", value="") if part is None else Cell(text=numbers.percent_whole(part), value=part),
                *(days_cell(ranks[percent]) for ranks in (of.cycle, of.lead, of.waiting) for percent in PERCENTILES),
            ]
        )
    return Table(columns=columns, rows=rows)
