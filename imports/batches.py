"""A batch of rows on its way in: what each row turned out to be, and what became of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from django.utils.translation import gettext as _

from imports.readers import Row, Unreadable
from imports.sources.mapped import Identity, Mapped, Talk
from imports.tickets import Errors, Ticket, external_id_of, parse_ticket

# What turns a row of a source's own form into a ticket's; None leaves a row out that is no ticket.
ToTicket: TypeAlias = Callable[[Any], Mapped | None]


class Outcome(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(slots=True)
class BatchRow:
    """One row: as it came, as the ticket it is or why it is none, and what became of it."""

    index: int
    raw: Any
    external_id: str = ""
    ticket: Ticket | None = None
    errors: Errors | None = None
    outcome: Outcome = Outcome.FAILED
    item: int | None = None
    note: str = ""
    talk: Talk | None = None
    cells: Sequence[str] | None = None
    is_removal: bool = False

    def fail(self, name: str, sentence: str) -> None:
        """Refuse the row."""
        self.ticket, self.errors, self.outcome = None, {name: [sentence]}, Outcome.FAILED


@dataclass(slots=True)
class Batch:
    """Rows that are handled together, and what their source said beside them."""

    rows: list[BatchRow] = field(default_factory=list)
    stages: dict[str, str] = field(default_factory=dict)
    people: dict[str, Identity] = field(default_factory=dict)

    @property
    def tickets(self) -> list[BatchRow]:
        """The rows that can be taken."""
        return [row for row in self.rows if row.ticket is not None]

    def counts(self) -> dict[str, int]:
        """Return how many rows had each outcome."""
        counts = dict.fromkeys((outcome.value for outcome in Outcome), 0)
        for row in self.rows:
            counts[row.outcome.value] += 1
        return counts


def read_batch(rows: Iterable[Row], *, mapping: ToTicket | None, at: datetime) -> Batch:
    """Turn rows of an upload into tickets, or into what is wrong with them."""
    batch = Batch()
    for row in rows:
        if isinstance(row.value, Unreadable):
            refused = BatchRow(row.number, row.value, errors={"row": [row.value.problem]}, cells=row.cells)
            batch.rows.append(refused)
            continue
        mapped = mapping(row.value) if mapping else Mapped(row.value, {}, {})
        if mapped is not None:
            _add(batch, row.number, row.value, mapped, at)
            batch.rows[-1].cells = row.cells
    return batch


def batch_of(tickets: Iterable[Mapped], *, at: datetime) -> Batch:
    """Turn tickets that a source's module has mapped already into a batch."""
    batch = Batch()
    for index, mapped in enumerate(tickets):
        _add(batch, index, mapped.row, mapped, at)
    return batch


def refuse_repeats(rows: Iterable[BatchRow], *, met: Mapping[str, Any] | set[str]) -> set[str]:
    """Refuse the second row of a key; `met` are the keys of the rows before. Return the keys met here."""
    here: set[str] = set()
    for row in rows:
        key = row.external_id
        if not key:
            continue
        if key in here or key in met:
            row.fail("external_id", _("An earlier row of this import has the same external id."))
        here.add(key)
    return here


def _add(batch: Batch, index: int, raw: Any, mapped: Mapped, at: datetime) -> None:
    found = parse_ticket(mapped.row, at=at)
    if isinstance(found, Ticket):  # what a refused row says may be nothing that a database can keep
        batch.stages.update(mapped.stages)
        batch.people.update(mapped.people)
        if mapped.talk is not None:
            batch.people.update({name: who for name, who in mapped.talk.people.items() if name not in batch.people})
        row = BatchRow(index, raw, external_id=found.external_id, ticket=found, talk=mapped.talk)
        row.is_removal = mapped.is_removal
        batch.rows.append(row)
    else:
        batch.rows.append(BatchRow(index, raw, external_id=external_id_of(mapped.row), errors=found))
