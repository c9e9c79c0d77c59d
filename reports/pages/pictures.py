"""The charts of the team page: measured weeks and services as drawings, in the reader's language."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from django.utils.translation import gettext as _

from reports import numbers
from reports.charts import (
    NARROW,
    WIDE,
    EffortText,
    EffortWeek,
    Markup,
    ServiceBar,
    ServicesText,
    Shape,
    TrendText,
    TrendWeek,
    draw_effort,
    draw_services,
    draw_spark,
    draw_trend,
)
from reports.charts.spark import Direction
from reports.periods import week_of
from reports.queries import Group, TeamToil
from reports.sentences import Reading

SERVICES_SHOWN = 9
STEADY = 0.005
"""A change of a share by less than half a point counts as none."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """The two drawings of a chart, of which the width of its tile shows one, and the sentence that names both."""

    wide: Markup
    narrow: Markup
    label: str


def reading_of(toil: TeamToil) -> Reading:
    """Return what the sentences read a share from."""
    return Reading(
        toil_share=toil.toil.share,
        toil_share_low=toil.toil.low,
        toil_share_high=toil.toil.high,
        target_low=toil.target_low,
        target_high=toil.target_high,
        verdict=toil.toil.verdict.value,
        certain=toil.toil.is_certain,
        denominator=toil.toil.denominator.value,
        unclassified_hours=toil.effort.unclassified,
    )


def week_label(toil: TeamToil) -> str:
    """Return what a week is called on an axis: “W47”."""
    return _("W%(week)d") % {"week": week_of(toil.period.start).number}


def trend_of(series: Sequence[TeamToil]) -> Pictures:
    """Draw the toil share of the weeks against the target range of the last."""
    last = series[-1]
    label = _trend_label(series)
    weeks = [
        TrendWeek(
            label=week_label(week),
            value=week.toil.share,
            low=week.toil.low,
            high=week.toil.high,
            tip=_trend_tip(week),
        )
        for week in series
    ]
    known = [week for week in series if week.toil.share is not None]
    target = numbers.percent_range(last.target_low, last.target_high)
    texts = {
        "label": label,
        "target": _("Target %(range)s") % {"range": target},
        "end": reading_of(known[-1]).share_text if known else "",
        "end_high": numbers.percent_number(known[-1].toil.high or 0) if known else "",
        "no_data": _("No work was tracked in these weeks."),
    }

    def draw(shape: Shape) -> Markup:
        named = _("Range: unclassified work all toil, or none") if shape.is_wide else _("Range if unclassified")
        words = TrendText(range=named, **texts)
        return draw_trend(weeks, target=(last.target_low, last.target_high), words=words, shape=shape)

    return _both(draw, label)


def effort_of(series: Sequence[TeamToil]) -> Pictures:
    """Draw the hours of each week by class."""
    weeks = [
        EffortWeek(
            label=week_label(week),
            toil=week.effort.toil,
            overhead=week.effort.overhead,
            engineering=week.effort.engineering,
            unclassified=week.effort.unclassified,
            tip=_effort_tip(week),
        )
        for week in series
    ]
    last = series[-1].effort
    label = _("Hours by class per week, %(count)d weeks. %(last)s") % {
        "count": len(series),
        "last": _effort_tip(series[-1]),
    }

    def draw(shape: Shape) -> Markup:
        engineering = _("Engineering %(hours)s") if shape.is_wide else _("Eng. %(hours)s")
        unclassified = _("Unclassified %(hours)s") if shape.is_wide else _("Unclass. %(hours)s")
        ends = (
            _("Toil %(hours)s") % {"hours": _whole(last.toil)},
            _("Overhead %(hours)s") % {"hours": _whole(last.overhead)},
            engineering % {"hours": _whole(last.engineering)},
            unclassified % {"hours": _whole(last.unclassified)},
        )
        words = EffortText(label=label, ends=ends, no_data=_("No hours in these weeks."))
        return draw_effort(weeks, words=words, shape=shape)

    return _both(draw, label)


def services_of(groups: Sequence[Group]) -> Pictures:
    """Draw the classified hours of the services with the most toil."""
    bars = [_bar(group) for group in _shown(groups)]
    label = _("Hours by service, most toil first: %(services)s.") % {
        "services": ", ".join(f"{bar.name} {bar.hours_text}" for bar in bars[:3]) or _("none")
    }
    words = ServicesText(label=label, no_data=_("No work in these weeks has a service."))
    return _both(lambda shape: draw_services(bars, words=words, shape=shape), label)


def spark_of(series: Sequence[TeamToil]) -> Markup:
    """Draw the tiny trend of a list row; it is up or down by the means of its two halves."""
    shares = [week.toil.share for week in series]
    direction = direction_of(shares)
    labels = {"up": _("12-week trend: up"), "down": _("12-week trend: down"), "flat": _("12-week trend: steady")}
    return draw_spark(shares, label=labels[direction], direction=direction)


def direction_of(shares: Sequence[float | None]) -> Direction:
    """Say whether the later half of the known shares lies above or below the earlier one."""
    known = [share for share in shares if share is not None]
    half = len(known) // 2
    if not half:
        return "flat"
    change = sum(known[-half:]) / half - sum(known[:half]) / half
    return "flat" if abs(change) < STEADY else ("up" if change > 0 else "down")


def streak(series: Sequence[TeamToil]) -> int:
    """Count for how many weeks in a row, up to the last, the verdict has been the same."""
    verdict = series[-1].toil.verdict
    return sum(1 for _week in takewhile(lambda week: week.toil.verdict == verdict, reversed(series)))


def service_name(key: object) -> str:
    """Return what a service is called in a chart or table; items without one are together."""
    return str(key) if key else _("no service")


def _both(draw: Callable[[Shape], Markup], label: str) -> Pictures:
    return Pictures(draw(WIDE), draw(NARROW), label)


def _whole(hours: float) -> str:
    return numbers.hours(round(hours) if hours >= 10 else hours)


def _trend_label(series: Sequence[TeamToil]) -> str:
    reading = reading_of(series[-1])
    parts = {"count": len(series), "week": week_label(series[-1]), "target": reading.target_text}
    if reading.toil_share is None:
        return _("Toil share per week, %(count)d weeks. %(week)s has none; the target is %(target)s.") % parts
    parts |= {"share": reading.share_text, "range": _range(series[-1])}
    return _("Toil share per week, %(count)d weeks. %(week)s %(share)s, range %(range)s, target %(target)s.") % parts


def _trend_tip(week: TeamToil) -> str:
    reading = reading_of(week)
    if reading.toil_share is None:
        return _("%(week)s: no share") % {"week": week_label(week)}
    return _("%(week)s: %(share)s (%(range)s), %(hours)s of toil") % {
        "week": week_label(week),
        "share": reading.share_text,
        "range": _range(week),
        "hours": numbers.hours(week.effort.toil),
    }


def _effort_tip(week: TeamToil) -> str:
    return _(
        "%(week)s: toil %(toil)s, overhead %(overhead)s, engineering %(engineering)s, unclassified %(unclassified)s"
    ) % {
        "week": week_label(week),
        "toil": numbers.hours(week.effort.toil),
        "overhead": numbers.hours(week.effort.overhead),
        "engineering": numbers.hours(week.effort.engineering),
        "unclassified": numbers.hours(week.effort.unclassified),
    }


def _range(week: TeamToil) -> str:
    return numbers.percent_range(week.toil.low or 0, week.toil.high or 0)


def _shown(groups: Sequence[Group]) -> list[Group]:
    return [group for group in groups if group.effort.classified > 0][:SERVICES_SHOWN]


def _bar(group: Group) -> ServiceBar:
    effort, name = group.effort, service_name(group.key)
    share = effort.toil / effort.classified
    return ServiceBar(
        name=name,
        toil=effort.toil,
        overhead=effort.overhead,
        engineering=effort.engineering,
        hours_text=_whole(effort.toil),
        share_text=numbers.percent_whole(share),
        tip=_("%(service)s: toil %(toil)s, overhead %(overhead)s, engineering %(engineering)s")
        % {
            "service": name,
            "toil": numbers.hours(effort.toil),
            "overhead": numbers.hours(effort.overhead),
            "engineering": numbers.hours(effort.engineering),
        },
    )
