"""What a weekly report says: figures in, words and proportions out, for the HTML and the plain mail alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import formats
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import numbers
from reports.mailing.band import BandCell, BandLabel, band_cells, band_labels, scale_of
from reports.periods import Week
from reports.sentences import (
    Reading,
    change_sentence,
    range_sentence,
    streak_sentence,
    verdict_sentence,
)
from teams.worktime import zone_named

TREND_WEEKS = 13
TREND_HEIGHT = 86
LABEL_EVERY = 4
TOP = 5


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An item without a class that took hours in the week."""

    key: str
    title: str
    url: str
    hours: float

    @property
    def hours_text(self) -> str:
        """Its hours in the week."""
        return numbers.hours(self.hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a report is made of."""

    team_name: str
    week: Week
    timezone: str
    figures: Mapping[str, Any]
    trend: Sequence[tuple[Week, float | None, str]]
    services: Sequence[Mapping[str, Any]] = ()
    toil_types: Sequence[Mapping[str, Any]] = ()
    open_items: Sequence[OpenItem] = ()
    revisions: Sequence[str] = ()
    built_at: datetime
    urls: Mapping[str, str] = field(default_factory=dict)


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
    """A name with its hours, and how long its bar is in per cent."""

    name: str
    hours: str
    width: int
    tone: str = "toil"
    detail: str = ""

    @property
    def rest(self) -> int:
        """What is left beside the bar."""
        return 100 - self.width


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What the mail says, from top to bottom."""

    subject: str
    preheader: str
    team_name: str
    period: str
    headline: str
    headline_html: str
    summary: str
    cells: Sequence[BandCell]
    labels: Sequence[BandLabel]
    tiles: Sequence[Tile]
    classes: Sequence[Row]
    class_note: str
    bars: Sequence[Bar]
    legend: str
    toil_types: Sequence[Row]
    services: Sequence[Row]
    open_items: Sequence[OpenItem]
    open_title: str
    open_note: str
    more_open: str
    revisions: Sequence[str]
    reading_aid: str
    footer: str
    urls: Mapping[str, str]

    @property
    def bar_width(self) -> str:
        """What each week of the trend takes of its width."""
        return f"{100 / max(1, len(self.bars)):.2f}%"

    @property
    def has_above(self) -> bool:
        """Whether an earlier week was above the target."""
        return any(bar.tone == "above" for bar in self.bars)

    @property
    def has_below(self) -> bool:
        """Whether an earlier week was below the target."""
        return any(bar.tone == "below" for bar in self.bars)


def write_content(facts: Facts) -> Content:
    """Put a report into words."""
    reading = Reading.from_figures(facts.figures)
    headline = verdict_sentence(reading)
    summary = _summary(facts, reading)
    scale = scale_of(reading)
    return Content(
        subject=subject_line(facts.team_name, reading, facts.week),
        preheader=f"{headline}. {summary}",
        team_name=facts.team_name,
        period=_("week %(week)d, %(days)s")
        % {"week": facts.week.number, "days": numbers.days_of_week(facts.week.monday)},
        headline=headline,
        headline_html=verdict_sentence(reading, emphasise=_emphasis(reading)),
        summary=summary,
        cells=band_cells(reading, scale),
        labels=band_labels(reading, scale),
        tiles=_tiles(facts.figures, reading),
        classes=_class_rows(facts.figures["effort_hours"]),
        class_note=_class_note(facts.figures["effort_hours"]),
        bars=_bars(facts.trend, reading),
        legend=_("in the %(target)s target") % {"target": reading.target_text},
        toil_types=_toil_rows(facts.toil_types),
        services=_toil_rows(facts.services),
        open_items=facts.open_items[:TOP],
        open_title=_open_title(len(facts.open_items)),
        open_note=_open_note(reading),
        more_open=_more(len(facts.open_items) - TOP),
        revisions=facts.revisions,
        reading_aid=_reading_aid(facts, reading),
        footer=_footer(facts.team_name),
        urls=facts.urls,
    )


def subject_line(team_name: str, reading: Reading, week: Week) -> str:
    """Return the subject: “SRE: toil 12.4 %, above 5–10 % · W47”."""
    parts = {
        "team": team_name,
        "share": reading.share_text,
        "target": reading.target_text,
        "week": f"{week.number:02d}",
    }
    if reading.verdict == "above":
        return _("%(team)s: toil %(share)s, above %(target)s · W%(week)s") % parts
    if reading.verdict == "below":
        return _("%(team)s: toil %(share)s, below %(target)s · W%(week)s") % parts
    if reading.verdict == "within":
        return _("%(team)s: toil %(share)s, within %(target)s · W%(week)s") % parts
    return _("%(team)s: no toil share for W%(week)s") % parts


def _period(week: Week) -> str:
    return _("week %(week)d, %(days)s") % {"week": week.number, "days": numbers.days_of_week(week.monday)}


def _emphasis(reading: Reading) -> Any:
    tone = "to" if reading.verdict == "above" else "ac"
    return lambda text: format_html('<span class="{}" style="white-space:nowrap">{}</span>', tone, text)


def _summary(facts: Facts, reading: Reading) -> str:
    """Say how the week compares with those before it."""
    earlier = [entry for entry in facts.trend if entry[0].monday < facts.week.monday]
    before = earlier[-1][1] if earlier else None
    sentences = [
        change_sentence(reading.toil_share, before, week=facts.week.shifted(-1).number),
        streak_sentence(reading.verdict, 1 + _streak(earlier, reading.verdict)),
        range_sentence(reading),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _streak(earlier: Sequence[tuple[Week, float | None, str]], verdict: str) -> int:
    """Count for how many weeks up to the last of these the verdict was this one."""
    count = 0
    for entry in reversed(earlier):
        if entry[2] != verdict:
            break
        count += 1
    return count


def _tiles(figures: Mapping[str, Any], reading: Reading) -> list[Tile]:
    effort = figures["effort_hours"]
    classified = effort["toil"] + effort["engineering"] + effort["overhead"]
    finished = figures.get("finished_items", {})
    coverage = figures["coverage"]
    toil = Tile(
        numbers.hours(effort["toil"]), _("toil, of %(hours)s classified") % {"hours": numbers.hours(classified)}
    )
    explained = Tile("–" if coverage is None else numbers.percent_whole(coverage), _("of capacity is explained"))
    done, done_toil = sum(finished.values()), finished.get("toil", 0)
    label = ngettext("item finished, %(toil)d of it toil", "items finished, %(toil)d of them toil", done)
    return [toil, explained, Tile(str(done), label % {"toil": done_toil})]


def _class_rows(effort: Mapping[str, float]) -> list[Row]:
    names = {
        "toil": _("Toil"),
        "engineering": _("Engineering"),
        "overhead": _("Overhead"),
        "unclassified": _("Without a class"),
    }
    total = sum(effort[name] for name in names)
    if not total:
        return []
    rows = []
    for name, title in names.items():
        if name == "unclassified" and not effort[name]:
            continue
        part = effort[name] / total
        detail = numbers.percent_whole(part)
        rows.append(Row(title, numbers.hours(effort[name]), _width(part), name, detail))
    return rows


def _class_note(effort: Mapping[str, float]) -> str:
    return _("Per cent of all %(hours)s of recorded work") % {"hours": numbers.hours(sum(effort.values()))}


def _bars(trend: Sequence[tuple[Week, float | None, str]], reading: Reading) -> list[Bar]:
    shown = list(trend)[-TREND_WEEKS:]
    top = max([reading.target_high, *(entry[1] for entry in shown if entry[1] is not None)])
    tones = {"above": "above", "within": "within", "below": "below"}
    bars = []
    for index, (week, share, verdict) in enumerate(shown):
        from_end = len(shown) - 1 - index
        tone = "last" if from_end == 0 else tones.get(verdict, "none")
        height = 0 if share is None else max(1, round(share / top * TREND_HEIGHT))
        label = f"W{week.number:02d}" if from_end % LABEL_EVERY == 0 else ""
        text = "–" if share is None else numbers.percent_number(share)
        bars.append(Bar(f"W{week.number:02d}", text, height, tone, label))
    return bars


def _toil_rows(groups: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Return the groups with the most toil; what belongs to none is left out."""
    named = [(str(group["key"]), group["effort_hours"]["toil"]) for group in groups if group["key"]]
    top = sorted((entry for entry in named if entry[1] > 0), key=lambda entry: (-entry[1], entry[0]))[:TOP]
    return [Row(name, numbers.hours(toil), _width(toil / top[0][1])) for name, toil in top]


def _open_title(count: int) -> str:
    return ngettext("%(count)d item has no class", "%(count)d items have no class", count) % {"count": count}


def _open_note(reading: Reading) -> str:
    low, high = reading.toil_share_low, reading.toil_share_high
    if low is None or high is None or not reading.unclassified_hours:
        return ""
    ends = {"low": numbers.percent(low), "high": numbers.percent(high)}
    return _("They are why the share could be anywhere from %(low)s to %(high)s.") % ends


def _more(count: int) -> str:
    if count <= 0:
        return ""
    return ngettext("and %(count)d more", "and %(count)d more", count) % {"count": count}


def _reading_aid(facts: Facts, reading: Reading) -> str:
    """Say how the share comes about, what it leaves out, how much of the working time it explains, and as of when."""
    formulas = {
        "classified": _("Share = toil ÷ (toil + engineering + overhead)."),
        "tracked": _("Share = toil ÷ (toil + engineering + overhead + work without a class)."),
        "engineering": _("Share = toil ÷ (toil + engineering)."),
        "capacity": _("Share = toil ÷ capacity."),
    }
    sentences = [formulas[reading.denominator]]
    if reading.unclassified_hours > 0:
        left_out = _("%(hours)s without a class give the range.")
        sentences.append(left_out % {"hours": numbers.hours(reading.unclassified_hours)})
    capacity, coverage = facts.figures["capacity_hours"], facts.figures["coverage"]
    if coverage is not None:
        parts = {"hours": numbers.hours(coverage * capacity), "capacity": numbers.hours(capacity)}
        sentences.append(_("Coverage: %(hours)s of %(capacity)s of working time.") % parts)
    moment = formats.date_format(facts.built_at.astimezone(zone_named(facts.timezone)), "D j M, H:i")
    sentences.append(_("As of %(moment)s, %(zone)s.") % {"moment": moment, "zone": facts.timezone})
    return " ".join(sentences)


def _footer(team_name: str) -> str:
    return _("You get this every week because you are on the list of %(team)s.") % {"team": team_name}


def _width(part: float) -> int:
    """Return a part as whole per cent, so that what is there can be seen."""
    return 0 if part <= 0 else min(100, max(1, round(part * 100)))
