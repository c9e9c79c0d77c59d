"""What one row of an import is, or what is wrong with it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.sources.jira import to_ticket
from imports.tickets import READERS, Ticket, parse_ticket

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WHOLE = {"external_id": "OPS-1", "title": "Disk full on db-3"}


def errors(**fields: Any) -> Any:
    found = parse_ticket({**WHOLE, **fields}, at=NOW)
    assert isinstance(found, dict), found
    return found


def ticket(**fields: Any) -> Ticket:
    found = parse_ticket({**WHOLE, **fields}, at=NOW)
    assert isinstance(found, Ticket), found
    return found


@pytest.mark.parametrize(
    ("fields", "name", "sentence"),
    [
        ({"title": "x" * 100_000}, "title", "This may have at most 500 characters; it has 100000."),
        ({"title": "a\0b"}, "title", "This may not hold NUL characters."),
        ({"title": "\ud800"}, "title", "This holds half of a character (a lone surrogate)."),
        ({"title": 7}, "title", "This has to be text."),
        ({"title": "  "}, "title", "This field may not be empty."),
        ({"title": None}, "title", "This field is required."),
        ({"external_id": None}, "external_id", "This field is required."),
        ({"external_id": 5}, "external_id", "This has to be text."),
        ({"created_at": "2026-11-01T09:00:00"}, "created_at", "“2026-11-01T09:00:00” has no time zone"),
        ({"created_at": "yesterday"}, "created_at", "“yesterday” is not a time such as 2026-11-23T09:00:00Z."),
        ({"created_at": 1700000000}, "created_at", "A time is text such as 2026-11-23T09:00:00Z."),
        ({"created_at": "2026-11-24T09:00:00Z"}, "created_at", "This time lies in the future."),
        ({"created_at": "0001-01-01T00:00:00+09:00"}, "created_at", "is before 1970."),
        ({"labels": "disk"}, "labels", "Labels have to be a list of texts."),
        ({"labels": ["x" * 101]}, "labels", "This may have at most 100 characters; it has 101."),
        ({"classification": "chore"}, "classification", "toil, engineering, overhead, unclassified"),
        ({"priority": ["low"]}, "priority", "low, normal, high, urgent"),
        ({"is_interrupt": "yes"}, "is_interrupt", "This has to be true or false."),
        ({"estimate_hours": True}, "estimate_hours", "This has to be a number of hours."),
        ({"estimate_hours": -1}, "estimate_hours", "This has to be from 0 to 100,000 hours."),
        ({"estimate_hours": 10**400}, "estimate_hours", "This has to be from 0 to 100,000 hours."),
        ({"due_date": "20261124"}, "due_date", "A date is text such as 2026-11-23."),
        ({"url": "javascript:alert(1)"}, "url", "An address has to begin with http:// or https://."),
        ({"severity": 1}, "severity", "There is no field of this name."),
        ({"history": {}}, "history", "This has to be a list of objects."),
        ({"history": [1]}, "history", "Entry 1 is not an object."),
        ({"history": [{"at": "2026-11-01"}]}, "history", "Entry 1: at: “2026-11-01” has no time zone"),
        ({"history": [{"status": "Done"}]}, "history", "Entry 1: at: A time is text"),
        ({"history": [{"at": "2026-11-01T00:00Z", "by": 1}]}, "history", "Entry 1 has “by”"),
        ({"history": [{"at": "2027-11-01T00:00Z"}]}, "history", "The history goes on into the future."),
        (
            {"logs": [{"person": "a", "started_at": "2026-11-01T10:00Z", "ended_at": "2026-11-01T10:00Z"}]},
            "logs",
            "Entry 1: ended_at: The end has to come after the start.",
        ),
        (
            {"logs": [{"started_at": "2026-11-01T09:00Z", "ended_at": "2026-11-01T10:00Z"}]},
            "logs",
            "Entry 1: person: This field is required.",
        ),
    ],
)
def test_a_wrong_value_is_refused_with_a_sentence(fields: Any, name: str, sentence: str) -> None:
    assert sentence in errors(**fields)[name][0]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"created_at": "2026-11-02T00:00Z", "started_at": "2026-11-01T00:00Z"}, "started_at"),
        ({"created_at": "2026-11-02T00:00Z", "finished_at": "2026-11-01T00:00Z"}, "finished_at"),
        ({"started_at": "2026-11-02T00:00Z", "finished_at": "2026-11-01T00:00Z"}, "finished_at"),
        ({"created_at": "2026-11-02T00:00Z", "history": [{"at": "2026-11-01T00:00Z"}]}, "history"),
    ],
)
def test_times_have_to_follow_each_other(fields: Any, name: str) -> None:
    assert list(errors(**fields)) == [name]


@pytest.mark.parametrize("row", [None, [], "OPS-1", 3, True])
def test_a_row_has_to_be_an_object(row: Any) -> None:
    assert parse_ticket(row, at=NOW) == {"row": ["A ticket has to be an object with names and values."]}


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = parse_ticket({"title": 1, "labels": 2, "nothing": 3}, at=NOW)

    assert found == {
        "title": ["This has to be text."],
        "labels": ["Labels have to be a list of texts."],
        "nothing": ["There is no field of this name."],
        "external_id": ["This field is required."],
    }


def test_a_history_out_of_order_is_sorted() -> None:
    found = ticket(history=[{"at": "2026-11-02T00:00Z", "status": "B"}, {"at": "2026-11-01T00:00Z", "status": "A"}])

    assert [entry["status"] for entry in found.said["history"]] == ["A", "B"]


def test_one_instant_is_the_same_however_it_is_written() -> None:
    spellings = ["2026-11-01T09:00:00Z", "2026-11-01t09:00:00z", "2026-11-01T18:00:00+09:00", "2026-11-01T10:00+0100"]

    assert len({ticket(created_at=spelling).said["created_at"] for spelling in spellings}) == 1


def test_the_errors_of_an_earlier_import_may_stay_in_a_mended_row() -> None:
    assert ticket(index=4, errors={"title": ["…"]}).said == WHOLE


NAMES = ["at", "status", "assignee", "blocked", "person", "started_at", "ended_at", "note"]
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["2026-11-01T00:00Z", "\ud800"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=4),
    max_leaves=8,
)
rows = st.dictionaries(st.sampled_from(sorted(READERS)) | st.text(max_size=5), json_values, max_size=8)


@given(row=rows | json_values)
def test_no_row_is_so_bad_that_reading_it_fails(row: Any) -> None:
    found = parse_ticket(row, at=NOW)

    if isinstance(found, Ticket):
        json.dumps(found.said, allow_nan=False).encode()
    else:
        json.dumps(found, ensure_ascii=False).encode()


issue_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["2026-11-01T00:00:00.000+0100", "status"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["items", "histories", "field", "created", "type", "content", "text", "key", "name", "marks"]
            ),
            inner,
        )
    ),
    max_leaves=10,
)
issues = st.dictionaries(st.sampled_from(["key", "self", "changelog"]), issue_values) | st.fixed_dictionaries(
    {
        "fields": st.dictionaries(
            st.sampled_from(
                [
                    "summary",
                    "status",
                    "labels",
                    "assignee",
                    "description",
                    "worklog",
                    "components",
                    "created",
                    "priority",
                ]
            ),
            issue_values,
        )
    },
    optional={"key": issue_values, "self": issue_values, "changelog": issue_values},
)


@given(issue=issues | issue_values)
def test_no_issue_is_so_bad_that_mapping_it_fails(issue: Any) -> None:
    mapped = to_ticket(issue)

    parse_ticket(mapped.row, at=NOW)
