"""What is to be said to people, before it is known by which way: as a mail, in Slack, to a program."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is to be said, in one language: a subject, a headline, what follows from it, and where to look."""

    subject: str
    headline: str
    paragraphs: Sequence[str] = ()
    figures: Sequence[tuple[str, str]] = field(default_factory=tuple)
    link_text: str
    url: str
