"""The tables and bars of a report: figures in, names, texts and lengths out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import numbers
from reports.mailing.facts import AgeingItem, BudgetFacts, Facts, RecurringToil, ServiceToil, TrendWeek
from reports.periods import week_of
from reports.sentences import Reading, left_words

TREND_WEEKS = 13
TREND_HEIGHT = 86
LABEL_EVERY = 4
TOP = 5
STEADY = 0.1
"""A change of less than this part is none."""
MANIFOLD = 9
"""From ten times as much on, per cent say less than how many times."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with what it counts."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A week of the trend: its share, the height of its bar in pixels, its tone and the label below."""

    week: str
    share: str
    height: int
    tone: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """A name with its hours, and how long its bar is in per cent; `detail` beside the name, `note` below the bar."""

    name: str
    hours: str
    width: int
    tone: str = "toil"
    detail: str = ""
    note: str = ""
    url: str = ""

    @property
    def rest(self) -> int:
        """What is left beside the bar."""
        return 100 - self.width


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item with its address, and what is said of it."""

    key: str
    title: str
    url: str
    note: str


def tiles(figures: Mapping[str, Any], budget: BudgetFacts | None) -> list[Tile]:
    """Return the three figures: hours of toil, how much of capacity is explained, and what is left of the budget.

    Where a team has no budget, what was finished is the third.
    """
    effort, coverage = figures["effort_hours"], figures["coverage"]
    classified = effort["toil"] + effort["engineering"] + effort["overhead"]
    toil = Tile(
        numbers.hours(effort["toil"]), _("toil, of %(hours)s classified") % {"hours": numbers.hours(classified)}
    )
    explained = Tile("–" if coverage is None else numbers.percent_whole(coverage), _("of capacity is explained"))
    return [toil, explained, _budget_tile(budget) if budget else _finished_tile(figures.get("finished_items") or {})]


def _budget_tile(budget: BudgetFacts) -> Tile:
    """Say what is left, or by how much it is exceeded, and when it is gone at the pace of the last four weeks."""
    gone = budget.runs_out_on
    values = {"quarter": budget.quarter, "week": week_of(gone).number if gone else 0}
    if budget.is_spent and gone:
        label = _("over the Q%(quarter)d toil budget, gone in week %(week)d")
    elif budget.is_spent:
        label = _("of Q%(quarter)d toil budget left")
    elif gone:
        label = _("of Q%(quarter)d toil budget left, gone by week %(week)d")
    elif budget.is_pace_known:
        label = _("of Q%(quarter)d toil budget left, enough at this pace")
    else:
        label = _("of Q%(quarter)d toil budget left")
    return Tile(numbers.whole_hours(abs(budget.left)), label % values)


def _finished_tile(counts: Mapping[str, int]) -> Tile:
    done, done_toil = sum(counts.values()), counts.get("toil", 0)
    label = ngettext("item finished, %(toil)d of it toil", "items finished, %(toil)d of them toil", done)
    return Tile(str(done), label % {"toil": done_toil})


def class_rows(effort: Mapping[str, float]) -> list[Row]:
    """Return the hours of each class, and what part of all they are."""
    names = {
        "toil": _("Toil"),
        "engineering": _("Engineering"),
        "overhead": _("Overhead"),
        "unclassified": _("Without a class"),
    }
    total = sum(effort[name] for name in names)
    return [
        Row(title, numbers.hours(effort[name]), width(effort[name] / total), name, numbers.percent_whole(part))
        for name, title in names.items()
        if total and (name != "unclassified" or effort[name])
        for part in [effort[name] / total]
    ]


def trend_bars(trend: Sequence[TrendWeek], reading: Reading) -> list[Bar]:
    """Return a bar for each week, the report's own last and strongest."""
    shown = list(trend)[-TREND_WEEKS:]
    top = max([reading.target_high, *(entry.share for entry in shown if entry.share is not None)])
    bars = []
    for index, entry in enumerate(shown):
        from_end = len(shown) - 1 - index
        tone = "last" if from_end == 0 else {"no_data": "none"}.get(entry.verdict, entry.verdict)
        height = 0 if entry.share is None else max(1, round(entry.share / top * TREND_HEIGHT))
        label = f"W{entry.week.number:02d}" if from_end % LABEL_EVERY == 0 else ""
        text = "–" if entry.share is None else numbers.percent_number(entry.share)
        bars.append(Bar(f"W{entry.week.number:02d}", text, height, tone, label))
    return bars


def toil_type_rows(types: Sequence[RecurringToil]) -> list[Row]:
    """Return the toil types with the most hours in four weeks, and how that compares with the four before."""
    top = sorted((one for one in types if one.hours > 0), key=lambda one: (-one.hours, one.name))[:TOP]
    return [
        Row(one.name, numbers.hours(one.hours), width(one.hours / top[0].hours), note=_note(one), url=one.url)
        for one in top
    ]


def service_rows(services: Sequence[ServiceToil]) -> list[Row]:
    """Return the services with the most toil."""
    top = sorted((one for one in services if one.hours > 0), key=lambda one: (-one.hours, one.name))[:TOP]
    return [Row(one.name, numbers.hours(one.hours), width(one.hours / top[0].hours)) for one in top]


def open_lines(facts: Facts) -> list[ItemLine]:
    """Return the items without a class, with the hours that they took; as the last, those in another team by now."""
    items = facts.open_items[:TOP]
    lines = [ItemLine(item.key, item.title, item.url, numbers.hours(item.hours)) for item in items]
    if facts.open_left:
        told = left_words(facts.open_left)
        lines.append(ItemLine("", told, facts.urls.get("team", ""), numbers.hours(facts.open_left_hours)))
    return lines


def ageing_lines(items: Sequence[AgeingItem]) -> list[ItemLine]:
    """Return the items that stand too long, with their days and the usual ones."""
    note = _("%(days)d d, usual ≤ %(usual)d")
    return [
        ItemLine(item.key, item.title, item.url, note % {"days": item.days, "usual": item.usual})
        for item in items[:TOP]
    ]


def more(count: int) -> str:
    """Say how many are not shown."""
    if count <= 0:
        return ""
    return ngettext("and %(count)d more", "and %(count)d more", count) % {"count": count}


def change_text(now: float, before: float) -> str:
    """Say how hours moved: “↑ 233 %”, “↓ 64 %”, “→ steady”, “↑ 12 ×”, “new”."""
    if not before:
        return _("new")
    change = now / before - 1
    if abs(change) < STEADY:
        return _("→ steady")
    if change >= MANIFOLD:
        return _("↑ %(times)d ×") % {"times": round(now / before)}
    part = numbers.percent_whole(abs(change))
    return (_("↑ %(part)s") if change > 0 else _("↓ %(part)s")) % {"part": part}


def width(part: float) -> int:
    """Return a part as whole per cent, so that what is there can be seen."""
    return 0 if part <= 0 else min(100, max(1, round(part * 100)))


def _note(toil: RecurringToil) -> str:
    values = {"count": toil.week_items, "hours": numbers.hours(toil.week_hours)}
    told = ngettext("%(hours)s last week in %(count)d item", "%(hours)s last week in %(count)d items", toil.week_items)
    return " · ".join([told % values, change_text(toil.hours, toil.hours_before)])
