"""Boards in the settings: the list, new ones from templates, renamed, archived, deleted and had back."""

import pytest

from boards import services
from boards.models import Board, Item
from teams.actors import SYSTEM
from tests.boards.conftest import hour
from tests.factories import BoardFactory, ItemFactory

LIST = "/t/sre/settings/boards/"
PAGE = "/t/sre/settings/boards/operations/"
POSTS = [
    "/t/sre/settings/new-board/",
    *(PAGE + act for act in ("change/", "move/", "archive/", "unarchive/", "delete/", "restore/", "columns/")),
]


@pytest.fixture
def owner(client, alice, board):
    """Alice, signed in, and the board Operations."""
    client.force_login(alice)
    return client


def shape(board):
    return list(board.columns.kept().in_order().values_list("name", "stage", "wip_limit"))


def test_the_list_is_there_for_the_team_and_for_nobody_else(client, board, alice, mallory, bob, charlie):
    assert client.get(LIST).url == f"/accounts/login/?next={LIST}"
    statuses, offers = [], []
    for user in (alice, mallory, bob, charlie):
        client.force_login(user)
        answer = client.get(LIST)
        statuses.append(answer.status_code)
        offers.append("Make the board" in answer.content.decode())

    assert statuses == [200, 200, 200, 404]
    assert offers == [True, False, False, False]
    assert client.post(LIST).status_code == 405


def test_only_owners_see_the_settings_of_a_board(client, board, alice, mallory, bob, charlie):
    assert client.get(PAGE).url == f"/accounts/login/?next={PAGE}"
    statuses = []
    for user in (alice, mallory, bob, charlie):
        client.force_login(user)
        statuses.append(client.get(PAGE).status_code)

    assert statuses == [200, 403, 403, 404]
    assert client.post(PAGE).status_code == 405


@pytest.mark.parametrize("address", POSTS)
def test_only_owners_post_and_only_posts_count(client, request, board, address):
    statuses = []
    for name in ("mallory", "bob", "charlie"):
        client.force_login(request.getfixturevalue(name))
        statuses.append(client.post(address).status_code)
    client.force_login(request.getfixturevalue("alice"))

    assert statuses == [403, 403, 404]
    assert client.get(address).status_code == 405


@pytest.mark.parametrize(
    ("template", "columns"),
    [
        (
            "service",
            [
                ("Backlog", "queue", None),
                ("Ready", "queue", 12),
                ("In progress", "active", 6),
                ("Review", "active", 4),
                ("Waiting", "waiting", None),
                ("Done", "done", None),
            ],
        ),
        (
            "on-call",
            [
                ("Triggered", "queue", None),
                ("Investigating", "active", 3),
                ("Mitigated, waiting", "waiting", None),
                ("Follow-up", "active", 4),
                ("Resolved", "done", None),
            ],
        ),
        ("plain", [("To do", "queue", None), ("Doing", "active", None), ("Done", "done", None)]),
    ],
)
def test_a_board_begins_as_its_template_says(owner, template, columns):
    answer = owner.post("/t/sre/settings/new-board/", {"name": "Night shift", "template": template})

    assert answer.url == "/t/sre/b/night-shift/"
    assert shape(Board.objects.get(slug="night-shift")) == columns


@pytest.mark.parametrize("given", [{"name": "", "template": "plain"}, {"name": "New", "template": "huge"}])
def test_a_new_board_that_makes_no_sense_is_refused_in_its_form(owner, given):
    answer = owner.post("/t/sre/settings/new-board/", given)

    assert answer.status_code == 422
    assert Board.objects.count() == 1


def test_a_renamed_board_is_found_at_its_old_address_too(owner, board):
    answer = owner.post(f"{PAGE}change/", {"name": "Night shift", "slug": "nights"})

    board.refresh_from_db()
    assert answer.url == "/t/sre/settings/boards/nights/"
    assert (board.name, board.slug) == ("Night shift", "nights")
    assert owner.get("/t/sre/b/operations/").url == "/t/sre/b/nights/"
    assert owner.get("/t/sre/b/never-was/").status_code == 404


def test_an_old_address_belongs_to_the_board_that_has_it_now(owner, board):
    owner.post(f"{PAGE}change/", {"name": "Night shift", "slug": "nights"})
    BoardFactory(team=board.team, name="Operations")
    back = owner.post("/t/sre/settings/boards/nights/change/", {"name": "Night shift", "slug": "operations"})

    assert owner.get("/t/sre/b/operations/").status_code == 200
    assert back.status_code == 422
    assert "The team has a board with this short name." in back.content.decode()


def test_strangers_are_not_led_from_old_addresses(client, owner, charlie):
    owner.post(f"{PAGE}change/", {"name": "Night shift", "slug": "nights"})
    client.force_login(charlie)

    assert client.get("/t/sre/b/operations/").status_code == 404


@pytest.mark.parametrize("given", [{"name": "A", "slug": "No spaces!"}, {"name": "", "slug": "a"}, {"name": "A"}])
def test_a_name_that_makes_no_sense_is_refused_in_its_form(owner, board, given):
    answer = owner.post(f"{PAGE}change/", given)

    board.refresh_from_db()
    assert answer.status_code == 422
    assert (board.name, board.slug) == ("Operations", "operations")


def test_an_archived_board_is_read_and_found_below_the_others(owner, board, progress):
    item = ItemFactory(column=progress, title="Rotate keys")
    owner.post(f"{PAGE}archive/")

    page = owner.get("/t/sre/b/operations/").content.decode()
    listed = owner.get(LIST).content.decode()
    moved = owner.post(f"/t/sre/items/{item.pk}/move/", {"column": progress.pk}, headers={"HX-Request": "true"})

    assert "Rotate keys" in page
    assert "This board is archived since" in page
    assert "data-can-work" not in page
    assert "Archived boards" in listed
    assert (moved.status_code, moved.json()["error"]["code"]) == (409, "board_archived")


def test_the_navigation_leads_to_boards_in_use(owner, board):
    BoardFactory(team=board.team, name="Requests")
    owner.post(f"{PAGE}archive/")

    page = owner.get("/t/sre/settings/").content.decode()
    assert owner.get("/t/sre/b/").url == "/t/sre/b/requests/"
    assert 'href="/t/sre/b/operations/"' not in page
    assert "Archived boards" in page


def test_an_empty_board_offers_the_sample_data_to_who_may_put_it_in(client, board, alice, root):
    offers = []
    for user in (alice, root):
        client.force_login(user)
        offers.append("Try with sample data" in client.get("/t/sre/b/operations/").content.decode())

    assert offers == [False, True]


def test_an_owner_without_a_board_is_led_to_making_one(client, alice, bob):
    client.force_login(alice)
    assert f'href="{LIST}"' in client.get("/t/sre/b/").content.decode()

    client.force_login(bob)
    assert "Make a board" not in client.get("/t/sre/b/").content.decode()


def test_a_board_comes_out_of_the_archive(owner, board):
    services.archive_board(board=board, by=SYSTEM, at=hour(1))

    assert owner.get(PAGE).status_code == 200
    assert owner.post(f"{PAGE}unarchive/").url == "/t/sre/b/operations/"
    board.refresh_from_db()
    assert board.archived_at is None


def test_what_is_posted_to_an_archived_board_is_refused_with_a_sentence(owner, board, progress):
    services.archive_board(board=board, by=SYSTEM, at=hour(1))
    column = f"{PAGE}columns/{progress.pk}/"
    valid = {"name": "New", "stage": "active", "wip_limit": ""}

    answers = [
        owner.post(f"{PAGE}change/", {"name": "New", "slug": "new"}),
        owner.post(f"{PAGE}columns/", {f"new-{name}": value for name, value in valid.items()}),
        owner.post(f"{column}change/", valid),
        owner.post(f"{column}delete/"),
        owner.post(f"{column}move/", {"step": "1"}),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 409, 409]
    board.refresh_from_db()
    assert board.name == "Operations"


def test_owners_put_boards_in_order_and_the_navigation_follows(owner, mallory, board, team):
    BoardFactory(team=team, name="Alerts")
    platform = BoardFactory(team=team, name="Platform")

    page = owner.post("/t/sre/settings/boards/platform/move/", {"step": "-1"}, follow=True).content.decode()

    assert "Platform is at place 2 of 3." in page
    assert [each.name for each in Board.objects.in_order()] == ["Alerts", "Platform", "Operations"]
    assert page.index(">Alerts<") < page.index(">Platform<") < page.index(">Operations<")
    owner.post("/t/sre/settings/boards/platform/move/", {"step": "-1"})
    owner.post("/t/sre/settings/boards/platform/move/", {"step": "-1"})
    owner.cookies.pop("board", None)
    assert owner.get("/t/sre/b/").url == "/t/sre/b/platform/"
    services.create_board(team=team, name="Aaa", by=SYSTEM, at=hour(1))
    assert Board.objects.in_order().last().name == "Aaa"
    services.archive_board(board=platform, by=SYSTEM, at=hour(2))
    assert (
        "archived or in the trash" in owner.post("/t/sre/settings/boards/platform/move/", follow=True).content.decode()
    )
    owner.force_login(mallory)
    assert owner.post("/t/sre/settings/boards/platform/move/", {"step": "1"}).status_code == 403


@pytest.mark.parametrize(("way", "back"), [("archive", "unarchive"), ("delete", "restore")])
def test_archiving_and_deleting_a_board_are_taken_back_from_the_toast(owner, board, way, back):
    page = owner.post(f"{PAGE}{way}/", follow=True).content.decode()

    assert f'<form method="post" action="{PAGE}{back}/">' in page
    assert "data-toast-back" in page
    owner.post(f"{PAGE}{back}/")
    board.refresh_from_db()
    assert (board.archived_at, board.deleted_at) == (None, None)


def test_a_deleted_board_lies_in_the_trash_and_comes_back(owner, board, backlog):
    item = ItemFactory(column=backlog)
    deleted = owner.post(f"{PAGE}delete/")

    trash = owner.get(deleted.url).content.decode()
    assert "Operations" in trash
    assert owner.get("/t/sre/b/operations/").status_code == 404
    assert owner.post(f"{PAGE}restore/").url == "/t/sre/b/operations/"
    assert Item.objects.on_board().get() == item


def test_viewers_see_the_trash_without_a_way_back(client, owner, bob):
    owner.post(f"{PAGE}delete/", follow=True)
    client.force_login(bob)

    page = client.get("/t/sre/trash/").content.decode()

    assert "Operations" in page
    assert "restore" not in page


def test_more_boards_and_columns_take_no_more_queries(owner, board, django_assert_max_num_queries):
    with django_assert_max_num_queries(12) as few:
        owner.get(LIST)
    with django_assert_max_num_queries(12) as few_columns:
        owner.get(PAGE)

    for number in range(5):
        column = services.add_column(board=board, name=f"C{number}", stage="active", by=SYSTEM, at=hour(1))
        ItemFactory.create_batch(2, column=column)
        BoardFactory(team=board.team)

    with django_assert_max_num_queries(len(few.captured_queries)):
        owner.get(LIST)
    with django_assert_max_num_queries(len(few_columns.captured_queries)):
        owner.get(PAGE)
