"""What a toil type came to in the last twelve weeks, as an item's panel shows it."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.utils.translation import gettext as _

from boards.models import Item, ToilType
from reports import numbers
from reports.charts import Markup
from reports.charts.spark import draw_spark
from reports.periods import Period, local_date, week_cuts, week_of
from reports.queries import GroupBy, toil_of_team
from teams.models import Team
from teams.queries import timezone_of_team

WEEKS = 12
SECONDS_KEPT = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class ToilTypeCard:
    """How often a toil type came, how many hours it took, and how often in each week."""

    toil_type: ToilType
    weeks: int
    items: int
    hours: str
    spark: Markup


def toil_type_card(*, toil_type: ToilType, at: datetime) -> ToilTypeCard:
    """Sum up a toil type over the last twelve weeks, the current one so far among them."""
    timezone = timezone_of_team(toil_type.team)
    week = week_of(local_date(at, timezone))
    period = Period(week.shifted(1 - WEEKS).monday, week.next_monday, timezone)
    counts = _items_by_week(toil_type, week_cuts(period))
    hours = _hours_by_type(toil_type.team, period, at).get(toil_type.name, 0.0)
    return ToilTypeCard(
        toil_type=toil_type,
        weeks=WEEKS,
        items=sum(counts),
        hours=numbers.hours(hours) if hours else "",
        spark=draw_spark(counts, label=_("Items in each of the last %(n)d weeks") % {"n": WEEKS}),
    )


def _items_by_week(toil_type: ToilType, cuts: list[datetime]) -> list[int]:
    counts = [0] * (len(cuts) - 1)
    items = Item.objects.kept().filter(toil_type=toil_type, created_at__gte=cuts[0], created_at__lt=cuts[-1])
    for created_at in items.values_list("created_at", flat=True):
        counts[bisect_right(cuts, created_at) - 1] += 1
    return counts


def _hours_by_type(team: Team, period: Period, at: datetime) -> Mapping[str, float]:
    """Return the hours of each toil type, not older than some minutes: every opened panel asks for them."""
    key = f"reports:toil-types:{team.pk}:{period.start}"
    kept: Mapping[str, float] | None = cache.get(key)
    if kept is not None:
        return kept
    toil = toil_of_team(team=team, start=period.start, end=period.end, at=at, by=GroupBy.TOIL_TYPE)
    hours = {str(group.key): group.effort.tracked for group in toil.groups or () if group.key is not None}
    cache.set(key, hours, SECONDS_KEPT)
    return hours
