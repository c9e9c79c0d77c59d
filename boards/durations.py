"""How people write a length of time: 30m, 1h 15m, 1.5 h, 90 min, 1:30 (plain Python)."""

import re
from datetime import timedelta

LONGEST = timedelta(days=31)

_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)")
_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*(d|h|m)[a-z]*\.?\s*", re.IGNORECASE)
_HOURS = {"d": 8.0, "h": 1.0, "m": 1 / 60}


def parse_duration(text: str) -> timedelta | None:
    """Return the time that a text names, None where it names none; a number alone means hours, a day has 8 of them."""
    text = text.strip()
    if clock := _CLOCK.fullmatch(text):
        return timedelta(hours=int(clock[1]), minutes=int(clock[2]))
    if re.fullmatch(r"\d+(?:[.,]\d+)?", text):
        return _limited(float(text.replace(",", ".")))
    hours, place = 0.0, 0
    while part := _PART.match(text, place):
        hours += float(part[1].replace(",", ".")) * _HOURS[part[2].lower()]
        place = part.end()
    return _limited(hours) if text and place == len(text) else None


def _limited(hours: float) -> timedelta | None:
    """Return the time in whole seconds, None where it is nothing or longer than a month."""
    if hours > LONGEST / timedelta(hours=1):
        return None
    length = timedelta(seconds=round(hours * 3600))
    return length or None


def write_hours(hours: float | None) -> str:
    """Return hours as people would type them: 1.5 h; nothing for None."""
    return "" if hours is None else f"{hours:.2f}".rstrip("0").rstrip(".") + " h"
