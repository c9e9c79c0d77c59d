"""What items are called where they come from, once for a board and a source; and since when a source is known."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction

from boards.models import Item, TeamSource
from boards.services.errors import ExternalIdTakenError


@contextmanager
def names_at_source(item: Item) -> Iterator[None]:
    """Refuse a second item with the same name at the same source on one board."""
    if not item.external_id:
        yield
        return
    namesakes = Item.objects.filter(board_id=item.board_id, source=item.source, external_id=item.external_id)
    taken = ExternalIdTakenError(source=item.source, external_id=item.external_id)
    if namesakes.exclude(pk=item.pk).exists():
        raise taken
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if namesakes.exclude(pk=item.pk).exists():
            raise taken from error
        raise


def note_source(*, team_id: int, source: str, at: datetime) -> None:
    """Keep when tickets of a team first came from a source; whoever comes later changes nothing."""
    if not TeamSource.objects.filter(team=team_id, name=source).exists():
        TeamSource.objects.bulk_create([TeamSource(team_id=team_id, name=source, first_at=at)], ignore_conflicts=True)
