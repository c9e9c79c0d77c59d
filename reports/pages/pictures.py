"""What sentences, rows and charts read from measured weeks, and the tiny trend of a list row."""

from collections.abc import Sequence
from itertools import takewhile

from django.utils.translation import gettext as _

from reports.charts import Markup, draw_spark
from reports.charts.spark import Direction
from reports.periods import week_of
from reports.queries import TeamToil
from reports.sentences import Reading

STEADY = 0.005
"""A change of a share by less than half a point counts as none."""


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
