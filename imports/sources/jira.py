"""Issues of Jira's REST search, Cloud or Server, with or without their changelog, as tickets."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from imports.fields import RefusedValueError, parse_time
from imports.sources import comments
from imports.sources.adf import to_markdown
from imports.sources.mapped import Identity, Mapped, SourceComment, Talk
from imports.sources.payload import time_of_seconds
from imports.statuses import ACTIVE, DONE, QUEUE, normal_word

PRIORITIES: Final[Mapping[str, str]] = {
    "highest": "urgent",
    "blocker": "urgent",
    "high": "high",
    "critical": "high",
    "medium": "normal",
    "major": "normal",
    "low": "low",
    "lowest": "low",
    "minor": "low",
    "trivial": "low",
}
# Fields that a search may leave out: what was not asked for says nothing.
ASKED_FOR: Final[Mapping[str, str]] = {
    "description": "description",
    "status": "status",
    "labels": "labels",
    "assignee": "assignee",
    "reporter": "reporter",
    "due_date": "duedate",
    "created_at": "created",
    "finished_at": "resolutiondate",
    "updated_at": "updated",
}
LISTED: Final = ("histories", "values", "changeHistories")
CATEGORIES: Final[Mapping[str, str]] = {"new": QUEUE, "undefined": QUEUE, "indeterminate": ACTIVE, "done": DONE}


def is_issue(row: object) -> bool:
    """Whether a row looks like an issue of Jira rather than a ticket of the API."""
    return isinstance(row, Mapping) and "external_id" not in row and isinstance(row.get("fields"), Mapping)


def to_ticket(issue: object) -> Mapped:
    """Map one issue of a search answer; what is no issue is handed on as it is, and refused as a row."""
    if not isinstance(issue, Mapping) or not isinstance(issue.get("fields"), Mapping):
        return Mapped(issue, {}, {})
    fields: Mapping[str, Any] = issue["fields"]
    status = _inner(fields, "status")
    category = str(_inner(status, "statusCategory").get("key"))
    row: dict[str, Any] = {
        "external_id": issue.get("key"),
        "title": fields.get("summary"),
        "description": _prose(fields.get("description")),
        "status": status.get("name"),
        "labels": fields.get("labels") or [],
        "assignee": _handle(fields.get("assignee")),
        "reporter": _reporter(fields),
        "due_date": fields.get("duedate"),
        "created_at": fields.get("created"),
        "finished_at": fields.get("resolutiondate"),
        "updated_at": fields.get("updated"),
    }
    row = {name: value for name, value in row.items() if ASKED_FOR.get(name, "summary") in fields or value}
    row |= _extras(issue, fields)
    changelog = changelog_of(issue)
    if changelog is not None:
        row["history"] = list(_history(changelog, fields, _names_by_key(issue, fields)))
    elif category == "indeterminate":
        row["started_at"] = fields.get("statuscategorychangedate")
    elif category == "done" and not row.get("finished_at"):
        row["finished_at"] = fields.get("statuscategorychangedate")
    stage = CATEGORIES.get(category)
    word = row.get("status")
    stages = {normal_word(word): stage} if stage and isinstance(word, str) else {}
    return Mapped(row, stages, dict(_people(issue, fields)), talk=_talk(issue, fields))


def said_of(comment: Mapping[str, Any], *, is_deleted: bool = False) -> SourceComment | None:
    """Read a comment, with its text as text or document."""
    handle, times = _handle(comment.get("author")), (comment.get("created"), comment.get("updated"))
    author = handle if isinstance(handle, str) else ""
    return comments.said(comment.get("id"), author, _prose(comment.get("body")), times, is_deleted=is_deleted)


def people_in(users: Iterable[object]) -> dict[str, Identity]:
    """Return what Jira says of users."""
    return dict(_known(users))


def _talk(issue: Mapping[str, Any], fields: Mapping[str, Any]) -> Talk | None:
    """Return what was said on an issue; Jira says whether it hands on all of it."""
    listed = fields.get("comment")
    if not isinstance(listed, Mapping):
        return None
    found = _objects(listed.get("comments"))
    is_whole = not listed.get("startAt") and listed.get("total") == len(found)
    key = issue.get("key")
    people = people_in(comment.get("author") for comment in found)
    said = [said_of(comment) for comment in found]
    return comments.talk(key if isinstance(key, str) else "", said, people, is_whole=is_whole)


def _extras(issue: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that are given only where Jira has something that we have too."""
    extras: dict[str, Any] = {}
    priority = PRIORITIES.get(str(_inner(fields, "priority").get("name")).lower())
    if priority:
        extras["priority"] = priority
    components = fields.get("components")
    if isinstance(components, list) and components and isinstance(components[0], Mapping):
        extras["service"] = components[0].get("name")
    seconds = fields.get("timeoriginalestimate")
    if isinstance(seconds, int) and not isinstance(seconds, bool) and abs(seconds) < 2**53:
        extras["estimate_hours"] = seconds / 3600
    address, __, rest = str(issue.get("self") or "").partition("/rest/")
    if rest and address.startswith(("http://", "https://")) and isinstance(issue.get("key"), str):
        extras["url"] = f"{address}/browse/{issue['key']}"
    logs = list(_logs(_inner(fields, "worklog").get("worklogs")))
    if logs:
        extras["logs"] = logs
    return extras


def _history(
    changelog: Mapping[str, Any], fields: Mapping[str, Any], named: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield the past: how the issue was created, read off what the first changes say was before, then each change.

    Changes of Jira Server call people by their keys, which `named` turns into the names that issues call them by.
    """
    changes = sorted(_changes(changelog), key=lambda change: change[0])
    first: dict[str, Any] = {}
    for __, name, item in changes:
        first.setdefault(name, item)
    created: dict[str, Any] = {"at": fields.get("created")}
    created["status"] = first["status"].get("fromString") if "status" in first else _inner(fields, "status").get("name")
    if "assignee" in first:
        created["assignee"] = _renamed(first["assignee"].get("from"), named)
    else:
        created["assignee"] = _handle(fields.get("assignee"))
    yield created
    for at, name, item in changes:
        entry: dict[str, Any] = {"at": at.isoformat()}
        if name == "status":
            entry["status"] = item.get("toString")
        elif name == "assignee":
            entry["assignee"] = _renamed(item.get("to"), named)
        else:
            entry["blocked"] = bool(item.get("toString"))
        yield entry


def _changes(changelog: Mapping[str, Any]) -> Iterator[tuple[datetime, str, Mapping[str, Any]]]:
    for history in _histories(changelog):
        for item in _objects(history.get("items")):
            name = str(item.get("field")).lower()
            at = _moment(history.get("created"))
            if name in {"status", "assignee", "flagged"} and at is not None:
                yield at, name, item


def _logs(worklogs: object) -> Iterator[dict[str, Any]]:
    for worklog in _objects(worklogs):
        started_at, seconds = _moment(worklog.get("started")), worklog.get("timeSpentSeconds")
        if started_at is None or not isinstance(seconds, int) or not 0 < seconds < 10**8:
            continue
        yield {
            "person": _handle(worklog.get("author")),
            "started_at": started_at.isoformat(),
            "ended_at": (started_at + timedelta(seconds=seconds)).isoformat(),
            "note": _prose(worklog.get("comment")),
        }


def _people(issue: Mapping[str, Any], fields: Mapping[str, Any]) -> Iterator[tuple[str, Identity]]:
    """Yield what is known of each person; what is said about them as a user comes after what a change calls them."""
    changelog, worklog = changelog_of(issue) or {}, _inner(fields, "worklog")
    named = _names_by_key(issue, fields)
    for __, field, item in _changes(changelog):
        for handle, name in ((item.get("from"), item.get("fromString")), (item.get("to"), item.get("toString"))):
            if field == "assignee" and isinstance(handle, str) and isinstance(name, str):
                yield _renamed(handle, named), Identity(name, "")
    yield from _known(_users(changelog, worklog, fields))


def changelog_of(issue: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the changelog of an issue, None where none was put in.

    It comes as the search expands it, as its own resource pages it (`values`), as the bulk resource names it
    (`changeHistories`), or as the bare list of its entries.
    """
    found = issue.get("changelog", issue.get("changelogs"))
    if isinstance(found, list):
        pages = [page for page in _objects(found) if any(name in page for name in LISTED)]
        return {"histories": [each for page in pages for each in _histories(page)] if pages else found}
    if isinstance(found, Mapping):
        return found
    return {"histories": issue["changeHistories"]} if isinstance(issue.get("changeHistories"), list) else None


def _histories(changelog: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return next((_objects(changelog[name]) for name in LISTED if isinstance(changelog.get(name), list)), [])


def _users(changelog: Mapping[str, Any], worklog: Mapping[str, Any], fields: Mapping[str, Any]) -> list[object]:
    users = [entry.get("author") for entry in _histories(changelog)]
    users += [entry.get("author") for entry in _objects(worklog.get("worklogs"))]
    return users + [fields.get(name) for name in ("reporter", "creator", "assignee")]


def _names_by_key(issue: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, str]:
    """Return by what name issues of Jira Server call whom their changes call by a key, such as JIRAUSER10100."""
    users = _users(changelog_of(issue) or {}, _inner(fields, "worklog"), fields)
    found = [user for user in users if isinstance(user, Mapping) and not user.get("accountId")]
    pairs = [(user.get("key"), user.get("name")) for user in found]
    return {key: name for key, name in pairs if isinstance(key, str) and isinstance(name, str) and key and name}


def _renamed(handle: Any, named: Mapping[str, str]) -> Any:
    return named.get(handle, handle) if isinstance(handle, str) else handle


def _reporter(fields: Mapping[str, Any]) -> str | None:
    """Return who reported it, as people read and write it: the address, else the name."""
    user = fields.get("reporter") or fields.get("creator")
    if not isinstance(user, Mapping):
        return None
    told = [user.get(name) for name in ("emailAddress", "displayName", "name", "key", "accountId")]
    return next((each.strip()[:255] for each in told if isinstance(each, str) and each.strip()), None)


def _known(users: Iterable[object]) -> Iterator[tuple[str, Identity]]:
    for user in users:
        handle = _handle(user)
        if isinstance(user, Mapping) and isinstance(handle, str):
            name, email = user.get("displayName"), user.get("emailAddress")
            yield handle, Identity(name if isinstance(name, str) else "", email if isinstance(email, str) else "")


def _handle(user: object) -> Any:
    """Return what Jira calls a person: the account id of Cloud, the name of Server; None for nobody."""
    if not isinstance(user, Mapping):
        return None
    return user.get("accountId") or user.get("name") or user.get("key") or user.get("emailAddress")


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _inner(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = value.get(name)
    return inner if isinstance(inner, Mapping) else {}


def _prose(value: object) -> Any:
    return to_markdown(value) if isinstance(value, Mapping) else value


def _moment(value: object) -> datetime | None:
    if isinstance(value, int):
        value = time_of_seconds(value / 1000)
    try:
        return parse_time(value)
    except RefusedValueError:
        return None
