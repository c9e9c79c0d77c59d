"""When somebody worked, as people write it: a worked table, the days on which clocks change, and any text at all."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boards.spans import NotUnderstoodError, Span, Trouble, parse_span, write_span

TOKYO, BERLIN, SYDNEY = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Sydney")
NOW = datetime(2026, 11, 24, 15, 30, 40, tzinfo=TOKYO)  # a Tuesday


def read(text, at=NOW, zone=TOKYO):
    span = parse_span(text, at=at, zone=zone)
    start, end = span.started_at.astimezone(zone), span.ended_at.astimezone(zone)
    return f"{start:%m-%d %H:%M} {end:%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30m", "11-24 15:00 11-24 15:30"),
        ("2", "11-24 13:30 11-24 15:30"),
        ("1:30", "11-24 14:00 11-24 15:30"),
        ("1.5 h", "11-24 14:00 11-24 15:30"),
        ("1h 15m", "11-24 14:15 11-24 15:30"),
        ("1h15m", "11-24 14:15 11-24 15:30"),
        ("90 minutes", "11-24 14:00 11-24 15:30"),
        ("45m today", "11-24 14:45 11-24 15:30"),
        ("1h 15m yesterday 14:00", "11-23 14:00 11-23 15:15"),
        ("1h15m Yesterday at 2pm", "11-23 14:00 11-23 15:15"),
        ("yesterday 14:00 1h", "11-23 14:00 11-23 15:00"),
        ("2h today 9:00-11:00", "11-24 09:00 11-24 11:00"),
        ("14:00–15:30", "11-24 14:00 11-24 15:30"),
        ("from 9:00 to 11:00 yesterday", "11-23 09:00 11-23 11:00"),
        ("9-11", "11-24 09:00 11-24 11:00"),
        ("9am-11:30 am", "11-24 09:00 11-24 11:30"),
        ("mon 10:00 45m", "11-23 10:00 11-23 10:45"),
        ("tue 10:00 45m", "11-24 10:00 11-24 10:45"),
        ("last tuesday 10:00 45m", "11-17 10:00 11-17 10:45"),
        ("wed 1h", "11-18 09:00 11-18 10:00"),
        ("3h yesterday", "11-23 09:00 11-23 12:00"),
        ("yesterday 23:30-00:15", "11-23 23:30 11-24 00:15"),
        ("yesterday 22:00-24:00", "11-23 22:00 11-24 00:00"),
        ("2026-11-20 22:00-2026-11-21 03:00", "11-20 22:00 11-21 03:00"),
        ("20 Nov 8:00-9:00", "11-20 08:00 11-20 09:00"),
        ("20 november 2026, 8:00, 30m", "11-20 08:00 11-20 08:30"),
        ("30 dec 2025 8:00 1h", "12-30 08:00 12-30 09:00"),
        ("３０ｍ", "11-24 15:00 11-24 15:30"),
        ("12:30am 30m", "11-24 00:30 11-24 01:00"),
    ],
)
def test_work_is_read_as_people_write_it(text, span):
    assert read(text) == span


@pytest.mark.parametrize(
    ("text", "trouble", "word"),
    [
        ("", Trouble.EMPTY, ""),
        ("a while", Trouble.UNKNOWN, "a"),
        ("30m soon", Trouble.UNKNOWN, "soon"),
        ("30m monkey", Trouble.UNKNOWN, "monkey"),
        ("30m 5", Trouble.UNKNOWN, "5"),
        ("30m $", Trouble.UNKNOWN, "$"),
        ("14:00", Trouble.NO_LENGTH, ""),
        ("yesterday", Trouble.NO_LENGTH, ""),
        ("0m", Trouble.NO_LENGTH, "0m"),
        ("9:00-", Trouble.NO_LENGTH, ""),
        ("1h 25:00", Trouble.NO_SUCH_TIME, "25:00"),
        ("1h 13pm", Trouble.NO_SUCH_TIME, "13pm"),
        ("1h 9:75", Trouble.NO_SUCH_TIME, "9:75"),
        ("1h 2026-02-30", Trouble.NO_SUCH_DAY, "2026-02-30"),
        ("1h 31 feb", Trouble.NO_SUCH_DAY, "31 feb"),
        ("1h 0001-01-01 10:00", Trouble.NO_SUCH_DAY, "0001-01-01"),
        ("1h yesterday monday", Trouble.TWICE, "monday"),
        ("1h 9:00 10:00", Trouble.TWICE, "10:00"),
        ("9:00-10:00-11:00", Trouble.TWICE, "-"),
        ("3h 9:00-11:00", Trouble.DISAGREES, ""),
        ("1h 16:00", Trouble.FUTURE, ""),
        ("1h 2999-01-01", Trouble.FUTURE, ""),
        ("2026-11-21 03:00-2026-11-20 22:00", Trouble.BACKWARDS, ""),
        ("2026-01-01 03:00-2026-11-20 22:00", Trouble.TOO_LONG, ""),
    ],
)
def test_what_is_not_understood_says_what(text, trouble, word):
    with pytest.raises(NotUnderstoodError) as refused:
        parse_span(text, at=NOW, zone=TOKYO)

    assert (refused.value.trouble, refused.value.word) == (trouble, word)


def test_a_time_that_the_clock_skipped_is_refused():
    # Berlin, 29 March 2026: after 01:59 comes 03:00.
    at = datetime(2026, 3, 29, 18, tzinfo=BERLIN)

    with pytest.raises(NotUnderstoodError) as refused:
        parse_span("30m 2:30", at=at, zone=BERLIN)

    assert (refused.value.trouble, refused.value.word) == (Trouble.SKIPPED, "02:30")


@pytest.mark.parametrize(
    ("text", "hours"),
    [("1:30-3:30", 1), ("2h 1:30", 2), ("0:00-24:00", 23)],
)
def test_in_the_night_that_loses_an_hour_the_hours_are_true_ones(text, hours):
    at = datetime(2026, 3, 30, 18, tzinfo=BERLIN)

    span = parse_span("2026-03-29 " + text, at=at, zone=BERLIN)

    assert span.ended_at - span.started_at == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("text", "hours"),
    [("1:30-3:30", 3), ("2:30-3:30", 2), ("2h 2:30", 2), ("0:00-24:00", 25), ("2:40-2:20", 40 / 60)],
)
def test_in_the_night_that_gains_an_hour_the_first_of_two_is_meant(text, hours):
    # Berlin, 25 October 2026: 02:00 to 03:00 comes twice.
    at = datetime(2026, 10, 26, 18, tzinfo=BERLIN)

    span = parse_span("2026-10-25 " + text, at=at, zone=BERLIN)

    assert span.ended_at - span.started_at == timedelta(hours=hours)


def test_today_is_the_readers():
    # Midnight has passed in Sydney, but not in Berlin.
    at = datetime(2026, 11, 24, 0, 30, tzinfo=SYDNEY)

    in_sydney = parse_span("9:00 30m yesterday", at=at, zone=SYDNEY)
    in_berlin = parse_span("9:00 30m yesterday", at=at, zone=BERLIN)

    assert in_sydney.started_at == datetime(2026, 11, 23, 9, tzinfo=SYDNEY)
    assert in_berlin.started_at == datetime(2026, 11, 22, 9, tzinfo=BERLIN)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        span = parse_span(text, at=NOW, zone=BERLIN)
    except NotUnderstoodError:
        return
    assert span.started_at < span.ended_at <= NOW + timedelta(minutes=1)


WORDS = ["30m", "1h", "1.5", "-", "to", "mon", "last", "yesterday", "9:00", "9am", "24:00", "2:30", "2026-03-29", "5"]


@given(st.lists(st.sampled_from(WORDS), max_size=6), st.sampled_from([TOKYO, BERLIN, SYDNEY]))
def test_any_words_are_read_or_refused(words, zone):
    try:
        span = parse_span(" ".join(words), at=NOW, zone=zone)
    except NotUnderstoodError:
        return
    assert span.started_at < span.ended_at <= NOW + timedelta(minutes=1)


@given(
    st.integers(0, 320 * 24 * 60),
    st.integers(1, 31 * 24 * 60),
    st.sampled_from([TOKYO, BERLIN, SYDNEY]),
)
def test_what_was_written_is_read_again(minute, minutes, zone):
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    span = Span(start, start + timedelta(minutes=minutes))
    if any(moment.astimezone(zone).fold for moment in (span.started_at, span.ended_at)):
        return

    read_again = parse_span(write_span(span, zone), at=start + timedelta(days=60), zone=zone)

    assert read_again == span
