"""Journals of ServiceNow: comments and work notes, which come as one text with a head before each entry."""

import re
from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Final

from imports.sources import comments
from imports.sources.mapped import SourceComment, Talk
from imports.sources.moments import local_time

NAMES: Final = (
    *("comments_and_work_notes", "comments and work notes", "comments", "additional comments"),
    *("work_notes", "work notes"),
)
# “2026-11-02 10:00:00 - Ann Lee (Work notes)”
HEAD: Final = re.compile(r"^(\d[\d./-]+ \d[\d:]+(?: [AP]M)?) - (.{1,200}?) \([^()\n]{1,60}\)[ \t]*$", re.MULTILINE)


def talk_of(number: str, texts: Iterable[str], *, handles: Mapping[str, str], zone: tzinfo) -> Talk | None:
    """Return what was said on an incident; `handles` are what people are called elsewhere, by their names.

    The heads name no zone: theirs is that of who exported them, so that the caller has to say which.
    """
    found: dict[str, SourceComment] = {}
    for text in texts:
        heads = list(HEAD.finditer(text))
        for place, head in enumerate(heads, start=1):
            end = heads[place].start() if place < len(heads) else len(text)
            at, who = local_time(head[1], zone), head[2].strip()
            words = text[head.end() : end].strip()
            author = handles.get(who, who)
            said = comments.said(f"{comments.UNNUMBERED}{at}/{who}", author, words, (at, None)) if at else None
            if said is not None:
                found.setdefault(f"{said.number}/{words}", said)
    return comments.talk(number, comments.told_apart(found.values()))
