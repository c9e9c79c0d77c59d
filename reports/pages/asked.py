"""Which days a page was asked for, over how many weeks, as a share of what, and how that stands in an address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import numbers
from reports.periods import (
    ONE_DAY,
    InvalidWeekError,
    Period,
    Week,
    last_full_week,
    local_date,
    parse_week,
    week_of,
)
from reports.share import Denominator

SPANS = (12, 26, 52)
USUAL_SPAN = 26
LONGEST_DAYS = 731
EARLIEST = date(1900, 1, 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Days `[start, end)`, a week or others, how far charts look back, and what was wrong with the asking."""

    start: date
    end: date
    today: date
    timezone: str
    weeks: int = USUAL_SPAN
    denominator: str = Denominator.CLASSIFIED.value
    usual_denominator: str = Denominator.CLASSIFIED.value
    is_compared: bool = False
    problem: str = ""

    @property
    def period(self) -> Period:
        """The days as a period of the team's zone."""
        return Period(self.start, self.end, self.timezone)

    @property
    def before(self) -> Period:
        """As many days before them."""
        return Period(self.start - (self.end - self.start), self.start, self.timezone)

    @property
    def is_week(self) -> bool:
        """Whether the days are those of one week."""
        return self.start.weekday() == 0 and self.day_count == 7

    @property
    def day_count(self) -> int:
        """How many days there are."""
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """The last day."""
        return self.end - ONE_DAY

    @property
    def week(self) -> Week:
        """The week of the last day."""
        return week_of(self.last)

    @property
    def number(self) -> int:
        """The number of that week in its year."""
        return self.week.number

    @property
    def is_over(self) -> bool:
        """Whether the days have ended; of others there is only what has been so far."""
        return self.end <= self.today

    @property
    def chart_weeks(self) -> int:
        """How many weeks the charts show: as many as asked, and all that the days touch."""
        touched = (week_of(self.last).monday - week_of(self.start).monday).days // 7 + 1
        return max(self.weeks, touched)

    @property
    def days(self) -> str:
        """The days in words, “17–23 Nov 2025”."""
        if self.day_count == 1:
            return str(formats.date_format(self.start, "j M Y"))
        return f"{numbers.day_range(self.start, self.last)} {self.week.year if self.is_week else self.last.year}"

    @property
    def name(self) -> str:
        """What the days are called in a heading: “week 47”, or how many they are."""
        if self.is_week:
            return _("week %(number)d") % {"number": self.number}
        if self.start.weekday() == 0 and self.day_count % 7 == 0:
            weeks = self.day_count // 7
            return ngettext("%(count)d week", "%(count)d weeks", weeks) % {"count": weeks}
        return ngettext("%(count)d day", "%(count)d days", self.day_count) % {"count": self.day_count}

    @property
    def short_name(self) -> str:
        """What the days are called beside a figure: “W47”."""
        return _("W%(week)d") % {"week": self.number} if self.is_week else self.name

    @property
    def name_of_before(self) -> str:
        """What the days before are called in a sentence: “week 46”, “the 28 days before”."""
        if self.is_week:
            return _("week %(number)d") % {"number": week_of(self.before.start).number}
        told = ngettext("the day before", "the %(count)d days before", self.day_count)
        return told % {"count": self.day_count}

    @property
    def query(self) -> str:
        """The same question as it stands in an address."""
        given: dict[str, str] = {}
        if self.is_week:
            given["week"] = str(self.week)
        else:
            given |= {"from": self.start.isoformat(), "to": self.last.isoformat()}
        given["weeks"] = str(self.weeks)
        if self.denominator != self.usual_denominator:
            given["denominator"] = self.denominator
        if self.is_compared:
            given["compare"] = "1"
        return urlencode(given)

    @property
    def earlier(self) -> str:
        """The question for the days before."""
        return replace(self, start=self.before.start, end=self.before.end).query

    @property
    def later(self) -> str:
        """The question for as many days after; empty where they have not begun."""
        if self.end > self.today:
            return ""
        return replace(self, start=self.end, end=self.end + (self.end - self.start)).query

    @property
    def comparing(self) -> str:
        """The question with the comparison switched."""
        return replace(self, is_compared=not self.is_compared).query

    @property
    def spans(self) -> list[tuple[str, str, bool]]:
        """How far charts can look back: the question, what it is called, and whether it is the present one."""
        names = {12: _("12 weeks"), 26: _("26 weeks"), 52: _("1 year")}
        return [(replace(self, weeks=span).query, names[span], span == self.weeks) for span in SPANS]

    @property
    def denominators(self) -> list[tuple[str, str, bool]]:
        """What the share can be a share of: value, name, and whether it is the present one."""
        names = {
            Denominator.CLASSIFIED: _("classified work"),
            Denominator.TRACKED: _("tracked work"),
            Denominator.ENGINEERING: _("toil and engineering"),
            Denominator.CAPACITY: _("capacity"),
        }
        return [(choice.value, names[choice], choice == self.denominator) for choice in Denominator]

    @property
    def denominator_links(self) -> list[tuple[str, str, bool]]:
        """The question with each of them."""
        return [(replace(self, denominator=value).query, name, now) for value, name, now in self.denominators]

    @property
    def presets(self) -> list[tuple[str, str]]:
        """Ranges that are often asked for: the question, and what they are called."""
        monday = week_of(self.today).monday
        quarter = date(self.today.year, (self.today.month - 1) // 3 * 3 + 1, 1)
        last_quarter = date((quarter - ONE_DAY).year, ((quarter - ONE_DAY).month - 1) // 3 * 3 + 1, 1)
        ranges = [
            (_("Last week"), monday - timedelta(weeks=1), monday),
            (_("This week so far"), monday, monday + timedelta(weeks=1)),
            (_("Last 4 weeks"), monday - timedelta(weeks=4), monday),
            (_("Last 12 weeks"), monday - timedelta(weeks=12), monday),
            (_("Last 26 weeks"), monday - timedelta(weeks=26), monday),
            (_("Last 52 weeks"), monday - timedelta(weeks=52), monday),
            (_("This quarter so far"), quarter, self.today + ONE_DAY),
            (_("Last quarter"), last_quarter, quarter),
        ]
        return [(replace(self, start=start, end=end).query, name) for name, start, end in ranges]


def asked_for(
    given: Mapping[str, str], *, timezone: str, denominator: str, at: datetime, usual_weeks: int | None = None
) -> Asked:
    """Read `week`, or `from` and `to`, `weeks`, `denominator` and `compare` of an address.

    What cannot be read is said, and the usual shown instead: the last full week, or so many weeks up to the present
    one, as far as it is over.
    """
    today = local_date(at, timezone)
    last_week = last_full_week(at, timezone)
    usual = (last_week.monday, last_week.next_monday)
    if usual_weeks:
        usual = (last_week.shifted(2 - usual_weeks).monday, last_week.shifted(1).next_monday)
    days, problem = _days(given, today=today, last_week=last_week, usual=usual)
    asked = Asked(
        start=days[0],
        end=days[1],
        today=today,
        timezone=timezone,
        denominator=denominator,
        usual_denominator=denominator,
        is_compared=given.get("compare") == "1",
    )
    weeks, of = given.get("weeks", ""), given.get("denominator", "")
    if weeks:
        if weeks in map(str, SPANS):
            asked = replace(asked, weeks=int(weeks))
        else:
            problem = problem or _("The trend can show 12, 26 or 52 weeks.")
    if of:
        if of in list(Denominator):
            asked = replace(asked, denominator=of)
        else:
            problem = problem or _("A share can be of classified, tracked, engineering or capacity.")
    return replace(asked, problem=problem)


def _days(
    given: Mapping[str, str], *, today: date, last_week: Week, usual: tuple[date, date]
) -> tuple[tuple[date, date], str]:
    if given.get("from") or given.get("to"):
        days, problem = _range(given.get("from", ""), given.get("to", ""), today)
        return days or usual, problem
    text = given.get("week", "")
    if not text:
        return usual, ""
    try:
        week = parse_week(text)
    except InvalidWeekError:
        return usual, _("“%(text)s” is not a week; write it like “%(example)s”.") % {"text": text, "example": last_week}
    if week.monday > today:
        return usual, _("Week %(week)s has not begun yet.") % {"week": week}
    return (week.monday, week.next_monday), ""


def _range(first: str, last: str, today: date) -> tuple[tuple[date, date] | None, str]:
    """Read the first and the last day of a range; without a last one it goes up to today."""
    if not first:
        return None, _("A range needs its first day.")
    try:
        start = date.fromisoformat(first)
        end = (date.fromisoformat(last) if last else today) + ONE_DAY
    except (ValueError, OverflowError):
        bad = first if not _is_day(first) else last
        return None, _("“%(text)s” is not a day; write it like “2026-11-09”.") % {"text": bad}
    if start >= end:
        return None, _("The first day comes after the last.")
    if start > today:
        return None, _("These days have not begun yet.")
    if start < EARLIEST or (end - start).days > LONGEST_DAYS:
        return None, _("A range can be at most two years long.")
    return (start, end if end <= week_of(today).next_monday else today + ONE_DAY), ""


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
