"""Figures as people read them."""

import pytest

from reports import numbers


@pytest.mark.parametrize(
    ("low", "high", "written"),
    [
        (0.05, 0.1, "5–10 %"),
        (0.08, 0.107, "8.0–10.7 %"),
        (0.141, 0.17, "14.1–17.0 %"),
        (0.075, 0.1, "7.5–10.0 %"),
        (0.1, 0.1001, "10 %"),
        (0.0996, 0.1, "10 %"),
        (0.095, 0.095, "9.5 %"),
    ],
)
def test_both_ends_of_a_range_have_as_many_decimals(low, high, written):
    assert numbers.percent_range(low, high).replace("\u00a0", " ") == written
