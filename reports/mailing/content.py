"""What a weekly report says: facts in, words and proportions out, for the HTML and the plain mail alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import numbers
from reports.mailing import parts
from reports.mailing.band import BandCell, BandLabel, band_cells, band_labels, scale_of
from reports.mailing.facts import Facts, Section, ToldRevision, TrendWeek
from reports.mailing.parts import Bar, ItemLine, Row, Tile
from reports.mailing.removal import Removal, removal_of
from reports.periods import Week
from reports.sentences import (
    Reading,
    cause_words,
    change_sentence,
    range_sentence,
    revision_sentence,
    share_text,
    streak_sentence,
    verdict_sentence,
)
from teams.worktime import zone_named


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What the mail says, from top to bottom; `week` and `target` stand in its picture."""

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
    removal: Removal | None
    bars: Sequence[Bar]
    legend: str
    picture_alt: str
    picture_note: str
    trend: Sequence[TrendWeek]
    reading: Reading
    toil_types: Sequence[Row]
    classes: Sequence[Row]
    class_note: str
    services: Sequence[Row]
    open_items: Sequence[ItemLine]
    open_title: str
    open_note: str
    more_open: str
    ageing: Sequence[ItemLine]
    more_ageing: str
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


def write_content(facts: Facts, *, zone: str = "") -> Content:
    """Put a report into words, in the language that is spoken now; `zone` is the reader's, if not the team's."""
    reading = Reading.from_figures(facts.figures)
    headline, summary, scale = _headline(facts, reading), _summary(facts, reading), scale_of(reading)
    effort = facts.figures["effort_hours"]
    bars = parts.trend_bars(facts.trend, reading) if facts.has(Section.TREND) else []
    return Content(
        subject=subject_line(facts.team_name, reading, facts.week, is_empty=facts.is_empty),
        preheader=f"{headline}. {summary}",
        team_name=facts.team_name,
        period=_("week %(week)d, %(days)s")
        % {"week": facts.week.number, "days": numbers.days_of_week(facts.week.monday)},
        headline=headline,
        headline_html=_headline_html(facts, reading),
        summary=summary,
        cells=[] if facts.is_empty else band_cells(reading, scale),
        labels=[] if facts.is_empty else band_labels(reading, scale),
        tiles=[] if facts.is_empty else parts.tiles(facts.figures, facts.budget),
        removal=removal_of(facts, reading) if facts.has(Section.REMOVAL) else None,
        bars=bars,
        legend=_("in the %(target)s target") % {"target": reading.target_text},
        picture_alt=_picture_alt(facts, reading),
        picture_note=_("The line with what work without a class leaves open, over the target."),
        trend=list(facts.trend)[-parts.TREND_WEEKS :] if bars else [],
        reading=reading,
        toil_types=parts.toil_type_rows(facts.toil_types) if facts.has(Section.TOIL_TYPES) else [],
        classes=parts.class_rows(effort) if facts.has(Section.CLASSES) else [],
        class_note=_("Per cent of all %(hours)s of recorded work") % {"hours": numbers.hours(sum(effort.values()))},
        services=parts.service_rows(facts.services) if facts.has(Section.SERVICES) else [],
        open_items=parts.open_lines(facts) if facts.has(Section.UNCLASSIFIED) else [],
        open_title=_open_title(facts.open_count + facts.open_left),
        open_note=_open_note(reading),
        more_open=parts.more(facts.open_count - parts.TOP),
        ageing=parts.ageing_lines(facts.ageing) if facts.has(Section.AGEING) else [],
        more_ageing=parts.more(facts.ageing_count - parts.TOP),
        revisions=[_told(revision) for revision in facts.revisions],
        reading_aid=_reading_aid(facts, reading, zone or facts.timezone),
        footer=_("You get this every week because you are on the list of %(team)s.") % {"team": facts.team_name},
        urls=facts.urls,
    )


def subject_line(team_name: str, reading: Reading, week: Week, *, is_empty: bool = False) -> str:
    """Return the subject: “SRE: toil 12.4 %, above 5–10 % · W47”."""
    values = {
        "team": team_name,
        "share": reading.share_text,
        "target": reading.target_text,
        "week": f"{week.number:02d}",
    }
    if is_empty:
        return _("%(team)s: nothing recorded in W%(week)s") % values
    if reading.verdict == "above":
        return _("%(team)s: toil %(share)s, above %(target)s · W%(week)s") % values
    if reading.verdict == "below":
        return _("%(team)s: toil %(share)s, below %(target)s · W%(week)s") % values
    if reading.verdict == "within":
        return _("%(team)s: toil %(share)s, within %(target)s · W%(week)s") % values
    return _("%(team)s: no toil share for W%(week)s") % values


def _headline(facts: Facts, reading: Reading) -> str:
    return _("Nothing was recorded in this week") if facts.is_empty else verdict_sentence(reading)


def _headline_html(facts: Facts, reading: Reading) -> str:
    return _headline(facts, reading) if facts.is_empty else verdict_sentence(reading, emphasise=_emphasis(reading))


def _emphasis(reading: Reading) -> Any:
    tone = "to" if reading.verdict == "above" else "ac"
    return lambda text: format_html('<span class="{}" style="white-space:nowrap">{}</span>', tone, text)


def _summary(facts: Facts, reading: Reading) -> str:
    """Say how the week compares with those before it, or why there is nothing to say."""
    if facts.is_empty:
        if not facts.figures["capacity_hours"]:
            return _("Nobody of the team had working time.")
        capacity = {"hours": numbers.hours(facts.figures["capacity_hours"])}
        return _("The team had %(hours)s of working time, and none of it stands on a card or in a log.") % capacity
    earlier = [entry for entry in facts.trend if entry.week.monday < facts.week.monday]
    before = earlier[-1].share if earlier else None
    sentences = [
        change_sentence(reading.toil_share, before, week=facts.week.shifted(-1).number),
        streak_sentence(reading.verdict, 1 + _streak(earlier, reading.verdict)),
        range_sentence(reading),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _streak(earlier: Sequence[TrendWeek], verdict: str) -> int:
    """Count for how many weeks up to the last of these the verdict was this one."""
    count = 0
    for entry in reversed(earlier):
        if entry.verdict != verdict:
            break
        count += 1
    return count


def _picture_alt(facts: Facts, reading: Reading) -> str:
    """Say what the picture shows to whoever does not see it."""
    known = [entry for entry in facts.trend[-parts.TREND_WEEKS :] if entry.share is not None]
    if not known:
        return ""
    first, last = known[0], known[-1]
    values = {
        "first": numbers.percent(first.share or 0.0),
        "last": numbers.percent(last.share or 0.0),
        "since": first.week.number,
        "until": last.week.number,
        "target": reading.target_text,
    }
    return _("Trend: from %(first)s in week %(since)d to %(last)s in week %(until)d; target %(target)s.") % values


def _open_title(count: int) -> str:
    return ngettext("%(count)d item has no class", "%(count)d items have no class", count) % {"count": count}


def _open_note(reading: Reading) -> str:
    low, high = reading.toil_share_low, reading.toil_share_high
    if low is None or high is None or not reading.unclassified_hours:
        return ""
    ends = {"low": numbers.percent(low), "high": numbers.percent(high)}
    return _("They are why the share could be anywhere from %(low)s to %(high)s.") % ends


def _told(revision: ToldRevision) -> str:
    low, high = revision.target_low, revision.target_high
    return revision_sentence(
        week=revision.week,
        before=share_text(revision.before, low=low, high=high),
        after=share_text(revision.after, low=low, high=high),
        causes=cause_words(revision.causes),
    )


def _reading_aid(facts: Facts, reading: Reading, zone: str) -> str:
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
        values = {"hours": numbers.hours(coverage * capacity), "capacity": numbers.hours(capacity)}
        sentences.append(_("Coverage: %(hours)s of %(capacity)s of working time.") % values)
    sentences.append(_("The week begins on Monday at 00:00, %(zone)s.") % {"zone": facts.timezone})
    moment = formats.date_format(facts.built_at.astimezone(zone_named(zone)), "D j M, H:i")
    sentences.append(_("As of %(moment)s, %(zone)s.") % {"moment": moment, "zone": zone})
    return " ".join(sentences)
