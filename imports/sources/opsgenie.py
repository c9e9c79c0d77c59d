"""Alerts of Opsgenie: of its REST API (also Jira Service Management's), and as its own webhooks tell of them."""

import re
from collections.abc import Mapping
from typing import Any, Final

from imports.sources import comments
from imports.sources.mapped import Mapped
from imports.sources.moments import later
from imports.sources.payload import (
    given,
    identifier,
    inner,
    labels_of,
    name_of,
    objects,
    text,
    time_of,
    time_of_seconds,
    title_of,
)

PRIORITIES: Final[Mapping[str, str]] = {"P1": "urgent", "P2": "high", "P3": "normal", "P4": "low", "P5": "low"}
# What Opsgenie writes into an alert's log; the first that fits.
STEPS: Final = (
    (re.compile(r"\bun-?acknowledged\b", re.IGNORECASE), "Open"),
    (re.compile(r"\backnowledged\b", re.IGNORECASE), "Acknowledged"),
    (re.compile(r"\b(re-?opened|snooze (has )?ended|unsnoozed)\b", re.IGNORECASE), "Open"),
    (re.compile(r"\bsnoozed\b", re.IGNORECASE), "Snoozed"),
    (re.compile(r"\bclosed\b", re.IGNORECASE), "Closed"),
)


def to_ticket(alert: object) -> Mapped:
    """Map one alert; from acknowledgement to close is logged work of whoever acknowledged it."""
    if not isinstance(alert, Mapping):
        return Mapped(alert, {}, {})
    report = inner(alert, "report")
    created_at = _moment(alert.get("createdAt"))
    taken_at, closed_at = later(created_at, report.get("ackTime")), later(created_at, report.get("closeTime"))
    history = _history(alert, created_at)
    number = identifier(alert.get("id")) or identifier(alert.get("alertId"))
    responder = text(report.get("acknowledgedBy")) or _first_answer(alert)[0]
    taken_at = taken_at or _first_answer(alert)[1]
    closed_at = closed_at or next((step["at"] for step in reversed(history) if step["status"] == "Closed"), None)
    row = given(
        external_id=number,
        title=title_of(alert.get("message"), alert.get("alias")),
        description=text(alert.get("description")),
        status=_status(alert),
        labels=labels_of(alert.get("tags")),
        service=name_of(inner(alert, "details").get("service")) or name_of(alert.get("entity")),
        priority=_priority(alert.get("priority")),
        reporter=text(alert.get("source")),
        is_interrupt=True,
        created_at=created_at,
        started_at=taken_at if closed_at is None or (taken_at or "") <= closed_at else None,
        finished_at=closed_at if _is_closed(alert) else None,
        updated_at=_moment(alert.get("updatedAt")),
        responder=responder if taken_at else None,
        acknowledged_at=taken_at if responder else None,
    )
    if history:
        row["history"] = history
    if "owner" in alert or responder:
        row["assignee"] = text(alert.get("owner")) or responder or None
    return Mapped(row, {}, {}, talk=comments.talk(number, [_note(each) for each in objects(alert.get("notes"))]))


def told_by_hook(alert: Mapping[str, Any], action: str) -> Mapping[str, Any]:
    """Return the alert in a webhook of Opsgenie as its API would give it, after what has just been done to it."""
    done: dict[str, dict[str, Any]] = {
        "Close": {"status": "closed"},
        "Acknowledge": {"status": "open", "acknowledged": True, "owner": alert.get("username")},
        "Snooze": {"status": "open", "snoozed": True},
    }
    return {"status": "open", **alert, **done.get(action, {})}


def _status(alert: Mapping[str, Any]) -> str:
    if _is_closed(alert):
        return "Closed"
    if alert.get("snoozed") is True:
        return "Snoozed"
    return "Acknowledged" if alert.get("acknowledged") is True else "Open"


def _is_closed(alert: Mapping[str, Any]) -> bool:
    return text(alert.get("status")).lower() == "closed"


def _history(alert: Mapping[str, Any], created_at: str | None) -> list[dict[str, Any]]:
    """Return the past that an alert's log tells, where it was put in under `logs`."""
    if created_at is None:
        return []
    steps = []
    for entry in objects(alert.get("logs")):
        at, words = _moment(entry.get("createdAt")), text(entry.get("log"))
        status = next((name for pattern, name in STEPS if pattern.search(words)), None)
        if at is not None and at > created_at and status:
            steps.append({"at": at, "status": status})
    return [{"at": created_at, "status": "Open"}, *sorted(steps, key=lambda step: step["at"])] if steps else []


def _first_answer(alert: Mapping[str, Any]) -> tuple[str, str | None]:
    """Return who acknowledged an alert first, and when, as its log tells; empty and None where it does not."""
    found = [
        (at, text(entry.get("owner")))
        for entry in objects(alert.get("logs"))
        if re.search(r"(?<!un)(?<!un-)\backnowledged\b", text(entry.get("log")), re.IGNORECASE)
        and (at := _moment(entry.get("createdAt"))) is not None
    ]
    at, owner = min(found, default=(None, ""))
    return owner, at if owner else None


def _note(note: Mapping[str, Any]) -> Any:
    """Read a note, which has no number of its own but where it stands in the alert's time."""
    number = identifier(note.get("offset")) or text(note.get("createdAt"))
    return comments.said(number, text(note.get("owner")), note.get("note"), (note.get("createdAt"), None))


def _priority(value: object) -> str | None:
    found = identifier(value).upper()
    return PRIORITIES.get(found if found.startswith("P") else f"P{found}")


def _moment(value: object) -> str | None:
    """Return a time that the API writes as text, and webhooks as milli-, micro- or nanoseconds."""
    if isinstance(value, (str, bool)) or not isinstance(value, (int, float)):
        return time_of(value)
    if not 0 < value < 10**19:
        return None
    while value >= 10**11:
        value /= 1000
    return time_of_seconds(value)
