"""The team page: a verdict that can be repeated, what to do, the figures behind it, the trend, where the hours went."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boards.models import Board, Elimination, Item
from reports import sentences
from reports.breakdown import Breakdown, break_down, measure_two
from reports.budget_queries import budget_of_team
from reports.events import EventKind, TrendEvent, events_of_team
from reports.judging import judged
from reports.pages.addresses import hours_of
from reports.pages.advice import Advice, advice_for
from reports.pages.asked import Asked
from reports.pages.budget import BudgetTile, budget_tile
from reports.pages.causes import SHOWN, Cause, causes_of, causes_sentence
from reports.pages.efforts import effort_exhibit, interrupts_exhibit, labels_exhibit, services_exhibit
from reports.pages.exhibit import Exhibit
from reports.pages.key_figures import KeyFigures
from reports.pages.pictures import reading_of, streak
from reports.pages.recurring import Recurring, recurring_of
from reports.pages.trend import trend_exhibit
from reports.periods import Period
from reports.queries import Group, TeamToil, weekly_series
from reports.share import EffortByClass
from teams.models import Membership, Team
from teams.targets import target_history

BREAKDOWN_WEEKS = 12
FIRST_DAYS = timedelta(days=7)
"""The sources of a team's first week are its beginning, and no event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPage:
    """Everything that the template shows, from a constant number of queries."""

    team: Team
    asked: Asked
    now: TeamToil
    before: TeamToil
    series: Sequence[TeamToil]
    earlier: Sequence[TeamToil]
    breakdown: Breakdown
    causes: Sequence[Cause]
    events: Sequence[TrendEvent]
    budget: BudgetTile
    removals: Sequence[Elimination]
    unclassified: int
    has_members: bool
    has_board: bool
    has_items: bool

    @property
    def has_work(self) -> bool:
        """Whether there is a share or an hour in the days, or in any of the weeks."""
        return any(toil.effort.tracked > 0 for toil in (self.now, *self.series))

    @property
    def verdict(self) -> str:
        """The sentence of the page, with the share marked, as safe HTML."""
        reading = reading_of(self.now)
        mark = "hot" if reading.verdict == "above" else "cool"
        told = sentences.verdict_sentence(
            reading,
            is_over=self.asked.is_over,
            emphasise=lambda share: format_html('<span class="{} nowrap">{}</span>', mark, share),
        )
        return format_html('{}; <span class="q">{}</span>', told, self.figures.coverage_clause)

    @property
    def remarks(self) -> list[tuple[str, str]]:
        """What stands below the verdict: icon and sentence."""
        reading = reading_of(self.now)
        icon = "warn" if reading.verdict == "above" else "info"
        told = []
        if self.asked.is_over and self.asked.is_week:
            told.append((icon, sentences.streak_sentence(reading.verdict, streak(self.series))))
        if not reading.certain:
            told.append(("help", sentences.range_sentence(reading)))
        told.append(("", self.figures.change_sentence))
        told.append(("", causes_sentence(self.causes)))
        return [(icon, sentence.rstrip(".")) for icon, sentence in told if sentence]

    @property
    def advice(self) -> list[Advice]:
        """What to do about it."""
        return advice_for(team=self.team, toil=self.now, breakdown=self.breakdown, removals=self.removals)

    @property
    def figures(self) -> KeyFigures:
        """The key figures, beside those of the days before."""
        return KeyFigures(asked=self.asked, now=self.now, before=self.before, unclassified=self.unclassified)

    @property
    def recurring(self) -> Recurring:
        """The toil types."""
        plans = {row.toil_type_id: row for row in self.removals if row.eliminated_at is None}
        return recurring_of(self.breakdown, slug=self.team.slug, plans=plans)

    @property
    def top_causes(self) -> list[tuple[Cause, str]]:
        """The causes that are shown, and where each leads: to hours, those of a toil type, or to the item."""
        return [(cause, self._address_of(cause)) for cause in self.causes[:SHOWN]]

    def _address_of(self, cause: Cause) -> str:
        if cause.is_type:
            return hours_of(self.team.slug, self.asked.period, type=cause.key)
        if cause.key:
            return reverse("boards:item", args=[self.team.slug, cause.key])
        return hours_of(self.team.slug, self.asked.period, class_="toil")

    @property
    def other_causes(self) -> int:
        """How many causes are not shown."""
        return max(len(self.causes) - SHOWN, 0)

    @property
    def other_causes_hours(self) -> float:
        """The hours of the causes that are not shown."""
        return sum(cause.hours for cause in self.causes[SHOWN:])

    @property
    def breakdown_name(self) -> str:
        """What days the breakdown is of."""
        if not self.asked.is_week:
            return self.asked.days
        return ngettext("%(count)d week", "%(count)d weeks", BREAKDOWN_WEEKS) % {"count": BREAKDOWN_WEEKS}

    @property
    def trend(self) -> Exhibit:
        """The toil share week by week."""
        return trend_exhibit(self.series, before=self.earlier, events=self.events)

    @property
    def effort(self) -> Exhibit:
        """Hours by class and week."""
        return effort_exhibit(self.series)

    @property
    def services(self) -> Exhibit:
        """Hours by service."""
        return services_exhibit(self.breakdown, slug=self.team.slug, subtitle=self._most_toil_first)

    @property
    def labels(self) -> Exhibit:
        """Hours by label."""
        return labels_exhibit(self.breakdown, slug=self.team.slug, subtitle=self._most_toil_first)

    @property
    def interrupts(self) -> Exhibit:
        """Hours interrupted or planned."""
        return interrupts_exhibit(self.breakdown, slug=self.team.slug, subtitle=self.breakdown_name)

    @property
    def _most_toil_first(self) -> str:
        return _("%(days)s, most toil first") % {"days": self.breakdown_name}

    def exhibit(self, name: str) -> Exhibit | None:
        """Return a chart by its name in addresses."""
        if name == "budget":
            return self.budget.exhibit
        if name not in ("trend", "effort", "services", "labels", "interrupts"):
            return None
        found: Exhibit = getattr(self, name)
        return found


def team_page(*, team: Team, asked: Asked, at: datetime) -> TeamPage:
    """Measure the days asked for, those before them and the weeks around them, as far as they are over at `at`."""
    history = target_history(team)
    count = asked.chart_weeks
    every = weekly_series(
        team=team,
        weeks=max(count * (2 if asked.is_compared else 1), 2),
        at=at,
        until=asked.week,
        denominator=asked.denominator,
    )
    every = judged(every, history, team=team)
    if asked.is_week:
        before, now = every[-2], every[-1]
    else:
        pair = measure_two(team=team, earlier=asked.before, later=asked.period, at=at, denominator=asked.denominator)
        before, now = judged(pair, history, team=team)
    series = every[-count:]
    whole, focus = _broken_down(asked)
    breakdown = break_down(team=team, period=whole, at=at, focus=focus)
    return TeamPage(
        team=team,
        asked=asked,
        now=now,
        before=before,
        series=series,
        earlier=every[-2 * count : -count] if asked.is_compared else (),
        breakdown=breakdown,
        causes=causes_of(_toil_of_items(breakdown), team=team),
        events=_events(team, series),
        removals=list(Elimination.objects.filter(toil_type__team=team)),
        budget=budget_tile(budget_of_team(team=team, at=at)),
        unclassified=Item.objects.in_use().filter(board__team=team).unclassified().count(),
        has_members=Membership.objects.filter(team=team).exists(),
        has_board=Board.objects.kept().filter(team=team).exists(),
        has_items=Item.objects.kept().filter(board__team=team).exists(),
    )


def _toil_of_items(breakdown: Breakdown) -> list[Group]:
    return [Group(item, EffortByClass(toil=hours)) for item, hours in breakdown.toil_by_item.items()]


def _broken_down(asked: Asked) -> tuple[Period, Period | None]:
    """Return the days that are broken down, and those of them in question: of a week, the twelve up to it."""
    if not asked.is_week:
        return asked.period, None
    start = asked.end - timedelta(weeks=BREAKDOWN_WEEKS)
    return replace(asked.period, start=start), asked.period


def _events(team: Team, series: Sequence[TeamToil]) -> list[TrendEvent]:
    start, end = series[0].period.starts_at, series[-1].period.ends_at
    since = team.created_at + FIRST_DAYS
    events = events_of_team(team=team, start=start, end=end)
    return [event for event in events if event.kind != EventKind.SOURCE or event.at >= since]
