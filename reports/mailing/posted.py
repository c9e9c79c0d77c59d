"""Puts a kept report into the few words that fit into a message in Slack."""

from django.utils.translation import gettext as _

from reports import numbers
from reports.mailing.content import subject_line, write_content
from reports.mailing.facts import Facts
from reports.mailing.links import links_of_report
from reports.models import WeeklyReport
from reports.periods import parse_week
from reports.sentences import Reading, range_sentence, verdict_sentence
from reports.words import Words


def words_of_report(report: WeeklyReport) -> Words:
    """Say the verdict, three figures and how sure they are, and lead to the report."""
    reading, week = Reading.from_figures(report.figures), parse_week(report.week)
    coverage = report.figures["coverage"]
    paragraphs = [range_sentence(reading)]
    if report.facts:
        content = write_content(Facts.from_json(report.facts, report.figures))
        removal = content.removal
        paragraphs = [content.summary, f"{removal.name}: {removal.text}" if removal else "", *content.revisions]
    return Words(
        subject=subject_line(report.team.name, reading, week),
        headline=f"{verdict_sentence(reading)}.",
        paragraphs=paragraphs,
        figures=[
            (numbers.hours(report.figures["effort_hours"]["toil"]), _("toil")),
            ("–" if coverage is None else numbers.percent_whole(coverage), _("of capacity is explained")),
            (str(sum(report.figures["finished_items"].values())), _("items finished")),
        ],
        link_text=_("Open the report"),
        url=links_of_report(report.team, week)["report"],
    )
