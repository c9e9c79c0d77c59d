"""What became of a try to hand something over, be it to a mail server or to an address on the web."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Fate(StrEnum):
    """What became of a message."""

    ACCEPTED = "accepted"
    RETRY = "retry"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message, and what the other side said to it.

    `is_mute` where it did not answer in time, `is_gone` where it wants nothing more at all, `retry_after` where it said
    how long it wants to be left alone.
    """

    fate: Fate
    detail: str = ""
    is_mute: bool = False
    is_gone: bool = False
    retry_after: timedelta | None = None
