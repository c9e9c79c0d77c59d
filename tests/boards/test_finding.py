from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boards.finding import CLASSES, Filters, Lanes, read_filters, read_lanes

TABLE = [
    ("", Filters(), ()),
    ("q=disk+full", Filters(text="disk full"), ()),
    ("q=+++", Filters(), ()),
    ("class=toil&class=overhead&class=toil", Filters(classes=("overhead", "toil")), ()),
    ("class=toil&class=nonsense", Filters(classes=("toil",)), ("class=nonsense",)),
    ("service=-&service=db", Filters(services=("-", "db")), ()),
    ("label=b&label=a", Filters(labels=("a", "b")), ()),
    ("assignee=me&assignee=7&assignee=none", Filters(assignees=("7", "me", "none")), ()),
    ("assignee=0&assignee=x", Filters(), ("assignee=0", "assignee=x")),
    ("assignee=99999999999999999999", Filters(), ("assignee=99999999999999999999",)),
    ("interrupts=1&blocked=1", Filters(is_interrupt=True, is_blocked=True), ()),
    ("interrupts=yes", Filters(), ("interrupts=yes",)),
    ("age=older", Filters(age="older"), ()),
    ("age=7", Filters(age="7"), ()),
    ("age=-1", Filters(), ("age=-1",)),
    ("age=99999", Filters(), ("age=99999",)),
    ("age=٣", Filters(), ("age=٣",)),
    ("source=jira&source=-", Filters(sources=("-", "jira")), ()),
    ("type=none&type=3", Filters(toil_types=("3", "none")), ()),
    ("done=90&utm_source=mail", Filters(), ()),
    ("q=a%00b", Filters(text="ab"), ()),
]


def read(query):
    return read_filters(parse_qs(query, keep_blank_values=True))


@pytest.mark.parametrize(("query", "filters", "ignored"), TABLE)
def test_an_address_says_what_is_looked_for(query, filters, ignored):
    reading = read(query)

    assert reading.filters == filters
    assert reading.ignored == ignored


def test_more_values_than_can_be_asked_for_are_left_out():
    reading = read(urlencode([("label", f"l{n:02}") for n in range(25)]))

    assert len(reading.filters.labels) == 20
    assert len(reading.ignored) == 5


@given(st.dictionaries(st.sampled_from(["q", "class", "label", "assignee", "age", "type"]), st.lists(st.text())))
def test_whatever_an_address_holds_can_be_read_and_written_again(query):
    filters = read_filters(query).filters

    again = read_filters(parse_qs(urlencode(filters.pairs()), keep_blank_values=True))

    assert again.filters == filters
    assert again.ignored == ()


@given(st.lists(st.sampled_from(CLASSES), unique=True), st.lists(st.text(min_size=1, max_size=9), max_size=4))
def test_taking_every_filter_away_leaves_none(classes, labels):
    filters = read_filters({"class": classes, "label": labels, "interrupts": ["1"]}).filters

    for name, value in filters.pairs():
        filters = filters.without(name, value)

    assert not filters.is_on


@pytest.mark.parametrize(
    ("query", "lanes"), [("lanes=class", Lanes.CLASS), ("lanes=", None), ("lanes=rank", None), ("", None)]
)
def test_rows_are_of_a_known_kind_or_there_are_none(query, lanes):
    assert read_lanes(parse_qs(query, keep_blank_values=True)) is lanes
