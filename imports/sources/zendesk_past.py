"""What Zendesk tells beside a ticket: its audits, in which the past stands, and the users of an export."""

from collections.abc import Mapping
from typing import Any, Final

from imports.sources.mapped import Identity
from imports.sources.payload import identifier, inner, objects, text, time_of

PRIORITIES: Final = frozenset({"low", "normal", "high", "urgent"})
# The categories of all statuses, those of an account's own too; “hold” is shown as on-hold.
STATUSES: Final[Mapping[str, str]] = {
    "new": "New",
    "open": "Open",
    "pending": "Pending",
    "hold": "On-hold",
    "solved": "Solved",
    "closed": "Closed",
}
CHANGES: Final = ("Create", "Change")


def audits_of(ticket: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the audits that were put in, one alone too."""
    return objects(ticket.get("audits")) or [audit for audit in [inner(ticket, "audit")] if audit]


def history_of(ticket: Mapping[str, Any], created_at: str | None) -> list[dict[str, Any]]:
    """Return the changes of status and assignee that audits tell of, from the first on; empty where they tell none."""
    told: list[tuple[str, str, str]] = []
    before: dict[str, str] = {}
    for audit in sorted(audits_of(ticket), key=lambda audit: time_of(audit.get("created_at")) or ""):
        at = time_of(audit.get("created_at"))
        for event in objects(audit.get("events")):
            name = text(event.get("field_name"))
            if at is None or event.get("type") not in CHANGES or name not in {"status", "assignee_id"}:
                continue
            if event.get("type") == "Change" and name not in before:
                before[name] = _value(name, event.get("previous_value"))
            before.setdefault(name, "")
            told.append((at, name, _value(name, event.get("value"))))
    if created_at is None or not told:
        return []
    assignee = before.get("assignee_id", identifier(ticket.get("assignee_id")))
    first = {"at": created_at, "status": before.get("status") or "New", "assignee": assignee or None}
    history = [first]
    for at, name, value in told:
        entry = {"status": value} if name == "status" else {"assignee": value or None}
        if value or name != "status":
            history.append({"at": max(at, created_at), **entry})
    return history


def users_of(ticket: Mapping[str, Any]) -> dict[str, Identity]:
    """Return what is known of the people whom a ticket names by number."""
    return {
        number: Identity(text(user.get("name")), text(user.get("email")))
        for user in objects(ticket.get("users"))
        if (number := identifier(user.get("id")))
    }


def reporter_of(ticket: Mapping[str, Any]) -> str:
    """Return who asked: the address or name where the export tells it, else the number."""
    number = identifier(ticket.get("requester_id")) or identifier(inner(ticket, "requester").get("id"))
    name, email = users_of(ticket).get(number, Identity("", ""))
    told = inner(ticket, "requester")
    return email or text(told.get("email")) or name or text(told.get("name")) or number


def priority_of(ticket: Mapping[str, Any]) -> str | None:
    """Return the priority, None where it has none."""
    priority = text(ticket.get("priority")).lower()
    return priority if priority in PRIORITIES else None


def _value(name: str, value: object) -> str:
    found = identifier(value)
    return STATUSES.get(found.lower(), found.capitalize()) if name == "status" else found
