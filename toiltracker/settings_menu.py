"""Which pages a team's settings have, in which groups, and which of them is being looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Page:
    """A page in the menu; it is also the current one on every page whose name begins with one of `below`."""

    label: str | Promise
    view: str
    below: Sequence[str]
    is_for_owners: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the menu."""

    label: str | Promise
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Links under a common name."""

    label: str | Promise
    entries: Sequence[Entry]


GROUPS: Final[Sequence[tuple[str | Promise, Sequence[Page]]]] = (
    (
        _("Team"),
        (
            Page(_("General"), "teams:settings", ("teams:settings",)),
            Page(_("Calendar"), "teams:settings_calendar", ("teams:settings_calendar",)),
            Page(
                _("Members"),
                "teams:settings_members",
                ("teams:settings_member", "teams:settings_invi"),
                is_for_owners=False,
            ),
            Page(_("Weekly report"), "reports:settings_recipients", ("reports:settings_recipients",)),
            Page(_("Ways of sending"), "reports:channels", ("reports:channel",)),
            Page(_("Budget alerts"), "reports:settings_alerts", ("reports:settings_alerts",)),
        ),
    ),
    (
        _("Work"),
        (
            Page(
                _("Boards"),
                "boards:settings",
                ("boards:settings", "reports:stage_change", "imports:settings_words"),
                is_for_owners=False,
            ),
            Page(_("Rules"), "boards:rules", ("boards:rule", "reports:rule_trial"), is_for_owners=False),
            Page(_("Toil types"), "boards:toil_types", ("boards:toil_type",), is_for_owners=False),
        ),
    ),
    (
        _("Sources"),
        (
            Page(_("Connections"), "imports:connections", ("imports:connection",)),
            Page(_("Names at sources"), "imports:people", ("imports:people",)),
            Page(_("API tokens"), "teams:settings_tokens", ("teams:settings_token",)),
        ),
    ),
)


def current_page(view: str) -> Page | None:
    """Return the page of the menu to which a view belongs: the one that names most of it."""
    found = [
        (len(beginning), page)
        for _label, pages in GROUPS
        for page in pages
        for beginning in page.below
        if view.startswith(beginning)
    ]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def settings_menu(*, slug: str, view: str, is_owner: bool) -> list[Group]:
    """Return the groups of links that somebody sees on a page of the settings of a team."""
    current = current_page(view)
    groups = []
    for label, pages in GROUPS:
        seen = [page for page in pages if is_owner or not page.is_for_owners]
        entries = [Entry(page.label, reverse(page.view, args=[slug]), page is current) for page in seen]
        if entries:
            groups.append(Group(label, entries))
    return groups
