"""Which rule speaks of an item."""

from typing import Any

import pytest

from boards.patterns import PatternError, check_pattern
from boards.ready_rules import READY_RULES, ReadyRule
from boards.rules import RuleSpec, Traits, expression_of, first_match, has_condition, project_of
from boards.suggest import pattern_of

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


@pytest.mark.parametrize(
    ("conditions", "matches"),
    [
        ({"project": "OPS"}, True),
        ({"project": "ops"}, False),
        ({"priority": "high"}, True),
        ({"priority": "low"}, False),
        ({"is_interrupt": True}, True),
        ({"is_interrupt": False}, False),
        ({"is_interrupt": None}, False),
    ],
)
def test_project_priority_and_interrupt_are_conditions(conditions: dict[str, Any], matches: bool) -> None:
    traits = Traits(title="Any", project="OPS", priority="high", is_interrupt=True)

    assert RuleSpec(id=1, classification="toil", **conditions).matches(traits) is matches


@pytest.mark.parametrize(
    ("expression", "title", "matches"),
    [
        (r"disk \d+ full", "Disk is FULL", False),
        (r"disk (is )?full", "The Disk is FULL on db-3", True),
        (r"^db-\d+$", "db-12", True),
        (r"^db-\d+$", "db-12 is down", False),
        (r"ディスク.*不足", "サーバーのディスク容量不足", True),
        (r"größe", "GRÖSSE", False),
        (r"(", "(", False),
    ],
)
def test_an_expression_is_found_anywhere_in_any_case(expression: str, title: str, matches: bool) -> None:
    pytest.importorskip("re2", reason="google-re2 is not installed: make test installs it")

    assert RuleSpec(id=1, classification="toil", title_matches=expression).matches(Traits(title=title)) is matches


@pytest.mark.parametrize("expression", ["(", "(?=a)b", r"(a)\1", "((a{1000}){1000})", "[z-a]"])
def test_what_re2_does_not_understand_is_refused(expression: str) -> None:
    pytest.importorskip("re2", reason="google-re2 is not installed: make test installs it")

    with pytest.raises(PatternError):
        check_pattern(expression)


def test_an_expression_that_would_hang_elsewhere_answers() -> None:
    pytest.importorskip("re2", reason="google-re2 is not installed: make test installs it")
    rule = RuleSpec(id=1, classification="toil", title_matches=r"^(a|a|aa)+$")

    assert not rule.matches(Traits(title="a" * 499 + "!"))


@pytest.mark.parametrize(
    ("external_id", "project"),
    [
        ("OPS-12", "OPS"),
        ("MY-TEAM-7", "MY-TEAM"),
        ("acme/shop#7", "acme/shop"),
        ("acme/shop!7", "acme/shop"),
        ("INC0010023", ""),
        ("12", ""),
        ("-12", ""),
        ("", ""),
    ],
)
def test_the_project_stands_before_the_number(external_id: str, project: str) -> None:
    assert project_of(external_id) == project


@pytest.mark.parametrize(
    ("title", "alike", "other"),
    [
        ("Disk full on db-3", "disk full  on db-17", "Disk full on the laptop"),
        ("Restart pod 7 of shop (eu-1)", "Restart pod 12 of shop (eu-2)", "Restart pod of shop"),
        ("3 hosts are down", "12 hosts are down", "hosts are down"),
        ("Größe von Platte7 – voll", "Größe von Platte12 – voll", "Größe von Platte – voll"),
    ],
)
def test_an_expression_out_of_a_title_finds_titles_that_differ_in_numbers(title: str, alike: str, other: str) -> None:
    pytest.importorskip("re2", reason="google-re2 is not installed: make test installs it")
    rule = RuleSpec(id=1, classification="toil", title_matches=expression_of(pattern_of(title)))

    assert rule.matches(Traits(title=title))
    assert rule.matches(Traits(title=alike))
    assert not rule.matches(Traits(title=other))


@pytest.mark.parametrize("ready", READY_RULES, ids=lambda ready: ready.key)
def test_a_ready_made_rule_can_be_taken_as_it_is(ready: ReadyRule) -> None:
    assert has_condition(ready.fields)
    if expression := ready.fields.get("title_matches"):
        pytest.importorskip("re2", reason="google-re2 is not installed: make test installs it")
        check_pattern(expression)
