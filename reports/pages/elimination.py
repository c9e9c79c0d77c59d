"""The pages of what to remove next, and of one toil type: what it takes, the plan, and what was gained."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boards.models import Elimination, EliminationItem, ToilType
from reports import numbers
from reports.charts import Markup
from reports.charts.spark import draw_spark
from reports.elimination import baseline, break_even, first_year, weekly_saving
from reports.periods import Week
from reports.sentences import left_words
from reports.toil_types import (
    Candidate,
    Gain,
    TypeWeeks,
    estimate_of,
    gains_of,
    weekly_toil_types,
    what_to_remove_next,
)
from reports.weeks import TypeFigures
from teams.models import Team

WEEKS = 13


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A line of what to remove next."""

    candidate: Candidate

    @property
    def weekly(self) -> str:
        """The hours a week."""
        return numbers.hours(self.candidate.weekly)

    @property
    def items(self) -> str:
        """How many items a week."""
        return numbers.decimal(self.candidate.weekly_items)

    @property
    def way(self) -> str:
        """How it is planned to be removed; empty without a plan."""
        return self.candidate.plan.get_way_display() if self.candidate.plan else ""

    @property
    def pays(self) -> str:
        """When the building is paid for."""
        if self.candidate.first_year_hours is None:
            return _("not estimated")
        return pays_text(self.candidate.break_even_weeks)

    @property
    def worth(self) -> str:
        """What a year is worth: of a plan what remains, without one all that the toil takes."""
        if self.candidate.first_year_hours is None:
            return _("up to %(hours)s") % {"hours": numbers.hours(self.candidate.worth)}
        return signed_hours(self.candidate.worth)


@dataclass(frozen=True, slots=True)
class GainRow:
    """An elimination and what it brought."""

    gain: Gain

    @property
    def baseline(self) -> str:
        """What it took a week, as it was frozen."""
        return numbers.hours(self.gain.elimination.baseline_hours or 0.0)

    @property
    def savings(self) -> list[tuple[int, str]]:
        """After so many weeks, so many hours; a dash where they are not over."""
        return [
            (saving.weeks, "–" if saving.hours is None else signed_hours(saving.hours)) for saving in self.gain.savings
        ]

    @property
    def built(self) -> str:
        """What the building took, against the estimate."""
        estimate = self.gain.elimination.build_hours
        built = numbers.hours(self.gain.built)
        if estimate is None:
            return built
        return _("%(built)s of %(estimate)s estimated") % {"built": built, "estimate": numbers.hours(estimate)}

    @property
    def so_far(self) -> str:
        """What was still spent, and on upkeep, in the weeks that are over."""
        words = {
            "count": self.gain.weeks_over,
            "spent": numbers.hours(sum(self.gain.spent)),
            "upkeep": numbers.hours(sum(self.gain.upkeep)),
        }
        told = ngettext(
            "In the %(count)d full week since, %(spent)s were still spent on it and %(upkeep)s on upkeep",
            "In the %(count)d full weeks since, %(spent)s were still spent on it and %(upkeep)s on upkeep",
            self.gain.weeks_over,
        )
        return told % words if self.gain.weeks_over else _("No full week is over since")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypePage:
    """What the page of a toil type shows."""

    toil_type: ToilType
    weeks: TypeWeeks | None
    spark: Markup
    plan: Elimination | None
    parts: Sequence[EliminationItem]
    parts_left: int
    gains: Sequence[GainRow]

    @property
    def rows(self) -> list[tuple[Week, TypeFigures, str]]:
        """The weeks, the newest first."""
        if self.weeks is None:
            return []
        pairs = zip(self.weeks.weeks, self.weeks.figures, strict=True)
        return [(week, figures, numbers.hours(figures.hours)) for week, figures in reversed(list(pairs))]

    @property
    def sentence(self) -> str:
        """What it takes, and what removing it would bring."""
        hours = self.weeks.since_first_seen[-8:] if self.weeks else []
        if not hours:
            return _("It took no hours in the last %(weeks)d full weeks") % {"weeks": WEEKS}
        weekly = sum(hours) / len(hours)
        told = _("It takes %(hours)s a week, %(year)s a year") % {
            "hours": numbers.hours(weekly),
            "year": numbers.hours(52 * weekly),
        }
        estimate = estimate_of(self.plan)
        if estimate is None:
            return told
        if weekly_saving(weekly, estimate) <= 0:
            return _("%(told)s; what is planned would not save any of it") % {"told": told}
        return _("%(told)s; what is planned %(pays)s and brings %(worth)s in the first year") % {
            "told": told,
            "pays": pays_text(break_even(weekly, estimate)),
            "worth": signed_hours(first_year(weekly, estimate)),
        }

    @property
    def left_words(self) -> str:
        """How many items that do it are in another team by now, in words."""
        return left_words(self.parts_left) if self.parts_left else ""

    @property
    def is_known(self) -> bool:
        """Whether it was seen for long enough to freeze what it took."""
        return self.weeks is not None and baseline(self.weeks.since_first_seen) is not None


def pays_text(weeks: float | None) -> str:
    """Say after how many weeks something pays: “pays after 8 weeks”."""
    if weeks is None:
        return _("never pays")
    if weeks == 0:
        return _("pays at once")
    count = ceil(round(weeks, 6))
    return ngettext("pays after %(count)d week", "pays after %(count)d weeks", count) % {"count": count}


def signed_hours(hours: float) -> str:
    """Return hours with a minus where there are less than none: “−12 h”."""
    return numbers.hours(hours) if hours >= 0 else "−" + numbers.hours(-hours)


def candidates_of(*, team: Team, at: datetime) -> list[CandidateRow]:
    """Return the lines of what to remove next."""
    return [CandidateRow(candidate) for candidate in what_to_remove_next(team=team, at=at)]


def gains_told(*, team: Team, at: datetime, toil_type: ToilType | None = None) -> list[GainRow]:
    """Return what was eliminated, the newest first, and what that brought."""
    done = Elimination.objects.filter(toil_type__team=team, eliminated_at__isnull=False).select_related("toil_type")
    if toil_type is not None:
        done = done.filter(toil_type=toil_type)
    found = gains_of(team=team, eliminations=list(done.order_by("-eliminated_at", "-pk")), at=at)
    return [GainRow(gain) for gain in found]


def type_page(*, toil_type: ToilType, at: datetime) -> TypePage:
    """Return what the page of a toil type shows."""
    team = toil_type.team
    weeks = weekly_toil_types(team=team, weeks=WEEKS, at=at).get(toil_type.pk)
    plan = toil_type.eliminations.filter(eliminated_at=None).first()
    parts = EliminationItem.objects.filter(elimination__toil_type=toil_type).select_related("item", "elimination")
    return TypePage(
        toil_type=toil_type,
        weeks=weeks,
        spark=draw_spark([each.hours for each in weeks.figures] if weeks else [], label=_spark_label()),
        plan=plan,
        parts=list(parts.filter(item__board__team=team).order_by("elimination__eliminated_at", "part", "pk")),
        parts_left=parts.exclude(item__board__team=team).count(),
        gains=gains_told(team=team, at=at, toil_type=toil_type),
    )


def _spark_label() -> str:
    return _("Hours in each of the last %(n)d weeks") % {"n": WEEKS}
