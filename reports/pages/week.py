"""Which week and how many weeks a page was asked for, and the ways to the weeks beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from reports import numbers
from reports.periods import InvalidWeekError, Week, last_full_week, local_date, parse_week, week_of

SPANS = (12, 26, 52)
USUAL_SPAN = 26


@dataclass(frozen=True, slots=True)
class Asked:
    """The week that a page shows, over how many weeks, and what was wrong with what was asked."""

    week: Week
    current: Week
    weeks: int
    problem: str = ""

    @property
    def is_over(self) -> bool:
        """Whether the week has ended; of the current one there is only what has been so far."""
        return self.week < self.current

    @property
    def number(self) -> int:
        """The number of the week in its year."""
        return self.week.number

    @property
    def days(self) -> str:
        """The days of the week, “17–23 Nov 2025”."""
        return f"{numbers.days_of_week(self.week.monday)} {self.week.year}"

    @property
    def before(self) -> str:
        """The week before, as it stands in an address."""
        return str(self.week.shifted(-1))

    @property
    def after(self) -> str:
        """The week after; empty behind the current one."""
        return str(self.week.shifted(1)) if self.is_over else ""

    @property
    def spans(self) -> list[tuple[int, str]]:
        """How many weeks can be chosen, and what each choice is called."""
        return [(12, _("12 weeks")), (26, _("26 weeks")), (52, _("1 year"))]


def asked_for(given: Mapping[str, str], *, timezone: str, at: datetime) -> Asked:
    """Read `week` and `weeks` of an address; what cannot be read is said, and the usual shown instead."""
    current = week_of(local_date(at, timezone))
    week, problem = last_full_week(at, timezone), ""
    text = given.get("week", "")
    if text:
        try:
            wanted = parse_week(text)
        except InvalidWeekError:
            problem = _("“%(text)s” is not a week; write it like “%(example)s”.") % {"text": text, "example": week}
        else:
            if wanted > current:
                problem = _("Week %(week)s has not begun yet.") % {"week": wanted}
            else:
                week = wanted
    weeks = given.get("weeks", "")
    span = int(weeks) if weeks.isdecimal() and int(weeks) in SPANS else USUAL_SPAN
    if weeks and str(span) != weeks and not problem:
        problem = _("The trend can show 12, 26 or 52 weeks.")
    return Asked(week, current, span, problem)
