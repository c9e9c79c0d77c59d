from datetime import UTC, datetime, timedelta

import pytest

from boards.ageing import AgeShape, UsualDays, age_of, usual_days
from boards.durations import parse_duration, write_hours

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
USUAL = UsualDays(median=2.0, p85=5.0)


@pytest.mark.parametrize(
    ("days", "shape"),
    [
        (0, AgeShape.HOLLOW),
        (1.9, AgeShape.HOLLOW),
        (2, AgeShape.HALF),
        (5, AgeShape.HALF),
        (5.1, AgeShape.FILLED),
        (9, AgeShape.FILLED),
        (9.1, AgeShape.TRIANGLE),
    ],
)
def test_the_shape_of_an_age_compares_it_with_what_is_usual(days, shape):
    age = age_of(entered_at=NOW - timedelta(days=days), at=NOW, usual=USUAL)

    assert age.shape is shape
    assert age.days == int(days)


def test_an_age_without_experience_claims_nothing():
    age = age_of(entered_at=NOW - timedelta(days=400), at=NOW, usual=None)

    assert age.shape is AgeShape.HOLLOW
    assert age.usual is None


def test_what_enters_in_the_future_is_no_day_old():
    assert age_of(entered_at=NOW + timedelta(hours=1), at=NOW, usual=USUAL).days == 0


def test_usual_days_are_values_that_items_took():
    spans = [timedelta(days=number) for number in range(1, 21)]

    assert usual_days({7: spans}) == {7: UsualDays(median=10.0, p85=17.0, p95=19.0)}


def test_fewer_than_ten_items_are_no_experience():
    assert usual_days({7: [timedelta(days=1)] * 9}) == {}


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30m", 30),
        ("1h 15m", 75),
        ("1h15", None),
        ("1.5 h", 90),
        ("1,5h", 90),
        ("90 min", 90),
        ("2 hours", 120),
        ("2", 120),
        ("0.25", 15),
        ("1:30", 90),
        ("1d", 480),
        ("1d 2h", 600),
        (" 45 M ", 45),
        ("", None),
        ("0", None),
        ("-1h", None),
        ("soon", None),
        ("1h soon", None),
        ("99999999h", None),
        ("9" * 400, None),
        ("1:75", None),
    ],
)
def test_lengths_of_time_are_read_as_people_write_them(text, minutes):
    assert parse_duration(text) == (None if minutes is None else timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("hours", "text"), [(None, ""), (1.5, "1.5 h"), (2.0, "2 h"), (0.25, "0.25 h"), (10.0, "10 h")]
)
def test_hours_are_written_so_that_they_can_be_read_again(hours, text):
    assert write_hours(hours) == text
    assert hours is None or parse_duration(text) == timedelta(hours=hours)
