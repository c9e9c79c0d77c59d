"""Which rule classifies an item: pure, and the first match wins."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSpec:
    """A rule: every condition that is not empty has to hold; one without any matches nothing."""

    id: int
    classification: str
    toil_type_id: int | None = None
    title_contains: str = ""
    label: str = ""
    service: str = ""
    source: str = ""

    def matches(self, traits: "Traits") -> bool:
        """Whether the rule speaks of an item like this; only `title_contains` ignores case."""
        conditions = [
            (self.title_contains, self.title_contains.casefold() in traits.title.casefold()),
            (self.label, self.label in traits.labels),
            (self.service, self.service == traits.service),
            (self.source, self.source == traits.source),
        ]
        asked = [holds for condition, holds in conditions if condition]
        return bool(asked) and all(asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What rules look at in an item."""

    title: str
    labels: frozenset[str] = frozenset()
    service: str = ""
    source: str = ""


def first_match(rules: Iterable[RuleSpec], traits: Traits) -> RuleSpec | None:
    """Return the first rule, in their order, that speaks of such an item."""
    return next((rule for rule in rules if rule.matches(traits)), None)
