"""Turns what a report says into its HTML, with every style inline, and its plain text."""

import re
import textwrap
from collections.abc import Iterator, Sequence

import css_inline
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reports.mailing.content import Content
from reports.mailing.message import PICTURE
from reports.mailing.parts import Row

WIDTH = 72

_UNIT = re.compile(r"(?<=\d) (?=[%hd]\b|%)")
"""The space between a number and its unit, which no line may end at."""

_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)


def render_html(content: Content, *, has_picture: bool = False) -> str:
    """Return the mail as HTML of its own: no style sheet, no image but the one that comes with it, nothing loaded."""
    context = {"content": content, "language": get_language(), "picture": PICTURE if has_picture else ""}
    return inline(render_to_string("reports/mail/report.html", context))


def inline(html: str) -> str:
    """Return a mail's HTML with its styles at its elements; a block marked to be kept stays."""
    return _INLINER.inline(html)


def render_text(content: Content) -> str:
    """Return the mail as plain text, in lines of at most 72 characters where words allow it."""
    parts = [
        [wrap(f"{content.headline}.")],
        [wrap(content.summary)] if content.summary else [],
        [f"{content.team_name} · {content.period}"],
        [f"{tile.value} {tile.label}" for tile in content.tiles],
        _removal(content),
        _trend(content),
        _table(_("Top toil types, last four weeks"), content.toil_types),
        _table(_("Hours by class"), content.classes, note=content.class_note),
        _table(_("Services with the most toil"), content.services),
        _open_items(content),
        _ageing(content),
        _section(_("What changed in earlier numbers"), [wrap(revision) for revision in content.revisions]),
        [wrap(f"{_('How to read this.')} {content.reading_aid}")],
        _links(content),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _table(title: str, rows: Sequence[Row], note: str = "") -> list[str]:
    width = max((len(row.name) for row in rows), default=0)
    lines = [f"{row.name:<{width}}  {row.hours:>8}  {row.detail or row.note}".rstrip() for row in rows]
    return _section(title, [*lines, note] if lines and note else lines)


def _trend(content: Content) -> list[str]:
    lines = [f"{bar.week}  {bar.share:>5}  {'#' * round(bar.height / 3)}".rstrip() for bar in content.bars]
    return _section(_("Toil share per week, in %"), lines)


def _open_items(content: Content) -> list[str]:
    if not content.open_items:
        return []
    lines = [wrap(content.open_note)] if content.open_note else []
    lines += [f"{item.key}  {item.title} ({item.note})".lstrip() for item in content.open_items]
    lines += [content.more_open] if content.more_open else []
    return _section(content.open_title, [*lines, f"{_('Classify them')}: {content.urls['triage']}"])


def _removal(content: Content) -> list[str]:
    if content.removal is None:
        return []
    removal = content.removal
    return _section(f"{_('Remove next')}: {removal.name}", [wrap(removal.text), f"{removal.action}: {removal.url}"])


def _ageing(content: Content) -> list[str]:
    lines = [f"{item.key}  {item.title} ({item.note})" for item in content.ageing]
    lines += [content.more_ageing] if lines and content.more_ageing else []
    return _section(_("Older than usual"), lines)


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [title, "-" * len(title), *lines] if lines else []


def _links(content: Content) -> list[str]:
    return [f"{title}: {url}" for title, url in _titled(content)]


def _titled(content: Content) -> Iterator[tuple[str, str]]:
    urls = content.urls
    yield _("Team page"), urls["team"]
    yield _("View in the browser"), urls["report"]
    yield _("Who gets this, and when"), urls["settings"]
    yield _("Unsubscribe"), urls["unsubscribe"]


def wrap(text: str) -> str:
    """Return a text in lines of at most 72 characters where words allow it."""
    kept_together = _UNIT.sub("\u00a0", text)
    filled = textwrap.fill(kept_together, WIDTH, break_long_words=False, break_on_hyphens=False)
    return filled.replace("\u00a0", " ")
