"""The toil share week by week: as a line against the target of each week, as a table, and what happened meanwhile."""

from bisect import bisect_right
from collections.abc import Sequence

from django.utils.translation import gettext as _

from reports import numbers, sentences
from reports.charts import Markup, Shape, TrendNote, TrendText, TrendWeek, draw_trend
from reports.events import EventKind, TrendEvent
from reports.pages.addresses import hours_of
from reports.pages.exhibit import Cell, Column, Exhibit, Note, Table, both
from reports.pages.pictures import reading_of, week_label
from reports.periods import week_of
from reports.queries import TeamToil

ANNOTATED = 2
LISTED = 8


def trend_exhibit(
    series: Sequence[TeamToil], *, before: Sequence[TeamToil] = (), events: Sequence[TrendEvent] = ()
) -> Exhibit:
    """Show the weeks, each with the week that lies as many weeks before it, where such are given."""
    label, last = _label(series), series[-1]
    weeks = [
        TrendWeek(
            label=week_label(week),
            value=week.toil.share,
            low=week.toil.low,
            high=week.toil.high,
            target=(week.target_low, week.target_high),
            tip=_tip(week),
            href=hours_of(week.team, week.period),
            before=before[index].toil.share if before else None,
        )
        for index, week in enumerate(series)
    ]
    told = most_telling(events, ANNOTATED)
    notes = [TrendNote(_week_of(series, event), event.short[:1].upper() + event.short[1:]) for event in told]

    def draw(shape: Shape) -> Markup:
        return draw_trend(weeks, words=_words(series, label, shape), shape=shape, notes=notes)

    others = [event for event in events if event not in told]
    listed = [*told, *others[-(LISTED - len(told)) :]]
    return Exhibit(
        name="trend",
        title=_("Toil share of %(work)s") % {"work": sentences.denominator_text(last.toil.denominator.value)},
        subtitle=_("% of hours per week"),
        pictures=both(draw, label),
        table=_table(series, before),
        how=_how(last),
        notes=[
            Note(when=week_label(series[_week_of(series, event)]), words=event.text, href=event.url) for event in listed
        ],
    )


def most_telling(events: Sequence[TrendEvent], count: int) -> list[TrendEvent]:
    """Return the events that a chart prefers, of one kind the latest, in the order of time."""
    preferred = list(EventKind)
    chosen = sorted(events, key=lambda event: (preferred.index(event.kind), -event.at.timestamp()))[:count]
    return sorted(chosen, key=lambda event: event.at)


def _week_of(series: Sequence[TeamToil], event: TrendEvent) -> int:
    starts = [week.period.starts_at for week in series]
    return max(bisect_right(starts, event.at) - 1, 0)


def _words(series: Sequence[TeamToil], label: str, shape: Shape) -> TrendText:
    last = series[-1]
    known = [week for week in series if week.toil.share is not None]
    target = numbers.percent_range(last.target_low, last.target_high)
    return TrendText(
        label=label,
        target=_("Target %(range)s") % {"range": target},
        range=_("Range: unclassified work all toil, or none") if shape.is_wide else _("Range if unclassified"),
        end=reading_of(known[-1]).share_text if known else "",
        end_high=numbers.percent_number(known[-1].toil.high or 0) if known else "",
        no_data=_("No work was tracked in these weeks."),
        before=_("the weeks before"),
    )


def _label(series: Sequence[TeamToil]) -> str:
    reading = reading_of(series[-1])
    parts = {"count": len(series), "week": week_label(series[-1]), "target": reading.target_text}
    if reading.toil_share is None:
        return _("Toil share per week, %(count)d weeks. %(week)s has none; the target is %(target)s.") % parts
    parts |= {"share": reading.share_text, "range": _range(series[-1])}
    return _("Toil share per week, %(count)d weeks. %(week)s %(share)s, range %(range)s, target %(target)s.") % parts


def _tip(week: TeamToil) -> str:
    reading = reading_of(week)
    if reading.toil_share is None:
        return _("%(week)s: no share") % {"week": week_label(week)}
    return _("%(week)s: %(share)s (%(range)s), %(hours)s of toil") % {
        "week": week_label(week),
        "share": reading.share_text,
        "range": _range(week),
        "hours": numbers.hours(week.effort.toil),
    }


def _range(week: TeamToil) -> str:
    return numbers.percent_range(week.toil.low or 0, week.toil.high or 0)


def _table(series: Sequence[TeamToil], before: Sequence[TeamToil]) -> Table:
    columns = [
        Column(name=_("Week"), is_number=False),
        *(Column(name=name) for name in (_("Share"), _("At least"), _("At most"), _("Target"), _("Explained"))),
    ]
    if before:
        columns.insert(2, Column(name=_("Before")))
    rows = []
    for index in range(len(series) - 1, -1, -1):
        week = series[index]
        row = [
            Cell(text=str(week_of(week.period.start)), href=hours_of(week.team, week.period)),
            share_cell(week.toil.share),
            share_cell(week.toil.low),
            share_cell(week.toil.high),
            Cell(text=numbers.percent_range(week.target_low, week.target_high)),
            share_cell(week.toil.coverage),
        ]
        if before:
            row.insert(2, share_cell(before[index].toil.share))
        rows.append(row)
    return Table(columns=columns, rows=rows)


def share_cell(share: float | None) -> Cell:
    """Return a share as a cell; a dash, and an empty cell in files, where there is none."""
    return Cell(text="–", value="") if share is None else Cell(text=numbers.percent(share), value=share)


def _how(last: TeamToil) -> str:
    formulas = {
        "classified": _("toil ÷ (toil + engineering + overhead)"),
        "tracked": _("toil ÷ (toil + engineering + overhead + unclassified)"),
        "engineering": _("toil ÷ (toil + engineering)"),
        "capacity": _("toil ÷ working time of the team’s members"),
    }
    return _(
        "Share = %(formula)s, in hours of people’s attention. At least: no unclassified hour is toil; at most: all. "
        "Each week is judged by the target that it had."
    ) % {"formula": formulas[last.toil.denominator.value]}
