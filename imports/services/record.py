"""What an import remembers of its rows: counts, results, warnings and the rows that were refused."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from boards.services.rows import as_json, insert_rows
from imports.batches import Batch, BatchRow, Outcome
from imports.models import Import, RowError
from imports.past import past_of, unknown_statuses
from imports.readers import Unreadable
from imports.services.known import Target
from imports.services.take import class_of, rule_of
from imports.spreadsheets import refused_csv

PREVIEW_ROWS = 20
UNKNOWN_STATUSES = 200
COUNTERS = ("created", "updated", "unchanged", "skipped", "failed")


def add_up(batch: Import, done: Batch, *, target: Target | None) -> None:
    """Add a handled batch to the import's figures, which the caller saves."""
    for name, count in done.counts().items():
        setattr(batch, name, getattr(batch, name) + count)
    batch.rows += len(done.rows)
    words: Counter[str] = Counter(batch.unknown_statuses)
    notes: Counter[str] = Counter(batch.notes)
    for row in done.rows:
        if row.note:
            notes[row.note] += 1
        if row.ticket is not None and target is not None:
            words.update(unknown_statuses(row.ticket, statuses=target.statuses))
    batch.unknown_statuses, batch.notes = dict(words.most_common(UNKNOWN_STATUSES)), dict(notes)
    if target is not None and batch.is_kept and len(batch.preview) < PREVIEW_ROWS:
        batch.preview = [*batch.preview, *(_preview(row, target) for row in done.rows)][:PREVIEW_ROWS]


def keep_refused(batch: Import, rows: Iterable[BatchRow]) -> None:
    """Keep the rows that were not taken, as they came, with what is wrong with them."""
    refused = [
        (batch.pk, row.index, row.external_id, _text(row.raw), as_json(row.errors), _cells(row))
        for row in rows
        if row.outcome == Outcome.FAILED
    ]
    insert_rows(RowError, ("batch", "index", "external_id", "row", "errors", "cells"), refused)


def results_of(done: Batch, *, is_dry_run: bool) -> list[dict[str, Any]]:
    """Return what became of each row; what a dry run would create has no item."""
    results = []
    for row in done.rows:
        result: dict[str, Any] = {
            "index": row.index,
            "external_id": row.external_id or None,
            "outcome": row.outcome.value,
        }
        if row.outcome == Outcome.FAILED:
            result["errors"] = row.errors
        else:
            result["item"] = None if is_dry_run and row.outcome == Outcome.CREATED else row.item
        results.append(result)
    return results


def refused_rows(batch: Import) -> Iterator[bytes]:
    """Yield the refused rows of an import as NDJSON: the row itself, with `index` and `errors` beside its fields."""
    for error in batch.row_errors.order_by("index").iterator(chunk_size=500):
        beside = {"index": error.index, "errors": error.errors}
        try:
            row = json.loads(error.row)
        except (ValueError, RecursionError):
            row = {"row": error.row}
        yield json.dumps({**(row if isinstance(row, dict) else {"row": row}), **beside}).encode() + b"\n"


def refused_sheet(batch: Import) -> Iterator[str]:
    """Yield the refused rows of a CSV file as such a file: the columns as they were, with a last one of errors."""
    errors = batch.row_errors.filter(cells__isnull=False).order_by("index").iterator(chunk_size=500)
    rows = ((error.cells, error.in_words) for error in errors)
    return refused_csv(rows, shown=batch.header, delimiter=batch.delimiter)


def _cells(row: BatchRow) -> str | None:
    return None if row.cells is None else as_json(list(row.cells))


def _text(raw: Any) -> str:
    return raw.text if isinstance(raw, Unreadable) else json.dumps(raw)


def _preview(row: BatchRow, target: Target) -> dict[str, Any]:
    """Return a row as it would become, for people to look at."""
    shown: dict[str, Any] = {"index": row.index, "external_id": row.external_id, "outcome": row.outcome.value}
    if row.ticket is None:
        return {**shown, "errors": row.errors}
    said = row.ticket.said
    stands = past_of(row.ticket, statuses=target.statuses, at=target.at)[-1]
    return {
        **shown,
        "title": said["title"],
        "created_at": said.get("created_at"),
        "status": said.get("status"),
        "assignee": stands.assignee,
        "column": target.columns[stands.column].name,
        "classification": class_of(target, row.ticket, rule_of(target, row.ticket)).get("classification"),
    }
