"""Long columns in a real browser: loaded while they are scrolled, in order, and by keys as well."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from boards.board_page import CARDS_AT_ONCE, MORE_CARDS
from boards.models import Item
from boards.services.moves import move_item
from teams.actors import SYSTEM
from tests.boards.test_board_at_size import fill

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOARD = "/t/sre/b/operations/"


def slots(page, column):
    return page.locator(f"#col-{column.pk} .slot")


def scroll_to_end(page, column):
    page.evaluate(
        "id => { const list = document.querySelector(`#col-${id} .col-b`); list.scrollTop = 1e9; }", column.pk
    )


def until(page, is_so):
    for _ in range(100):
        if is_so():
            return
        page.wait_for_timeout(100)
    pytest.fail("It did not come to that.")


def order(page, column):
    ids = page.eval_on_selector_all(f"#col-{column.pk} .slot", "all => all.map(one => Number(one.dataset.item))")
    return [int(one) for one in ids]


def test_the_rest_of_a_column_is_loaded_while_it_is_scrolled(enter, alice, board, backlog, progress, complaints):
    items = fill(board, [backlog], CARDS_AT_ONCE + MORE_CARDS + 50)
    fill(board, [progress], 5)
    page = enter(alice, BOARD)
    expect(slots(page, backlog)).to_have_count(CARDS_AT_ONCE)

    scroll_to_end(page, backlog)
    expect(slots(page, backlog)).to_have_count(CARDS_AT_ONCE + MORE_CARDS)
    scroll_to_end(page, backlog)
    expect(slots(page, backlog)).to_have_count(CARDS_AT_ONCE + MORE_CARDS + 50)

    assert order(page, backlog) == [item.pk for item in items]
    expect(page.locator("[data-more]")).to_have_count(0)
    expect(page.locator(".card[tabindex='0']")).to_have_count(1)
    expect(page.locator(".card:not([tabindex])")).to_have_count(0)
    assert complaints == []


def test_a_card_sent_to_the_end_stands_behind_what_is_loaded_later(enter, alice, board, backlog, progress, complaints):
    items = fill(board, [backlog], 120)
    (moved,) = fill(board, [progress], 1)
    page = enter(alice, BOARD)
    page.locator(f"#card-{moved.pk} .card").focus()

    page.keyboard.press("m")
    page.keyboard.press("1")
    expect(page.locator("#toasts")).to_contain_text("moved to Backlog")
    scroll_to_end(page, backlog)

    expect(slots(page, backlog)).to_have_count(121)
    assert order(page, backlog) == [*(item.pk for item in items), moved.pk]
    assert complaints == []


@pytest.mark.parametrize("first", ["the move", "the news of the move", "the load"])
def test_a_card_sent_to_the_end_while_more_is_loaded_stands_at_the_end(
    enter, alice, board, backlog, progress, complaints, first
):
    items = fill(board, [backlog], 120)
    (moved,) = fill(board, [progress], 1)
    page = enter(alice, BOARD)
    # Both are asked for before either is answered; the server has read the cards before the move.
    held = {"the load": [], "the move": []}
    page.route("**/cards/**", lambda route: held["the load"].append((route, route.fetch())))
    page.route("**/move/", lambda route, _: held["the move"].append(route))
    scroll_to_end(page, backlog)
    until(page, lambda: held["the load"])
    page.locator(f"#card-{moved.pk} .card").focus()
    page.keyboard.press("m")
    page.keyboard.press("1")
    until(page, lambda: held["the move"])

    def answer_load():
        page.unroute("**/cards/**")
        route, answer = held["the load"].pop()
        route.fulfill(response=answer)
        expect(slots(page, backlog)).to_have_count(121)

    def answer_move():
        held["the move"].pop().continue_()
        expect(page.locator("#toasts")).to_contain_text("moved to Backlog")
        if first == "the news of the move":
            expect(slots(page, backlog)).to_have_count(CARDS_AT_ONCE)

    for answer in [answer_load, answer_move] if first == "the load" else [answer_move, answer_load]:
        answer()

    assert order(page, backlog) == [*(item.pk for item in items), moved.pk]
    assert complaints == []


def test_a_card_moved_below_the_last_loaded_one_stands_there_on_the_server(enter, alice, board, backlog, complaints):
    items = fill(board, [backlog], CARDS_AT_ONCE + 2)
    page = enter(alice, BOARD)
    page.route("**/cards/**", lambda route: None)  # never answers, so nothing more is loaded
    page.locator(f"#card-{items[CARDS_AT_ONCE - 2].pk} .card").focus()

    page.keyboard.press("Shift+ArrowDown")

    expect(page.locator("#toasts")).to_contain_text(f"{CARDS_AT_ONCE} of {CARDS_AT_ONCE} in Backlog")
    saved = list(Item.objects.filter(column=backlog).order_by("rank").values_list("pk", flat=True))
    last, moved, unseen = items[CARDS_AT_ONCE - 1], items[CARDS_AT_ONCE - 2], items[CARDS_AT_ONCE]
    assert saved[CARDS_AT_ONCE - 2 :][:3] == [last.pk, moved.pk, unseen.pk]


def test_cards_that_cannot_be_loaded_are_loaded_on_request(enter, alice, board, backlog):
    fill(board, [backlog], CARDS_AT_ONCE + 10)
    page = enter(alice, BOARD)
    page.context.set_offline(True)
    scroll_to_end(page, backlog)
    expect(page.locator("#toasts")).to_contain_text("did not answer")
    page.context.set_offline(False)

    page.get_by_role("link", name="Show 10 more").click()

    expect(slots(page, backlog)).to_have_count(CARDS_AT_ONCE + 10)


def test_a_card_that_others_moved_down_meanwhile_goes_where_it_stands(enter, alice, board, backlog, complaints):
    items = fill(board, [backlog], 110)
    page = enter(alice, BOARD)
    move_item(item=items[0], to=backlog, by=SYSTEM, at=timezone.now())

    scroll_to_end(page, backlog)

    expect(slots(page, backlog)).to_have_count(110)
    assert order(page, backlog) == [*(item.pk for item in items[1:]), items[0].pk]
    assert complaints == []
