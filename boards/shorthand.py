"""What is typed into the quick add: `Disk full on db-1 #disk @mira ~toil !` (plain Python)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MOST_LINES: Final = 100

CLASSES: Final = {
    "toil": "toil",
    "t": "toil",
    "engineering": "engineering",
    "eng": "engineering",
    "e": "engineering",
    "overhead": "overhead",
    "o": "overhead",
    "unclassified": "unclassified",
    "u": "unclassified",
}

# A word is syntax only as a whole, and only behind a space or at the beginning: `C#`, `#123`, `a@b.org` and addresses
# of pages are text. Names with spaces stand in quotation marks.
_NAME = r"[\w]+(?:[./:+-][\w]+)*"
_WORD = re.compile(r'[#@]"[^"\s][^"]*"(?=\s|$)|\S+')
_LABEL = re.compile(rf'#(?:"([^"]+)"|({_NAME}))')
_PERSON = re.compile(rf'@(?:"([^"]+)"|({_NAME}(?:@{_NAME})?))')
_ESCAPED = re.compile(r"\\[#@~!]")
_BULLET = re.compile(r"\s*(?:[-*•]|\[[ xX]?\]|\d{1,3}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Typed:
    """A line as it was understood; `people` are names still to be looked up."""

    title: str
    labels: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    classification: str | None = None
    is_interrupt: bool = False


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who can be named."""

    id: int
    name: str
    email: str


def understand(line: str) -> Typed:
    """Read a line: labels, a person, a class and the mark of an interrupt are taken out of the title."""
    title: list[str] = []
    labels: list[str] = []
    people: list[str] = []
    classification, is_interrupt = None, False
    for word in _WORD.findall(line):
        if _ESCAPED.match(word):
            title.append(word[1:])
        elif (label := _LABEL.fullmatch(word)) and not (label[2] or "x").isdecimal():
            labels.append((label[1] or label[2]).strip())
        elif person := _PERSON.fullmatch(word):
            people.append((person[1] or person[2]).strip())
        elif word[0] == "~" and word[1:].casefold() in CLASSES:
            classification = CLASSES[word[1:].casefold()]
        elif word == "!" or word.casefold() == "~interrupt":
            is_interrupt = True
        else:
            title.append(word)
    return Typed(" ".join(title), tuple(dict.fromkeys(labels)), tuple(people), classification, is_interrupt)


def lines_of(text: str) -> list[str]:
    """Return the lines that say something; where there are several, without the marks of a list."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        return lines
    return [rest for line in lines if (rest := _BULLET.sub("", line, count=1).strip())]


def people_called(name: str, people: Sequence[Who]) -> list[Who]:
    """Return who is called so: by address, whole or first name, else who alone begins so."""
    wanted = _plain(name)
    exact = [who for who in people if wanted in _names(who)]
    if exact:
        return exact
    return [who for who in people if any(called.startswith(wanted) for called in _names(who))]


def _names(who: Who) -> set[str]:
    words = who.name.split()
    called = {who.email.casefold(), _plain(who.email.split("@")[0]), _plain(who.name)}
    return {*called, _plain(words[0]) if words else "", _plain(words[-1]) if words else ""} - {""}


def _plain(name: str) -> str:
    return name.casefold() if "@" in name else re.sub(r"[\s._-]", "", name.casefold())
