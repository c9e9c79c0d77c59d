"""Writes a report in a language and for a zone, and keeps each such letter as it was sent."""

from dataclasses import dataclass

from reports.mailing.content import Content, write_content
from reports.mailing.facts import Facts
from reports.mailing.message import one_line
from reports.mailing.parts import Bar
from reports.mailing.picture import draw_trend
from reports.mailing.render import render_html, render_text
from reports.models import Letter, WeeklyReport
from reports.readers import Manner, speaking

SUBJECT_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Written:
    """A mail as it is to be sent: the subject, both bodies and the picture."""

    subject: str
    html: str
    text: str
    picture: bytes


def write_report(facts: Facts, manner: Manner) -> Written:
    """Put a report into a language, with its moments in a zone."""
    with speaking(manner):
        content = write_content(facts, zone=manner.timezone)
        picture = _picture(content)
        subject = one_line(content.subject)[:SUBJECT_LENGTH]
        return Written(subject, render_html(content, has_picture=bool(picture)), render_text(content), picture)


def letter_of_report(report: WeeklyReport, manner: Manner) -> Letter | None:
    """Return a report's letter, written from what was kept when it was built; None where the report's own is it."""
    if manner == Manner(report.language, report.timezone) or not report.facts:
        return None
    kept = Letter.objects.filter(report=report, language=manner.language, timezone=manner.timezone).first()
    if kept is not None:
        return kept
    written = write_report(Facts.from_json(report.facts, report.figures), manner)
    letter, __ = Letter.objects.get_or_create(
        report=report,
        language=manner.language,
        timezone=manner.timezone,
        defaults={
            "subject": written.subject,
            "html": written.html,
            "text": written.text,
            "picture": written.picture,
        },
    )
    return letter


def _picture(content: Content) -> bytes:
    bars: list[Bar] = list(content.bars)
    return draw_trend(
        [(entry.share, entry.low, entry.high) for entry in content.trend],
        labels=[bar.label for bar in bars],
        target_low=content.reading.target_low,
        target_high=content.reading.target_high,
        last=content.reading.share_text,
        target=content.reading.target_text,
    )
