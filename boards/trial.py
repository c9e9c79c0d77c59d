"""What a rule would have decided in the past weeks, before it is saved: read, and nothing written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from boards.models import Classification, ClassifiedBy, Item
from boards.queries import rule_specs, traits_of
from boards.rules import RuleSpec, first_match
from teams.models import Team

WEEKS = 12
LOOKED_AT = timedelta(weeks=WEEKS)

_BY_PEOPLE = (ClassifiedBy.PERSON, ClassifiedBy.SUGGESTION)


@dataclass(slots=True)
class Trial:
    """The items that a rule would decide about, by their ids; the lists after the first are parts of it.

    `disagreeing` has another class by a person, `undecided` none by anybody. `before` counts those that the rule
    speaks of, but about which an earlier one decides.
    """

    items: list[int] = field(default_factory=list)
    disagreeing: list[int] = field(default_factory=list)
    undecided: list[int] = field(default_factory=list)
    before: int = 0

    @property
    def in_order(self) -> list[int]:
        """The items with those first on which there is something to decide, then the newest."""
        first = {**dict.fromkeys(self.disagreeing, 0), **dict.fromkeys(self.undecided, 1)}
        return sorted(self.items, key=lambda item: (first.get(item, 2), -item))


def try_rule(*, team: Team, spec: RuleSpec, at: datetime) -> Trial:
    """Try a rule on what was open or came in during the last twelve weeks; in three queries at most.

    A rule that is there already is tried in its place, a new one behind all others.
    """
    rules = rules_with(rule_specs(team.pk), spec)
    since = at - LOOKED_AT
    recent = Q(created_at__gte=since) | Q(finished_at__gte=since) | Q(finished_at__isnull=True)
    items = Item.objects.kept().filter(recent, board__team=team)
    trial = Trial()
    for item_id, traits, (name, decided_by) in traits_of(items, rules=rules, also=("classification", "classified_by")):
        if not spec.matches(traits):
            continue
        if first_match(rules, traits) is not spec:
            trial.before += 1
            continue
        trial.items.append(item_id)
        if decided_by in _BY_PEOPLE and name not in (spec.classification, Classification.UNCLASSIFIED):
            trial.disagreeing.append(item_id)
        elif decided_by is None and name == Classification.UNCLASSIFIED:
            trial.undecided.append(item_id)
    return trial


def rules_with(rules: Sequence[RuleSpec], spec: RuleSpec) -> list[RuleSpec]:
    """Return the rules with one of them as it would be."""
    if not any(rule.id == spec.id for rule in rules):
        return [*rules, spec]
    return [spec if rule.id == spec.id else rule for rule in rules]
