"""The list of a reader's teams: each with its share, verdict, coverage and tiny trend, most in need first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from reports import numbers
from reports.charts import Markup
from reports.pages.pictures import reading_of, spark_of
from reports.periods import Week, week_of
from reports.queries import TeamToil, weekly_series_of_teams
from reports.share import Verdict
from teams.models import Membership, Team, User

TREND_WEEKS = 12

NEED = {Verdict.ABOVE: 0, Verdict.NO_DATA: 1, Verdict.BELOW: 2, Verdict.WITHIN: 3}
"""Above the target first; then who has no figures, for they may be worse; within it last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRow:
    """A line of the list."""

    team: Team
    week: Week
    toil: TeamToil
    members: int
    spark: Markup

    @property
    def share_text(self) -> str:
        """The share of the last full week; a dash where there is none."""
        return reading_of(self.toil).share_text

    @property
    def verdict_text(self) -> str:
        """The verdict in a word or two."""
        return {
            Verdict.ABOVE: _("above the target"),
            Verdict.WITHIN: _("within the target"),
            Verdict.BELOW: _("below the target"),
            Verdict.NO_DATA: _("no data"),
        }[self.toil.toil.verdict]

    @property
    def tone(self) -> str:
        """The colour in which the verdict is shown."""
        return {Verdict.ABOVE: "bad", Verdict.WITHIN: "good", Verdict.BELOW: "good"}.get(self.toil.toil.verdict, "mute")

    @property
    def is_above(self) -> bool:
        """Whether the share lies above the target."""
        return self.toil.toil.verdict == Verdict.ABOVE

    @property
    def is_uncertain(self) -> bool:
        """Whether unclassified work could change the verdict."""
        return not self.toil.toil.is_certain

    @property
    def target_text(self) -> str:
        """The target range."""
        return numbers.percent_range(self.team.target_low, self.team.target_high)

    @property
    def coverage_text(self) -> str:
        """How much of the capacity is explained."""
        coverage = self.toil.toil.coverage
        return "–" if coverage is None else numbers.percent_whole(coverage)

    @property
    def need(self) -> tuple[int, float, str]:
        """What the list is sorted by: the verdict, how far the share is above the target, the name."""
        over = (self.toil.toil.share or 0.0) - self.team.target_high
        return (NEED[self.toil.toil.verdict], -over, self.team.name.casefold())


def team_rows(*, viewer: User, at: datetime) -> list[TeamRow]:
    """Return a line for each team that the reader may see, most in need first, in a constant number of queries."""
    teams = list(Team.objects.visible_to(viewer).select_related("calendar").distinct())
    series = weekly_series_of_teams(teams=teams, weeks=TREND_WEEKS, at=at)
    members = _members(teams)
    rows = [
        TeamRow(
            team=team,
            week=week_of(series[team.pk][-1].period.start),
            toil=series[team.pk][-1],
            members=members.get(team.pk, 0),
            spark=spark_of(series[team.pk]),
        )
        for team in teams
    ]
    return sorted(rows, key=lambda row: row.need)


def summary(rows: Sequence[TeamRow]) -> str:
    """Say in one sentence how the teams stand."""
    measured = [row for row in rows if row.toil.toil.verdict != Verdict.NO_DATA]
    above = sum(row.is_above for row in measured)
    if not measured:
        return _("No team has a toil share yet")
    if len(measured) == 1:
        return _("%(team)s had %(share)s toil last week, %(verdict)s") % {
            "team": measured[0].team.name,
            "share": measured[0].share_text,
            "verdict": measured[0].verdict_text,
        }
    if not above:
        return _("No team was above its target last week")
    return _("%(above)d of %(count)d teams were above their target last week") % {
        "above": above,
        "count": len(measured),
    }


def _members(teams: Sequence[Team]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for team_id in Membership.objects.filter(team__in=teams).values_list("team_id", flat=True):
        counts[team_id] = counts.get(team_id, 0) + 1
    return counts
