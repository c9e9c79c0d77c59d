"""The key figures: each with what it is a share of, how sure it is, and how it was in the days before."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports import numbers, sentences
from reports.pages.addresses import hours_of
from reports.pages.advice import denominator_hours
from reports.pages.asked import Asked
from reports.pages.pictures import reading_of
from reports.queries import TeamToil
from reports.weeks import CLASSES

SECONDS_TO_CLASSIFY = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A figure now and before, and how it changed; whether less of it is better decides its tone."""

    name: str
    now: str
    before: str
    change: str
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigures:
    """The measures of the days asked for and of as many before them, in words."""

    asked: Asked
    now: TeamToil
    before: TeamToil
    unclassified: int

    @property
    def share_note(self) -> str:
        """Within which bounds the share may lie."""
        reading = reading_of(self.now)
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
        reading = reading_of(self.now)
        return "" if reading.toil_share is None else reading.share_text.removesuffix("%").rstrip("\u00a0 ")

    @property
    def work(self) -> str:
        """What the share is a share of: “classified work”."""
        return sentences.denominator_text(self.now.toil.denominator.value)

    @property
    def denominator_hours(self) -> str:
        """What the share is a share of, in hours."""
        hours = denominator_hours(self.now)
        return numbers.hours(round(hours) if hours >= 10 else hours)

    @property
    def toil_hours(self) -> str:
        """The hours of toil without their unit."""
        return numbers.hours_number(self.now.effort.toil)

    @property
    def toil_href(self) -> str:
        """Where the items behind them are."""
        return hours_of(self.now.team, self.asked.period, class_="toil")

    @property
    def all_href(self) -> str:
        """Where the items behind all hours are."""
        return hours_of(self.now.team, self.asked.period)

    @property
    def toil_change(self) -> float:
        """How many hours of toil more than in the days before; 0 where they read the same."""
        return round(self.now.effort.toil - self.before.effort.toil, 1)

    @property
    def toil_change_hours(self) -> str:
        """The size of that change."""
        return numbers.hours(abs(self.toil_change))

    @property
    def toil_before(self) -> str:
        """The hours of toil of the days before."""
        return numbers.hours(self.before.effort.toil)

    @property
    def coverage_number(self) -> str:
        """How much of the capacity is explained, in per cent without the sign; empty where there is none."""
        coverage = self.now.toil.coverage
        return "" if coverage is None else numbers.decimal(coverage * 100, 0)

    @property
    def coverage_note(self) -> str:
        """How many hours that is."""
        coverage, capacity = self.now.toil.coverage, self.now.capacity
        if coverage is None:
            return _("nobody had working time")
        return _("%(covered)s of %(capacity)s have an entry") % {
            "covered": numbers.decimal(coverage * capacity, 0),
            "capacity": numbers.hours(round(capacity) if capacity >= 10 else capacity),
        }

    @property
    def coverage_clause(self) -> str:
        """How much of the capacity is explained, as the second half of the verdict."""
        coverage = self.now.toil.coverage
        if coverage is None:
            return _("nobody had working time.")
        return _("%(percent)s of capacity is explained.") % {"percent": numbers.percent_whole(coverage)}

    @property
    def minutes_to_classify(self) -> int:
        """About how long it takes to classify what is open."""
        return max(1, round(self.unclassified * SECONDS_TO_CLASSIFY / 60))

    @property
    def change_sentence(self) -> str:
        """How the share moved: “Down from 14.7 % in week 46”; empty without both."""
        now, before = self.now.toil.share, self.before.toil.share
        if now is None or before is None:
            return ""
        if self.asked.is_week:
            return sentences.change_sentence(now, before, week=self.asked.week.shifted(-1).number)
        parts = {"before": numbers.percent(before), "days": self.asked.name_of_before}
        if numbers.percent(now) == numbers.percent(before):
            return _("As in %(days)s.") % parts
        told = _("Down from %(before)s in %(days)s.") if now < before else _("Up from %(before)s in %(days)s.")
        return told % parts

    @property
    def compared(self) -> Sequence[Compared]:
        """Each figure beside that of the days before."""
        now, before = self.now, self.before
        return [
            self._share(_("Toil share"), now.toil.share, before.toil.share, is_less_better=True),
            self._share(_("Capacity explained"), now.toil.coverage, before.toil.coverage, is_less_better=False),
            *(
                self._hours(name, getattr(now.effort, key), getattr(before.effort, key), key)
                for key, name in _classes()
            ),
            self._hours(_("Capacity"), now.capacity, before.capacity, ""),
            self._count(_("Items finished"), _finished(now), _finished(before)),
        ]

    @staticmethod
    def _share(name: str, now: float | None, before: float | None, *, is_less_better: bool) -> Compared:
        texts = [("–" if value is None else numbers.percent(value)) for value in (now, before)]
        if now is None or before is None or texts[0] == texts[1]:
            return Compared(name=name, now=texts[0], before=texts[1], change="")
        tone = "good" if (now < before) == is_less_better else "bad"
        return Compared(name=name, now=texts[0], before=texts[1], change=_signed(now - before, points=True), tone=tone)

    @staticmethod
    def _hours(name: str, now: float, before: float, key: str) -> Compared:
        tone = {"toil": "good" if now < before else "bad"}.get(key, "")
        change = _signed(now - before) if round(now - before, 1) else ""
        return Compared(
            name=name, now=numbers.hours(now), before=numbers.hours(before), change=change, tone=tone if change else ""
        )

    @staticmethod
    def _count(name: str, now: int, before: int) -> Compared:
        change = f"{'+' if now > before else '−'}{abs(now - before)}" if now != before else ""
        return Compared(name=name, now=str(now), before=str(before), change=change)


def _classes() -> list[tuple[str, str]]:
    return [
        ("toil", _("Toil")),
        ("engineering", _("Engineering")),
        ("overhead", _("Overhead")),
        ("unclassified", _("Unclassified")),
    ]


def _finished(toil: TeamToil) -> int:
    return sum(toil.finished_items.get(name, 0) for name in CLASSES)


def _signed(difference: float, *, points: bool = False) -> str:
    sign = "+" if difference > 0 else "−"
    return f"{sign}{numbers.points(difference) if points else numbers.hours(abs(difference))}"
