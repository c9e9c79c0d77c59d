"""Two browsers at one board of a real server: what one does the other sees, and nobody is disturbed."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from boards import services
from boards.models import Board, Column, Item
from imports.models import Import
from imports.services.jobs import import_now
from teams.actors import Actor, Via
from teams.models import Membership, User
from tests.boards.serving import Server, serving
from tests.factories import ItemFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SOON = 15_000  # a busy machine; the benchmark says how long it takes


@pytest.fixture
def server(db: None) -> Iterator[Server]:
    with serving() as one:
        yield one


@pytest.fixture
def visit(server: Server, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open the board as somebody, in a browser of their own; nothing may be complained about."""
    contexts, complaints = [], []

    def open_as(user: User, path: str = "/t/sre/b/operations/") -> Page:
        client = Client()
        client.force_login(user)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        with page.expect_request(lambda request: "/events/" in request.url):
            page.goto(server.url + path)
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def items(backlog: Column) -> list[Item]:
    return [ItemFactory(column=backlog, title=f"Item {number}") for number in range(3)]


def slot(page: Page, item: Item):
    return page.locator(f"#card-{item.pk}")


def in_column(page: Page, column: Column, item: Item):
    return page.locator(f"#col-{column.pk} #card-{item.pk}")


def lift(page: Page, item: Item) -> None:
    box = slot(page, item).bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 70, box["y"] + 26)
    page.mouse.move(box["x"] + 80, box["y"] + 36, steps=3)
    expect(slot(page, item)).to_have_class("slot lifted")


def drop(page: Page, column: Column) -> None:
    target = page.locator(f"#col-{column.pk}").bounding_box()
    page.mouse.move(target["x"] + 80, target["y"] + 200, steps=4)
    page.mouse.up()


def test_what_one_moves_the_other_sees_with_a_name(visit, alice, mallory, items, progress):
    ours, theirs = visit(alice), visit(mallory)

    theirs.locator(f"#card-{items[1].pk} .card").focus()
    theirs.keyboard.press("Shift+ArrowRight")

    expect(in_column(ours, progress, items[1])).to_be_visible(timeout=SOON)
    expect(slot(ours, items[1]).locator(".who")).to_have_text("Mallory")
    expect(ours.locator("#live-said")).to_have_text("Mallory changed an item")
    expect(slot(theirs, items[1]).locator(".who")).to_have_count(0)
    expect(ours.locator(f"#head-{progress.pk}")).to_contain_text("1")
    expect(slot(ours, items[1]).locator(".who")).to_have_count(0, timeout=SOON)


def test_cards_arrive_where_they_stand_on_the_server(visit, alice, items, backlog, by_mallory):
    page = visit(alice)

    services.move_item(item=items[2], to=backlog, before=items[0], by=by_mallory, at=timezone.now())
    new = services.create_item(
        board=items[0].board, column=backlog, title="New", after=items[0], by=by_mallory, at=timezone.now()
    )

    expect(slot(page, new)).to_be_visible(timeout=SOON)
    found = page.locator(f"#col-{backlog.pk} .slot").evaluate_all("slots => slots.map((slot) => slot.dataset.item)")
    assert found == [str(item.pk) for item in (items[2], items[0], new, items[1])]


def test_focus_and_selection_survive_a_change_by_somebody_else(visit, alice, items, by_mallory):
    page = visit(alice)
    page.locator(f"#card-{items[1].pk} .card").focus()
    page.keyboard.press("x")

    services.edit_item(item=items[1], changes={"title": "Renamed"}, by=by_mallory, at=timezone.now())

    expect(slot(page, items[1])).to_contain_text("Renamed", timeout=SOON)
    expect(page.locator(f"#card-{items[1].pk} .card")).to_be_focused()
    expect(page.locator(f"#card-{items[1].pk} .card[data-selected]")).to_be_visible()
    expect(page.locator("#bulk")).to_be_visible()


def test_a_card_in_the_hand_is_left_alone_until_it_is_let_go(visit, alice, items, progress, by_mallory):
    page = visit(alice)
    lift(page, items[0])

    services.edit_item(item=items[0], changes={"title": "Renamed"}, by=by_mallory, at=timezone.now())
    services.edit_item(item=items[1], changes={"title": "Another"}, by=by_mallory, at=timezone.now())
    page.wait_for_timeout(1500)  # nothing is to happen, and that cannot be awaited
    expect(slot(page, items[0])).to_contain_text("Item 0")
    expect(slot(page, items[0])).to_have_class("slot lifted")
    drop(page, progress)

    expect(in_column(page, progress, items[0])).to_contain_text("Renamed", timeout=SOON)
    expect(slot(page, items[1])).to_contain_text("Another", timeout=SOON)


def test_what_somebody_deletes_during_a_drag_stays_deleted(visit, alice, items, progress, by_mallory):
    page = visit(alice)
    lift(page, items[0])

    services.delete_item(item=items[0], by=by_mallory, at=timezone.now())
    page.wait_for_timeout(1500)  # the word arrives, and nothing is to be seen of it
    drop(page, progress)

    expect(page.locator("#toasts")).to_contain_text("is not on this board any more")
    expect(slot(page, items[0])).to_have_count(0, timeout=SOON)
    items[0].refresh_from_db()
    assert items[0].deleted_at is not None
    assert items[0].column_id != progress.pk


def test_a_filter_holds_for_what_arrives(visit, alice, items, by_mallory):
    page = visit(alice)
    page.locator("[name=q]").fill("Item 1")
    expect(slot(page, items[0])).to_be_hidden()

    services.edit_item(item=items[1], changes={"title": "Item 1, renamed"}, by=by_mallory, at=timezone.now())
    services.edit_item(item=items[0], changes={"service": "db"}, by=by_mallory, at=timezone.now())

    expect(slot(page, items[1])).to_contain_text("renamed", timeout=SOON)
    expect(page.locator(f"#card-{items[0].pk}[data-service=db]")).to_have_count(1, timeout=SOON)
    expect(slot(page, items[0])).to_be_hidden()


def test_rows_take_up_what_others_change(visit, alice, backlog, progress, items, by_mallory):
    page = visit(alice, "/t/sre/b/operations/?lanes=class")
    toil = page.locator(f'#col-{progress.pk} .lane[data-lane="toil"]')

    services.classify_items(items=[items[1]], classification="toil", by=by_mallory, at=timezone.now())
    services.move_item(item=items[1], to=progress, by=by_mallory, at=timezone.now())
    new = services.create_item(board=backlog.board, column=backlog, title="New", by=by_mallory, at=timezone.now())
    services.delete_item(item=items[0], by=by_mallory, at=timezone.now())

    expect(slot(page, new)).to_be_visible(timeout=SOON)
    expect(page.locator(f'.lane[data-lane="toil"] + #card-{items[1].pk}')).to_be_visible(timeout=SOON)
    expect(toil).to_be_visible()
    expect(in_column(page, progress, items[1])).to_be_visible()
    expect(slot(page, items[0])).to_have_count(0)
    expect(page.locator(f"#head-{backlog.pk}")).to_contain_text("2")


def test_heads_count_what_matches_where_only_the_server_filters(visit, alice, backlog, progress, items, by_mallory):
    page = visit(alice, "/t/sre/b/operations/?cards=1&q=Item")
    heads = [page.locator(f"#head-{column.pk} [data-count]") for column in (backlog, progress)]
    expect(page.locator("#main[data-complete]")).to_have_count(0)
    expect(heads[0]).to_have_text("3 of 3")

    services.edit_item(item=items[0], changes={"title": "Something else"}, by=by_mallory, at=timezone.now())
    expect(heads[0]).to_have_text("2 of 3", timeout=SOON)
    page.locator(f"#card-{items[1].pk} .card").focus()
    page.keyboard.press("Shift+ArrowRight")

    expect(page.locator("#toasts")).to_contain_text("moved to")
    expect(heads[0]).to_have_text("1 of 2")
    services.create_item(board=backlog.board, column=progress, title="Nothing", by=by_mallory, at=timezone.now())
    expect(page.locator(f"#head-{progress.pk}")).to_contain_text("1 of 2", timeout=SOON)
    expect(heads[0]).to_have_text("1 of 2")


def test_an_import_appears_all_at_once(visit, alice, board, items):
    page = visit(alice)
    rows = [{"external_id": f"OPS-{number}", "title": f"Ticket {number}"} for number in range(80)]
    batch = Import(board=Board.objects.select_related("team").get(pk=board.pk), source="jira")

    import_now(batch=batch, rows=rows, by=Actor(via=Via.IMPORT), at=timezone.now())

    expect(page.locator(".slot")).to_have_count(83, timeout=SOON)


def test_a_new_column_appears_and_takes_cards(visit, alice, board, items, by_mallory):
    page = visit(alice)

    column = services.add_column(board=board, name="Review", stage="active", by=by_mallory, at=timezone.now())

    expect(page.locator(f"#col-{column.pk}")).to_be_visible(timeout=SOON)
    lift(page, items[0])
    drop(page, column)
    expect(in_column(page, column, items[0])).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("moved to Review")


def test_a_lost_connection_is_said_and_made_good(visit, server, alice, items, by_mallory):
    page = visit(alice)

    server.stop()
    expect(page.locator("#connection")).to_contain_text("Not connected", timeout=SOON)
    services.edit_item(item=items[0], changes={"title": "Meanwhile"}, by=by_mallory, at=timezone.now())
    server.start()

    expect(slot(page, items[0])).to_contain_text("Meanwhile", timeout=45_000)
    expect(page.locator("#connection")).to_be_hidden(timeout=SOON)


def test_without_a_network_the_board_says_so_and_catches_up(visit, alice, items, by_mallory):
    page = visit(alice)

    page.context.set_offline(True)
    expect(page.locator("#connection")).to_contain_text("Not connected", timeout=SOON)
    services.edit_item(item=items[0], changes={"title": "Meanwhile"}, by=by_mallory, at=timezone.now())
    page.context.set_offline(False)

    expect(slot(page, items[0])).to_contain_text("Meanwhile", timeout=SOON)
    expect(page.locator("#connection")).to_be_hidden(timeout=SOON)


def test_who_may_not_see_the_board_any_more_is_told_so(visit, server, alice, items):
    page = visit(alice)

    Membership.objects.filter(person=alice.person).delete()
    server.stop()
    server.start()

    expect(page.locator("#connection")).to_contain_text("may not see it any more", timeout=45_000)
    expect(page.locator("#connection a")).to_have_attribute("href", "/")


def test_where_no_stream_passes_the_page_asks(enter, alice, items, by_mallory):
    page = enter(alice, "/t/sre/b/operations/")  # the test's own server cannot keep streams

    services.edit_item(item=items[0], changes={"title": "Asked for"}, by=by_mallory, at=timezone.now())

    expect(slot(page, items[0])).to_contain_text("Asked for", timeout=45_000)
    expect(page.locator("#connection")).to_be_hidden()


def test_two_tabs_of_a_browser_share_one_stream(visit, alice, items, by_mallory):
    first = visit(alice)
    second = first.context.new_page()
    streams = []
    second.on("request", lambda request: streams.append(request.url) if "/events/" in request.url else None)
    second.goto(first.url)
    expect(slot(second, items[0])).to_be_visible()

    services.edit_item(item=items[0], changes={"title": "In both"}, by=by_mallory, at=timezone.now())

    expect(slot(second, items[0])).to_contain_text("In both", timeout=SOON)
    expect(slot(first, items[0])).to_contain_text("In both", timeout=SOON)
    assert streams == []
    first.close()
    services.edit_item(item=items[0], changes={"title": "In the other"}, by=by_mallory, at=timezone.now())
    expect(slot(second, items[0])).to_contain_text("In the other", timeout=SOON)


def test_an_opened_item_follows_what_others_change(visit, alice, items, by_mallory):
    page = visit(alice)
    slot(page, items[0]).locator(".card-t").click()
    expect(page.locator(".panel")).to_be_visible()

    services.edit_item(item=items[0], changes={"title": "Renamed"}, by=by_mallory, at=timezone.now())

    expect(page.locator(".panel")).to_contain_text("Renamed", timeout=SOON)


def test_what_is_being_typed_into_an_opened_item_stays_until_the_news_are_asked_for(visit, alice, items, by_mallory):
    page = visit(alice)
    slot(page, items[0]).locator(".card-t").click()
    comment = page.locator("[data-comment-form] textarea")
    comment.fill("Half a sentence")

    services.edit_item(item=items[0], changes={"title": "Renamed"}, by=by_mallory, at=timezone.now())

    expect(page.locator("[data-news]")).to_contain_text("Mallory changed this just now", timeout=SOON)
    expect(comment).to_have_value("Half a sentence")
    page.locator("[data-news] button").click()
    expect(page.locator(".panel")).to_contain_text("Renamed", timeout=SOON)
    expect(comment).to_have_value("Half a sentence")
    expect(page.locator("[data-news]")).to_have_count(0)
