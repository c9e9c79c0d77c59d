"""Two versions of a text, line by line: what went, what came, and a little of what stayed (plain Python)."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

CONTEXT = 2
MOST_LINES = 2000
"""Longer texts are shown whole, one after the other: comparing takes time that grows with their square."""


class Kind(StrEnum):
    """What became of a line."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a comparison; of skipped ones, `text` is how many."""

    kind: Kind
    text: str

    @property
    def is_gone(self) -> bool:
        """Whether it stood only before."""
        return self.kind is Kind.GONE

    @property
    def is_new(self) -> bool:
        """Whether it stands only now."""
        return self.kind is Kind.NEW

    @property
    def is_skipped(self) -> bool:
        """Whether it stands for lines that stayed."""
        return self.kind is Kind.SKIPPED


def compare(before: str, after: str) -> list[Line]:
    """Return the lines of both versions, with at most two around each place that differs."""
    old, new = before.splitlines(), after.splitlines()
    if len(old) + len(new) > MOST_LINES:
        return [*(Line(Kind.GONE, line) for line in old), *(Line(Kind.NEW, line) for line in new)]
    lines: list[Line] = []
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for number, (tag, a, b, c, d) in enumerate(blocks):
        if tag == "equal":
            lines += _around(old[a:b], is_first=number == 0, is_last=number == len(blocks) - 1)
        else:
            lines += [Line(Kind.GONE, line) for line in old[a:b]]
            lines += [Line(Kind.NEW, line) for line in new[c:d]]
    return lines


def _around(same: list[str], *, is_first: bool, is_last: bool) -> list[Line]:
    head = [] if is_first else same[:CONTEXT]
    tail = [] if is_last else same[len(head) :][-CONTEXT:]
    skipped = len(same) - len(head) - len(tail)
    middle = [Line(Kind.SKIPPED, str(skipped))] if skipped else []
    return [*(Line(Kind.SAME, line) for line in head), *middle, *(Line(Kind.SAME, line) for line in tail)]
