"""The toil budget of the quarter: what is left, how fast it burns, and the day on which it runs out."""

from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

from reports import numbers
from reports.budget_plan import QuarterBudget, even_pace
from reports.budget_queries import TeamBudget
from reports.charts import Burn, BurnDay, BurnText, BurnTick, Markup, Shape, draw_burn
from reports.pages.addresses import hours_address
from reports.pages.efforts import hours_cell
from reports.pages.exhibit import Cell, Column, Exhibit, Table, both
from reports.periods import ONE_DAY, week_of
from reports.share import Denominator

TOO_FAST = 1.005
"""What reads as 1.00× does not burn too fast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetTile:
    """What stands above the drawing, and the drawing."""

    budget: TeamBudget
    exhibit: Exhibit

    @property
    def quarter(self) -> QuarterBudget:
        """The quarter that the team is in."""
        return self.budget.quarter

    @property
    def has_budget(self) -> bool:
        """Whether there is anything to be used up, or used."""
        return self.quarter.budget > 0 or self.quarter.used > 0

    @property
    def left(self) -> str:
        """The hours that are left, or by how many it is exceeded."""
        return numbers.whole_hours(abs(self.quarter.left))

    @property
    def whole(self) -> str:
        """The hours of the whole quarter."""
        return numbers.whole_hours(self.quarter.budget)

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self.quarter.is_spent

    @property
    def burn_rate(self) -> str:
        """How fast it burns: 1.00 lasts exactly; empty where nothing is known."""
        return "" if self.quarter.burn_rate is None else numbers.decimal(self.quarter.burn_rate, 2)

    @property
    def is_too_fast(self) -> bool:
        """Whether it burns faster than it lasts."""
        return self.quarter.burn_rate is not None and self.quarter.burn_rate >= TOO_FAST

    @property
    def sentences(self) -> list[str]:
        """What is spent, when it runs out, and which pace would last."""
        quarter, told = self.quarter, []
        if quarter.spent is not None:
            parts = {
                "spent": numbers.percent_whole(quarter.spent),
                "elapsed": numbers.percent_whole(quarter.elapsed),
            }
            told.append(_("%(spent)s spent after %(elapsed)s of the quarter.") % parts)
        if quarter.pace is None:
            return told
        pace = {"pace": numbers.hours(quarter.pace), "lasting": numbers.hours(quarter.lasting_pace or 0.0)}
        if quarter.runs_out_on is None:
            told.append(_("At %(pace)s a week it lasts.") % pace)
        elif not self.is_spent:
            day = {"day": _day(quarter.runs_out_on)}
            told.append(_("At %(pace)s a week it runs out on %(day)s; %(lasting)s a week would last.") % (pace | day))
        else:
            told.append(_("It ran out on %(day)s.") % {"day": _day(quarter.runs_out_on)})
        return told


def budget_tile(budget: TeamBudget) -> BudgetTile:
    """Show the budget of the present quarter."""
    quarter = budget.quarter
    label = _("Toil budget of %(quarter)s: %(used)s of %(budget)s used.") % {
        "quarter": _name(quarter),
        "used": numbers.hours(quarter.used),
        "budget": numbers.hours(quarter.budget),
    }
    burn = _burn(budget)

    def draw(shape: Shape) -> Markup:
        return draw_burn(burn, words=_words(quarter, label), shape=shape)

    exhibit = Exhibit(
        name="budget",
        title=_("Toil budget, %(quarter)s") % {"quarter": _name(quarter)},
        subtitle=_expected_work(budget),
        pictures=both(draw, label),
        table=_table(budget),
        how=_(
            "Budget = the upper end of the target × the hours of the denominator: those of the quarter so far, and for "
            "the days that are left those of the last four weeks, by the team’s working time. Burning 1× lasts exactly."
        ),
    )
    return BudgetTile(budget=budget, exhibit=exhibit)


def _name(quarter: QuarterBudget) -> str:
    return _("Q%(number)d") % {"number": quarter.quarter.number}


def _day(day: date) -> str:
    return str(formats.date_format(day, "j M"))


def _expected_work(budget: TeamBudget) -> str:
    part = {"part": numbers.percent(budget.target.high, keep_decimal=False)}
    if budget.target.denominator == Denominator.CAPACITY:
        return _("%(part)s of capacity") % part
    return _("%(part)s of expected work") % part


def _burn(budget: TeamBudget) -> Burn:
    quarter = budget.quarter
    first, count = quarter.quarter.first_day, (quarter.quarter.next_first_day - quarter.quarter.first_day).days
    return Burn(
        budget=quarter.budget,
        used=quarter.used_by_day,
        expected=quarter.expected_by_day,
        runs_out=None if quarter.runs_out_on is None else (quarter.runs_out_on - first).days,
        days=[
            BurnDay(
                tip=_("%(day)s: %(hours)s used") % {"day": numbers.day(day), "hours": numbers.hours(used)},
                href=hours_address(budget.team, day, day + ONE_DAY, class_="toil"),
            )
            for day, used in ((first + index * ONE_DAY, used) for index, used in enumerate(quarter.used_by_day))
        ],
        ticks=_ticks(first, budget.today, count),
        day_count=count,
    )


def _ticks(first: date, today: date, count: int) -> list[BurnTick]:
    """Label the first week, the present one and the last; the present one only where it is clear of the others."""
    ticks = [BurnTick(day=0, words=_("W%(week)d") % {"week": week_of(first).number})]
    present = (today - first).days
    if count * 0.15 < present < count * 0.85:
        ticks.append(BurnTick(day=present, words=_("W%(week)d") % {"week": week_of(today).number}))
    last = week_of(first + (count - 1) * ONE_DAY).number
    return [*ticks, BurnTick(day=count, words=_("W%(week)d") % {"week": last})]


def _words(quarter: QuarterBudget, label: str) -> BurnText:
    return BurnText(
        label=label,
        budget=_("Budget %(hours)s") % {"hours": numbers.whole_hours(quarter.budget)},
        used=numbers.whole_hours(quarter.used),
        expected=numbers.whole_hours(quarter.expected_use) if quarter.expected_by_day else "",
        even=_("even pace"),
        runs_out=_("runs out %(day)s") % {"day": _day(quarter.runs_out_on)} if quarter.runs_out_on else "",
        no_data=_("No hours in this quarter yet."),
    )


def _table(budget: TeamBudget) -> Table:
    quarter, even = budget.quarter, even_pace(budget.quarter)
    first = quarter.quarter.first_day
    used, ahead = list(quarter.used_by_day), list(quarter.expected_by_day)
    rows = []
    for index, pace in enumerate(even):
        day = first + index * ONE_DAY
        is_over = index < len(used)
        href = hours_address(budget.team, day, day + ONE_DAY, class_="toil") if is_over else ""
        expected = ahead[index - len(used)] if 0 <= index - len(used) < len(ahead) else None
        rows.append(
            [
                Cell(text=numbers.day(day), value=day.isoformat(), href=href),
                hours_cell(used[index]) if is_over else Cell(text="–", value=""),
                Cell(text="–", value="") if expected is None else hours_cell(expected),
                hours_cell(pace),
            ]
        )
    names = (_("Used"), _("Expected"), _("Even pace"))
    columns = [Column(name=_("End of"), is_number=False), *(Column(name=name) for name in names)]
    return Table(columns=columns, rows=rows)
