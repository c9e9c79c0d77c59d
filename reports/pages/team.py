"""The team page: a verdict that can be repeated, the figures behind it, the trend, and where the hours went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.html import format_html
from django.utils.translation import gettext as _

from boards.models import Board, Item
from reports import numbers, sentences
from reports.pages.causes import SHOWN, Cause, causes_of, causes_sentence
from reports.pages.pictures import Pictures, effort_of, reading_of, services_of, streak, trend_of
from reports.pages.week import Asked
from reports.periods import week_of
from reports.queries import Group, TeamToil, toil_of_team, weekly_series
from reports.share import Denominator
from teams.models import Membership, Team

SERVICE_WEEKS = 12
SECONDS_TO_CLASSIFY = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPage:
    """Everything that the template shows, from a constant number of queries."""

    asked: Asked
    series: Sequence[TeamToil]
    services: Sequence[Group]
    causes: Sequence[Cause]
    trend: Pictures
    effort: Pictures
    services_chart: Pictures
    unclassified: int
    has_members: bool
    has_board: bool
    has_items: bool

    @property
    def week(self) -> TeamToil:
        """The measures of the week."""
        return self.series[-1]

    @property
    def has_work(self) -> bool:
        """Whether there is a share or an hour in any of the weeks."""
        return any(week.effort.tracked > 0 for week in self.series)

    @property
    def verdict(self) -> str:
        """The sentence of the page, with the share marked, as safe HTML."""
        reading = reading_of(self.week)
        mark = "hot" if reading.verdict == "above" else "cool"
        told = sentences.verdict_sentence(
            reading,
            is_over=self.asked.is_over,
            emphasise=lambda share: format_html('<span class="{} nowrap">{}</span>', mark, share),
        )
        return format_html('{}; <span class="q">{}</span>', told, self._coverage_clause())

    @property
    def remarks(self) -> list[tuple[str, str]]:
        """What stands below the verdict: icon and sentence."""
        before = self.series[-2] if len(self.series) > 1 else None
        reading = reading_of(self.week)
        icon = "warn" if reading.verdict == "above" else "info"
        told = [(icon, sentences.streak_sentence(reading.verdict, streak(self.series)))] if self.asked.is_over else []
        if not reading.certain:
            told.append(("help", sentences.range_sentence(reading)))
        if before is not None:
            number = week_of(before.period.start).number
            change = sentences.change_sentence(reading.toil_share, before.toil.share, week=number)
            told.append(("", change))
        told.append(("", causes_sentence(self.causes)))
        return [(icon, sentence.rstrip(".")) for icon, sentence in told if sentence]

    @property
    def share_note(self) -> str:
        """Within which bounds the share may lie."""
        reading = reading_of(self.week)
        if reading.toil_share is None or reading.toil_share_low is None or reading.toil_share_high is None:
            return _("nothing to divide by")
        if reading.unclassified_hours <= 0:
            return _("everything has a class")
        return _("could be %(range)s (%(hours)s unclassified)") % {
            "range": numbers.percent_range(reading.toil_share_low, reading.toil_share_high),
            "hours": numbers.hours(reading.unclassified_hours),
        }

    @property
    def share_number(self) -> str:
        """The share without its sign; empty where there is none."""
        reading = reading_of(self.week)
        return "" if reading.toil_share is None else reading.share_text.removesuffix("%").rstrip("\u00a0 ")

    @property
    def denominator_hours(self) -> str:
        """What the share is a share of, in hours."""
        effort = self.week.effort
        hours = {
            Denominator.CLASSIFIED: effort.classified,
            Denominator.TRACKED: effort.tracked,
            Denominator.ENGINEERING: effort.toil + effort.engineering,
            Denominator.CAPACITY: self.week.capacity,
        }[self.week.toil.denominator]
        return numbers.hours(round(hours) if hours >= 10 else hours)

    @property
    def toil_hours(self) -> str:
        """The hours of toil without their unit."""
        return numbers.hours_number(self.week.effort.toil)

    @property
    def toil_change(self) -> float:
        """How many hours of toil more than in the week before; 0 where they read the same."""
        if len(self.series) < 2:
            return 0.0
        return round(self.week.effort.toil - self.series[-2].effort.toil, 1)

    @property
    def toil_change_hours(self) -> str:
        """The size of that change."""
        return numbers.hours(abs(self.toil_change))

    @property
    def week_before(self) -> int:
        """The number of the week before."""
        return self.asked.week.shifted(-1).number

    @property
    def toil_before(self) -> str:
        """The hours of toil of the week before."""
        return numbers.hours(self.series[-2].effort.toil if len(self.series) > 1 else 0.0)

    @property
    def coverage_number(self) -> str:
        """How much of the capacity is explained, in per cent without the sign; empty where there is none."""
        coverage = self.week.toil.coverage
        return "" if coverage is None else numbers.decimal(coverage * 100, 0)

    @property
    def coverage_note(self) -> str:
        """How many hours that is."""
        coverage, capacity = self.week.toil.coverage, self.week.capacity
        if coverage is None:
            return _("nobody had working time")
        return _("%(covered)s of %(capacity)s have an entry") % {
            "covered": numbers.decimal(coverage * capacity, 0),
            "capacity": numbers.hours(round(capacity) if capacity >= 10 else capacity),
        }

    @property
    def minutes_to_classify(self) -> int:
        """About how long it takes to classify what is open."""
        return max(1, round(self.unclassified * SECONDS_TO_CLASSIFY / 60))

    @property
    def top_causes(self) -> Sequence[Cause]:
        """The causes that are shown."""
        return self.causes[:SHOWN]

    @property
    def other_causes(self) -> int:
        """How many causes are not shown."""
        return max(len(self.causes) - SHOWN, 0)

    @property
    def other_causes_hours(self) -> float:
        """The hours of the causes that are not shown."""
        return sum(cause.hours for cause in self.causes[SHOWN:])

    @property
    def work(self) -> str:
        """What the share is a share of: “classified work”."""
        return sentences.denominator_text(self.week.toil.denominator.value)

    @property
    def newest_first(self) -> list[TeamToil]:
        """The weeks as the tables list them."""
        return list(reversed(self.series))

    @property
    def services_remark(self) -> str:
        """Which service has the highest share, and which the most hours of toil."""
        found = [group for group in self.services if group.key and group.effort.toil > 0]
        if not found:
            return ""
        highest = max(found, key=lambda group: group.effort.toil / group.effort.classified)
        if highest.key == found[0].key:
            return _("%(service)s has the most hours of toil and the highest share.") % {"service": highest.key}
        return _("%(highest)s has the highest share, %(most)s the most hours.") % {
            "highest": highest.key,
            "most": found[0].key,
        }

    def _coverage_clause(self) -> str:
        coverage = self.week.toil.coverage
        if coverage is None:
            return _("nobody had working time.")
        explained = numbers.percent_whole(coverage)
        return _("%(percent)s of capacity is explained.") % {"percent": explained}


def team_page(*, team: Team, asked: Asked, at: datetime) -> TeamPage:
    """Measure a team's weeks up to the one asked for, as far as they are over at `at`."""
    series = weekly_series(team=team, weeks=asked.weeks, at=at, until=asked.week)
    start, end = asked.week.monday, asked.week.next_monday
    first = end - timedelta(weeks=SERVICE_WEEKS)
    services = toil_of_team(team=team, start=first, end=end, at=at, by="service").groups or ()
    items = toil_of_team(team=team, start=start, end=end, at=at, by="item").groups or ()
    return TeamPage(
        asked=asked,
        series=series,
        services=services,
        causes=causes_of(items),
        trend=trend_of(series),
        effort=effort_of(series),
        services_chart=services_of(services),
        unclassified=Item.objects.in_use().filter(board__team=team).unclassified().count(),
        has_members=Membership.objects.filter(team=team).exists(),
        has_board=Board.objects.kept().filter(team=team).exists(),
        has_items=Item.objects.kept().filter(board__team=team).exists(),
    )
