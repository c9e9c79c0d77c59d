"""Incidents of PagerDuty's REST API, with their log entries where these were asked for (`include[]=log_entries`)."""

from collections.abc import Mapping
from typing import Any

from imports.sources.mapped import Identity, Mapped
from imports.sources.moments import logged
from imports.sources.pagerduty import to_ticket as standing
from imports.sources.payload import identifier, inner, objects, text, time_of

ENTRIES = {
    "trigger_log_entry": "Triggered",
    "acknowledge_log_entry": "Acknowledged",
    "unacknowledge_log_entry": "Triggered",
    "resolve_log_entry": "Resolved",
}


def to_ticket(incident: object) -> Mapped:
    """Map one incident; from the first acknowledgement to the end is logged work of whoever acknowledged it."""
    if not isinstance(incident, Mapping):
        return Mapped(incident, {}, {})
    users = [inner(entry, "assignee") for entry in objects(incident.get("assignments"))]
    updated_at = time_of(incident.get("updated_at")) or time_of(incident.get("last_status_change_at"))
    row, stages, people, *__ = standing({**incident, "assignees": users}, updated_at=updated_at)
    row["description"] = text(incident.get("description")) if incident.get("description") != row["title"] else ""
    is_resolved = incident.get("status") == "resolved"
    ended_at = time_of(incident.get("resolved_at")) or time_of(incident.get("last_status_change_at"))
    if is_resolved and ended_at:
        row["finished_at"] = ended_at
    taken = _acknowledgements(incident)
    if taken:
        at, user = taken[0]
        people = {**people, **_identity(user)}
        row["started_at"] = at
        row.setdefault("assignee", identifier(user.get("id")) or None)
        if is_resolved and (logs := logged(identifier(user.get("id")), at, ended_at)):
            row["logs"] = logs
    history = _history(incident)
    if history and row.get("created_at"):
        row["history"] = [{"at": row["created_at"], "status": "Triggered"}, *history]
    return Mapped(row, stages, people)


def _acknowledgements(incident: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return when who took the incident, the first first."""
    entries = objects(incident.get("log_entries"))
    found = [(entry.get("created_at"), inner(entry, "agent")) for entry in entries if _kind(entry) == "Acknowledged"]
    found += [(entry.get("at"), inner(entry, "acknowledger")) for entry in objects(incident.get("acknowledgements"))]
    known = [(at, user) for moment, user in found if (at := time_of(moment)) is not None]
    return sorted(known, key=lambda entry: entry[0])


def _history(incident: Mapping[str, Any]) -> list[dict[str, Any]]:
    created_at = time_of(incident.get("created_at")) or ""
    steps = []
    for entry in objects(incident.get("log_entries")):
        at, status = time_of(entry.get("created_at")), _kind(entry)
        if at is not None and status and at > created_at:
            steps.append({"at": at, "status": status})
    return sorted(steps, key=lambda step: step["at"])


def _kind(entry: Mapping[str, Any]) -> str | None:
    return ENTRIES.get(text(entry.get("type")).removesuffix("_reference"))


def _identity(user: Mapping[str, Any]) -> dict[str, Identity]:
    handle = identifier(user.get("id"))
    return {handle: Identity(text(user.get("summary")), text(user.get("email")))} if handle else {}
