"""How files of a source are read for a board: said once by people, and remembered for the next file."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from boards.models import Board
from imports.models import Import, Reading
from imports.services.jobs import import_preview
from teams.actors import Actor


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
