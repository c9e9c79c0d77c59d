"""Rows of the CSV that Jira exports, Cloud and Server: names stand there twice, and times have no zone."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from imports.sources import comments
from imports.sources.jira import PRIORITIES
from imports.sources.mapped import Identity, Mapped, SourceComment
from imports.sources.moments import day_of, local_time
from imports.sources.payload import given, labels_of, name_of, text, title_of
from imports.statuses import ACTIVE, DONE, QUEUE, normal_word

CATEGORIES: Final[Mapping[str, str]] = {"to do": QUEUE, "new": QUEUE, "in progress": ACTIVE, "done": DONE}
# Projects without resolutions tell only since when the category holds.
CHANGED_WHEN_DONE: Final = ("status category changed",)
COMMENTS: Final = ("comment", "comments", "コメント", "备注", "评论")
KEYS: Final = ("issue key", "key")


def is_row(row: object) -> bool:
    """Whether a row is one of a CSV file of Jira: a list of cells for each name."""
    return isinstance(row, Mapping) and any(isinstance(row.get(name), list) for name in KEYS)


def to_ticket(row: Mapping[str, Any], zone: tzinfo) -> Mapped:
    """Map one row."""

    def first(*names: str) -> str:
        return next((found for name in names for cell in _cells(row, name) if (found := text(cell))), "")

    status, category = first("status"), CATEGORIES.get(first("status category").lower())
    handle, name = first("assignee id"), first("assignee")
    mapped = given(
        external_id=first(*KEYS),
        title=title_of(first("summary")),
        description=first("description"),
        status=status,
        labels=labels_of([word for cell in _cells(row, "labels") for word in text(cell).split()]),
        service=name_of(first("component/s", "components", "component")),
        reporter=first("reporter", "creator"),
        priority=PRIORITIES.get(first("priority").lower()),
        estimate_hours=_hours(first("original estimate")),
        due_date=day_of(first("due date", "due"), zone),
        created_at=local_time(first("created"), zone),
        started_at=local_time(first("status category changed"), zone) if category == ACTIVE else None,
        finished_at=local_time(first("resolved", *CHANGED_WHEN_DONE[: category == DONE]), zone),
        updated_at=local_time(first("updated"), zone),
        logs=list(_logs(row, zone)),
    )
    mapped["assignee"] = handle or name or None
    stages = {normal_word(status): category} if status and category else {}
    people = {handle: Identity(name, "")} if handle and name else {}
    said = [_comment(text(cell), zone) for name in COMMENTS for cell in _cells(row, name)]
    return Mapped(
        mapped, stages, people, talk=comments.talk(text(mapped.get("external_id")), comments.told_apart(said))
    )


def _logs(row: Mapping[str, Any], zone: tzinfo) -> Iterator[dict[str, Any]]:
    """Yield the work in cells such as “Restarted it;13/Feb/19 1:00 PM;ann;3600”; the text may hold semicolons."""
    for cell in _cells(row, "log work"):
        note, *rest = text(cell).rsplit(";", 3)
        started_at = local_time(rest[0], zone) if len(rest) == 3 else None
        if started_at is None or not rest[2].isdigit() or not 0 < int(rest[2][:9]) < 10**8 or not rest[1].strip():
            continue
        ended_at = datetime.fromisoformat(started_at) + timedelta(seconds=int(rest[2][:9]))
        yield {"person": rest[1].strip(), "started_at": started_at, "ended_at": ended_at.isoformat(), "note": note}


def _comment(cell: str, zone: tzinfo) -> SourceComment | None:
    """Read a cell such as “02/Nov/26 9:00 AM;5b10;Cleaned; twice”, which tells no number: its time and author do."""
    moment, found, rest = cell.partition(";")
    author, also_found, words = rest.partition(";")
    at = local_time(moment, zone) if found and also_found else None
    if at is None:
        return None
    return comments.said(f"{comments.UNNUMBERED}{at}/{author.strip()}", author.strip(), words, (at, None))


def _hours(seconds: str) -> float | None:
    return int(seconds) / 3600 if seconds.isascii() and seconds.isdigit() and len(seconds) < 12 else None


def _cells(row: Mapping[str, Any], name: str) -> list[Any]:
    cells = row.get(name)
    return cells if isinstance(cells, list) else []
