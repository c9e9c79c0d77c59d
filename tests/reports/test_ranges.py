"""Which days a page is asked for, and how that stands in an address."""

from datetime import UTC, date, datetime

import pytest

from reports.pages.asked import Asked, asked_for

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


def asked(**given: str) -> Asked:
    given = {name.rstrip("_"): value for name, value in given.items()}
    return asked_for(given, timezone="UTC", denominator="classified", at=NOW)


def test_without_a_question_it_is_the_last_full_week() -> None:
    found = asked()

    assert (found.start, found.end, found.is_week, found.is_over) == (
        date(2026, 11, 9),
        date(2026, 11, 16),
        True,
        True,
    )
    assert found.query == "week=2026-W46&weeks=26"
    assert (found.before.start, found.before.end) == (date(2026, 11, 2), date(2026, 11, 9))


def test_any_days_can_be_asked_for() -> None:
    found = asked(from_="2026-10-01", to="2026-10-28", denominator="capacity", compare="1")

    assert (found.day_count, found.is_week, found.is_compared) == (28, False, True)
    assert found.query == "from=2026-10-01&to=2026-10-28&weeks=26&denominator=capacity&compare=1"
    assert (found.before.start, found.before.end) == (date(2026, 9, 3), date(2026, 10, 1))
    assert found.later == "from=2026-10-29&to=2026-11-25&weeks=26&denominator=capacity&compare=1"


def test_the_days_of_a_week_are_the_week() -> None:
    assert asked(from_="2026-11-02", to="2026-11-08").query == "week=2026-W45&weeks=26"


def test_days_that_are_not_over_go_up_to_today() -> None:
    found = asked(from_="2026-11-01", to="2027-01-01")

    assert (found.end, found.is_over, found.later) == (date(2026, 11, 19), False, "")
    assert asked(from_="2026-11-01").end == date(2026, 11, 19)


def test_the_charts_show_all_weeks_of_a_long_range() -> None:
    assert asked(from_="2025-11-17", to="2026-11-15").chart_weeks == 52
    assert asked(weeks="12").chart_weeks == 12


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"from_": "2026-11-09", "to": "soon"}, "“soon” is not a day"),
        ({"from_": "\0", "to": "2026-11-09"}, "is not a day"),
        ({"to": "2026-11-09"}, "A range needs its first day."),
        ({"from_": "2026-11-09", "to": "2026-11-01"}, "The first day comes after the last."),
        ({"from_": "2026-12-01", "to": "2026-12-05"}, "These days have not begun yet."),
        ({"from_": "2020-01-01", "to": "2026-01-01"}, "at most two years"),
        ({"from_": "2026-11-09", "to": "9999-12-31"}, "is not a day"),
        ({"denominator": "everything"}, "classified, tracked, engineering or capacity"),
    ],
)
def test_what_makes_no_sense_is_told_and_the_usual_shown(given: dict[str, str], sentence: str) -> None:
    found = asked(**given)

    assert sentence in found.problem
    assert (found.start, found.denominator) == (date(2026, 11, 9), "classified")
