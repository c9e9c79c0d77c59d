"""Incidents of ServiceNow: of its Table API (times are UTC), or of a CSV export (times have no zone)."""

from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import Any, Final

from imports.sources.mapped import Mapped
from imports.sources.moments import day_of, local_time
from imports.sources.payload import given, identifier, name_of, text, title_of

# The numbers that the Table API gives for states of incidents, unless display values were asked for.
STATES: Final[Mapping[str, str]] = {
    "1": "New",
    "2": "In Progress",
    "3": "On Hold",
    "6": "Resolved",
    "7": "Closed",
    "8": "Canceled",
}
PRIORITIES: Final[Mapping[str, str]] = {"1": "urgent", "2": "high", "3": "normal", "4": "low", "5": "low"}
NOTHING: Final = frozenset({"", "?", "null", "NULL"})
OVER: Final = frozenset({"Resolved", "Closed", "Canceled"})


def to_ticket(record: object, zone: tzinfo) -> Mapped:
    """Map one record of the Table API, or one row of a CSV file (whose names may be the columns' or the labels)."""
    if not isinstance(record, Mapping):
        return Mapped(record, {}, {})
    zone = zone if any(isinstance(value, list) for value in record.values()) else UTC

    def first(*names: str) -> str:
        return next((found for name in names if (found := _value(record.get(name))) not in NOTHING), "")

    number, state = first("number"), first("state", "incident_state", "incident state")
    status = STATES.get(state, state)
    ended = first("resolved_at", "resolved", "closed_at", "closed")
    row = given(
        external_id=number or first("sys_id"),
        title=title_of(first("short_description", "short description"), first("category"), number),
        description=first("description"),
        status=status,
        service=name_of(first("business_service", "cmdb_ci", "configuration item", "business service", "service")),
        priority=PRIORITIES.get(first("priority")[:1]),
        assignee=first("assigned_to", "assigned to"),
        is_interrupt=True,
        due_date=day_of(first("due_date", "due date"), zone),
        created_at=local_time(first("opened_at", "opened", "sys_created_on", "created", "sys_created_at"), zone),
        started_at=local_time(first("work_start", "actual start"), zone),
        finished_at=local_time(ended, zone) if status in OVER else None,
        updated_at=local_time(first("sys_updated_on", "updated", "sys_updated_at"), zone),
    )
    return Mapped(row, {}, {})


def _value(value: Any) -> str:
    """Return a field: as text, as a list of cells, or as the API gives it with display values."""
    if isinstance(value, list):
        return next((found for cell in value if (found := text(cell))), "")
    if isinstance(value, Mapping):
        return identifier(value.get("display_value")) or identifier(value.get("value"))
    return identifier(value)
