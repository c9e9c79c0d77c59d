"""Issues of GitLab, from its REST lists and its webhooks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from imports.sources import comments
from imports.sources.gitlab_past import history_of
from imports.sources.issue_past import status_in
from imports.sources.mapped import Identity, Mapped
from imports.sources.payload import (
    given,
    hours_of,
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
from imports.sources.signatures import Call, Event, Kind, check_shared, check_standard, require_header
from imports.statuses import ACTIVE, DONE, QUEUE, normal_word

ENDINGS: Final = ("/issues/incident", "/issues", "/work_items")
CATEGORIES: Final[Mapping[str, str]] = {
    "triage": QUEUE,
    "to_do": QUEUE,
    "in_progress": ACTIVE,
    "done": DONE,
    "canceled": DONE,
}
SEVERITIES: Final[Mapping[str, str]] = {"critical": "urgent", "high": "high", "medium": "normal", "low": "low"}


def verify(call: Call, secrets: Sequence[str], at: datetime) -> None:
    """Check the signature of Standard Webhooks where GitLab sends one, else the secret token."""
    if "webhook-signature" in call.headers:
        check_standard(call, secrets, at=at)
    else:
        check_shared(require_header(call, "X-Gitlab-Token"), secrets)


def delivery_id(headers: Mapping[str, str], payload: Mapping[str, Any]) -> str:
    """Return what stays the same when GitLab sends something again; X-Gitlab-Event-UUID is shared by whole chains."""
    return headers.get("webhook-id", "") or headers.get("idempotency-key", "")


def read(headers: Mapping[str, str], payload: Mapping[str, Any]) -> Event:
    """Read an event; those of issues carry the issue as it stands, with what it means beside it."""
    kind, attributes = text(payload.get("object_kind")), inner(payload, "object_attributes")
    action = text(attributes.get("action"))
    name = f"{kind}.{action}" if action else kind
    project = text(inner(payload, "project").get("path_with_namespace"))
    if kind == "note" and (number := identifier(inner(payload, "issue").get("iid"))):
        return _note(name, f"{project}#{number}", attributes, payload)
    if kind not in {"issue", "work_item"} or not attributes:
        return Event(name, ignored=_("It does not tell of an issue."))
    issue = {
        **attributes,
        "references": {"full": f"{project}#{identifier(attributes.get('iid'))}"} if project else None,
        "web_url": attributes.get("url"),
        "labels": [label.get("title") for label in objects(attributes.get("labels") or payload.get("labels"))],
        "assignees": payload.get("assignees") or [payload.get("assignee")],
    }
    return Event(name, [to_ticket(issue)._replace(is_first=action == "open")])


def _note(name: str, reference: str, note: Mapping[str, Any], payload: Mapping[str, Any]) -> Event:
    """Read what was said on an issue; the user of the payload wrote the note, or changed it."""
    user = inner(payload, "user")
    is_own = identifier(note.get("author_id")) == identifier(user.get("id"))
    said = comments.gitlab(note, text(user.get("username")) if is_own else "")
    talk = comments.talk(reference, [said], comments.people_of([user], "username"))
    return Event(name, talk=[talk] if talk else [], ignored=_("It does not tell of an issue."))


def to_ticket(issue: object) -> Mapped:
    """Map one issue of a REST list."""
    if not isinstance(issue, Mapping):
        return Mapped(issue, {}, {})
    reference = text(inner(issue, "references").get("full")) or _reference(issue)
    people = {
        handle: Identity(text(user.get("name")), _email(user))
        for user in [*objects(issue.get("assignees")), inner(issue, "assignee")]
        if (handle := text(user.get("username")))
    }
    is_closed = text(issue.get("state")).lower() == "closed"
    labels = labels_of([_label(label) for label in _list(issue.get("labels"))])
    author = inner(issue, "author")
    seconds = inner(issue, "time_stats").get("time_estimate") or issue.get("time_estimate")
    row = given(
        external_id=reference,
        title=title_of(issue.get("title")),
        url=web_address(issue.get("web_url")),
        status="Closed" if is_closed else _standing(issue) or status_in(labels) or "Open",
        reporter=text(author.get("username")) or text(author.get("name")),
        service=name_of(reference.rpartition("#")[0].rpartition("/")[2]),
        priority=SEVERITIES.get(text(issue.get("severity")).lower()),
        estimate_hours=hours_of(seconds),
        due_date=text(issue.get("due_date")),
        created_at=time_of(issue.get("created_at")),
        finished_at=time_of(issue.get("closed_at")) if is_closed else None,
        updated_at=time_of(issue.get("updated_at")),
    )
    row["description"] = text(issue.get("description"))
    row["labels"] = labels
    row["assignee"] = next(iter(people), None)
    history, named = history_of(issue, created_at=row.get("created_at"), labels=labels, assignees=list(people))
    if history is not None:
        row["history"] = history
    notes = objects(issue.get("notes"))
    said = [comments.gitlab(note, text(inner(note, "author").get("username"))) for note in notes]
    known = comments.people_of([note.get("author") for note in notes], "username")
    stages = {normal_word(row["status"]): stage} if (stage := _category(issue)) else {}
    return Mapped(row, stages, {**named, **people}, talk=comments.talk(reference, said, known))


def _reference(issue: Mapping[str, Any]) -> str:
    """Return “group/project#1” read off the address of an issue of before GitLab 12, which names no reference."""
    path, __, number = urlsplit(web_address(issue.get("web_url"))).path.strip("/").rpartition("/")
    project = next((path.removesuffix(end) for end in ENDINGS if path.endswith(end)), path).removesuffix("/-")
    return f"{project}#{number}" if project and number else identifier(issue.get("iid"))


def _standing(issue: Mapping[str, Any]) -> str:
    """Return the status of a work item, which newer ones have beside open and closed."""
    return text(inner(issue, "status").get("name"))


def _category(issue: Mapping[str, Any]) -> str | None:
    return CATEGORIES.get(text(inner(issue, "status").get("category")).lower())


def _email(user: Mapping[str, Any]) -> str:
    address = text(user.get("email"))
    return "" if address == "[REDACTED]" else address


def _label(label: object) -> object:
    return label.get("name") if isinstance(label, Mapping) else label


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


KIND: Final = Kind(verify, delivery_id, read)
