"""Which class an item probably has, judged by rules and by what people decided for items like it (plain Python).

Deterministic, and silent where it does not know: a suggestion always names its reasons.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

FEWEST_ALIKE = 2
MOST_DOUBT = 0.3
ALIKE = 0.5
SURE_BARS = 5


@dataclass(frozen=True, slots=True)
class Known:
    """An item that somebody classified."""

    id: int
    key: str
    title: str
    service: str
    classification: str


@dataclass(frozen=True, slots=True)
class RuleReason:
    """A rule of the team speaks of such items."""

    name: str


@dataclass(frozen=True, slots=True)
class TitleReason:
    """Items with the same title, but for names and numbers, were classified so."""

    pattern: str
    agreeing: int
    count: int


@dataclass(frozen=True, slots=True)
class WordsReason:
    """Items whose titles share most words were classified so."""

    agreeing: int
    count: int


@dataclass(frozen=True, slots=True)
class ServiceReason:
    """Other items of the service were classified so."""

    service: str
    agreeing: int
    count: int


@dataclass(frozen=True, slots=True)
class LatestReason:
    """The latest item like it."""

    id: int
    key: str


Reason: TypeAlias = RuleReason | TitleReason | WordsReason | ServiceReason | LatestReason


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A class, how sure it is (0 to 1), and why."""

    classification: str
    confidence: float
    reasons: tuple[Reason, ...]

    @property
    def percent(self) -> int:
        """The confidence in whole percent."""
        return round(self.confidence * 100)

    @property
    def bars(self) -> list[bool]:
        """The confidence as five bars, filled or not."""
        filled = round(self.confidence * SURE_BARS)
        return [number < filled for number in range(SURE_BARS)]


def pattern_of(title: str) -> str:
    """Return a title with every word that holds a digit replaced by “*”: what stays is what kind of work it is."""
    words = ["*" if re.search(r"\d", word) else word for word in title.split()]
    return " ".join(word for place, word in enumerate(words) if word != "*" or place == 0 or words[place - 1] != "*")


def suggest(*, title: str, service: str, rule: tuple[str, str] | None, known: Sequence[Known]) -> Suggestion | None:
    """Suggest a class for an item, None where nothing speaks for one.

    `rule` is the class and the name of the rule that matches, if one does; `known` are classified items, the
    latest first. How sure: a rule is certain; else Laplace's rule of succession over the items that are alike,
    (agreeing + 1) / (count + 2), and no suggestion where they agree too little.
    """
    if rule is not None:
        return Suggestion(classification=rule[0], confidence=1.0, reasons=(RuleReason(name=rule[1]),))
    pattern = pattern_of(title).casefold()
    alike = [item for item in known if pattern_of(item.title).casefold() == pattern]
    is_same_title = len(alike) >= FEWEST_ALIKE
    if not is_same_title:
        words = _words(title)
        alike = [item for item in known if _overlap(words, _words(item.title)) >= ALIKE]
    if len(alike) < FEWEST_ALIKE:
        return None
    classification, agreeing = _most(alike)
    confidence = (agreeing + 1) / (len(alike) + 2)
    if agreeing < FEWEST_ALIKE or agreeing / len(alike) < 1 - MOST_DOUBT:
        return None
    first: Reason = (
        TitleReason(pattern=pattern_of(title), agreeing=agreeing, count=len(alike))
        if is_same_title
        else WordsReason(agreeing=agreeing, count=len(alike))
    )
    reasons = [first, *_more_reasons(classification, service, alike, known)]
    return Suggestion(classification=classification, confidence=confidence, reasons=tuple(reasons))


def _more_reasons(
    classification: str, service: str, alike: Sequence[Known], known: Sequence[Known]
) -> Iterable[Reason]:
    of_service = [item for item in known if service and item.service == service]
    agreeing = sum(item.classification == classification for item in of_service)
    if len(of_service) >= FEWEST_ALIKE and agreeing * 2 > len(of_service):
        yield ServiceReason(service=service, agreeing=agreeing, count=len(of_service))
    latest = next(item for item in alike if item.classification == classification)
    yield LatestReason(id=latest.id, key=latest.key)


def _most(items: Sequence[Known]) -> tuple[str, int]:
    """Return the class that most items have, and how many; of equal ones the first in the alphabet."""
    counts = Counter(item.classification for item in items)
    return min(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _words(title: str) -> frozenset[str]:
    found = re.findall(r"[^\W\d_]{3,}", title.casefold())
    return frozenset(found)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of words that both have (Jaccard index); 0 where there are none."""
    return len(one & other) / len(one | other) if one and other else 0.0
