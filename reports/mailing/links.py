"""The addresses that a mail leads to: from the settings, never from a request."""

from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse

from reports.mailing.message import UNSUBSCRIBE_LINK
from reports.periods import Week
from teams.models import Team


def absolute(path: str) -> str:
    """Return a page's whole address."""
    return settings.BASE_URL.rstrip("/") + path


def links_of_report(team: Team, week: Week) -> Mapping[str, str]:
    """Return where a report's links lead."""
    return {
        "team": absolute(reverse("reports:team", args=[team.slug])),
        "triage": absolute(reverse("boards:triage", args=[team.slug])),
        "report": absolute(reverse("reports:report", args=[team.slug, str(week)])),
        "toil_types": absolute(reverse("reports:toil_types", args=[team.slug])),
        "settings": settings_link(team),
        "unsubscribe": UNSUBSCRIBE_LINK,
    }


def link_of_item(team: Team, item_id: int) -> str:
    """Return where an item can be seen."""
    return absolute(reverse("boards:item", args=[team.slug, item_id]))


def settings_link(team: Team) -> str:
    """Return where owners choose who gets a team's mail."""
    return absolute(reverse("reports:settings_recipients", args=[team.slug]))


def link_of_toil_type(team: Team, type_id: int) -> str:
    """Return the page of a toil type: what it takes, and how it is to be removed."""
    return absolute(reverse("reports:toil_type", args=[team.slug, type_id]))
