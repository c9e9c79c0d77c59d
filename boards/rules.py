"""Which rule classifies an item: pure, and the first match wins."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from boards.patterns import pattern_found

CONDITIONS: Final = (
    "title_contains", "title_matches", "label", "service", "source", "project", "reporter", "priority", "is_interrupt",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSpec:
    """A rule: every condition that is not empty has to hold; one without any matches nothing.

    It gives a class and, as far as it names them, a toil type, labels, and a service to what has none.
    """

    id: int
    classification: str
    name: str = ""
    toil_type_id: int | None = None
    labels: tuple[str, ...] = ()
    sets_service: str = ""
    title_contains: str = ""
    title_matches: str = ""
    label: str = ""
    service: str = ""
    source: str = ""
    project: str = ""
    reporter: str = ""
    priority: str = ""
    is_interrupt: bool | None = None
    needle: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "needle", self.title_contains.casefold())

    @property
    def has_condition(self) -> bool:
        """Whether it asks for anything."""
        return has_condition({name: getattr(self, name) for name in CONDITIONS})

    def matches(self, traits: "Traits") -> bool:
        """Whether the rule speaks of an item like this; only conditions on title and reporter ignore case."""
        return (
            (not self.source or self.source == traits.source)
            and (not self.service or self.service == traits.service)
            and (not self.project or self.project == traits.project)
            and (not self.reporter or self.reporter.casefold() == traits.reporter.casefold())
            and (not self.priority or self.priority == traits.priority)
            and (self.is_interrupt is None or self.is_interrupt == traits.is_interrupt)
            and (not self.label or self.label in traits.labels)
            and (not self.needle or self.needle in traits.folded)
            and (not self.title_matches or pattern_found(self.title_matches, traits.title))
            and self.has_condition
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What rules look at in an item."""

    title: str
    labels: frozenset[str] = frozenset()
    service: str = ""
    source: str = ""
    project: str = ""
    reporter: str = ""
    priority: str = "normal"
    is_interrupt: bool = False
    folded: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", self.title.casefold())


def has_condition(conditions: Mapping[str, Any]) -> bool:
    """Whether any of these conditions asks for something."""
    return any(conditions.get(name) not in ("", None) for name in CONDITIONS)


def first_match(rules: Iterable[RuleSpec], traits: Traits) -> RuleSpec | None:
    """Return the first rule, in their order, that speaks of such an item."""
    return next((rule for rule in rules if rule.matches(traits)), None)


def project_of(external_id: str) -> str:
    """Return the project in a ticket's name: OPS of OPS-12, acme/shop of acme/shop#7; else nothing."""
    found = re.fullmatch(r"(.+?)[-#!]\d+", external_id)
    return found[1] if found else ""


def expression_of(pattern: str) -> str:
    """Return the expression for a title in which “*” stands for words with digits: `Disk full on *`."""
    numbers = r"\S*\d\S*(?:\s+\S*\d\S*)*"
    return "^" + r"\s+".join(numbers if word == "*" else _escaped(word) for word in pattern.split()) + "$"


def _escaped(text: str) -> str:
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
