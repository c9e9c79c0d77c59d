"""The working time of the sample's people: where an hour of work later is, and what of a day is free."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from teams.worktime import Calendar, Span, working_spans
from toiltracker.demo.cast import PLACES, Colleague

HOUR = timedelta(hours=1)


class Clockwork:
    """One person's working spans, and the stretches of them that logs have taken."""

    def __init__(
        self, person: Colleague, *, start: datetime, end: datetime, time_off: Sequence[tuple[date, date]]
    ) -> None:
        place = PLACES[person.place]
        calendar = Calendar(timezone=place.zone, start=place.start, end=place.end, holidays=place.holidays)
        self.person = person
        self.spans = working_spans(calendar, time_off, start, end)
        self._starts = [span.start for span in self.spans]
        self._taken: list[Span] = []

    def after(self, at: datetime, hours: float) -> datetime:
        """Return the instant at which so many hours of work have gone by since `at`; the end if there are fewer."""
        left = timedelta(hours=hours)
        for span in self.spans[max(bisect_right(self._starts, at) - 1, 0) :]:
            begun = max(span.start, at)
            if begun >= span.end:
                continue
            if span.end - begun > left:
                return begun + left
            left -= span.end - begun
        return self.spans[-1].end

    def next_working(self, at: datetime) -> datetime | None:
        """Return the first working instant from `at` on."""
        for span in self.spans[max(bisect_right(self._starts, at) - 1, 0) :]:
            if span.end > at:
                return max(span.start, at)
        return None

    def spans_of_week(self, monday: datetime) -> list[Span]:
        """Return the working spans that begin in the seven days from `monday`."""
        return [span for span in self.spans if monday <= span.start < monday + timedelta(days=7)]

    def take(self, start: datetime, hours: float) -> Span | None:
        """Take `[start, start + hours)` for a log, unless one is there already."""
        wanted = Span(start, start + hours * HOUR)
        if any(wanted.start < taken.end and taken.start < wanted.end for taken in self._taken):
            return None
        self._taken.append(wanted)
        return wanted
