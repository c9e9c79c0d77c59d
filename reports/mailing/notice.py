"""Turns the words of a notice into a mail: HTML with every style inline, and plain text."""

from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reports.mailing.links import settings_link
from reports.mailing.message import UNSUBSCRIBE_LINK
from reports.mailing.render import inline, wrap
from reports.words import Words
from teams.models import Team


def render_notice_html(team: Team, words: Words) -> str:
    """Return the mail as HTML of its own."""
    context = {
        "team": team,
        "words": words,
        "language": get_language(),
        "footer": _footer(team),
        "settings_url": settings_link(team),
        "unsubscribe_url": UNSUBSCRIBE_LINK,
    }
    return inline(render_to_string("reports/mail/notice.html", context))


def render_notice_text(team: Team, words: Words) -> str:
    """Return the mail as plain text."""
    parts = [
        wrap(words.headline),
        "\n".join(f"{value} {label}" for value, label in words.figures),
        *(wrap(paragraph) for paragraph in words.paragraphs),
        f"{words.link_text}: {words.url}",
        wrap(_footer(team)),
        f"{_('Who gets this, and when')}: {settings_link(team)}\n{_('Unsubscribe')}: {UNSUBSCRIBE_LINK}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _footer(team: Team) -> str:
    return _("You get this because you are on the list of %(team)s.") % {"team": team.name}
