"""Webhooks of Jira, Cloud and Data Center."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from imports.sources import comments
from imports.sources.jira import people_in, said_of, to_ticket
from imports.sources.mapped import removal
from imports.sources.payload import inner, objects, text, time_of_seconds
from imports.sources.signatures import Call, Event, Kind, check_signed


def verify(call: Call, secrets: Sequence[str], at: datetime) -> None:
    """Check X-Hub-Signature, which of Jira is an HMAC-SHA256."""
    check_signed(call, "X-Hub-Signature", secrets, prefix="sha256=")


def delivery_id(headers: Mapping[str, str], payload: Mapping[str, Any]) -> str:
    """Return what stays the same when Jira sends something again."""
    return headers.get("x-atlassian-webhook-identifier", "")


def read(headers: Mapping[str, str], payload: Mapping[str, Any]) -> Event:
    """Read an event; those of issues carry the issue as it stands, those of comments only some of its fields."""
    name, issue = text(payload.get("webhookEvent")), inner(payload, "issue")
    if name.startswith("comment_"):
        return _comment(name, issue, inner(payload, "comment"))
    if not name.startswith("jira:issue_") or not inner(issue, "fields"):
        return Event(name, ignored=_("It does not tell how an issue stands."))
    mapped = to_ticket(issue)
    moment = payload.get("timestamp")
    seen_at = time_of_seconds(moment / 1000) if isinstance(moment, (int, float)) else None
    if name == "jira:issue_deleted":
        return Event(name, [removal(mapped, updated_at=seen_at)])
    mapped.row["updated_at"] = mapped.row.get("updated_at") or seen_at
    left = [removal(mapped, external_id=key, updated_at=seen_at) for key in _keys_before(payload)]
    return Event(name, [mapped._replace(is_first=name == "jira:issue_created"), *left])


def _comment(name: str, issue: Mapping[str, Any], comment: Mapping[str, Any]) -> Event:
    """Read what was said; Data Center names no issue when a comment is deleted."""
    said = said_of(comment, is_deleted=name == "comment_deleted")
    talk = comments.talk(text(issue.get("key")), [said], people_in([comment.get("author")]))
    return Event(name, talk=[talk] if talk else [], ignored=_("It does not tell how an issue stands."))


def _keys_before(payload: Mapping[str, Any]) -> list[str]:
    """Return the key that an issue had before it was moved to another project."""
    items = objects(inner(payload, "changelog").get("items"))
    return [key for item in items if item.get("field") == "Key" and (key := text(item.get("fromString")))]


KIND: Final = Kind(verify, delivery_id, read)
