"""Issues of GitHub; pull requests are work on the answer to an issue, and left out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from imports.sources import comments
from imports.sources.issue_past import Event as PastEvent
from imports.sources.issue_past import Kind as PastKind
from imports.sources.issue_past import past_of_issue, status_in
from imports.sources.mapped import Mapped, removal
from imports.sources.payload import (
    given,
    identifier,
    inner,
    labels_of,
    name_of,
    objects,
    text,
    time_of,
    title_of,
    web_address,
)
from imports.sources.signatures import Call, Event, Kind, check_signed

# Why an issue was closed, in the words by which statuses are understood.
REASONS: Final[Mapping[str, str]] = {"not_planned": "Not planned", "duplicate": "Duplicate"}
# Under which of these names a list of the issue's timeline or events was put in.
TIMELINES: Final = ("timeline", "events", "timeline_items")


def verify(call: Call, secrets: Sequence[str], at: datetime) -> None:
    """Check X-Hub-Signature-256."""
    check_signed(call, "X-Hub-Signature-256", secrets, prefix="sha256=")


def delivery_id(headers: Mapping[str, str], payload: Mapping[str, Any]) -> str:
    """Return GitHub's number of the delivery, which stays the same when it is redelivered."""
    return headers.get("x-github-delivery", "")


def read(headers: Mapping[str, str], payload: Mapping[str, Any]) -> Event:
    """Read an event; those of issues and of their comments carry the issue as it stands."""
    kind, action = headers.get("x-github-event", ""), text(payload.get("action"))
    name = f"{kind}.{action}" if action else kind
    issue = inner(payload, "issue")
    if kind not in {"issues", "issue_comment"} or not issue:
        return Event(name, ignored=_("It does not tell of an issue."))
    mapped = to_ticket({**issue, "repository": payload.get("repository")})
    if mapped is None:
        return Event(name, ignored=_("It tells of a pull request."))
    if kind == "issues" and action in {"deleted", "transferred"}:
        # GitHub does not say when: the issue's own clock stands at its last change.
        return Event(name, [removal(mapped, updated_at=None)])
    if kind == "issue_comment":
        said = comments.github(inner(payload, "comment"), is_deleted=action == "deleted")
        mapped = mapped._replace(talk=comments.talk(text(mapped.row.get("external_id")), [said]))
    return Event(name, [mapped._replace(is_first=name == "issues.opened")])


def to_ticket(issue: object) -> Mapped | None:
    """Map one issue of a REST list or a webhook; None for a pull request, which REST lists among the issues."""
    if not isinstance(issue, Mapping):
        return Mapped(issue, {}, {})
    if issue.get("pull_request"):
        return None
    repository, number = _repository(issue), identifier(issue.get("number"))
    is_closed = issue.get("state") == "closed"
    labels = labels_of([_label(label) for label in _list(issue.get("labels"))])
    created_at = time_of(issue.get("created_at"))
    timeline = _timeline(issue)
    row = given(
        external_id=f"{repository}#{number}" if repository and number else number,
        title=title_of(issue.get("title")),
        url=web_address(issue.get("html_url")),
        status=REASONS.get(text(issue.get("state_reason")), "Closed") if is_closed else status_in(labels) or "Open",
        reporter=text(inner(issue, "user").get("login")),
        service=name_of(repository.partition("/")[2]),
        created_at=created_at,
        finished_at=time_of(issue.get("closed_at")) if is_closed else None,
        updated_at=time_of(issue.get("updated_at")),
    )
    row["description"] = text(issue.get("body"))
    row["labels"] = labels
    assignees = _assignees(issue)
    row["assignee"] = next(iter(assignees), None)
    if timeline is not None and created_at is not None:
        events = [found for each in timeline if (found := _event(each)) is not None]
        row["history"] = past_of_issue(created_at=created_at, events=events, labels=labels, assignees=assignees)
    remarks = [each for each in timeline or () if each.get("event") == "commented"]
    said = [comments.github(comment) for comment in [*objects(issue.get("comments")), *remarks]]
    return Mapped(row, {}, {}, talk=comments.talk(text(row.get("external_id")), said))


def _repository(issue: Mapping[str, Any]) -> str:
    """Return “owner/name”, which a webhook names, and a REST list only in its addresses."""
    named = text(inner(issue, "repository").get("full_name"))
    if named:
        return named
    parts = urlsplit(web_address(issue.get("repository_url")) or web_address(issue.get("url"))).path.split("/")
    at = parts.index("repos") + 1 if "repos" in parts else len(parts)
    return "/".join(parts[at : at + 2])


def _assignees(issue: Mapping[str, Any]) -> list[str]:
    users = [inner(issue, "assignee"), *objects(issue.get("assignees"))]
    return list(dict.fromkeys(login for user in users if (login := text(user.get("login")))))


def _timeline(issue: Mapping[str, Any]) -> list[Mapping[str, Any]] | None:
    """Return what happened to an issue, None where nobody put that in."""
    found = [objects(issue[name]) for name in TIMELINES if isinstance(issue.get(name), list)]
    return [each for events in found for each in events] if found else None


def _event(each: Mapping[str, Any]) -> PastEvent | None:
    """Return an event that says how the work stands, None for all others."""
    at, kind = time_of(each.get("created_at")), text(each.get("event"))
    if at is None or kind not in set(PastKind):
        return None
    value = {
        PastKind.CLOSED: REASONS.get(text(each.get("state_reason")), "Closed"),
        PastKind.LABELED: text(_label(each.get("label"))),
        PastKind.UNLABELED: text(_label(each.get("label"))),
        PastKind.ASSIGNED: text(inner(each, "assignee").get("login")),
        PastKind.UNASSIGNED: text(inner(each, "assignee").get("login")),
    }.get(PastKind(kind), "")
    return PastEvent(at, PastKind(kind), value) if value or kind == PastKind.REOPENED else None


def _label(label: object) -> object:
    return label.get("name") if isinstance(label, Mapping) else label


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


KIND: Final = Kind(verify, delivery_id, read)
