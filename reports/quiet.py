"""Quiet hours: until when something that is to be told has to wait.

Plain arithmetic: no database and no clock. Instants are aware datetimes in UTC.
"""

from datetime import datetime, time

from reports.periods import ONE_DAY, local_date
from teams.worktime import instant_of, zone_named


def end_of_quiet(at: datetime, *, start: time | None, end: time | None, timezone: str) -> datetime:
    """Return the instant at which the quiet hours in which `at` lies are over; `at` itself outside of them.

    They go from `start` up to `end` by the wall clock of the zone, over midnight where `end` is the earlier; without
    either, or with both the same, there are none. A time that clocks skip is moved on by what was skipped.
    """
    if start is None or end is None or start == end:
        return at
    now = at.astimezone(zone_named(timezone)).time()
    today = local_date(at, timezone)
    if start < end:
        is_quiet, day = start <= now < end, today
    else:
        is_quiet, day = now >= start or now < end, today + ONE_DAY if now >= start else today
    return max(at, instant_of(day, end, timezone)) if is_quiet else at
