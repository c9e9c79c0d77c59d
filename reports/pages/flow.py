"""The flow page: how long work takes, what is in progress, and what is to be expected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boards.ageing import UsualDays
from reports import numbers
from reports.flow import PERCENTILES
from reports.flow_queries import FlowTimes, TeamFlow, flow_of_team
from reports.forecast import LONGEST_DAYS
from reports.pages.addresses import items_address
from reports.pages.asked import Asked
from reports.pages.exhibit import Exhibit
from reports.pages.flow_counts import cumulative_exhibit, throughput_exhibit
from reports.pages.flow_sides import sides_exhibit, waiting_sentence
from reports.pages.flow_times import cycle_exhibit
from reports.pages.flow_work import ageing_exhibit
from reports.pages.lengths import days_text
from reports.periods import ONE_DAY, local_date
from reports.standing import usual_days_of_team
from teams.models import Team
from teams.queries import timezone_of_team

MOST_ITEMS = 10_000
CHARTS = ("ageing", "cycle-time", "waiting", "throughput", "cumulative-flow")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A line of the forecast: how sure, how many by the date, and when for so many."""

    percent: int
    items: int
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the forecast is asked for: until when, for how many items, and what was wrong with the asking."""

    until: date | None = None
    items: int | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowPage:
    """Everything that the template shows, from a constant number of queries."""

    team: Team
    asked: Asked
    question: Question
    flow: TeamFlow
    usual: Mapping[int, UsualDays]
    times: FlowTimes

    @property
    def verdict(self) -> str:
        """The sentence of the page."""
        slow = self.times.cycle[85]
        if slow is None:
            return _("Nothing was finished in these days that had been started")
        told = _("85 %% of work is done within %(days)s of being started") % {"days": days_text(slow)}
        half = self.times.cycle[50]
        return (
            told
            if half is None
            else _("%(told)s, half of it within %(days)s") % {"told": told, "days": days_text(half)}
        )

    @property
    def remarks(self) -> list[str]:
        """What stands below the verdict."""
        told = [waiting_sentence(self.flow.times("toil"), self.flow.times("engineering")), self._blocked()]
        return [sentence.rstrip(".") for sentence in told if sentence]

    @property
    def wip(self) -> int:
        """How many items are in progress."""
        return len(self.flow.work)

    @property
    def wip_note(self) -> str:
        """How old the oldest of them is."""
        ages = [item.age for item in self.flow.work if item.age is not None]
        return _("the oldest for %(days)s") % {"days": days_text(max(ages))} if ages else _("nothing was started")

    @property
    def wip_href(self) -> str:
        """Where they are."""
        return items_address(self.team.slug, progress=1)

    @property
    def finished(self) -> int:
        """How many items were finished."""
        return self.times.items

    @property
    def finished_note(self) -> str:
        """How many that is a week."""
        weeks = max(len(self.flow.days) / 7, 1 / 7)
        return _("%(number)s a week") % {"number": numbers.decimal(self.finished / weeks)}

    @property
    def finished_href(self) -> str:
        """Where they are."""
        return items_address(self.team.slug, from_=self.asked.start, to=self.asked.last)

    @property
    def cycle_number(self) -> str:
        """In how many days half of the items are done."""
        return days_text(self.times.cycle[50])

    @property
    def cycle_note(self) -> str:
        """And most of them."""
        parts = {"p85": days_text(self.times.cycle[85]), "p95": days_text(self.times.cycle[95])}
        return _("85 %%: %(p85)s, 95 %%: %(p95)s") % parts

    @property
    def efficiency_number(self) -> str:
        """How much of the cycle time somebody worked, in per cent without the sign; empty where nothing is known."""
        part = self.times.efficiency.efficiency
        return "" if part is None else numbers.decimal(part * 100, 0)

    @property
    def expected(self) -> Sequence[Expected]:
        """The forecast at each certainty; empty where there is none."""
        found = self.flow.forecast
        if found is None:
            return ()
        return [
            Expected(percent=percent, items=found.how_many.items[percent], day=_day(found.day(percent)))
            for percent in PERCENTILES
        ]

    @property
    def forecast_sentence(self) -> str:
        """The forecast in a sentence that can be passed on, at 85 %."""
        found = self.flow.forecast
        if found is None:
            return ""
        count = found.how_long.items
        items = ngettext("%(count)d item", "%(count)d items", count) % {"count": count}
        parts = {
            "items": items,
            "day": _day(found.day(85)),
            "count": found.how_many.items[85],
            "until": _day(found.until),
        }
        return _("With 85 %% certainty %(items)s are done by %(day)s, and at least %(count)d by %(until)s.") % parts

    @property
    def forecast_until(self) -> date:
        """The date in the form."""
        return self.flow.forecast.until if self.flow.forecast else self.asked.today + timedelta(days=27)

    @property
    def forecast_items(self) -> int:
        """The number of items in the form."""
        return self.flow.forecast.how_long.items if self.flow.forecast else max(self.wip, 1)

    @property
    def exhibits(self) -> list[tuple[Exhibit, str]]:
        """The charts and their widths, in the order of the page."""
        widths = {"cumulative-flow": "c8"}
        return [(found, widths.get(name, "c6")) for name in CHARTS if (found := self.exhibit(name))]

    def exhibit(self, name: str, *, is_whole: bool = False) -> Exhibit | None:
        """Return a chart by its name in addresses; whole for a file, with no more rows than can be read on the page."""
        if name == "ageing":
            return ageing_exhibit(self.flow, self.usual)
        if name == "cycle-time":
            return cycle_exhibit(self.flow, is_whole=is_whole)
        makers = {
            "waiting": sides_exhibit,
            "throughput": throughput_exhibit,
            "cumulative-flow": cumulative_exhibit,
        }
        return makers[name](self.flow) if name in makers else None

    def _blocked(self) -> str:
        count = sum(item.is_blocked for item in self.flow.work)
        if not count:
            return ""
        return ngettext("%(count)d item is blocked.", "%(count)d items are blocked.", count) % {"count": count}


def flow_page(*, team: Team, asked: Asked, question: Question, at: datetime) -> FlowPage:
    """Measure the flow of the days asked for, as far as they are over at `at`."""
    flow = flow_of_team(team=team, start=asked.start, end=asked.end, at=at, until=question.until, items=question.items)
    return FlowPage(
        team=team,
        asked=asked,
        question=question,
        flow=flow,
        usual=usual_days_of_team(team=team, at=at),
        times=flow.times(),
    )


def question_in(given: Mapping[str, str], *, team: Team, at: datetime) -> Question:
    """Read `until` and `items` of an address; what cannot be read is said, and the usual asked instead."""
    today = local_date(at, timezone_of_team(team))
    until, items, problem = None, None, ""
    text = given.get("until", "")
    if text:
        try:
            until = date.fromisoformat(text)
        except ValueError:
            problem = _("“%(text)s” is not a day; write it like “2026-11-09”.") % {"text": text}
        if until is not None and not today <= until < today + LONGEST_DAYS * ONE_DAY:
            until, problem = None, _("A forecast reaches from today to two years from now.")
    text = given.get("items", "")
    if text:
        if text.isascii() and text.isdecimal() and len(text) <= 5 and 1 <= int(text) <= MOST_ITEMS:
            items = int(text)
        else:
            problem = problem or _("A forecast can be asked for 1 to 10,000 items.")
    return Question(until=until, items=items, problem=problem)


def _day(day: date | None) -> str:
    return _("later than in two years") if day is None else str(formats.date_format(day, "j M Y"))
