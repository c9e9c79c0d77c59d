"""Counts of items: finished per week, by class; and standing in each state at the end of each day."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from reports import numbers
from reports.charts import EffortText, EffortWeek, FlowDay, FlowState, FlowText, draw_cumulative, draw_effort
from reports.flow_queries import TeamFlow
from reports.pages.addresses import items_address
from reports.pages.exhibit import Cell, Column, Exhibit, Table, both
from reports.periods import ONE_DAY
from reports.weeks import CLASSES

COLUMNS_SHOWN = 8


def throughput_exhibit(flow: TeamFlow) -> Exhibit:
    """Show how many items of each class were finished week by week."""
    weeks = _weekly(flow)
    bars = [
        EffortWeek(
            label=_("W%(week)d") % {"week": start.isocalendar().week},
            toil=counts["toil"],
            overhead=counts["overhead"],
            engineering=counts["engineering"],
            unclassified=counts["unclassified"],
            tip=_counts_text(start, counts),
            href=items_address(flow.team, from_=start, to=end - ONE_DAY),
        )
        for start, end, counts in weeks
    ]
    last = weeks[-1][2] if weeks else dict.fromkeys(CLASSES, 0)
    label = _("Items finished per week, %(count)d weeks.") % {"count": len(weeks)}
    ends = (
        _("Toil %(count)d") % {"count": last["toil"]},
        _("Overhead %(count)d") % {"count": last["overhead"]},
        _("Engineering %(count)d") % {"count": last["engineering"]},
        _("Unclassified %(count)d") % {"count": last["unclassified"]},
    )
    words = EffortText(label=label, ends=ends, no_data=_("Nothing was finished in these days."))
    names = (_("Toil"), _("Overhead"), _("Engineering"), _("Unclassified"))
    rows = [
        [
            Cell(text=start.isoformat(), href=items_address(flow.team, from_=start, to=end - ONE_DAY)),
            *(Cell(text=str(counts[name]), value=counts[name]) for name in _STACKED),
        ]
        for start, end, counts in reversed(weeks)
    ]
    return Exhibit(
        name="throughput",
        title=_("Throughput"),
        subtitle=_("items finished per week"),
        pictures=both(lambda shape: draw_effort(bars, words=words, shape=shape), label),
        table=Table(
            columns=[Column(name=_("Week from"), is_number=False), *(Column(name=name) for name in names)], rows=rows
        ),
        how=_("Items whose entry into the run of done columns in which they are now lies in the week."),
    )


_STACKED = ("toil", "overhead", "engineering", "unclassified")


def _weekly(flow: TeamFlow) -> list[tuple[date, date, dict[str, int]]]:
    """Sum the days up to weeks; the first and the last may be cut by the range."""
    weeks: list[tuple[date, date, dict[str, int]]] = []
    for index, day in enumerate(flow.days):
        if not weeks or day.weekday() == 0:
            weeks.append((day, day, dict.fromkeys(CLASSES, 0)))
        start, _end, counts = weeks[-1]
        for name in CLASSES:
            counts[name] += flow.throughput[name][index]
        weeks[-1] = (start, day + ONE_DAY, counts)
    return weeks


def _counts_text(start: date, counts: Mapping[str, int]) -> str:
    return _(
        "W%(week)d: toil %(toil)d, overhead %(overhead)d, engineering %(engineering)d, unclassified %(unclassified)d"
    ) % {"week": start.isocalendar().week, **counts}


def cumulative_exhibit(flow: TeamFlow) -> Exhibit:
    """Show the items per column at the end of each day, or per stage where there are many columns."""
    states = _states(flow)
    days = [
        FlowDay(
            label=_("W%(week)d") % {"week": day.isocalendar().week} if day.weekday() == 0 or index == 0 else "",
            tip=_day_text(day, index, states),
            href=items_address(flow.team, day=day),
        )
        for index, day in enumerate(flow.days)
    ]
    shown = [FlowState(counts=counts, end=_state_end(name, counts), shade=shade) for name, counts, shade in states]
    label = _("Items per state at the end of each day, %(count)d days.") % {"count": len(days)}
    if days:
        label += f" {days[-1].tip}"
    words = FlowText(label=label, no_data=_("There are no items yet."))
    rows = [
        [
            Cell(text=numbers.day(day), value=day.isoformat(), href=items_address(flow.team, day=day)),
            *(Cell(text=str(counts[index]), value=counts[index]) for _name, counts, _shade in states),
        ]
        for index, day in reversed(list(enumerate(flow.days)))
    ]
    return Exhibit(
        name="cumulative-flow",
        title=_("Cumulative flow"),
        subtitle=_("items per state at the end of each day"),
        pictures=both(lambda shape: draw_cumulative(shown, days, words=words, shape=shape), label),
        table=Table(
            columns=[
                Column(name=_("End of"), is_number=False),
                *(Column(name=name) for name, _counts, _shade in states),
            ],
            rows=rows,
        ),
        how=_(
            "Items that stood there at the end of the day, in the team’s zone; done is counted from the first day on."
        ),
    )


State = tuple[str, Sequence[int], int]
"""A state's name, its items at the end of each day, and its shade."""


def _states(flow: TeamFlow) -> list[State]:
    """Return the states from the bottom: done since the beginning, then what is nearest to it."""
    columns = [column for column in flow.cumulative.columns if column.stage != "done" and any(column.counts)]
    done = [0] * len(flow.days)
    for column in flow.cumulative.columns:
        if column.stage == "done":
            done = [a + b for a, b in zip(done, column.counts, strict=True)]
    least = min(done, default=0)
    boards = {column.board for column in columns}
    if len(boards) == 1 and len(columns) <= COLUMNS_SHOWN:
        open_states = [(column.name, column.counts) for column in reversed(columns)]
    else:
        stages = flow.cumulative.by_stage()
        names = {"waiting": _("Waiting"), "active": _("In progress"), "queue": _("Not started")}
        open_states = [(words, stages[stage]) for stage, words in names.items() if any(stages[stage])]
    last = max(len(open_states) - 1, 1)
    return [
        (_("Done"), [count - least for count in done], 0),
        *((name, counts, 1 + round(3 * index / last)) for index, (name, counts) in enumerate(open_states)),
    ]


def _state_end(name: str, counts: Sequence[int]) -> str:
    return f"{name} {counts[-1]}" if counts else name


def _day_text(day: date, index: int, states: Sequence[State]) -> str:
    told = ", ".join(f"{name} {counts[index]}" for name, counts, _shade in states)
    return f"{numbers.day(day)}: {told}"
