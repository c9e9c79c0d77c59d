"""Moving cards in a real browser: by mouse, finger, menu and keys; refused, retried, queued, filtered."""

from contextlib import contextmanager

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from boards.board_page import CARDS_AT_ONCE
from boards.models import Item
from boards.services.moves import move_item
from boards.services.trash import delete_item
from teams.actors import SYSTEM
from teams.models import Membership, Role
from tests.factories import ItemFactory
from tests.looking import settled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOARD = "/t/sre/b/operations/"


def slot(page, item):
    return page.locator(f"#card-{item.pk}")


def focus(page, item):
    slot(page, item).locator(".card").focus()


def toast(page):
    return page.locator("#toasts .toast")


def in_column(page, column):
    """The cards of a column as the page shows them, hidden ones too."""
    ids = page.eval_on_selector_all(f"#col-{column.pk} .slot", "all => all.map(one => Number(one.dataset.item))")
    return [int(one) for one in ids]


def in_database(column):
    return list(Item.objects.on_board().filter(column=column).order_by("rank").values_list("pk", flat=True))


def many(board, column, count):
    return [ItemFactory(board=board, column=column, title=f"Number {number}") for number in range(count)]


@contextmanager
def lifted_by_mouse(page, item):
    box = slot(page, item).bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 70, box["y"] + 30, steps=2)
    yield
    page.mouse.up()


def over(page, target, dy=None):
    box = target.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + (box["height"] / 2 if dy is None else dy), steps=4)


def test_a_card_lands_above_the_card_whose_upper_half_it_is_dropped_on(board_page, cards, backlog, board, progress):
    first, second = cards["Automate renewal"], cards["Rotate keys"]

    with lifted_by_mouse(board_page, second):
        over(board_page, slot(board_page, first), dy=6)
        expect(board_page.locator(".drop")).to_be_visible()

    settled(board_page)
    expect(toast(board_page)).to_contain_text("moved to In progress")
    assert in_column(board_page, progress) == in_database(progress) == [second.pk, first.pk]


def test_escape_puts_a_dragged_card_back(board_page, cards, backlog, progress):
    before = in_column(board_page, backlog)

    with lifted_by_mouse(board_page, cards["Rotate keys"]):
        over(board_page, slot(board_page, cards["Automate renewal"]))
        expect(board_page.locator(".drop")).to_be_visible()
        board_page.keyboard.press("Escape")
        expect(board_page.locator(".drop")).to_have_count(0)
        expect(board_page.locator(".lifted")).to_have_count(0)

    assert in_column(board_page, backlog) == in_database(backlog) == before


def test_a_column_scrolls_while_a_card_is_held_at_its_edge(enter, alice, board, backlog, complaints):
    items = many(board, backlog, CARDS_AT_ONCE)
    page = enter(alice, BOARD)
    box = page.locator(f"#col-{backlog.pk} .col-b").bounding_box()

    with lifted_by_mouse(page, items[0]):
        page.mouse.move(box["x"] + 60, box["y"] + box["height"] - 12, steps=6)
        page.wait_for_function(
            "id => { const list = document.querySelector(`#col-${id} .col-b`);"
            " return list.scrollTop > (list.scrollHeight - list.clientHeight) / 2; }",
            arg=backlog.pk,
        )

    settled(page)
    expect(toast(page)).to_contain_text("in Backlog")
    assert in_column(page, backlog) == in_database(backlog)
    assert in_database(backlog)[0] == items[1].pk
    assert complaints == []


def test_a_card_goes_into_a_column_that_lies_off_the_screen_and_is_empty(enter, alice, cards, columns, complaints):
    page = enter(alice, BOARD)
    page.set_viewport_size({"width": 720, "height": 800})
    last = columns["Done"]
    item = cards["Rotate keys"]

    with lifted_by_mouse(page, item):
        page.mouse.move(710, 400, steps=6)
        page.wait_for_function(
            "() => { const { scrollLeft, clientWidth, scrollWidth } = document.querySelector('#main');"
            " return scrollLeft > (scrollWidth - clientWidth) * 0.8; }"
        )
        over(page, page.locator(f"#col-{last.pk}"), dy=300)
        expect(page.locator(f"#col-{last.pk} .drop")).to_be_visible()

    settled(page)
    expect(toast(page)).to_contain_text("moved to Done")
    assert in_database(last) == [item.pk]
    assert complaints == []


def test_what_is_sent_to_the_done_column_lands_on_top(board_page, cards, done):
    earlier = cards["Wait for the vendor"]
    move_item(item=earlier, to=done, by=SYSTEM, at=timezone.now())
    board_page.reload()
    focus(board_page, cards["Rotate keys"])

    board_page.keyboard.press("m")
    board_page.locator(f"[data-move-to='{done.pk}']").click()

    settled(board_page)
    assert in_column(board_page, done) == in_database(done) == [cards["Rotate keys"].pk, earlier.pk]


@pytest.mark.parametrize(
    ("entry", "order"), [("To the top", "2013"), ("Up", "0213"), ("Down", "0132"), ("To the bottom", "0132")]
)
def test_the_menu_moves_within_a_column(enter, alice, board, backlog, complaints, entry, order):
    items = many(board, backlog, 4)
    page = enter(alice, BOARD)
    focus(page, items[2])

    page.keyboard.press("m")
    page.get_by_role("menuitem", name=entry, exact=False).last.click()

    settled(page)
    expect(toast(page)).to_contain_text("in Backlog")
    wanted = [items[int(place)].pk for place in order]
    assert in_column(page, backlog) == in_database(backlog) == wanted
    assert complaints == []


def test_keys_held_down_move_a_card_as_far_as_they_were_pressed(enter, alice, board, backlog, complaints):
    items = many(board, backlog, 12)
    page = enter(alice, BOARD)
    focus(page, items[0])

    for _ in range(9):
        page.keyboard.press("Shift+ArrowDown")
    for _ in range(2):
        page.keyboard.press("Shift+ArrowUp")

    settled(page)
    assert in_column(page, backlog).index(items[0].pk) == 7
    assert in_column(page, backlog) == in_database(backlog)
    expect(slot(page, items[0]).locator(".card")).to_be_focused()
    assert complaints == []


def test_two_cards_moved_beside_each_other_at_once_keep_their_order(enter, alice, board, backlog, progress, complaints):
    items = many(board, backlog, 6)
    page = enter(alice, BOARD)

    for item in items[:3]:
        focus(page, item)
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("Shift+ArrowDown")

    settled(page)
    assert in_column(page, progress) == in_database(progress)
    assert in_column(page, backlog) == in_database(backlog)
    assert sorted(in_database(progress)) == [item.pk for item in items[:3]]
    assert complaints == []


def test_a_card_that_the_server_never_saw_moves_when_it_is_tried_again(board_page, cards, backlog, progress):
    item = cards["Rotate keys"]
    board_page.context.set_offline(True)
    focus(board_page, item)
    board_page.keyboard.press("Shift+ArrowRight")
    expect(toast(board_page)).to_contain_text("did not answer")
    settled(board_page)
    assert item.pk in in_column(board_page, backlog)
    board_page.context.set_offline(False)

    board_page.get_by_role("button", name="Retry").click()

    expect(toast(board_page)).to_contain_text("moved to In progress")
    assert in_column(board_page, progress) == in_database(progress)
    assert item.pk in in_database(progress)


def test_a_failure_of_the_server_is_said_and_can_be_retried(board_page, cards, backlog, progress):
    item = cards["Rotate keys"]
    board_page.route("**/move/", lambda route: route.fulfill(status=502, body="Bad gateway"), times=1)
    focus(board_page, item)
    board_page.keyboard.press("Shift+ArrowRight")
    expect(toast(board_page)).to_contain_text("did not answer")
    assert item.pk in in_column(board_page, backlog)

    board_page.get_by_role("button", name="Retry").click()

    expect(toast(board_page)).to_contain_text("moved to In progress")
    assert item.pk in in_database(progress)


def test_who_may_no_longer_work_here_is_told_so(board_page, alice, cards, backlog):
    item = cards["Rotate keys"]
    Membership.objects.filter(person=alice.person).update(role=Role.VIEWER)
    focus(board_page, item)

    board_page.keyboard.press("Shift+ArrowRight")

    expect(toast(board_page)).to_contain_text("You may look at this team")
    assert in_column(board_page, backlog) == in_database(backlog)


def test_who_is_signed_out_can_sign_in_elsewhere_and_try_again(enter, alice, cards, client, progress):
    item, board_page = cards["Rotate keys"], enter(alice, BOARD)
    client.logout()
    focus(board_page, item)
    board_page.keyboard.press("Shift+ArrowRight")
    expect(toast(board_page)).to_contain_text("You are signed out")
    client.force_login(alice)
    value = client.cookies["sessionid"].value
    board_page.context.add_cookies([{"name": "sessionid", "value": value, "url": board_page.url.split("/t/")[0]}])

    board_page.get_by_role("button", name="Retry").click()

    expect(toast(board_page)).to_contain_text("moved to In progress")
    assert item.pk in in_database(progress)


def test_a_full_column_that_is_left_alone_is_said_and_can_be_retried(enter, alice, cards, progress, backlog):
    progress.wip_limit = 1
    progress.save(update_fields=["wip_limit"])
    page = enter(alice, BOARD)
    focus(page, cards["Rotate keys"])
    page.keyboard.press("Shift+ArrowRight")
    page.get_by_role("button", name="Leave it").click()
    expect(toast(page)).to_contain_text("its limit of 1")
    assert in_column(page, backlog) == in_database(backlog)
    delete_item(item=cards["Automate renewal"], by=SYSTEM, at=timezone.now())

    page.get_by_role("button", name="Retry").click()

    expect(toast(page)).to_contain_text("In progress")
    assert in_column(page, progress)[-1:] == in_database(progress) == [cards["Rotate keys"].pk]


def test_a_card_that_somebody_deleted_stays_gone(board_page, cards, backlog):
    item = cards["Rotate keys"]
    board_page.route("**/events/**", lambda route: route.abort())
    board_page.reload()
    focus(board_page, item)
    delete_item(item=item, by=SYSTEM, at=timezone.now())

    board_page.keyboard.press("Shift+ArrowRight")

    expect(toast(board_page)).to_contain_text("not here any more")
    expect(slot(board_page, item)).to_have_count(0)


def test_a_card_whose_neighbour_has_gone_lands_at_the_end_and_says_so(board_page, cards, board, progress, done):
    item, neighbour = cards["Rotate keys"], cards["Automate renewal"]
    others = many(board, progress, 2)
    board_page.route("**/events/**", lambda route: route.abort())
    board_page.reload()
    move_item(item=neighbour, to=done, by=SYSTEM, at=timezone.now())

    with lifted_by_mouse(board_page, item):
        over(board_page, slot(board_page, neighbour), dy=6)
        expect(board_page.locator(".drop")).to_be_visible()

    expect(toast(board_page)).to_contain_text("stands at the end of In progress")
    assert in_database(progress) == [*(one.pk for one in others), item.pk]
    assert [pk for pk in in_column(board_page, progress) if pk != neighbour.pk] == in_database(progress)


def test_under_a_filter_a_card_lands_beside_the_card_that_is_seen(enter, alice, board, backlog, progress, complaints):
    hidden, seen = {"service": "mail"}, {"service": "web"}
    kinds = [hidden, seen, hidden, hidden, seen, hidden]
    there = [ItemFactory(board=board, column=progress, title=f"Number {n}", **kind) for n, kind in enumerate(kinds)]
    item = ItemFactory(board=board, column=backlog, title="Comes along", **seen)
    page = enter(alice, BOARD)
    page.keyboard.press("/")
    page.keyboard.type("web")
    expect(page.locator(f"#col-{progress.pk} .slot:visible")).to_have_count(2)

    with lifted_by_mouse(page, item):
        over(page, slot(page, there[4]), dy=100)
        expect(page.locator(".drop")).to_be_visible()
    settled(page)
    expect(toast(page)).to_contain_text("moved to In progress")
    behind = [there[0], there[1], there[2], there[3], there[4], item, there[5]]
    assert in_column(page, progress) == in_database(progress) == [one.pk for one in behind]
    page.keyboard.press("Escape")
    focus(page, item)
    page.keyboard.press("Shift+ArrowUp")
    settled(page)
    page.keyboard.press("Shift+ArrowUp")
    settled(page)

    before = [there[0], item, there[1], there[2], there[3], there[4], there[5]]
    assert in_column(page, progress) == in_database(progress) == [one.pk for one in before]
    assert complaints == []


class Finger:
    """A finger on a phone's screen."""

    def __init__(self, page):
        self.page = page
        self.wire = page.context.new_cdp_session(page)

    def touch(self, kind, *points):
        self.wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    def press(self, item):
        box = slot(self.page, item).bounding_box()
        self.at = (box["x"] + 100, box["y"] + 30)
        self.touch("touchStart", self.at)

    def lift(self, item):
        self.press(item)
        expect(self.page.locator(".in-hand")).to_be_visible()

    def move(self, x, y):
        (from_x, from_y), steps = self.at, 6
        for step in range(1, steps + 1):
            self.touch("touchMove", (from_x + (x - from_x) * step / steps, from_y + (y - from_y) * step / steps))
        self.at = (x, y)

    def up(self):
        self.touch("touchEnd")


@pytest.fixture
def phone(browser, live_server, client, alice, board):
    """Alice's phone before the board."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    client.force_login(alice)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + BOARD)
    yield page
    context.close()


def test_a_press_lifts_a_card_on_a_phone(board, backlog, request):
    items = many(board, backlog, 4)
    page = request.getfixturevalue("phone")
    finger = Finger(page)
    target = slot(page, items[3]).bounding_box()

    finger.lift(items[0])
    finger.move(200, target["y"] + target["height"] - 5)
    expect(page.locator(".drop")).to_be_visible()
    finger.up()

    settled(page)
    expect(toast(page)).to_contain_text("4 of 4 in Backlog")
    expect(page.locator(".in-hand")).to_have_count(0)
    assert in_column(page, backlog) == in_database(backlog) == [one.pk for one in [*items[1:], items[0]]]
    assert "/items/" not in page.url


def test_a_swipe_scrolls_and_lifts_nothing(board, backlog, request):
    items = many(board, backlog, CARDS_AT_ONCE)
    page = request.getfixturevalue("phone")
    finger = Finger(page)

    finger.press(items[4])
    finger.move(150, finger.at[1] - 300)

    page.wait_for_function("id => document.querySelector(`#col-${id} .col-b`).scrollTop > 150", arg=backlog.pk)
    finger.up()
    expect(page.locator(".in-hand")).to_have_count(0)
    settled(page)
    assert in_column(page, backlog) == in_database(backlog)


def test_a_finger_at_the_edge_scrolls_to_the_next_column(board, backlog, progress, request):
    items = many(board, backlog, 2)
    page = request.getfixturevalue("phone")
    finger = Finger(page)

    finger.lift(items[0])
    finger.move(384, 400)
    page.wait_for_function("() => document.querySelector('#main').scrollLeft > 300")
    finger.move(200, 400)
    expect(page.locator(f"#col-{progress.pk} .drop")).to_be_visible()
    finger.up()

    expect(toast(page)).to_contain_text("moved to In progress")
    assert in_database(progress) == [items[0].pk]


def test_a_card_is_dropped_on_a_columns_tab(board, backlog, waiting, request):
    items = many(board, backlog, 2)
    page = request.getfixturevalue("phone")
    finger = Finger(page)
    tab = page.locator(f"#tab-{waiting.pk}").bounding_box()

    finger.lift(items[1])
    finger.move(tab["x"] + 20, tab["y"] + 15)
    expect(page.locator(f"#tab-{waiting.pk}.is-target")).to_have_count(1)
    finger.up()

    expect(toast(page)).to_contain_text("moved to Waiting")
    assert in_database(waiting) == [items[1].pk]


def test_a_second_finger_puts_the_card_back(board, backlog, request):
    items = many(board, backlog, 3)
    page = request.getfixturevalue("phone")
    finger = Finger(page)

    finger.lift(items[0])
    finger.move(200, 420)
    finger.touch("touchStart", (200, 420), (250, 430))
    expect(page.locator(".in-hand")).to_have_count(0)
    finger.touch("touchEnd")

    expect(page.locator(".lifted, .drop")).to_have_count(0)
    assert in_column(page, backlog) == in_database(backlog) == [one.pk for one in items]


def test_a_card_that_glides_back_does_not_scroll_its_column_sideways(board_page, cards, backlog):
    board_page.evaluate(
        "id => { window.sideways = 0; const list = document.querySelector(`#col-${id} .col-b`);"
        " list.addEventListener('scroll', () => (sideways = Math.max(sideways, Math.abs(list.scrollLeft)))); }",
        backlog.pk,
    )
    board_page.context.set_offline(True)
    focus(board_page, cards["Rotate keys"])

    board_page.keyboard.press("Shift+ArrowRight")

    expect(toast(board_page)).to_contain_text("did not answer")
    board_page.evaluate("() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)))")
    assert board_page.evaluate("sideways") == 0
