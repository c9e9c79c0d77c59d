"""Taking an import back: what it made goes into the trash, what was worked on stays, and nothing is lost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from boards.models import Board, Change, FeedEvent, Item, Stay
from boards.services import add_comment, classify_items, edit_item, start_timer
from boards.services.boards import archive_board, unarchive_board
from boards.services.rebuild import rebuild_stays
from boards.services.trash import restore_item
from imports.models import Import
from imports.services.errors import NotUndoableError
from imports.services.jobs import import_now
from imports.services.leases import claim_undo, release, reserve_undoing
from imports.services.undo import begin_undo, undo_step
from imports.tasks import run_undo
from teams.actors import SYSTEM, Actor, Via
from teams.models import ApiToken, User

ROWS = [{"external_id": f"OPS-{n}", "title": f"Disk full on db-{n}", "status": "In progress"} for n in range(4)]


@pytest.fixture
def batch(board: Board) -> Import:
    return take(board, ROWS)


@pytest.fixture
def client(mallory: User) -> Client:
    client = Client()
    client.force_login(mallory)
    return client


def take(board: Board, rows: list[dict[str, Any]], **options: Any) -> Import:
    """Import rows into the board."""
    target = Board.objects.select_related("team").get(pk=board.pk)
    batch = Import(board=target, source="jira", **options)
    return import_now(batch=batch, rows=rows, by=Actor(via=Via.IMPORT), at=timezone.now())


def undo_import(*, batch: Import, by: Actor, at: datetime) -> Import:
    """Ask for it, and let the worker do it."""
    begin_undo(batch=batch, by=by, at=at)
    run_undo(batch.pk)
    return Import.objects.get(pk=batch.pk)


def here() -> list[str]:
    kept = Item.objects.filter(deleted_at__isnull=True)
    return list(kept.order_by("title").values_list("title", flat=True))


def test_all_that_an_import_made_goes_into_the_trash_as_one_change_of_the_board(
    board: Board, batch: Import, by_alice: Actor
) -> None:
    events = FeedEvent.objects.count()

    undone = undo_import(batch=batch, by=by_alice, at=timezone.now())

    assert here() == []
    assert (undone.taken_back, undone.can_be_undone) == (4, False)
    assert FeedEvent.objects.count() == events + 1
    assert not Stay.objects.filter(ended_at__isnull=True).exists()
    item = Item.objects.get(title="Disk full on db-0")
    told = item.changes.filter(field="external_id").values_list("before", "after", "by", "version")
    assert list(told) == [("OPS-0", "", by_alice.person and by_alice.person.pk, 2)]
    assert item.changes.filter(field="deleted_at").exists()


def test_the_same_tickets_can_be_imported_again(board: Board, batch: Import, by_alice: Actor) -> None:
    undo_import(batch=batch, by=by_alice, at=timezone.now())

    again = take(board, ROWS)

    assert (again.created, again.skipped) == (4, 0)
    assert len(here()) == 4


def test_an_item_can_be_had_back_from_the_trash(board: Board, batch: Import, by_alice: Actor) -> None:
    undo_import(batch=batch, by=by_alice, at=timezone.now())

    restore_item(item=Item.objects.get(title="Disk full on db-2"), by=by_alice, at=timezone.now())

    assert here() == ["Disk full on db-2"]


def test_the_stays_are_those_that_the_history_tells(board: Board, batch: Import, by_alice: Actor) -> None:
    undo_import(batch=batch, by=by_alice, at=timezone.now() + timedelta(hours=1))
    assert rebuild_stays(item_ids=Item.objects.values_list("pk", flat=True), dry_run=True) == []


def test_what_was_worked_on_stays(board: Board, batch: Import, by_alice: Actor) -> None:
    items = list(Item.objects.order_by("title"))
    later = timezone.now()
    edit_item(item=items[0], changes={"title": "A"}, by=by_alice, at=later)
    add_comment(item=items[1], body="I have seen this.", by=by_alice, at=later)
    start_timer(item=items[2], by=by_alice, at=later)

    undone = undo_import(batch=batch, by=by_alice, at=timezone.now())

    assert undone.taken_back == 1
    assert here() == ["A", "Disk full on db-1", "Disk full on db-2"]


def test_what_another_import_made_or_changed_stays(board: Board, batch: Import, by_alice: Actor) -> None:
    second = take(board, [{**ROWS[0], "title": "Changed"}, {"external_id": "OPS-9", "title": "New"}])

    undo_import(batch=batch, by=by_alice, at=timezone.now())
    assert here() == ["Changed", "New"]

    undo_import(batch=second, by=by_alice, at=timezone.now())
    assert here() == ["Changed"]


def test_what_only_a_rule_has_classified_since_goes(board: Board, batch: Import, by_alice: Actor) -> None:
    classify_items(items=Item.objects.all()[:2], classification="toil", by=Actor(via=Via.RULE), at=timezone.now())

    assert undo_import(batch=batch, by=by_alice, at=timezone.now()).taken_back == 4


def test_an_import_is_undone_once_and_a_dry_run_never(board: Board, batch: Import, by_alice: Actor) -> None:
    undo_import(batch=batch, by=by_alice, at=timezone.now())
    dry = take(board, ROWS, is_dry_run=True)

    for done in (batch, dry):
        with pytest.raises(NotUndoableError):
            undo_import(batch=done, by=by_alice, at=timezone.now())


def test_many_items_take_few_statements_each(
    board: Board, by_alice: Actor, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    few = take(board, [{"external_id": f"A-{n}", "title": "T"} for n in range(3)])
    many = take(board, [{"external_id": f"B-{n}", "title": "T"} for n in range(60)])
    with django_assert_max_num_queries(40) as needed:
        undo_import(batch=few, by=by_alice, at=timezone.now())

    with django_assert_max_num_queries(len(needed.captured_queries)):
        undo_import(batch=many, by=by_alice, at=timezone.now())


def test_many_pieces_are_one_change_of_the_board(
    board: Board, by_alice: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imports.services.undo.AT_ONCE", 2)
    batch = take(board, [*ROWS, {"external_id": "OPS-8", "title": "Odd"}])
    FeedEvent.objects.all().delete()

    undone = undo_import(batch=batch, by=by_alice, at=timezone.now())

    assert (undone.taken_back, here()) == (5, [])
    assert list(FeedEvent.objects.values_list("kind", "items")) == [("many", [])]


def test_it_goes_on_where_a_worker_died(
    board: Board, by_alice: Actor, batch: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imports.services.undo.AT_ONCE", 2)
    now = timezone.now()
    begin_undo(batch=batch, by=by_alice, at=now)
    claim_undo(import_id=batch.pk, owner="dead", at=now)
    undo_step(import_id=batch.pk, owner="dead", at=now)

    run_undo(batch.pk)
    left = len(here())
    too_early = reserve_undoing(at=now + timedelta(seconds=29))
    due = reserve_undoing(at=now + timedelta(seconds=31))
    late = undo_step(import_id=batch.pk, owner="dead", at=now)
    run_undo(batch.pk)

    batch.refresh_from_db()
    assert (left, too_early, due, late) == (2, [], [batch.pk], False)
    assert (batch.taken_back, here(), batch.is_being_undone) == (4, [], False)
    assert Change.objects.filter(field="deleted_at").count() == 4


def test_what_cannot_go_on_says_why_and_can_be_asked_for_again(
    client: Client, board: Board, by_alice: Actor, batch: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imports.services.undo.AT_ONCE", 2)
    now = timezone.now()
    begin_undo(batch=batch, by=by_alice, at=now)
    claim_undo(import_id=batch.pk, owner="me", at=now)
    undo_step(import_id=batch.pk, owner="me", at=now)
    archive_board(board=board, by=SYSTEM, at=now)
    release(import_id=batch.pk, owner="me")
    run_undo(batch.pk)

    page = client.get(f"/t/sre/imports/{batch.pk}/").content.decode()
    unarchive_board(board=board, by=SYSTEM, at=timezone.now())
    batch.refresh_from_db()

    assert "is archived" in page
    assert (batch.taken_back, batch.can_be_undone) == (2, True)


def test_an_error_that_comes_back_ends_it(board: Board, by_alice: Actor, batch: Import) -> None:
    begin_undo(batch=batch, by=by_alice, at=timezone.now())
    Import.objects.filter(pk=batch.pk).update(attempts=5)

    run_undo(batch.pk)

    batch.refresh_from_db()
    assert (batch.can_be_undone, len(here())) == (True, 4)
    assert batch.undo_problem == "Undoing has stopped because of an error of this server."


def test_a_program_undoes_it_with_the_scope_write(api: Any, board: Board, batch: Import) -> None:
    address = f"/api/v1/imports/{batch.pk}/"
    ApiToken.objects.update(scope="import")
    refused = api.post(f"{address}undo/")
    ApiToken.objects.update(scope="write")
    answer = api.post(f"{address}undo/")
    run_undo(batch.pk)
    again = api.post(f"{address}undo/")

    shown = api.get(address).json()
    assert (refused.status_code, answer.status_code, answer.json()["undone_at"]) == (403, 202, None)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "not_undoable")
    assert (shown["taken_back"], here()) == (4, [])
    assert shown["undone_at"]
    assert Change.objects.filter(field="deleted_at", via="api", token=api.token).count() == 4


def test_the_page_says_what_goes_and_what_stays(client: Client, board: Board, batch: Import, by_alice: Actor) -> None:
    address = f"/t/sre/imports/{batch.pk}/"
    add_comment(item=Item.objects.get(external_id="OPS-1"), body="Seen.", by=by_alice, at=timezone.now())

    before = client.get(address).content.decode()
    answer = client.post(f"{address}undo/")
    meanwhile = client.get(address).content.decode()
    run_undo(batch.pk)
    after = client.get(address).content.decode()
    again = client.post(f"{address}undo/", follow=True).content.decode()

    assert "Put 3 items into the trash" in before
    assert "1 item stays" in before
    assert "OPS-1 Disk full on db-1" in before
    assert answer["Location"] == address
    assert "0 of 4 items" in meanwhile
    assert 'hx-trigger="every 1s"' in meanwhile
    assert "3 items are in the trash" in after
    assert "Undo this import" not in after
    assert "There is nothing of this import to be taken back." in again
    assert Change.objects.filter(field="deleted_at", via="page").count() == 3


def test_an_archived_board_stays_as_it_is(client: Client, board: Board, batch: Import) -> None:
    archive_board(board=board, by=SYSTEM, at=timezone.now())

    answer = client.post(f"/t/sre/imports/{batch.pk}/undo/", follow=True)

    assert "is archived" in answer.content.decode()
    assert len(here()) == 4


def test_who_may_undo(client: Client, board: Board, batch: Import, bob: User, charlie: User) -> None:
    address = f"/t/sre/imports/{batch.pk}/undo/"
    statuses = []
    for user in (bob, charlie):
        other = Client()
        other.force_login(user)
        statuses.append(other.post(address).status_code)

    assert statuses == [403, 404]
    assert client.get(address).status_code == 405
    assert Client().post(address).status_code == 302
    assert len(here()) == 4
