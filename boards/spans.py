"""How people write when they worked: 30m, 1h 15m yesterday 14:00, mon 9:00-11:00 (plain Python)."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from boards.durations import LONGEST, parse_duration

DAY_BEGINS: Final = time(9)
"""When work began that names a day, but no time of it."""

LEEWAY: Final = timedelta(minutes=1)
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TOKEN: Final = re.compile(
    r"\s*(?:"
    r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})(?!\d)"
    r"|(?P<dayname>\d{1,2}\.?\s*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:\s+\d{4})?)(?!\w)"
    r"|(?P<clock>\d{1,2}(?::\d{2}\s*(?:[ap]m)?|\s*[ap]m))(?![\w:])"
    r"|(?P<length>\d+(?:[.,]\d+)?\s*(?:d(?:ays?)?|h(?:ours?|rs?)?|m(?:in(?:ute)?s?)?)\.?)(?![a-z])"
    r"|(?P<number>\d+(?:[.,]\d+)?)(?![\w.,:])"
    r"|(?P<dash>-|\bto\b|\buntil\b|\btill\b)"
    r"|(?P<word>[^\W\d]+)"
    r"|(?P<filler>[,;@]))",
)
_IGNORED: Final = frozenset({"at", "on", "from", "for", "since", "and"})


class Trouble(StrEnum):
    """Why a text says no span of time."""

    EMPTY = "empty"
    UNKNOWN = "unknown"
    NO_LENGTH = "no_length"
    TWICE = "twice"
    NO_SUCH_TIME = "no_such_time"
    NO_SUCH_DAY = "no_such_day"
    SKIPPED = "skipped"
    DISAGREES = "disagrees"
    TOO_LONG = "too_long"
    FUTURE = "future"
    BACKWARDS = "backwards"


class NotUnderstoodError(ValueError):
    """A text that cannot be read as a span of time; `word` is the part that is to blame."""

    def __init__(self, trouble: Trouble, word: str = "") -> None:
        super().__init__(f"{trouble}: {word}")
        self.trouble = trouble
        self.word = word


@dataclass(frozen=True, slots=True)
class Span:
    """From one instant to a later one, both with their zone."""

    started_at: datetime
    ended_at: datetime


@dataclass(slots=True)
class _Side:
    """What stands before or after the dash."""

    day: date | None = None
    clock: time | None = None
    midnight: bool = False


@dataclass(slots=True)
class _Read:
    start: _Side = field(default_factory=_Side)
    end: _Side = field(default_factory=_Side)
    is_range: bool = False
    length: timedelta = timedelta()


def parse_span(text: str, *, at: datetime, zone: tzinfo) -> Span:
    """Return the span of time that a text names at the instant `at` to a reader in `zone`.

    A length alone ended just now; with a day alone it began at 09:00; weekdays are the latest, today included. Of an
    hour that the clock strikes twice, the first is meant. Lengths are true hours, on the days too when clocks change.
    Raises NotUnderstoodError.
    """
    now = at.astimezone(zone).replace(second=0, microsecond=0)
    words = unicodedata.normalize("NFKC", text).translate(str.maketrans("–—−〜~", "-----")).lower().strip()
    if not words:
        raise NotUnderstoodError(Trouble.EMPTY)
    if (length := _lone_length(words)) is not None:
        return _checked(Span(_earlier(now, length), now), at=at)
    read = _read(words, today=now.date())
    span = _range(read, now) if read.is_range else _with_length(read, now)
    return _checked(span, at=at)


def write_span(span: Span, zone: tzinfo) -> str:
    """Return a span as people could type it, to the minute: 2026-11-20 14:00-15:30."""
    start, end = span.started_at.astimezone(zone), span.ended_at.astimezone(zone)
    day = "" if start.date() == end.date() else f"{end.date().isoformat()} "
    return f"{start.date().isoformat()} {start:%H:%M}-{day}{end:%H:%M}"


def _lone_length(words: str) -> timedelta | None:
    """Read a length that stands alone; 1:30 is one, 01:30 is a time of day."""
    if re.match(r"\d\d:", words):
        return None
    return parse_duration(words)


def _read(words: str, *, today: date) -> _Read:
    read, place = _Read(), 0
    last = False
    while place < len(words):
        found = _TOKEN.match(words, place)
        if found is None or not found.lastgroup:
            raise NotUnderstoodError(Trouble.UNKNOWN, words[place:].split(maxsplit=1)[0])
        kind, said = found.lastgroup, found[found.lastgroup].strip()
        place = found.end()
        if (kind == "word" and said in _IGNORED) or kind == "filler":
            continue
        if kind == "word" and said == "last":
            last = True
            continue
        _take(read, kind, said, today=today, last=last, dash_follows=words[place:].lstrip()[:1] == "-")
        last = False
        while place < len(words) and words[place].isspace():
            place += 1
    return read


def _take(read: _Read, kind: str, said: str, *, today: date, last: bool, dash_follows: bool) -> None:
    side = read.end if read.is_range else read.start
    if kind == "dash":
        if read.is_range:
            raise NotUnderstoodError(Trouble.TWICE, said)
        read.is_range = True
    elif kind == "length":
        read.length += parse_duration(said) or _raise(Trouble.NO_LENGTH, said)
    elif kind == "clock" or (kind == "number" and (read.is_range or dash_follows)):
        if side.clock is not None:
            raise NotUnderstoodError(Trouble.TWICE, said)
        side.clock, side.midnight = _clock(said)
    elif kind == "number":
        raise NotUnderstoodError(Trouble.UNKNOWN, said)
    else:
        if side.day is not None:
            raise NotUnderstoodError(Trouble.TWICE, said)
        side.day = _day(kind, said, today=today, last=last)


def _clock(said: str) -> tuple[time, bool]:
    """Return the time of day, and whether it is the midnight that ends the day (24:00)."""
    found = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?\s*([ap]m)?", said)
    if found is None:
        raise NotUnderstoodError(Trouble.NO_SUCH_TIME, said)
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        if not 1 <= hour <= 12:
            raise NotUnderstoodError(Trouble.NO_SUCH_TIME, said)
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise NotUnderstoodError(Trouble.NO_SUCH_TIME, said)
    return time(hour % 24, minute), hour == 24


def _day(kind: str, said: str, *, today: date, last: bool) -> date:
    try:
        if kind == "iso":
            return date(*(int(part) for part in said.split("-")))
        if kind == "dayname":
            return _day_of_month(said, today)
        if said in {"today", "now"}:
            return today
        if said == "yesterday":
            return today - timedelta(days=1)
    except (ValueError, OverflowError):
        raise NotUnderstoodError(Trouble.NO_SUCH_DAY, said) from None
    if len(said) < 3 or said[:3] not in _WEEKDAYS or said not in _weekday_names():
        raise NotUnderstoodError(Trouble.UNKNOWN, said)
    back = (today.weekday() - _WEEKDAYS.index(said[:3])) % 7
    return today - timedelta(days=back or (7 if last else 0))


def _day_of_month(said: str, today: date) -> date:
    """Read 20 Nov or 20 November 2025; without a year it is the latest such day."""
    found = re.fullmatch(r"(\d{1,2})\.?\s*([a-z]{3})[a-z]*\.?(?:\s+(\d{4}))?", said)
    if found is None:
        raise ValueError(said)
    month, number = _MONTHS.index(found[2]) + 1, int(found[1])
    if found[3]:
        return date(int(found[3]), month, number)
    for year in range(today.year, today.year - 9, -1):
        try:
            day = date(year, month, number)
        except ValueError:
            continue
        if day <= today:
            return day
    raise ValueError(said)


def _weekday_names() -> frozenset[str]:
    full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return frozenset({*full, *_WEEKDAYS, "tues", "wednes", "thur", "thurs", "weds"})


def _range(read: _Read, now: datetime) -> Span:
    if read.start.clock is None or read.end.clock is None:
        raise NotUnderstoodError(Trouble.NO_LENGTH)
    first = read.start.day or read.end.day or now.date()
    last = read.end.day if read.start.day and read.end.day else None
    start = _instant(first, read.start, now)
    end = _instant(last or first, read.end, now)
    if _utc(end) <= _utc(start):
        end = end.replace(fold=1)  # 02:40-02:20 in the night in which the clock goes back
    if last is None and _utc(end) <= _utc(start):
        end = _instant(_next(first), read.end, now)
    span = Span(start, end)
    if read.length and read.length != _utc(end) - _utc(start):
        raise NotUnderstoodError(Trouble.DISAGREES)
    return span


def _with_length(read: _Read, now: datetime) -> Span:
    if not read.length:
        raise NotUnderstoodError(Trouble.NO_LENGTH)
    if read.start.clock is None and read.start.day in {None, now.date()}:
        return Span(_earlier(now, read.length), now)
    side = _Side(clock=read.start.clock or DAY_BEGINS, midnight=read.start.midnight)
    start = _instant(read.start.day or now.date(), side, now)
    return Span(start, _later(start, read.length))


def _instant(day: date, side: _Side, now: datetime) -> datetime:
    """Return the instant at which the clock of the reader's zone showed a time on a day."""
    clock = side.clock or DAY_BEGINS
    local = datetime.combine(_next(day) if side.midnight else day, clock, now.tzinfo)
    try:
        shown = local.astimezone(UTC).astimezone(now.tzinfo)
    except OverflowError:
        raise NotUnderstoodError(Trouble.NO_SUCH_DAY, day.isoformat()) from None
    if shown.replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NotUnderstoodError(Trouble.SKIPPED, f"{clock:%H:%M}")
    return local


def _next(day: date) -> date:
    try:
        return day + timedelta(days=1)
    except OverflowError:
        raise NotUnderstoodError(Trouble.NO_SUCH_DAY, day.isoformat()) from None


def _earlier(moment: datetime, length: timedelta) -> datetime:
    return (_utc(moment) - length).astimezone(moment.tzinfo)


def _later(moment: datetime, length: timedelta) -> datetime:
    try:
        return (_utc(moment) + length).astimezone(moment.tzinfo)
    except OverflowError:
        raise NotUnderstoodError(Trouble.FUTURE) from None


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _checked(span: Span, *, at: datetime) -> Span:
    start, end = _utc(span.started_at), _utc(span.ended_at)
    if end <= start:
        raise NotUnderstoodError(Trouble.BACKWARDS)
    if end > at + LEEWAY:
        raise NotUnderstoodError(Trouble.FUTURE)
    if start.year < 1900:
        raise NotUnderstoodError(Trouble.NO_SUCH_DAY, str(start.date()))
    if end - start > LONGEST:
        raise NotUnderstoodError(Trouble.TOO_LONG)
    return Span(start, end)


def _raise(trouble: Trouble, word: str) -> timedelta:
    raise NotUnderstoodError(trouble, word)
