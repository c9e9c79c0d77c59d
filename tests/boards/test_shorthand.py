import pytest
from hypothesis import given
from hypothesis import strategies as st

from boards.shorthand import Typed, Who, lines_of, people_called, understand

TABLE = [
    ("Disk full on db-1", Typed("Disk full on db-1")),
    ("Disk full #disk", Typed("Disk full", labels=("disk",))),
    ("#disk Disk #sev3 full #disk", Typed("Disk full", labels=("disk", "sev3"))),
    ('Renew #"toil fix" now', Typed("Renew now", labels=("toil fix",))),
    ("証明書を更新 #証明書", Typed("証明書を更新", labels=("証明書",))),
    ("Fix #123 and #45", Typed("Fix #123 and #45")),
    ("Write it in C# or F#", Typed("Write it in C# or F#")),
    (r"Talk about \#hashtags \@home \~5 \!", Typed("Talk about #hashtags @home ~5 !")),
    ("Mail bob@example.com", Typed("Mail bob@example.com")),
    ("See https://x.org/#top and http://a/@b", Typed("See https://x.org/#top and http://a/@b")),
    ("Patch @mira", Typed("Patch", people=("mira",))),
    ("Patch @mira@example.com", Typed("Patch", people=("mira@example.com",))),
    ('Patch @"Mira Kovač"', Typed("Patch", people=("Mira Kovač",))),
    ("Rotate ~toil", Typed("Rotate", classification="toil")),
    ("Rotate ~Engineering", Typed("Rotate", classification="engineering")),
    ("Rotate ~o ~eng", Typed("Rotate", classification="engineering")),
    ("About ~5 minutes in ~/tmp", Typed("About ~5 minutes in ~/tmp")),
    ("Page at night !", Typed("Page at night", is_interrupt=True)),
    ("Page ~interrupt", Typed("Page", is_interrupt=True)),
    ("Help!", Typed("Help!")),
    ("# @ ~ \\", Typed("# @ ~ \\")),
    ("#disk, please", Typed("#disk, please")),
    ("  spaces   between ", Typed("spaces between")),
    ("", Typed("")),
]


@pytest.mark.parametrize(("line", "typed"), TABLE)
def test_a_line_is_understood(line, typed):
    assert understand(line) == typed


@given(st.text())
def test_any_line_can_be_typed_and_no_letter_of_the_title_is_made_up(line):
    typed = understand(line)

    assert all(word in line for word in typed.title.split())


@given(st.lists(st.from_regex(r"[#@~!]?[a-z]{1,6}", fullmatch=True), max_size=6))
def test_what_is_escaped_is_text(words):
    line = " ".join("\\" + word if word[0] in "#@~!" else word for word in words)

    assert understand(line) == Typed(" ".join(words))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one", ["one"]),
        ("- one", ["- one"]),
        ("one\n\n two \r\n", ["one", "two"]),
        ("- one\n* two\n1. three\n[ ] four\n• five", ["one", "two", "three", "four", "five"]),
        ("\n \n", []),
    ],
)
def test_several_lines_lose_the_marks_of_their_list(text, lines):
    assert lines_of(text) == lines


PEOPLE = [
    Who(1, "Mira Kovač", "mira@example.com"),
    Who(2, "Jonas Tamm", "jt@example.com"),
    Who(3, "Jonas Berg", "jonas.berg@example.com"),
]


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("mira", [1]),
        ("MIRA", [1]),
        ("mir", [1]),
        ("kovač", [1]),
        ("MiraKovač", [1]),
        ("mira@example.com", [1]),
        ("jonas", [2, 3]),
        ("jonas.berg", [3]),
        ("jt", [2]),
        ("nobody", []),
    ],
)
def test_people_are_found_by_what_they_are_called(name, ids):
    assert [who.id for who in people_called(name, PEOPLE)] == ids
