"""What the sentences about a share say."""

from datetime import date

import pytest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from reports import numbers
from reports.sentences import (
    Reading,
    change_sentence,
    range_sentence,
    revision_sentence,
    streak_sentence,
    verdict_sentence,
)


def reading(**changes: object) -> Reading:
    """Return the reading of the example in docs/measurement.md, changed where a test says so."""
    values = {
        "toil_share": 18 / 198,
        "toil_share_low": 0.09,
        "toil_share_high": 0.1,
        "target_low": 0.05,
        "target_high": 0.1,
        "verdict": "within",
        "certain": True,
        "denominator": "classified",
        "unclassified_hours": 2.0,
    }
    return Reading(**{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Toil was 9.1 % of classified work, within the 5–10 % target"),
        (
            {"toil_share": 0.124, "verdict": "above"},
            "Toil was 12.4 % of classified work, above the 5–10 % target",
        ),
        (
            {"toil_share": 0.0, "verdict": "below", "denominator": "tracked"},
            "Toil was 0.0 % of tracked work, below the 5–10 % target",
        ),
        (
            {"toil_share": 0.0789, "denominator": "capacity", "target_low": 0.075, "target_high": 0.075},
            "Toil was 7.9 % of capacity, within the 7.5 % target",
        ),
        (
            {"toil_share": None, "verdict": "no_data"},
            "No work was classified, so there is no toil share",
        ),
    ],
)
def test_the_verdict_comes_in_one_sentence(changes: dict[str, object], sentence: str) -> None:
    assert verdict_sentence(reading(**changes)) == sentence


def test_a_period_that_is_not_over_is_told_in_the_present() -> None:
    assert verdict_sentence(reading(), is_over=False).startswith("Toil is 9.1 %")


def test_the_share_never_reads_as_if_the_verdict_were_wrong() -> None:
    barely_above = reading(toil_share=0.1001, verdict="above")

    assert barely_above.share_text == "10.01 %"
    assert reading(toil_share=0.1).share_text == "10.0 %"
    assert reading(toil_share=0.0499, verdict="below").share_text == "4.99 %"


def test_emphasis_makes_safe_html() -> None:
    sentence = verdict_sentence(reading(), emphasise=lambda text: format_html("<b>{}</b>", text))

    assert isinstance(sentence, SafeString)
    assert sentence == (
        'Toil was <b>9.1 %</b> of classified work, within the <span class="nowrap">5–10 %</span> target'
    )


def test_unclassified_hours_give_a_range() -> None:
    assert range_sentence(reading()) == "It could be 9–10 % (2 h without a class)."
    assert range_sentence(reading(certain=False)).startswith("The verdict is not certain: the share could be 9–10 %")
    assert range_sentence(reading(unclassified_hours=0.0)) == ""


def test_a_change_names_the_earlier_share_and_week() -> None:
    assert change_sentence(0.124, 0.147, week=46) == "Down from 14.7 % in week 46."
    assert change_sentence(0.15, 0.147, week=46) == "Up from 14.7 % in week 46."
    assert change_sentence(0.1471, 0.147, week=46) == "As in week 46."
    assert change_sentence(0.1471, None, week=46) == ""


def test_a_streak_begins_with_the_second_week() -> None:
    assert streak_sentence("above", 1) == ""
    assert streak_sentence("above", 7) == "7 weeks in a row above the target."
    assert streak_sentence("no_data", 7) == ""


def test_a_revision_is_told_as_the_measurement_page_says() -> None:
    told = revision_sentence(week=46, before="9.1 %", after="9.6 %", causes=["3 items reclassified"])

    assert told == "W46: 9.1 % is now 9.6 %, 3 items reclassified"


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0 h"), (0.01, "< 0.1 h"), (1.0, "1 h"), (21.64, "21.6 h"), (173.6, "174 h")]
)
def test_hours_are_as_exact_as_they_are_read(value: float, text: str) -> None:
    assert numbers.hours(value) == text


def test_the_days_of_a_week_are_short() -> None:
    assert numbers.days_of_week(date(2025, 11, 17)) == "17–23 Nov"
    assert numbers.days_of_week(date(2025, 12, 29)) == "29 Dec – 4 Jan"
