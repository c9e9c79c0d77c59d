"""What happened to a team that a trend is annotated with: another target, a new source."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from boards.models import TeamSource
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
    found = [*map(_of_target, targets), *map(_of_source, sources)]
    return sorted(found, key=lambda event: (event.at, event.kind, event.short))


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
