"""Replacing what a source logged on an item, as a set, when the source's logs have changed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from boards.models import WorkLog
from boards.services.bulk import LOG_FIELDS
from boards.services.record import plain
from boards.services.rows import insert_rows
from imports.services.known import Target
from imports.services.revision import Revision
from imports.tickets import ANSWERING
from teams.models import Person

# A ticket in which one of these changed may tell of other work than before.
LOGGING: Final = ANSWERING | {"logs"}


class LogKey(NamedTuple):
    """What makes two logs of one item and source the same."""

    person: int
    started_at: datetime
    ended_at: datetime
    note: str


def take_logs(*, target: Target, revisions: Sequence[Revision], people: Mapping[str, Person]) -> None:
    """Delete the source's logs that are gone there, and add those that are new; others' logs stay."""
    revisions = [revision for revision in revisions if revision.changed & LOGGING]
    if not revisions:
        return
    here: dict[int, dict[LogKey, int]] = defaultdict(dict)
    rows = WorkLog.objects.kept().filter(item__in=[each.item.pk for each in revisions], source=target.source)
    for log in rows:
        here[log.item_id][LogKey(log.person_id, log.started_at, log.ended_at, log.note)] = log.pk
    gone: list[int] = []
    new: list[tuple[Any, ...]] = []
    for revision in revisions:
        logs = revision.ticket.work(at_most=target.response_cap)
        wanted = {LogKey(people[log.person].pk, log.started_at, log.ended_at, log.note): log.person for log in logs}
        before = here[revision.item.pk]
        for key in before.keys() - wanted.keys():
            gone.append(before[key])
            revision.changes.append(("log", _logged(key, None), None, target.at))
        for key in sorted(wanted.keys() - before.keys()):
            new.append((revision.item.pk, target.board.pk, *key, target.source, target.at, None))
            revision.changes.append(("log", None, _logged(key, people[wanted[key]]), target.at))
    WorkLog.objects.filter(pk__in=gone).update(deleted_at=target.at)
    insert_rows(WorkLog, LOG_FIELDS, new)


def _logged(key: LogKey, person: Person | None) -> dict[str, Any]:
    person_id, started_at, ended_at, note = key
    who = plain(person) if person is not None else {"id": person_id}
    return {"person": who, "started_at": plain(started_at), "ended_at": plain(ended_at), "note": note}
