"""Incidents of ServiceNow: of its Table API (times are UTC), or of a CSV export (times have no zone)."""

from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from functools import partial
from typing import Any, Final

from imports.sources.mapped import Identity, Mapped
from imports.sources.moments import day_of, local_time
from imports.sources.payload import given, identifier, name_of, objects, text, title_of
from imports.sources.servicenow_journal import NAMES, talk_of
from imports.statuses import ACTIVE, DONE, QUEUE, WAITING, normal_word

# The numbers that the Table API gives for states of incidents, unless display values were asked for.
STATES: Final[Mapping[str, str]] = {
    "1": "New",
    "2": "In Progress",
    "3": "On Hold",
    "6": "Resolved",
    "7": "Closed",
    "8": "Canceled",
}
STAGES: Final[Mapping[str, str]] = {"1": QUEUE, "2": ACTIVE, "3": WAITING, "6": DONE, "7": DONE, "8": DONE}
PRIORITIES: Final[Mapping[str, str]] = {"1": "urgent", "2": "high", "3": "normal", "4": "low", "5": "low"}
NOTHING: Final = frozenset({"", "?", "null", "NULL", "-100"})
OVER: Final = frozenset({"resolved", "closed", "canceled", "cancelled", "closed complete", "closed incomplete"})
# Under which name the rows before the last stand, of a file with a row for each change of an incident.
CHANGES: Final = "row changes"
STATE: Final = ("state", "incident_state", "incident state")
ASSIGNED: Final = ("assigned_to", "assigned to")
OPENED: Final = ("opened_at", "opened", "sys_created_on", "created", "sys_created_at")
UPDATED: Final = ("sys_updated_on", "updated", "sys_updated_at")
ENDED: Final = ("resolved_at", "resolved", "closed_at", "closed")

First = Callable[..., str]


def to_ticket(record: object, zone: tzinfo) -> Mapped:
    """Map one record of the Table API, or one row of a CSV file (whose names may be the columns' or the labels)."""
    if not isinstance(record, Mapping):
        return Mapped(record, {}, {})
    local = zone
    zone = zone if any(isinstance(value, list) for value in record.values()) else UTC
    first, value = partial(_first, record, shown=True), partial(_first, record, shown=False)
    number, status = first("number"), _status(record)
    is_over = normal_word(status) in OVER or STAGES.get(value(*STATE)) == DONE
    row = given(
        external_id=number or first("sys_id"),
        title=title_of(first("short_description", "short description"), first("category"), number),
        description=first("description"),
        status=status,
        service=name_of(first("business_service", "cmdb_ci", "configuration item", "business service", "service")),
        project=name_of(first("assignment_group", "assignment group")),
        reporter=first("caller_id", "caller", "opened_by", "opened by"),
        priority=PRIORITIES.get(value("priority")[:1]),
        is_interrupt=True,
        due_date=day_of(value("due_date", "due date"), zone),
        created_at=local_time(value(*OPENED), zone),
        started_at=local_time(value("work_start", "actual start"), zone),
        finished_at=local_time(value(*ENDED), zone) if is_over else None,
        updated_at=local_time(value(*UPDATED), zone),
    )
    handle, people = _assignee(record)
    if handle or any(name in record for name in ASSIGNED):
        row["assignee"] = handle or None
    if history := _history(record, row, zone):
        row["history"] = history
    stage = STAGES.get(value(*STATE))
    talk = talk_of(
        text(row.get("external_id")),
        [first(name) for name in NAMES],
        handles={identity.name: name for name, identity in people.items()},
        zone=local,
    )
    return Mapped(row, {normal_word(status): stage} if stage and status else {}, people, talk=talk)


def is_a_change_of(row: object, before: object) -> bool:
    """Whether a row of a CSV file tells of a later state of the incident of the row before it."""
    if not isinstance(row, Mapping) or not isinstance(before, Mapping):
        return False
    same = all(_first(row, name) == _first(before, name) for name in ("number", "sys_id"))
    return bool(_first(row, "number")) and same and bool(_first(row, *UPDATED))


def _history(record: Mapping[str, Any], row: Mapping[str, Any], zone: tzinfo) -> list[dict[str, Any]]:
    """Return the past that the rows of an incident tell, the first of which says how it began.

    Of the end the column counts that ServiceNow keeps for it: rows call it resolved before and after that instant.
    """
    created_at = row.get("created_at")
    if not objects(record.get(CHANGES)) or created_at is None:
        return []
    rows = [*objects(record[CHANGES]), record]
    history = [{"at": created_at, "status": _status(rows[0]) or "New", "assignee": _assignee(rows[0])[0] or None}]
    for each in rows[1:]:
        at = local_time(_first(each, *UPDATED), zone)
        entry: dict[str, Any] = {"assignee": _assignee(each)[0] or None}
        if status := _status(each):
            entry["status"] = status
        if at is not None:
            history.append({"at": max(at, created_at), **entry})
    history.sort(key=lambda entry: entry["at"])
    return _ending_at(history, row.get("finished_at"))


def _ending_at(history: list[dict[str, Any]], finished_at: str | None) -> list[dict[str, Any]]:
    """Return a past of which the last run of ended states begins when ServiceNow says that it ended."""
    standing, last_open = "", 0
    for place, entry in enumerate(history):
        standing = entry.get("status", standing)
        if normal_word(standing) not in OVER:
            last_open = place
    over = history[last_open + 1 :]
    if finished_at is None or not over or finished_at < history[last_open]["at"]:
        return history
    over = [{**entry, "at": max(entry["at"], finished_at)} for entry in over]
    return [*history[: last_open + 1], {**over[0], "at": finished_at}, *over[1:]]


def _status(record: Mapping[str, Any]) -> str:
    state = _first(record, *STATE)
    return STATES.get(state, state)


def _assignee(record: Mapping[str, Any]) -> tuple[str, dict[str, Identity]]:
    """Return who has it: by the number that both forms of value tell, with the name, else by what stands there."""
    shown, value = _first(record, *ASSIGNED), _first(record, *ASSIGNED, shown=False)
    if value and shown and value != shown:
        return value, {value: Identity(shown, "")}
    return shown or value, {}


def _first(record: Mapping[str, Any], *names: str, shown: bool = True) -> str:
    return next((found for name in names if (found := _value(record.get(name), shown)) not in NOTHING), "")


def _value(value: Any, shown: bool) -> str:
    """Return a field: as text, as a list of cells, or as the API gives it with display values.

    Where both are there, what is shown stands in the words and the zone of who asked, the value never does.
    """
    if isinstance(value, list):
        return next((found for cell in value if (found := text(cell))), "")
    if isinstance(value, Mapping):
        both = (identifier(value.get("display_value")), identifier(value.get("value")))
        return next((found for found in (both if shown else both[::-1]) if found), "")
    return identifier(value)
