"""Tickets of Zendesk, from its REST lists and its webhooks."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from imports.sources import comments
from imports.sources.mapped import Identity, Mapped, Talk, removal
from imports.sources.payload import given, identifier, inner, labels_of, objects, text, time_of, title_of, web_address
from imports.sources.signatures import Call, Event, Kind, is_any, require_header, wrong
from imports.sources.zendesk_past import STATUSES, audits_of, history_of, priority_of, reporter_of, users_of

GONE: Final = ("soft_deleted", "permanently_deleted", "marked_as_spam")
SIGNATURE: Final = "X-Zendesk-Webhook-Signature"


def verify(call: Call, secrets: Sequence[str], at: datetime) -> None:
    """Check the base64 HMAC-SHA256 over timestamp and body.

    The timestamp is that of the first attempt, which Zendesk repeats for hours: it must be signed, not fresh.
    """
    given_signature, moment = require_header(call, SIGNATURE), require_header(call, SIGNATURE + "-Timestamp")
    signed = moment.encode("utf-8", "surrogatepass") + call.body
    digests = [hmac.new(secret.encode(), signed, hashlib.sha256).digest() for secret in secrets]
    if not is_any([given_signature], [base64.b64encode(digest).decode() for digest in digests]):
        raise wrong()


def delivery_id(headers: Mapping[str, str], payload: Mapping[str, Any]) -> str:
    """Return the number of the event, else that of the invocation."""
    number = identifier(payload.get("id")) if text(payload.get("type")).startswith("zen:event-type:") else ""
    return number or headers.get("x-zendesk-webhook-invocation-id", "")


def read(headers: Mapping[str, str], payload: Mapping[str, Any]) -> Event:
    """Read an event of a ticket (its `detail`), or what a trigger sends as `{"ticket": {…}}`."""
    name = text(payload.get("type")) or "ticket"
    if name.startswith("zen:event-type:"):
        name = name.removeprefix("zen:event-type:")
        ticket = inner(payload, "detail") if name.startswith("ticket.") else {}
    else:
        ticket = inner(payload, "ticket")
    if not identifier(ticket.get("id")):
        return Event(name, ignored=_("It does not tell of a ticket."))
    mapped = to_ticket(ticket)
    if name == "ticket.comment_added":
        mapped = mapped._replace(talk=_added(mapped, payload))
    if name.removeprefix("ticket.") in GONE:
        return Event(name, [removal(mapped)])
    return Event(name, [mapped._replace(is_first=name == "ticket.created")])


def _added(mapped: Mapped, payload: Mapping[str, Any]) -> Talk | None:
    """Return the comment of an event, with what it tells of its author."""
    comment, author = inner(payload, "event", "comment"), inner(payload, "event", "comment", "author")
    number = identifier(author.get("id"))
    moment = comment.get("created_at") or payload.get("time") or inner(payload, "detail").get("updated_at")
    said = comments.zendesk(comment, number, moment)
    return comments.talk(text(mapped.row.get("external_id")), [said], comments.people_of([author], "id"))


def _talk(ticket: Mapping[str, Any], number: str) -> Talk | None:
    """Return the comments in an export, else those that the audits of a ticket tell of."""
    said = [
        comments.zendesk(comment, identifier(comment.get("author_id")), comment.get("created_at"))
        for comment in objects(ticket.get("comments"))
    ]
    for audit in audits_of(ticket) if not said else ():
        for event in objects(audit.get("events")):
            if event.get("type") == "Comment":
                author = identifier(event.get("author_id")) or identifier(audit.get("author_id"))
                said.append(comments.zendesk(event, author, audit.get("created_at")))
    return comments.talk(number, said, users_of(ticket))


def to_ticket(ticket: object) -> Mapped:
    """Map one ticket; its assignee is known by number, by `assignee_email` where a trigger sends that."""
    if not isinstance(ticket, Mapping):
        return Mapped(ticket, {}, {})
    assignee = text(ticket.get("assignee_email")) or identifier(ticket.get("assignee_id"))
    name = text(ticket.get("assignee_name"))
    row = given(
        external_id=identifier(ticket.get("id")),
        title=title_of(ticket.get("subject"), ticket.get("raw_subject"), ticket.get("description"), _("Ticket")),
        description=text(ticket.get("description")),
        url=_address(ticket),
        status=STATUSES.get(text(ticket.get("status")).lower(), text(ticket.get("status")).capitalize()),
        reporter=reporter_of(ticket),
        priority=priority_of(ticket),
        due_date=text(ticket.get("due_at"))[:10],
        created_at=time_of(ticket.get("created_at")),
        updated_at=time_of(ticket.get("updated_at")),
        finished_at=_finished_at(ticket),
    )
    if history := history_of(ticket, row.get("created_at")):
        row["history"] = history
    if isinstance(ticket.get("tags"), list):
        row["labels"] = labels_of(ticket["tags"])
    if assignee or "assignee_id" in ticket:
        row["assignee"] = assignee or None
    people = users_of(ticket) | ({assignee: Identity(name, "")} if assignee and name else {})
    mapped = Mapped(row, {}, people, talk=_talk(ticket, text(row.get("external_id"))))
    return removal(mapped) if text(ticket.get("status")).lower() == "deleted" else mapped


def _finished_at(ticket: Mapping[str, Any]) -> str | None:
    """Return when it was solved, which a list tells where dates or figures were asked for with it."""
    if text(ticket.get("status")).lower() not in {"solved", "closed"}:
        return None
    return time_of(inner(ticket, "dates").get("solved_at") or inner(ticket, "metric_set").get("solved_at"))


def _address(ticket: Mapping[str, Any]) -> str:
    """Return where people look at the ticket; what the API calls its address answers with JSON."""
    parts = urlsplit(web_address(ticket.get("url")))
    if not parts.netloc or "/api/" not in parts.path:
        return web_address(ticket.get("url"))
    return f"{parts.scheme}://{parts.netloc}/agent/tickets/{identifier(ticket.get('id'))}"


KIND: Final = Kind(verify, delivery_id, read)
