"""How files of a source are read for a board: said once by people, and remembered for the next file."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from django.db import transaction

from boards.models import Board
from imports.models import Import, Reading
from imports.services.jobs import import_preview
from imports.services.uploads import read_upload
from imports.spreadsheets import csv_header, csv_rows
from teams.actors import Actor

ROWS_LOOKED_AT: Final = 50
LONGEST_CELL: Final = 40


def reading_of(*, board: Board, source: str) -> Reading:
    """Return how files of a source were read last; for the first one nothing is known."""
    return Reading.objects.filter(board=board, source=source).first() or Reading(board=board, source=source)


@transaction.atomic
def read_otherwise(*, batch: Import, columns: Sequence[Sequence[str]], zone: str, by: Actor, at: datetime) -> Import:
    """Say what the columns of a previewed file are and where its clock stands, and preview it again."""
    again = import_preview(
        batch=batch, by=by, at=at, is_dry_run=True, columns=[list(pair) for pair in columns], zone=zone
    )
    known: dict[str, str] = reading_of(board=batch.board, source=batch.source).columns
    Reading.objects.update_or_create(
        board=batch.board,
        source=batch.source,
        defaults={"columns": known | {pair[0]: pair[1] for pair in columns}, "zone": zone},
    )
    return again


def first_cells(batch: Import) -> dict[str, str]:
    """Return, by the names of its columns, what stands first in each column of a CSV file that is kept."""
    head = next(read_upload(batch=batch), b"")
    found: dict[str, str] = {}
    for row in islice(csv_rows([head], header=csv_header(head), is_foreign=True), ROWS_LOOKED_AT):
        if isinstance(row.value, Mapping):
            for name, cells in row.value.items():
                found.setdefault(name, shortened(" ".join(cells[0].split())))
    return found


def shortened(cell: str) -> str:
    """Return what fits beside a field."""
    return cell if len(cell) <= LONGEST_CELL else cell[: LONGEST_CELL - 1] + "…"
