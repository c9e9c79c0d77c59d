"""Times as exports write them, most of them without a zone: they are of the zone that the caller names."""

import re
from datetime import datetime, timedelta, tzinfo
from typing import Final

from imports.sources.months import in_english
from imports.sources.payload import text, time_of

# What Jira and ServiceNow write unless an administrator says otherwise; the day stands before the month.
PATTERNS: Final = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%d/%b/%y %I:%M %p",
    "%d/%b/%Y %I:%M %p",
    "%d/%b/%y %H:%M",
    "%d/%b/%Y %H:%M",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %I:%M %p",
    "%Y-%m-%d %I:%M:%S %p",
    "%Y-%m-%d %I:%M %p",
    "%d-%b-%Y %H:%M:%S",
    "%d-%b-%Y %H:%M",
    "%Y-%m-%d",
    "%d/%b/%y",
    "%Y/%m/%d",
    "%d.%m.%Y",
)


def local_time(value: object, zone: tzinfo) -> str | None:
    """Return a time in UTC, that of `zone` where it names none; None where it cannot be read."""
    found = re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", text(value))
    if not found or (known := time_of(found)) is not None:
        return known if found else None
    found = in_english(found)
    for pattern in PATTERNS:
        try:
            moment = datetime.strptime(re.sub(r"(:\d\d)\.\d+$", r"\1", found), pattern).replace(tzinfo=zone)
        except ValueError:
            continue
        return time_of(moment.isoformat())
    return None


def day_of(value: object, zone: tzinfo) -> str | None:
    """Return the date in a time as it is written."""
    for pattern in PATTERNS:
        try:
            return datetime.strptime(in_english(text(value)), pattern).date().isoformat()  # noqa: DTZ007 - only its date counts
        except ValueError:
            continue
    known = local_time(value, zone)
    return known and datetime.fromisoformat(known).astimezone(zone).date().isoformat()


def later(moment: str | None, milliseconds: object) -> str | None:
    """Return a time so many milliseconds later."""
    if moment is None or isinstance(milliseconds, bool) or not isinstance(milliseconds, (int, float)):
        return None
    if not 0 <= milliseconds < 10**12:
        return None
    return (datetime.fromisoformat(moment) + timedelta(milliseconds=milliseconds)).isoformat()
