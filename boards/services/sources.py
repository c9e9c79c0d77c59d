"""What items are called where they come from, once for a board and a source; and since when a source is known."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction

from boards.models import Item, TeamSource
from boards.services.errors import ExternalIdTakenError


@contextmanager
def names_at_source(*items: Item) -> Iterator[None]:
    """Refuse items with a name at a source that another item of their board has."""
    named = {(item.board_id, item.source, item.external_id): item for item in items if item.external_id}
    if not named:
        yield
        return
    _refuse_taken(named)
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        _refuse_taken(named)
        raise


def note_source(*, team_id: int, source: str, at: datetime) -> None:
    """Keep when tickets of a team first came from a source; whoever comes later changes nothing."""
    if not TeamSource.objects.filter(team=team_id, name=source).exists():
        TeamSource.objects.bulk_create([TeamSource(team_id=team_id, name=source, first_at=at)], ignore_conflicts=True)


def _refuse_taken(named: dict[tuple[int, str, str], Item]) -> None:
    boards = {key[0] for key in named}
    others = Item.objects.filter(board__in=boards, external_id__in={key[2] for key in named})
    others = others.exclude(pk__in=[item.pk for item in named.values()])
    for board, source, name in others.values_list("board_id", "source", "external_id"):
        if (board, source, name) in named:
            raise ExternalIdTakenError(source=source, external_id=name)
