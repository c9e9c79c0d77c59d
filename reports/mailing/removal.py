"""What to remove next: the toil type whose removal pays most, and what the week would have been without it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from reports import numbers
from reports.mailing.facts import Facts, RemovalFacts
from reports.sentences import Reading, share_text

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
    """Return what to remove next; where toil is above the target and has no types, that it has to be given some."""
    found = facts.removal
    if found is not None and found.weekly >= WORTH_NAMING:
        sentences = (_cost(found), _payback(found), _effect(found, facts.figures, reading))
        text = " ".join(sentence for sentence in sentences if sentence)
        return Removal(found.name, text, found.url, _("Open the toil type"))
    toil = facts.figures["effort_hours"]["toil"]
    if reading.verdict != "above" or not toil:
        return None
    text = _("%(hours)s of toil went to no toil type worth a project. What recurs can be removed once it has a name.")
    text %= {"hours": numbers.hours(toil)}
    return Removal(_("Name what recurs"), text, facts.urls.get("toil_types", ""), _("Name toil types"))


def _cost(toil: RemovalFacts) -> str:
    return _("It takes %(hours)s a week.") % {"hours": numbers.hours(toil.weekly)}


def _payback(toil: RemovalFacts) -> str:
    if toil.pays_back_weeks is None:
        return ""
    return _("Building its removal pays back in %(weeks)s weeks.") % {"weeks": numbers.decimal(toil.pays_back_weeks)}


def _effect(toil: RemovalFacts, figures: Mapping[str, Any], reading: Reading) -> str:
    """Say what the share would have been, had its hours been engineering; the denominator stays the same."""
    share, effort = reading.toil_share, figures["effort_hours"]
    if share is None or not effort["toil"] or not toil.week_hours:
        return ""
    without = max(0.0, share * (1 - toil.week_hours / effort["toil"]))
    text = share_text(without, low=reading.target_low, high=reading.target_high)
    return _("Spent on engineering instead, it would have made last week’s share %(share)s.") % {"share": text}
