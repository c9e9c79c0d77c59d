"""What a ticket is: one row of an import, read and checked without a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from django.utils.translation import gettext as _

from imports.fields import (
    ID_LENGTH,
    NAME_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Reader,
    RefusedValueError,
    choice,
    optional_text,
    parse_time,
    read_date,
    read_entries,
    read_flag,
    read_hours,
    read_labels,
    read_time,
    read_url,
    required_text,
    safe_name,
    word,
)

Errors: TypeAlias = dict[str, list[str]]
Said: TypeAlias = dict[str, Any]

CLOCK_SKEW: Final = timedelta(minutes=1)
CLASSES: Final = ("toil", "engineering", "overhead", "unclassified")
PRIORITIES: Final = ("low", "normal", "high", "urgent")

MOMENTS: Final = ("created_at", "started_at", "finished_at", "updated_at", "acknowledged_at")
# With these a ticket says that answering it was work.
ANSWERING: Final = frozenset({"responder", "acknowledged_at", "finished_at"})

# What the errors of an earlier import carry beside the row itself, so that the mended file can be sent as it is.
IGNORED: Final = frozenset({"index", "errors"})


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What changed at the source at one instant; `changed` holds status, assignee and blocked as far as given."""

    at: datetime
    changed: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Log:
    """A person worked on the ticket in `[started_at, ended_at)`."""

    person: str
    started_at: datetime
    ended_at: datetime
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A checked row: `said` is all that the source says, as JSON in one canonical form; the rest is read from it."""

    external_id: str
    said: Said
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    updated_at: datetime | None = None
    acknowledged_at: datetime | None = None
    history: tuple[HistoryEntry, ...] | None = None
    logs: tuple[Log, ...] | None = None

    def work(self, *, at_most: timedelta) -> tuple[Log, ...]:
        """Return the logged work; where none is named, answering an alarm: from then to its end, capped."""
        if self.logs is not None:
            return self.logs
        responder, began, ended = self.said.get("responder"), self.acknowledged_at, self.finished_at
        if not responder or began is None or ended is None or ended <= began or not at_most:
            return ()
        return (Log(responder, began, min(ended, began + at_most), ""),)

    @property
    def people(self) -> set[str]:
        """Everybody the ticket names, as it names them."""
        named = {self.said.get("assignee"), self.said.get("responder")}
        named |= {entry.changed.get("assignee") for entry in self.history or ()}
        named |= {log.person for log in self.logs or ()}
        return {name for name in named if name}

    @property
    def statuses(self) -> set[str]:
        """Every status word that the ticket uses."""
        words = {self.said.get("status")} | {entry.changed.get("status") for entry in self.history or ()}
        return {word for word in words if word}


def parse_ticket(row: object, *, at: datetime) -> Ticket | Errors:
    """Read one row; return the ticket, or for each wrong field the sentences that say what is wrong with it."""
    if not isinstance(row, Mapping):
        return {"row": [_("A ticket has to be an object with names and values.")]}
    said: Said = {}
    errors: Errors = {}
    for name, value in row.items():
        reader = READERS.get(name)
        if reader is None:
            if name not in IGNORED:
                errors[safe_name(name)] = [_("There is no field of this name.")]
            continue
        try:
            read = reader(value)
        except RefusedValueError as error:
            errors[name] = [str(error)]
        else:
            if read is not None or (value is None and name in NULLABLE):
                said[name] = read
    for name in ("external_id", "title"):
        if name not in said and name not in errors:
            errors[name] = [_("This field is required.")]
    return errors or _in_order(said, at=at)


def external_id_of(row: object) -> str:
    """The external id of a row that may be wrong in everything else; empty where it has none that can be read."""
    value = row.get("external_id") if isinstance(row, Mapping) else None
    try:
        return _external_id(value) or ""
    except RefusedValueError:
        return ""


def _in_order(said: Said, *, at: datetime) -> Ticket | Errors:
    """Check what fields say about each other, and turn the times into text again for `said`."""
    times = {name: said.get(name) for name in MOMENTS}
    history: tuple[HistoryEntry, ...] | None = said.get("history")
    logs: tuple[Log, ...] | None = said.get("logs")
    errors = _order_errors(times, history or (), logs or (), latest=at + CLOCK_SKEW)
    if errors:
        return errors
    for name, moment in times.items():
        if moment is not None:
            said[name] = moment.isoformat()
    if history is not None:
        said["history"] = [{"at": entry.at.isoformat(), **entry.changed} for entry in history]
    if logs is not None:
        said["logs"] = [
            {
                "person": log.person,
                "started_at": log.started_at.isoformat(),
                "ended_at": log.ended_at.isoformat(),
                "note": log.note,
            }
            for log in logs
        ]
    return Ticket(external_id=said["external_id"], said=said, history=history, logs=logs, **times)


def _order_errors(
    times: Mapping[str, datetime | None],
    history: Sequence[HistoryEntry],
    logs: Sequence[Log],
    *,
    latest: datetime,
) -> Errors:
    errors: Errors = {}
    created_at, started_at, finished_at = (
        times["created_at"],
        times["started_at"],
        times["finished_at"],
    )
    if created_at and started_at and started_at < created_at:
        errors["started_at"] = [_("The work cannot have started before the ticket was created.")]
    if created_at and finished_at and finished_at < created_at:
        errors["finished_at"] = [_("The work cannot have finished before the ticket was created.")]
    elif started_at and finished_at and finished_at < started_at:
        errors["finished_at"] = [_("The work cannot have finished before it started.")]
    if created_at and history and history[0].at < created_at:
        errors["history"] = [_("The history begins before the ticket was created.")]
    for name, moment in times.items():
        if moment and moment > latest:
            errors[name] = [_("This time lies in the future.")]
    if history and history[-1].at > latest:
        errors["history"] = [_("The history goes on into the future.")]
    if logs and max(log.ended_at for log in logs) > latest:
        errors["logs"] = [_("A log ends in the future.")]
    return errors


def _history(value: object) -> tuple[HistoryEntry, ...] | None:
    """Read the past, sorted by time; of entries of one instant the later in the list counts."""
    if value is None:
        return None
    return tuple(
        sorted(
            read_entries(value, HISTORY_NAMES, _history_entry),
            key=lambda entry: entry.at,
        )
    )


def _history_entry(entry: Mapping[str, Any]) -> HistoryEntry:
    at = _named("at", parse_time, entry.get("at"))
    changed: dict[str, Any] = {}
    if entry.get("status") is not None:
        changed["status"] = _named("status", required_text(ID_LENGTH), entry["status"])
    if "assignee" in entry:
        changed["assignee"] = _named("assignee", word(ID_LENGTH), entry["assignee"])
    if entry.get("blocked") is not None:
        changed["blocked"] = _named("blocked", read_flag, entry["blocked"])
    return HistoryEntry(at, changed)


def _logs(value: object) -> tuple[Log, ...] | None:
    """Read the logged work, sorted, since the logs of a ticket are a set."""
    if value is None:
        return None
    logs = read_entries(value, LOG_NAMES, _log)
    return tuple(sorted(logs, key=lambda log: (log.started_at, log.ended_at, log.person, log.note)))


def _log(entry: Mapping[str, Any]) -> Log:
    person = _named("person", required_text(ID_LENGTH), entry.get("person"))
    started_at = _named("started_at", parse_time, entry.get("started_at"))
    ended_at = _named("ended_at", parse_time, entry.get("ended_at"))
    if ended_at <= started_at:
        raise RefusedValueError(_("ended_at: The end has to come after the start."))
    return Log(
        person,
        started_at,
        ended_at,
        _named("note", optional_text(TEXT_LENGTH), entry.get("note")),
    )


def _named(name: str, read: Reader, value: object) -> Any:
    try:
        return read(value)
    except RefusedValueError as error:
        raise RefusedValueError(f"{name}: {error}") from None


HISTORY_NAMES: Final = frozenset({"at", "status", "assignee", "blocked"})
LOG_NAMES: Final = frozenset({"person", "started_at", "ended_at", "note"})
_external_id: Final = required_text(ID_LENGTH)

READERS: Final[Mapping[str, Reader]] = {
    "external_id": _external_id,
    "title": required_text(TITLE_LENGTH),
    "description": optional_text(TEXT_LENGTH),
    "url": read_url,
    "status": word(ID_LENGTH),
    "classification": choice(CLASSES),
    "labels": read_labels,
    "service": optional_text(NAME_LENGTH),
    "assignee": word(ID_LENGTH),
    "responder": word(ID_LENGTH),
    "reporter": word(ID_LENGTH),
    "project": word(ID_LENGTH),
    "is_interrupt": read_flag,
    "priority": choice(PRIORITIES),
    "estimate_hours": read_hours,
    "due_date": read_date,
    "created_at": read_time,
    "started_at": read_time,
    "finished_at": read_time,
    "updated_at": read_time,
    "acknowledged_at": read_time,
    "history": _history,
    "logs": _logs,
}
NULLABLE: Final = frozenset({"assignee", "estimate_hours", "due_date"})
