"""Which rule speaks of an item."""

import pytest

from boards.rules import RuleSpec, Traits, first_match

DISK = Traits(title="Disk FULL on db-3", labels=frozenset({"db", "alert"}), service="postgres", source="pagerduty")


@pytest.mark.parametrize(
    ("conditions", "matches"),
    [
        ({"title_contains": "disk full"}, True),
        ({"title_contains": "disk empty"}, False),
        ({"label": "db"}, True),
        ({"label": "DB"}, False),
        ({"service": "postgres"}, True),
        ({"service": "post"}, False),
        ({"source": "pagerduty"}, True),
        ({"source": "jira"}, False),
        ({"title_contains": "disk", "label": "alert", "service": "postgres", "source": "pagerduty"}, True),
        ({"title_contains": "disk", "label": "alert", "service": "redis"}, False),
        ({}, False),
    ],
)
def test_every_condition_that_is_given_has_to_hold(conditions: dict[str, str], matches: bool) -> None:
    assert RuleSpec(id=1, classification="toil", **conditions).matches(DISK) is matches


def test_case_is_ignored_in_other_alphabets_too() -> None:
    rule = RuleSpec(id=1, classification="toil", title_contains="STRASSE")

    assert rule.matches(Traits(title="Die Straße"))


def test_the_first_match_wins() -> None:
    rules = [
        RuleSpec(id=1, classification="overhead", label="meeting"),
        RuleSpec(id=2, classification="toil", title_contains="disk"),
        RuleSpec(id=3, classification="engineering", service="postgres"),
    ]

    match = first_match(rules, DISK)

    assert match is not None
    assert match.id == 2
    assert first_match([], DISK) is None
