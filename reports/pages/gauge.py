"""The gauge of the boards' toolbar: this week's share so far, kept for some seconds for all who look."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.cache import cache
from django.utils.translation import gettext as _

from reports import numbers
from reports.periods import local_date, week_of
from reports.queries import toil_of_team
from teams.models import Team
from teams.queries import timezone_of_team

SECONDS_KEPT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """The share of the week so far with its bounds and target, all as fractions."""

    week: int
    share: float | None
    low: float | None
    high: float | None
    target_low: float
    target_high: float
    verdict: str

    @property
    def share_text(self) -> str:
        """The share; a dash where there is none yet."""
        if self.share is None:
            return "–"
        return numbers.share(self.share, low=self.target_low, high=self.target_high)

    @property
    def verdict_text(self) -> str:
        """The verdict in one word."""
        return {"below": _("below"), "within": _("inside"), "above": _("above")}.get(self.verdict, _("no data yet"))

    @property
    def is_good(self) -> bool:
        """Whether the share is not above the target."""
        return self.verdict in {"below", "within"}


def gauge_of(*, team: Team, at: datetime) -> Gauge:
    """Return the team's gauge, not older than some seconds."""
    key = f"reports:gauge:{team.pk}"
    kept = cache.get(key)
    if kept is not None:
        return Gauge(**kept)
    gauge = _measured(team, at)
    cache.set(key, asdict(gauge), SECONDS_KEPT)
    return gauge


def _measured(team: Team, at: datetime) -> Gauge:
    week = week_of(local_date(at, timezone_of_team(team)))
    toil = toil_of_team(team=team, start=week.monday, end=week.next_monday, at=at)
    return Gauge(
        week=week.number,
        share=toil.toil.share,
        low=toil.toil.low,
        high=toil.toil.high,
        target_low=toil.target_low,
        target_high=toil.target_high,
        verdict=toil.toil.verdict.value,
    )
