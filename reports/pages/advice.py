"""What to do about a figure, in sentences, each with the way to where it is done; the most urgent first."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from django.urls import reverse
from django.utils.translation import gettext as _

from boards.models import Elimination
from reports import numbers
from reports.breakdown import Breakdown, TypeHours
from reports.elimination import first_year
from reports.pages.addresses import NOTHING, hours_of
from reports.pages.recurring import payback_weeks, recent_weekly, trend_of_type, weekly_mean
from reports.queries import TeamToil
from reports.share import Denominator, EffortByClass, Verdict
from reports.toil_types import estimate_of
from teams.models import Team

LOW_COVERAGE = 0.5
WORTH_NAMING = 0.1
AT_MOST = 3
WEEKS_OF_YEAR = 52


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A sentence, and the way to where it is done."""

    text: str
    action: str = ""
    href: str = ""


def advice_for(
    *, team: Team, toil: TeamToil, breakdown: Breakdown, removals: Sequence[Elimination] = ()
) -> list[Advice]:
    """Say what to do, from the figure in question and from where the hours went.

    `removals` are the team's eliminations, planned and done: what is gone is not named, what pays most in a year first.
    """
    left = _left(breakdown, removals)
    found = [_record_more(team, toil), _classify(team, toil), *_reduce(team, toil, breakdown, left)]
    found.append(_name(team, breakdown))
    return [one for one in found if one is not None][:AT_MOST]


def hours_above(toil: TeamToil) -> float:
    """Return how many hours of toil lie above the target's upper end, were they spent on other work instead."""
    return toil.effort.toil - toil.target_high * denominator_hours(toil)


def denominator_hours(toil: TeamToil) -> float:
    """Return the hours that the share is a share of."""
    effort: EffortByClass = toil.effort
    return {
        Denominator.CLASSIFIED: effort.classified,
        Denominator.TRACKED: effort.tracked,
        Denominator.ENGINEERING: fsum((effort.toil, effort.engineering)),
        Denominator.CAPACITY: toil.capacity,
    }[toil.toil.denominator]


def _record_more(team: Team, toil: TeamToil) -> Advice | None:
    coverage = toil.toil.coverage
    if coverage is None or coverage >= LOW_COVERAGE:
        return None
    explained = numbers.percent_whole(coverage)
    if toil.toil.verdict == Verdict.BELOW:
        told = _("Only %(part)s of capacity is explained: toil is more likely unrecorded than gone.")
    else:
        told = _("Only %(part)s of capacity is explained: record more before you rely on the share.")
    return Advice(
        text=told % {"part": explained}, action=_("Open the board"), href=reverse("boards:home", args=[team.slug])
    )


def _classify(team: Team, toil: TeamToil) -> Advice | None:
    if toil.toil.is_certain or toil.effort.unclassified <= 0:
        return None
    hours = numbers.hours(toil.effort.unclassified)
    return Advice(
        text=_("Classify what has no class: the verdict hangs on these %(hours)s.") % {"hours": hours},
        action=_("See the items"),
        href=hours_of(team.slug, toil.period, class_="unclassified"),
    )


Left = Sequence[tuple[TypeHours, Elimination | None]]
"""The toil types that can be removed, each with its plan, what is worth most in a year first."""


def _left(breakdown: Breakdown, removals: Sequence[Elimination]) -> Left:
    plans = {row.toil_type_id: row for row in removals if row.eliminated_at is None}
    gone = {row.toil_type_id for row in removals if row.eliminated_at is not None} - set(plans)
    left = [(found, plans.get(found.toil_type.pk)) for found in breakdown.toil_types if found.toil_type.pk not in gone]
    return sorted(left, key=lambda pair: -_worth(*pair))


def _worth(found: TypeHours, plan: Elimination | None) -> float:
    """Return the hours of a year that removing a type saves: those of its plan, else all that it would take."""
    estimate, weekly = estimate_of(plan), recent_weekly(found)
    return WEEKS_OF_YEAR * weekly if estimate is None else first_year(weekly, estimate)


def _reduce(team: Team, toil: TeamToil, breakdown: Breakdown, left: Left) -> Sequence[Advice | None]:
    """Name the toil type to remove first where the share is above, one that grows where it is not."""
    total = breakdown.toil
    if not left or total <= 0:
        return ()
    if toil.toil.verdict == Verdict.ABOVE:
        return (_remove(team, *left[0], breakdown=breakdown, toil=toil),)
    types = [found for found, _plan in left]
    growing = [
        found for found in types if trend_of_type(found.weekly)[0] == "up" and found.hours > total * WORTH_NAMING
    ]
    if not growing:
        return ()
    return (
        Advice(
            text=_("Keep an eye on “%(type)s”: it takes %(hours)s a week, and more and more.")
            % {"type": growing[0].toil_type.name, "hours": numbers.hours(weekly_mean(growing[0]))},
            action=_("See its items"),
            href=hours_of(team.slug, breakdown.period, type=growing[0].toil_type.pk),
        ),
    )


def _remove(team: Team, found: TypeHours, plan: Elimination | None, *, breakdown: Breakdown, toil: TeamToil) -> Advice:
    parts = {
        "type": found.toil_type.name,
        "hours": numbers.hours(recent_weekly(found)),
        "part": numbers.percent_whole(found.hours / breakdown.toil),
    }
    told = _("Remove “%(type)s” first: it takes %(hours)s a week, %(part)s of the toil.") % parts
    if trend_of_type(found.weekly)[0] == "up":
        told = _("Remove “%(type)s” first: it takes %(hours)s a week, %(part)s of the toil, and more and more.") % parts
    payback = payback_weeks(found, plan)
    if payback is not None and plan is not None and plan.build_hours is not None:
        pays = {"cost": numbers.hours(plan.build_hours), "weeks": numbers.decimal(payback)}
        told = f"{told} {_('Its plan takes %(cost)s and pays after %(weeks)s weeks.') % pays}"
    over, days = hours_above(toil), (toil.period.end - toil.period.start).days
    if over > 0 and days >= 7:
        above = numbers.hours(over * 7 / days)
        told = f"{told} {_('The target is exceeded by %(hours)s a week.') % {'hours': above}}"
    return Advice(
        text=told,
        action=_("Plan its removal") if plan is None else _("See its plan"),
        href=reverse("reports:toil_type", args=[team.slug, found.toil_type.pk]),
    )


def _name(team: Team, breakdown: Breakdown) -> Advice | None:
    """Ask for names where half of the toil has none: what has no name is not removed."""
    if breakdown.toil <= 0 or breakdown.untyped < breakdown.toil / 2 or breakdown.untyped_items < 3:
        return None
    parts = {"part": numbers.percent_whole(breakdown.untyped / breakdown.toil)}
    return Advice(
        text=_("Give recurring toil a name: %(part)s of it has no toil type.") % parts,
        action=_("See the items"),
        href=hours_of(team.slug, breakdown.period, class_="toil", type=NOTHING),
    )
