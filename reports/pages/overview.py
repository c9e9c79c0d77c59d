"""The overview of a reader's teams: each with share, verdict, trend, coverage, unclassified work and budget."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import fsum
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from boards.models import Item
from reports import numbers
from reports.attention import capacity_once
from reports.budget_plan import QuarterBudget
from reports.budget_queries import budgets_of_teams
from reports.charts import Markup
from reports.judging import judged
from reports.pages.pictures import reading_of, spark_of
from reports.periods import Week, week_of
from reports.queries import TeamToil, weekly_series_of_teams
from reports.sentences import denominator_text
from reports.share import Denominator, EffortByClass, ToilShare, Verdict, measure
from reports.weeks import CLASSES
from teams.models import Team, User
from teams.targets import target_histories
from teams.worktime import Span

TREND_WEEKS = 12

NEED = {Verdict.ABOVE: 0, Verdict.NO_DATA: 1, Verdict.BELOW: 2, Verdict.WITHIN: 3}
"""Above the target first; then who has no figures, for they may be worse; within it last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRow:
    """A line of the list."""

    team: Team
    week: Week
    toil: TeamToil
    spark: Markup
    unclassified: int
    budget: QuarterBudget

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
        """The target range of that week."""
        return numbers.percent_range(self.toil.target_low, self.toil.target_high)

    @property
    def coverage_text(self) -> str:
        """How much of the capacity is explained."""
        coverage = self.toil.toil.coverage
        return "–" if coverage is None else numbers.percent_whole(coverage)

    @property
    def budget_text(self) -> str:
        """What part of the quarter's toil budget is used; a dash where there is none."""
        spent = self.budget.spent
        return "–" if spent is None else numbers.percent_whole(spent)

    @property
    def left_text(self) -> str:
        """What is left of it, or by how much it is exceeded."""
        if self.budget.spent is None:
            return ""
        if self.budget.left < 0:
            return _("%(hours)s over") % {"hours": numbers.hours(-self.budget.left)}
        return _("%(hours)s left") % {"hours": numbers.hours(self.budget.left)}

    @property
    def burn_text(self) -> str:
        """How fast it is used: at 1.0 it lasts exactly for the quarter."""
        rate = self.budget.burn_rate
        return "" if rate is None else _("burns at %(rate)s×") % {"rate": numbers.decimal(rate)}

    @property
    def is_burning(self) -> bool:
        """Whether it is used up, or faster than it lasts."""
        return self.budget.is_spent or (self.budget.burn_rate or 0.0) > 1.0

    @property
    def need(self) -> tuple[int, float, str]:
        """What the list is sorted by: the verdict, how far the share is above the target, the name."""
        over = (self.toil.toil.share or 0.0) - self.toil.target_high
        return (NEED[self.toil.toil.verdict], -over, self.team.name.casefold())


@dataclass(frozen=True, slots=True)
class Column:
    """A heading by which the list can be sorted, the other way round where it is sorted by it already."""

    key: str
    label: str
    is_number: bool
    is_current: bool
    is_reversed: bool

    @property
    def query(self) -> str:
        """What the heading leads to."""
        return f"?sort={'-' if self.is_current and not self.is_reversed else ''}{self.key}"

    @property
    def direction(self) -> str:
        """What `aria-sort` says."""
        if not self.is_current:
            return ""
        return "descending" if (self.key in DESCENDING) != self.is_reversed else "ascending"


SORTS: Mapping[str, Callable[[TeamRow], Any]] = {
    "need": lambda row: row.need,
    "name": lambda row: row.team.name.casefold(),
    "share": lambda row: _most(row.toil.toil.share),
    "coverage": lambda row: _least(row.toil.toil.coverage),
    "unclassified": lambda row: -row.unclassified,
    "budget": lambda row: _most(row.budget.spent),
}
DESCENDING = frozenset({"share", "unclassified", "budget"})


def _most(value: float | None) -> tuple[bool, float]:
    return (value is None, -(value or 0.0))


def _least(value: float | None) -> tuple[bool, float]:
    return (value is None, value or 0.0)


def columns_of(sort: str) -> list[Column]:
    """Return the headings, of which one is the order that was asked for (what cannot be read is the usual one)."""
    key = sort.removeprefix("-")
    key = key if key in SORTS else "need"
    labels = {
        "name": _("Team"),
        "share": _("Toil share"),
        "need": _("Verdict"),
        "coverage": _("Explained"),
        "unclassified": _("To classify"),
        "budget": _("Budget used"),
    }
    return [
        Column(name, label, name in {"share", "coverage", "unclassified", "budget"}, name == key, sort == f"-{key}")
        for name, label in labels.items()
    ]


def in_order(rows: Sequence[TeamRow], sort: str) -> list[TeamRow]:
    """Sort the lines as asked for, by need unless something else can be read; who has no figure comes last."""
    key = sort.removeprefix("-")
    ordered = sorted(sorted(rows, key=lambda row: row.need), key=SORTS.get(key, SORTS["need"]))
    return ordered[::-1] if sort == f"-{key}" and key in SORTS else ordered


def team_rows(*, viewer: User, at: datetime) -> list[TeamRow]:
    """Return a line for each team that the reader may see, most in need first, in a constant number of queries."""
    teams = list(Team.objects.visible_to(viewer).select_related("calendar").distinct())
    series = weekly_series_of_teams(teams=teams, weeks=TREND_WEEKS, at=at)
    histories = target_histories(teams)
    budgets = budgets_of_teams(teams=teams, at=at)
    to_classify = _to_classify(teams)
    rows = []
    for team in teams:
        weeks = judged(series[team.pk], histories[team.pk], team=team)
        rows.append(
            TeamRow(
                team=team,
                week=week_of(weeks[-1].period.start),
                toil=weeks[-1],
                spark=spark_of(weeks),
                unclassified=to_classify.get(team.pk, 0),
                budget=budgets[team.pk].quarter,
            )
        )
    return sorted(rows, key=lambda row: row.need)


@dataclass(frozen=True, slots=True)
class Total:
    """All teams together, in the last full week of each."""

    toil: ToilShare
    effort: EffortByClass
    unclassified: int

    @property
    def share_text(self) -> str:
        """The share of toil; a dash where there is none."""
        return "–" if self.toil.share is None else numbers.percent(self.toil.share)

    @property
    def range_text(self) -> str:
        """Within which bounds it lies; empty where everything has a class."""
        if self.toil.low is None or self.toil.high is None or not self.effort.unclassified:
            return ""
        return numbers.percent_range(self.toil.low, self.toil.high)

    @property
    def coverage_text(self) -> str:
        """How much of everybody's capacity is explained."""
        return "–" if self.toil.coverage is None else numbers.percent_whole(self.toil.coverage)

    @property
    def work(self) -> str:
        """What the share is a share of."""
        return denominator_text(self.toil.denominator.value)


def total_of(rows: Sequence[TeamRow]) -> Total | None:
    """Add up the last full weeks of several teams; in the capacity, who is in more than one of them counts once.

    The share is by the denominator that all teams have, else by classified work. There is no verdict: targets are those
    of teams.
    """
    if len(rows) < 2:
        return None
    spans = {row.team.pk: Span(row.toil.period.starts_at, row.toil.period.ends_at) for row in rows}
    efforts = [row.toil.effort for row in rows]
    effort = EffortByClass(*(fsum(getattr(each, name) for each in efforts) for name in CLASSES))
    denominators = {row.toil.toil.denominator for row in rows}
    share = measure(
        effort,
        capacity=capacity_once(teams=[row.team for row in rows], spans=spans),
        covered=fsum((row.toil.toil.coverage or 0.0) * row.toil.capacity for row in rows),
        denominator=denominators.pop() if len(denominators) == 1 else Denominator.CLASSIFIED,
        target_low=0.0,
        target_high=1.0,
    )
    return Total(share, effort, sum(row.unclassified for row in rows))


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


def _to_classify(teams: Sequence[Team]) -> dict[int, int]:
    """How many open items of each team wait for a class."""
    items = Item.objects.in_use().unclassified().filter(board__team__in=teams).order_by()
    return dict(items.values_list("board__team").annotate(count=Count("pk")))
