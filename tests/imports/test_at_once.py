"""Imports between whose look at the items and whose lock on them somebody else was quicker."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from boards.models import Board, Item
from boards.services import BoardArchivedError, archive_board, delete_column, edit_column, move_item
from boards.services.items import edit_item
from boards.services.people import MergeRefusedError, merge_people
from boards.services.places import lock_columns
from boards.services.rebuild import rebuild_stays
from imports.models import Import, State
from imports.services.jobs import forget_old, import_now, import_preview, open_import, receive
from teams.actors import SYSTEM, Actor, Via
from teams.models import Handle, Team
from tests.factories import BoardFactory
from tests.waiting import beside

pytestmark = [pytest.mark.usefixtures("postgresql"), pytest.mark.django_db(transaction=True)]

Take = Callable[..., list[str]]


@pytest.fixture
def take(board: Board) -> Take:
    """Import tickets, and return what became of each."""

    def take(*rows: dict[str, Any]) -> list[str]:
        batch = Import(board=Board.objects.select_related("team").get(pk=board.pk), source="jira")
        done = import_now(batch=batch, rows=rows, by=Actor(via=Via.IMPORT), at=timezone.now())
        return [result["outcome"] for result in done.results]

    return take


def test_a_ticket_that_another_import_changed_meanwhile_finds_its_people(board: Board, take: Take) -> None:
    ann = {"external_id": "OPS-1", "title": "a", "assignee": "ann"}
    take(ann)

    with beside() as start:
        with transaction.atomic():
            lock_columns(board.columns.values_list("pk", flat=True))
            other = start(lambda: take(ann, {"external_id": "OPS-2", "title": "b"}))
            take({**ann, "assignee": "ben"})
        outcomes = other.result()

    item = Item.objects.select_related("assignee").get(external_id="OPS-1")
    assert outcomes == ["updated", "created"]
    assert item.assignee is not None
    assert item.assignee.name == "ann"


def test_a_ticket_whose_item_went_to_another_board_meanwhile_leaves_it_there(board: Board, take: Take) -> None:
    take({"external_id": "OPS-1", "title": "a", "status": "To do"})
    moved = Item.objects.get()
    elsewhere = BoardFactory(team=board.team).columns.in_order()[0]

    with beside() as start:
        with transaction.atomic():
            move_item(item=moved, to=elsewhere, by=SYSTEM, at=timezone.now())
            other = start(lambda: take({"external_id": "OPS-1", "title": "b", "status": "Done"}))
        outcomes = other.result()

    moved.refresh_from_db()
    assert outcomes == ["created"]
    assert (moved.board_id, moved.column_id, moved.title) == (elsewhere.board_id, elsewhere.pk, "a")


def test_a_ticket_that_waits_for_another_stage_of_its_column_counts_by_that_stage(board: Board, take: Take) -> None:
    column = board.columns.get(name="In progress")

    with beside() as start:
        with transaction.atomic():
            edit_column(column=column, name="Shipped", stage="done", wip_limit=None, by=SYSTEM, at=timezone.now())
            other = start(lambda: take({"external_id": "OPS-1", "title": "a", "status": "Shipped"}))
        other.result()

    item = Item.objects.get()
    assert (item.column_id, item.started_at) == (column.pk, None)
    assert item.finished_at is not None


def test_a_ticket_does_not_come_into_a_column_that_is_deleted_meanwhile(board: Board, take: Take) -> None:
    column, backlog = board.columns.get(name="In progress"), board.columns.get(name="Backlog")

    with beside() as start:
        with transaction.atomic():
            delete_column(column=column, to=backlog, by=SYSTEM, at=timezone.now())
            other = start(lambda: take({"external_id": "OPS-1", "title": "a", "status": "In progress"}))
        other.result()

    assert Item.objects.get().column_id == backlog.pk


def test_an_import_that_waits_for_an_archive_takes_nothing(board: Board, take: Take) -> None:
    with beside() as start:
        with transaction.atomic():
            archive_board(board=board, by=SYSTEM, at=timezone.now())
            other = start(lambda: take({"external_id": "OPS-1", "title": "a"}))
        with pytest.raises(BoardArchivedError):
            other.result()

    assert not Item.objects.exists()


def test_an_older_ticket_does_not_overwrite_what_a_newer_one_said_meanwhile(board: Board, take: Take) -> None:
    ticket = {"external_id": "OPS-1", "title": "a"}
    take({**ticket, "updated_at": "2026-01-01T00:00:00Z"})
    item = Item.objects.get()

    with beside() as start:
        with transaction.atomic():
            take({**ticket, "title": "b", "updated_at": "2026-01-03T00:00:00Z"})
            other = start(lambda: take({**ticket, "updated_at": "2026-01-02T00:00:00Z"}))
        outcomes = other.result()

    item.ticket.refresh_from_db()
    assert outcomes == ["skipped"]
    assert (item.ticket.said["title"], item.ticket.updated_at.day) == ("b", 3)


def test_the_file_of_a_preview_that_is_imported_at_the_last_moment_is_not_forgotten(board: Board) -> None:
    old, now = timezone.now() - timedelta(hours=25), timezone.now()
    shown = open_import(board=board, source="file", by=SYSTEM, at=old, is_dry_run=True, is_kept=True)
    receive(batch=shown, pieces=[b'{"external_id": "OPS-1", "title": "a"}\n'])
    Import.objects.update(state=State.FINISHED, finished_at=old)

    with beside() as start:
        with transaction.atomic():
            Import.objects.select_for_update().get(pk=shown.pk)
            forgetting = start(lambda: forget_old(at=now))
            job = import_preview(batch=shown, by=SYSTEM, at=now)
        forgetting.result()

    assert job.chunks.count() == 1


def test_two_who_merge_the_same_person_at_once_do_it_once(board: Board, take: Take) -> None:
    take(*({"external_id": f"OPS-{number}", "title": "a", "assignee": who} for number, who in ((1, "ann"), (2, "ben"))))
    ann, ben = (Handle.objects.get(handle=name).person for name in ("ann", "ben"))

    with beside() as start:
        with transaction.atomic():
            Team.objects.select_for_update(no_key=True).get(pk=board.team_id)
            other = start(lambda: merge_people(team=board.team, gone=ann, into=ben, by=SYSTEM, at=timezone.now()))
            merge_people(team=board.team, gone=ann, into=ben, by=SYSTEM, at=timezone.now())
        with pytest.raises(MergeRefusedError):
            other.result()

    assert set(Item.objects.values_list("assignee", flat=True)) == {ben.pk}


def test_an_item_that_is_given_to_somebody_while_they_are_merged_is_the_others(board: Board, take: Take) -> None:
    take(*({"external_id": f"OPS-{number}", "title": "a", "assignee": who} for number, who in ((1, "ann"), (2, "ben"))))
    ann, ben = (Handle.objects.get(handle=name).person for name in ("ann", "ben"))
    item = Item.objects.get(external_id="OPS-2")

    with beside() as start:
        with transaction.atomic():
            edit_item(item=item, changes={"assignee": ann}, by=SYSTEM, at=timezone.now())
            other = start(lambda: merge_people(team=board.team, gone=ann, into=ben, by=SYSTEM, at=timezone.now()))
        other.result()

    assert set(Item.objects.values_list("assignee", flat=True)) == {ben.pk}
    assert rebuild_stays(item_ids=[item.pk], dry_run=True) == []
