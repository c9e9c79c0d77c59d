"""What an import announces to open boards."""

import pytest
from django.utils import timezone

from boards.models import Board, FeedEvent, Item
from imports.models import Import
from imports.services.jobs import import_now
from teams.actors import Actor, Via
from tests.factories import BoardFactory

pytestmark = pytest.mark.django_db


def take(board: Board, *rows: dict[str, str]) -> None:
    batch = Import(board=Board.objects.select_related("team").get(pk=board.pk), source="jira")
    import_now(batch=batch, rows=rows, by=Actor(via=Via.IMPORT), at=timezone.now())


def tickets(count: int, title: str) -> list[dict[str, str]]:
    return [{"external_id": f"OPS-{number}", "title": f"{title} {number}"} for number in range(count)]


def test_an_import_of_many_tickets_is_one_event_that_names_none() -> None:
    board = BoardFactory()

    take(board, *tickets(200, "New"))

    assert list(FeedEvent.objects.values_list("seq", "kind", "items", "via")) == [(1, "many", [], "import")]


def test_an_import_of_few_tickets_names_those_that_it_made_or_changed() -> None:
    board = BoardFactory()
    take(board, *tickets(2, "New"))

    take(board, *tickets(1, "Newer"), *tickets(2, "New")[1:])

    made = sorted(Item.objects.values_list("pk", flat=True))
    changed = Item.objects.get(external_id="OPS-0").pk
    assert list(FeedEvent.objects.order_by("seq").values_list("items", flat=True)) == [made, [changed]]


def test_an_import_that_brings_nothing_new_is_not_announced() -> None:
    board = BoardFactory()
    take(board, *tickets(3, "New"))

    take(board, *tickets(3, "New"))

    assert FeedEvent.objects.count() == 1
