"""Alerts of Opsgenie's REST API."""

from collections.abc import Mapping
from typing import Any, Final

from imports.sources.mapped import Mapped
from imports.sources.moments import later, logged
from imports.sources.payload import given, identifier, inner, labels_of, name_of, text, time_of, title_of

PRIORITIES: Final[Mapping[str, str]] = {"P1": "urgent", "P2": "high", "P3": "normal", "P4": "low", "P5": "low"}


def to_ticket(alert: object) -> Mapped:
    """Map one alert; from acknowledgement to close is logged work of whoever acknowledged it."""
    if not isinstance(alert, Mapping):
        return Mapped(alert, {}, {})
    report = inner(alert, "report")
    created_at = time_of(alert.get("createdAt"))
    taken_at, closed_at = later(created_at, report.get("ackTime")), later(created_at, report.get("closeTime"))
    row = given(
        external_id=identifier(alert.get("id")),
        title=title_of(alert.get("message"), alert.get("alias")),
        description=text(alert.get("description")),
        status=_status(alert),
        labels=labels_of(alert.get("tags")),
        service=name_of(inner(alert, "details").get("service")) or name_of(alert.get("entity")),
        priority=PRIORITIES.get(text(alert.get("priority"))),
        assignee=text(alert.get("owner")) or text(report.get("acknowledgedBy")),
        is_interrupt=True,
        created_at=created_at,
        started_at=taken_at if closed_at is None or (taken_at or "") <= closed_at else None,
        finished_at=closed_at if alert.get("status") == "closed" else None,
        updated_at=time_of(alert.get("updatedAt")),
        logs=logged(report.get("acknowledgedBy"), taken_at, closed_at),
    )
    return Mapped(row, {}, {})


def _status(alert: Mapping[str, Any]) -> str:
    if alert.get("status") == "closed":
        return "Closed"
    if alert.get("snoozed") is True:
        return "Snoozed"
    return "Acknowledged" if alert.get("acknowledged") is True else "Open"
