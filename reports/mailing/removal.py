"""What to remove next: the toil type that took the most hours lately, and what the week would have been without it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import numbers
from reports.mailing.facts import Facts, RecurringToil
from reports.mailing.parts import change_text
from reports.sentences import Reading, share_text

WEEKS = 4
WORTH_NAMING = 0.5
"""Hours a week below which a toil type is not worth a project."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A toil type with what it costs, what its removal would change, and where to begin."""

    name: str
    text: str
    url: str
    action: str


def removal_of(facts: Facts, reading: Reading) -> Removal | None:
    """Return what to remove next; where no toil type has hours, that toil has to be given its types first."""
    found = max(facts.toil_types, key=lambda one: (one.hours, one.name), default=None)
    if found is not None and found.hours / WEEKS >= WORTH_NAMING:
        text = " ".join(sentence for sentence in (_cost(found), _effect(found, facts.figures, reading)) if sentence)
        return Removal(found.name, text, facts.urls.get("toil_types", ""), _("Open the toil types"))
    toil = facts.figures["effort_hours"]["toil"]
    if reading.verdict != "above" or not toil:
        return None
    text = _("%(hours)s of toil have no toil type. What recurs can only be removed once it has a name.")
    return Removal(
        _("Name what recurs"),
        text % {"hours": numbers.hours(toil)},
        facts.urls.get("toil_types", ""),
        _("Name toil types"),
    )


def _cost(toil: RecurringToil) -> str:
    values = {
        "hours": numbers.hours(toil.hours / WEEKS),
        "count": toil.items,
        "change": change_text(toil.hours, toil.hours_before),
    }
    told = ngettext(
        "It took %(hours)s a week over the last four weeks, in %(count)d item (%(change)s).",
        "It took %(hours)s a week over the last four weeks, in %(count)d items (%(change)s).",
        toil.items,
    )
    return told % values


def _effect(toil: RecurringToil, figures: Mapping[str, Any], reading: Reading) -> str:
    """Say what the share would have been, had its hours been engineering; the denominator stays the same."""
    share, effort = reading.toil_share, figures["effort_hours"]
    if share is None or not effort["toil"] or not toil.week_hours:
        return ""
    without = max(0.0, share * (1 - toil.week_hours / effort["toil"]))
    text = share_text(without, low=reading.target_low, high=reading.target_high)
    return _("Spent on engineering instead, it would have made last week’s share %(share)s.") % {"share": text}
