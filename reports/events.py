"""What happened to a team that a trend is annotated with: an elimination, another target, a new source."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.urls import reverse
from django.utils.translation import gettext as _

from boards.models import Elimination, TeamSource
from reports import numbers
from reports.sentences import denominator_text
from teams.models import TargetChange, Team


class EventKind(StrEnum):
    """What can happen; in the order in which a chart with little room prefers them."""

    ELIMINATED = "eliminated"
    TARGET = "target"
    SOURCE = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendEvent:
    """One event: `short` stands in a chart, `text` is a sentence without its full stop, `url` leads there."""

    at: datetime
    kind: EventKind
    short: str
    text: str
    url: str = ""


def events_of_team(*, team: Team, start: datetime, end: datetime) -> list[TrendEvent]:
    """Return what happened to a team in `[start, end)`, oldest first, in a constant number of queries."""
    targets = TargetChange.objects.filter(team=team, at__gte=start, at__lt=end)
    sources = TeamSource.objects.filter(team=team, first_at__gte=start, first_at__lt=end)
    done = Elimination.objects.filter(toil_type__team=team, eliminated_at__gte=start, eliminated_at__lt=end)
    gone = [_of_elimination(team, row) for row in done.select_related("toil_type")]
    found = [*gone, *map(_of_target, targets), *map(_of_source, sources)]
    return sorted(found, key=lambda event: (event.at, event.kind, event.short))


def _of_elimination(team: Team, row: Elimination) -> TrendEvent:
    assert row.eliminated_at is not None  # noqa: S101 - they are asked for by it
    return TrendEvent(
        at=row.eliminated_at,
        kind=EventKind.ELIMINATED,
        short=_("“%(name)s” eliminated") % {"name": row.toil_type.name},
        text=_("“%(name)s” was eliminated; it had taken %(hours)s a week")
        % {"name": row.toil_type.name, "hours": numbers.hours(row.baseline_hours or 0.0)},
        url=reverse("reports:toil_type", args=[team.slug, row.toil_type_id]),
    )


def _of_source(source: TeamSource) -> TrendEvent:
    return TrendEvent(
        at=source.first_at,
        kind=EventKind.SOURCE,
        short=_("first from %(source)s") % {"source": source.name},
        text=_("The first tickets came from “%(source)s”") % {"source": source.name},
    )


def _of_target(change: TargetChange) -> TrendEvent:
    words = {
        "before": numbers.percent_range(change.low_before, change.high_before),
        "after": numbers.percent_range(change.low_after, change.high_after),
        "work": denominator_text(change.denominator_after),
    }
    if change.denominator_before == change.denominator_after:
        text = _("The target was changed from %(before)s to %(after)s")
    elif words["before"] == words["after"]:
        text = _("The target is now a share of %(work)s")
    else:
        text = _("The target was changed from %(before)s to %(after)s of %(work)s")
    short = _("target %(range)s") % {"range": words["after"]}
    return TrendEvent(at=change.at, kind=EventKind.TARGET, short=short, text=text % words)
