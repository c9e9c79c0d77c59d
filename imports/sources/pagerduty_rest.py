"""Incidents of PagerDuty's REST API, with their log entries where these were asked for (`include[]=log_entries`)."""

from collections.abc import Mapping
from typing import Any, Final

from imports.sources import comments
from imports.sources.mapped import Identity, Mapped, Talk
from imports.sources.pagerduty import to_ticket as standing
from imports.sources.payload import identifier, inner, objects, text, time_of

ENTRIES: Final[Mapping[str, str]] = {
    "trigger_log_entry": "Triggered",
    "acknowledge_log_entry": "Acknowledged",
    "unacknowledge_log_entry": "Triggered",
    "snooze_log_entry": "Snoozed",
    "resolve_log_entry": "Resolved",
}
# With these the incident becomes that of the first whom they name.
HANDED: Final = frozenset({"assign_log_entry", "escalate_log_entry", "reassign_log_entry", "delegate_log_entry"})


def to_ticket(incident: object) -> Mapped:
    """Map one incident; from the first acknowledgement to the end is logged work of whoever acknowledged it."""
    if not isinstance(incident, Mapping):
        return Mapped(incident, {}, {})
    users = [inner(entry, "assignee") for entry in objects(incident.get("assignments"))]
    updated_at = time_of(incident.get("updated_at")) or time_of(incident.get("last_status_change_at"))
    row, stages, people, *__ = standing({**incident, "assignees": users}, updated_at=updated_at)
    row["description"] = text(incident.get("description")) if incident.get("description") != row["title"] else ""
    ended_at = time_of(incident.get("resolved_at")) or time_of(incident.get("last_status_change_at"))
    if incident.get("status") == "resolved" and ended_at:
        row["finished_at"] = ended_at
    people = {**_named(incident), **people}
    if reporter := text(inner(incident, "first_trigger_log_entry", "agent").get("summary")):
        row["reporter"] = reporter
    if taken := _acknowledgements(incident):
        at, user = taken[0]
        people = {**people, **_identity(user)}
        row["started_at"] = at
        row.setdefault("assignee", identifier(user.get("id")) or None)
        if responder := identifier(user.get("id")):
            row |= {"responder": responder, "acknowledged_at": at}
    history = _history(incident)
    if history and row.get("created_at"):
        row["history"] = [{"at": row["created_at"], "status": "Triggered"}, *history]
        row.setdefault("assignee", next((step["assignee"] for step in reversed(history) if "assignee" in step), None))
    return Mapped(row, stages, people, talk=_talk(incident, text(row.get("external_id"))))


def _acknowledgements(incident: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return when who took the incident, the first first."""
    found = [(entry.get("at"), inner(entry, "acknowledger")) for entry in objects(incident.get("acknowledgements"))]
    found += [
        (entry.get("created_at"), inner(entry, "agent"))
        for entry in objects(incident.get("log_entries"))
        if _kind(entry) == "acknowledge_log_entry"
    ]
    known = [(at, user) for moment, user in found if (at := time_of(moment)) is not None and _is_person(user)]
    return sorted(known, key=lambda entry: entry[0])


def _history(incident: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what log entries tell of status and assignee behind the beginning; who acknowledges has it then."""
    created_at = time_of(incident.get("created_at")) or ""
    steps = []
    for entry in objects(incident.get("log_entries")):
        at, kind = time_of(entry.get("created_at")), _kind(entry)
        step: dict[str, Any] = {"status": ENTRIES[kind]} if kind in ENTRIES else {}
        agent = inner(entry, "agent")
        if kind == "acknowledge_log_entry" and _is_person(agent):
            step["assignee"] = identifier(agent.get("id"))
        if kind in HANDED:
            step["assignee"] = next((each for user in _handed_to(entry) if (each := identifier(user.get("id")))), None)
        if at is not None and step and at >= created_at and (at > created_at or kind in HANDED):
            steps.append({"at": at, **step})
    return sorted(steps, key=lambda step: step["at"])


def _handed_to(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*objects(entry.get("assignees")), *[user for user in [inner(entry, "assigned_user")] if user]]


def _talk(incident: Mapping[str, Any], number: str) -> Talk | None:
    """Return the notes that people wrote, where they were put in."""
    notes = objects(incident.get("notes"))
    said = [
        comments.said(
            note.get("id"),
            identifier(inner(note, "user").get("id")),
            note.get("content"),
            (note.get("created_at"), None),
        )
        for note in notes
    ]
    known = {name: who for note in notes for name, who in _identity(inner(note, "user")).items()}
    return comments.talk(number, said, known)


def _kind(entry: Mapping[str, Any]) -> str:
    return text(entry.get("type")).removesuffix("_reference")


def _named(incident: Mapping[str, Any]) -> dict[str, Identity]:
    """Return what log entries say of the people whom they hand the incident to."""
    entries = objects(incident.get("log_entries"))
    users = [user for entry in entries for user in [*_handed_to(entry), inner(entry, "agent")] if _is_person(user)]
    return {name: who for user in users for name, who in _identity(user).items()}


def _is_person(user: Mapping[str, Any]) -> bool:
    """Whether an agent is a person rather than a service or an integration."""
    return text(user.get("type")).removesuffix("_reference") in {"", "user"}


def _identity(user: Mapping[str, Any]) -> dict[str, Identity]:
    handle = identifier(user.get("id"))
    name = text(user.get("summary")) or text(user.get("name"))
    return {handle: Identity(name, text(user.get("email")))} if handle else {}
