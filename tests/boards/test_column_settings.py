"""Columns in the settings and from the board: added, changed, put in order, deleted with a place for their items."""

import re

import pytest
from django.utils import timezone

from boards import services
from boards.models import Column, Item
from teams.actors import SYSTEM
from tests.boards.conftest import hour
from tests.factories import BoardFactory, ItemFactory

PAGE = "/t/sre/settings/boards/operations/"
DOING = {"name": "Doing", "stage": "active", "wip_limit": "3"}
SHOWN = {"shown_name": "In progress", "shown_stage": "active", "shown_wip_limit": ""}


@pytest.fixture
def owner(client, alice, board):
    """Alice, signed in, and the board Operations."""
    client.force_login(alice)
    return client


@pytest.fixture
def url(progress):
    """Where the settings of the column In progress are."""
    return f"{PAGE}columns/{progress.pk}/"


def names(board):
    return list(board.columns.kept().in_order().values_list("name", flat=True))


@pytest.mark.parametrize("act", ["change/", "move/", "delete/", "restore/"])
def test_only_owners_change_columns_and_only_by_posts(client, request, url, act):
    statuses = []
    for name in ("mallory", "bob", "charlie"):
        client.force_login(request.getfixturevalue(name))
        statuses.append(client.post(url + act).status_code)
    client.force_login(request.getfixturevalue("alice"))

    assert statuses == [403, 403, 404]
    assert client.get(url + act).status_code == 405


def test_only_owners_see_a_column(client, url, alice, mallory, bob, charlie):
    assert client.get(url).url == f"/accounts/login/?next={url}"
    statuses = []
    for user in (alice, mallory, bob, charlie):
        client.force_login(user)
        statuses.append(client.get(url).status_code)

    assert statuses == [200, 403, 403, 404]
    assert client.post(url).status_code == 405


def test_a_column_of_another_board_is_not_here(owner, board):
    other = BoardFactory(team=board.team).columns.first()

    assert owner.get(f"{PAGE}columns/{other.pk}/").status_code == 404


def test_a_column_is_added_at_the_right_but_before_what_is_done(owner, board):
    answer = owner.post(f"{PAGE}columns/", {"new-name": "Review", "new-stage": "active", "new-wip_limit": "2"})
    owner.post(f"{PAGE}columns/", {"new-name": "Told", "new-stage": "done"})

    assert answer.url == PAGE
    assert names(board)[-3:] == ["Review", "Done", "Told"]


@pytest.mark.parametrize(
    "given",
    [
        {"new-name": "", "new-stage": "active"},
        {"new-name": "done", "new-stage": "active"},
        {"new-name": "Review", "new-stage": "somewhere"},
        {"new-name": "Review", "new-stage": "active", "new-wip_limit": "0"},
    ],
)
def test_a_column_that_makes_no_sense_is_refused_in_its_form(owner, board, given):
    assert owner.post(f"{PAGE}columns/", given).status_code == 422
    assert len(names(board)) == 4


def test_a_column_is_changed(owner, progress, url):
    answer = owner.post(f"{url}change/", {**DOING, **SHOWN})

    progress.refresh_from_db()
    assert answer.url == PAGE
    assert (progress.name, progress.wip_limit) == ("Doing", 3)


def test_the_menu_of_the_board_renames_and_goes_back_there(owner, progress, url):
    answer = owner.post(f"{url}change/", {"name": "Doing", "from": "board", **SHOWN})

    progress.refresh_from_db()
    assert answer.url == "/t/sre/b/operations/"
    assert (progress.name, progress.stage, progress.wip_limit) == ("Doing", "active", None)


def test_what_another_owner_changed_meanwhile_stays(owner, progress, url):
    owner.post(f"{url}change/", {**DOING, **SHOWN})

    crossed = owner.post(f"{url}change/", {"name": "Working", "stage": "active", "wip_limit": "", **SHOWN})
    page = crossed.content.decode()

    progress.refresh_from_db()
    assert crossed.status_code == 422
    assert "Somebody has changed this to “Doing” meanwhile." in page
    assert 'name="shown_name" value="Doing"' in page
    assert 'value="Working"' in page
    assert (progress.name, progress.wip_limit) == ("Doing", 3)


def test_another_stage_is_shown_before_it_is_done(owner, progress, url):
    ItemFactory(column=progress)

    answer = owner.post(f"{url}change/", {"name": "In progress", "stage": "waiting", "wip_limit": "", **SHOWN})

    progress.refresh_from_db()
    assert answer.url == f"{url}stage/?name=In+progress&stage=waiting&wip_limit="
    assert progress.stage == "active"


def test_a_column_without_a_past_changes_its_stage_at_once(owner, progress, url):
    owner.post(f"{url}change/", {"name": "In progress", "stage": "waiting", "wip_limit": "", **SHOWN})

    progress.refresh_from_db()
    assert progress.stage == "waiting"


def test_columns_are_put_in_order_without_script(owner, board, progress, url):
    answer = owner.post(f"{url}move/", {"step": "-1"})

    assert answer.url == f"{PAGE}#column-{progress.pk}"
    assert names(board) == ["In progress", "Backlog", "Waiting", "Done"]


def test_a_script_gets_the_columns_as_they_are_now(owner, board, done, url):
    answer = owner.post(f"{url}move/", {"before": done.pk}, headers={"HX-Request": "true"})
    page = answer.content.decode()

    assert names(board) == ["Backlog", "Waiting", "In progress", "Done"]
    assert "In progress is column 3 of 4" in page
    assert page.index("Waiting") < page.index("In progress")
    assert "<html" not in page


def test_a_column_beside_which_nothing_can_stand_any_more_is_refused(owner, board, url, done):
    services.delete_column(column=done, by=SYSTEM, at=hour(1))

    answer = owner.post(f"{url}move/", {"before": done.pk}, headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert "has gone" in answer.json()["error"]["message"]
    assert owner.post(f"{url}move/", {"before": "x"}).status_code == 404


def test_deleting_asks_where_the_items_go(owner, progress, url, backlog):
    ItemFactory.create_batch(3, column=progress)

    page = owner.get(url).content.decode()
    unsaid = owner.post(f"{url}delete/")
    said = owner.post(f"{url}delete/", {"to": backlog.pk})

    assert "3 items stand in it, and need another place." in page
    assert "Move 3 items and delete" in page
    assert unsaid.status_code == 409
    assert "move them first, or say where they go" in unsaid.content.decode()
    assert said.url == PAGE
    assert Item.objects.filter(column=backlog).count() == 3
    progress.refresh_from_db()
    assert progress.deleted_at is not None


def test_a_full_column_takes_the_items_only_when_it_is_said_twice(owner, progress, url, backlog):
    ItemFactory.create_batch(3, column=progress)
    services.edit_column(column=backlog, name="Backlog", stage="queue", wip_limit=2, by=SYSTEM, at=hour(1))

    refused = owner.post(f"{url}delete/", {"to": backlog.pk})
    forced = owner.post(f"{url}delete/", {"to": backlog.pk, "force": "1"})

    assert refused.status_code == 409
    assert "Pass the limit and delete the column" in refused.content.decode()
    assert forced.status_code == 302
    assert Item.objects.filter(column=backlog).count() == 3


def test_finished_items_of_a_deleted_column_are_open_again_and_the_page_says_so(owner, done, backlog):
    item = ItemFactory(column=done)
    url = f"{PAGE}columns/{done.pk}/"

    page = owner.get(url).content.decode()
    owner.post(f"{url}delete/", {"to": backlog.pk})

    item.refresh_from_db()
    assert "they would be open again" in page
    assert (item.column, item.finished_at) == (backlog, None)
    assert item.changes.filter(field="column").count() == 1


def test_the_last_column_stays(owner, board, progress, url):
    for column in board.columns.exclude(pk=progress.pk):
        services.delete_column(column=column, by=SYSTEM, at=hour(1))

    assert "A board keeps at least one column." in owner.get(url).content.decode()
    assert owner.post(f"{url}delete/").status_code == 409


def test_a_deleted_column_comes_back_from_the_trash(owner, board, progress, url):
    owner.post(f"{url}delete/")

    assert "In progress" in owner.get("/t/sre/trash/").content.decode()
    assert owner.post(f"{url}restore/").url == PAGE
    assert names(board) == ["Backlog", "Waiting", "Done", "In progress"]


def test_deleting_a_column_is_taken_back_from_the_toast_with_what_stood_in_it(owner, board, progress, backlog, url):
    first, second = ItemFactory.create_batch(2, column=progress)
    page = owner.post(f"{url}delete/", {"to": backlog.pk}, follow=True).content.decode()
    back = re.search(rf'action="({url}restore/\?undo=\d+)"', page).group(1)
    services.move_item(item=second, to=board.columns.get(name="Waiting"), by=SYSTEM, at=timezone.now())

    answer = owner.post(back, follow=True)

    assert "In progress” is back" in answer.content.decode()
    assert "it stays as it is" in answer.content.decode()
    assert names(board) == ["Backlog", "In progress", "Waiting", "Done"]
    assert list(progress.items.all()) == [first]


def test_an_empty_column_comes_back_to_its_place(owner, board, url):
    owner.post(f"{url}delete/")

    owner.post(f"{url}restore/?undo=0")

    assert names(board) == ["Backlog", "In progress", "Waiting", "Done"]


def test_a_deleted_column_whose_name_is_taken_stays_in_the_trash_with_a_sentence(owner, board, progress, url):
    owner.post(f"{url}delete/")
    services.add_column(board=board, name="In progress", stage="active", by=SYSTEM, at=hour(1))

    page = owner.post(f"{url}restore/", follow=True)

    assert "The board has a column with this name." in page.content.decode()
    assert Column.objects.get(pk=progress.pk).deleted_at is not None


def test_long_and_japanese_names_stand_on_the_pages(owner, board, progress, url):
    name = "とても長い列の名前です" * 9
    owner.post(f"{url}change/", {"name": name[:100], "stage": "active", "wip_limit": "", **SHOWN})

    assert name[:100] in owner.get(PAGE).content.decode()
    assert name[:100] in owner.get("/t/sre/b/operations/").content.decode()


def test_columns_that_a_browser_has_folded_up_are_drawn_so(owner, progress):
    owner.cookies["collapsed"] = f"{progress.pk}-x-99999999999999999999999"

    page = owner.get("/t/sre/b/operations/").content.decode()

    assert page.count("is-collapsed") == 1
    assert f'class="col is-collapsed" id="col-{progress.pk}"' in page


def test_only_owners_find_the_column_settings_on_the_board(client, board, url, alice, mallory, bob):
    found = []
    for user in (alice, mallory, bob):
        client.force_login(user)
        found.append(url in client.get("/t/sre/b/operations/").content.decode())

    assert found == [True, False, False]
