import pytest
from hypothesis import given
from hypothesis import strategies as st

from boards.suggest import Known, LatestReason, RuleReason, ServiceReason, TitleReason, WordsReason, pattern_of, suggest


def known(*rows):
    return [
        Known(id=number, key=f"K-{number}", title=title, service=service, classification=classification)
        for number, (title, service, classification) in enumerate(rows, start=1)
    ]


DISKS = [(f"Disk full on db-{number}", "db", "toil") for number in range(9)]


@pytest.mark.parametrize(
    ("title", "pattern"),
    [
        ("Disk full on db-replica-05", "Disk full on *"),
        ("Rotate TLS certificate", "Rotate TLS certificate"),
        ("502 on 10.0.0.1 again", "* on * again"),
        ("a1 b2 c3", "*"),
        ("", ""),
    ],
)
def test_names_and_numbers_are_no_part_of_a_pattern(title, pattern):
    assert pattern_of(title) == pattern


def test_a_rule_is_certain():
    suggestion = suggest(title="Anything", service="", rule=("overhead", "Meetings"), known=[])

    assert suggestion.classification == "overhead"
    assert suggestion.confidence == 1.0
    assert suggestion.reasons == (RuleReason(name="Meetings"),)


def test_the_same_title_speaks_for_its_class():
    suggestion = suggest(title="Disk full on db-99", service="db", rule=None, known=known(*DISKS))

    assert suggestion.classification == "toil"
    assert suggestion.confidence == pytest.approx(10 / 11)
    assert suggestion.percent == 91
    assert suggestion.bars == [True] * 5
    assert suggestion.reasons == (
        TitleReason(pattern="Disk full on *", agreeing=9, count=9),
        ServiceReason(service="db", agreeing=9, count=9),
        LatestReason(id=1, key="K-1"),
    )


def test_similar_words_speak_for_a_class_too():
    items = known(("Rotate certificate edge proxy", "", "toil"), ("Rotate certificate mail proxy", "", "toil"))

    suggestion = suggest(title="Rotate certificate proxy", service="", rule=None, known=items)

    assert suggestion.classification == "toil"
    assert suggestion.reasons[0] == WordsReason(agreeing=2, count=2)


@pytest.mark.parametrize(
    ("title", "items"),
    [
        ("Disk full on db-1", []),
        ("Disk full on db-1", [DISKS[0]]),
        ("Plan the quarter", DISKS),
        ("Disk full on db-1", [("Disk full on a1", "", "toil"), ("Disk full on a2", "", "engineering")]),
        ("123", [("1", "", "toil"), ("2", "", "engineering"), ("3", "", "toil")]),
    ],
)
def test_too_little_or_too_mixed_experience_says_nothing(title, items):
    assert suggest(title=title, service="", rule=None, known=known(*items)) is None


rows = st.lists(
    st.tuples(
        st.sampled_from(["Disk full 1", "Disk full 2", "Rotate keys", "Plan budget"]),
        st.sampled_from(["", "db"]),
        st.sampled_from(["toil", "engineering", "overhead"]),
    ),
    max_size=12,
)


@given(rows=rows)
def test_the_confidence_is_never_more_than_the_experience_gives(rows):
    suggestion = suggest(title="Disk full 3", service="db", rule=None, known=known(*rows))

    if suggestion is not None:
        alike = [row for row in rows if row[0].startswith("Disk full")]
        agreeing = sum(row[2] == suggestion.classification for row in alike)
        assert suggestion.confidence == (agreeing + 1) / (len(alike) + 2)
        assert 0.5 < suggestion.confidence < 1
