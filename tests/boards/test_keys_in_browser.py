"""Keys, the bulk bar, the palette and undo in a real browser."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from boards import services
from boards.models import Item
from teams.actors import Actor, Via
from tests.factories import BoardFactory
from tests.looking import Axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOARD = "/t/sre/b/operations/"


@pytest.fixture
def focused(board_page):
    """Alice before her board, with the first card in focus."""
    board_page.locator(".slot .card").first.focus()
    return board_page


def said(page, text):
    expect(page.locator("#toasts")).to_contain_text(text)


def choose(page, text):
    expect(page.locator("#palette [role=option][aria-selected=true]")).to_be_visible()
    page.keyboard.type(text)
    for word in text.split():
        expect(page.locator("#palette [role=option][aria-selected=true]")).to_contain_text(word, ignore_case=True)
    page.keyboard.press("Enter")
    expect(page.locator("#palette")).to_be_hidden()


def in_focus(page, item):
    expect(page.locator(f"#card-{item.pk} .card")).to_be_focused()


def test_a_assigns_and_l_labels(focused, cards):
    item = cards["Disk full on db-1"]

    focused.keyboard.press("a")
    choose(focused, "Me")
    said(focused, "is assigned to Alice")
    in_focus(focused, item)
    focused.keyboard.press("l")
    choose(focused, "security")
    said(focused, "has the label security")
    in_focus(focused, item)
    focused.keyboard.press("l")
    choose(focused, "brand new")
    expect(focused.locator(f"#card-{item.pk}")).to_contain_text("brand new")
    focused.keyboard.press("l")
    choose(focused, "security")
    said(focused, "has the label security no more")

    item.refresh_from_db()
    assert item.assignee.email == "alice@example.com"
    assert list(item.labels.values_list("name", flat=True)) == ["brand new"]


def test_z_goes_back_step_by_step_also_after_a_reload(focused, cards, backlog, progress):
    item, board = cards["Disk full on db-1"], focused.url
    focused.keyboard.press("t")
    said(focused, "is Toil")
    focused.keyboard.press("Shift+ArrowRight")
    said(focused, "moved to In progress")
    focused.keyboard.press("Delete")
    said(focused, "is in the trash")
    in_focus(focused, cards["Automate renewal"])

    focused.goto(board)
    focused.keyboard.press("z")
    said(focused, "is back on the board")
    expect(focused.locator(f"#col-{progress.pk} #card-{item.pk}")).to_be_visible()
    focused.keyboard.press("z")
    said(focused, "moved back to Backlog, 1 of 2")
    focused.keyboard.press("z")
    said(focused, "is Unclassified")
    focused.keyboard.press("z")
    said(focused, "nothing to undo")

    item.refresh_from_db()
    assert (item.column, item.classification, item.classified_by) == (backlog, "unclassified", None)


def test_what_was_taken_back_can_be_done_again(focused, cards):
    item = cards["Disk full on db-1"]
    focused.keyboard.press("Shift+A")
    said(focused, "is archived")
    expect(focused.locator(f"#card-{item.pk}")).to_have_count(0)
    focused.get_by_role("button", name="Undo").click()
    expect(focused.locator(f"#card-{item.pk}")).to_be_visible()

    focused.get_by_role("button", name="Redo").click()
    expect(focused.locator(f"#card-{item.pk}")).to_have_count(0)
    focused.keyboard.press("z")

    expect(focused.locator(f"#card-{item.pk}")).to_be_visible()


def test_what_somebody_changed_since_is_not_taken_back(focused, cards, mallory):
    item = cards["Disk full on db-1"]
    focused.keyboard.press("t")
    said(focused, "is Toil")
    by = Actor(person=mallory.person, via=Via.PAGE)
    services.classify_items(items=[item], classification="overhead", by=by, at=timezone.now())

    focused.keyboard.press("z")

    said(focused, "was changed by Mallory meanwhile; it stays as it is")
    item.refresh_from_db()
    assert item.is_overhead


def test_the_bar_does_one_thing_to_all_that_are_selected(focused, cards, backlog, waiting):
    first, second = cards["Disk full on db-1"], cards["Rotate keys"]
    focused.keyboard.press("x")
    focused.keyboard.press("ArrowDown")
    focused.keyboard.press("Shift+X")
    bar = focused.get_by_role("toolbar")
    expect(bar).to_contain_text("2 selected")

    bar.get_by_role("button", name="Move").click()
    focused.keyboard.press("3")
    said(focused, "2 items moved to Waiting")
    expect(bar).to_be_hidden()
    expect(focused.locator(f"#col-{waiting.pk} .slot")).to_have_count(3)
    focused.keyboard.press("z")
    said(focused, "2 items are as they were")
    expect(focused.locator(f"#col-{backlog.pk} .slot")).to_have_count(2)

    assert list(Item.objects.filter(column=backlog).order_by("rank")) == [first, second]


def test_a_full_column_asks_once_for_all(enter, alice, cards, progress):
    progress.wip_limit = 1
    progress.save(update_fields=["wip_limit"])
    page = enter(alice, BOARD)
    page.locator(".slot .card").first.focus()
    for key in ("x", "ArrowDown", "x", "m", "2"):
        page.keyboard.press(key)

    page.get_by_role("button", name="Do it anyway").click()

    said(page, "2 items moved to In progress")
    expect(page.locator(f"#col-{progress.pk} .slot")).to_have_count(3)


def test_cards_are_selected_by_touch_from_their_menu(browser, live_server, client, alice, cards):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    client.force_login(alice)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + BOARD)

    page.locator(f"#card-{cards['Rotate keys'].pk} [data-move-menu]").tap()
    page.get_by_role("menuitem", name="Select").tap()
    page.locator(f"#card-{cards['Disk full on db-1'].pk} .card-t").tap()
    bar = page.get_by_role("toolbar")
    expect(bar).to_contain_text("2 selected")
    for button in bar.get_by_role("button").all():
        box = button.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["height"] >= 24
    bar.get_by_role("button", name="Archive").tap()

    said(page, "2 items are archived")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_the_palette_goes_to_an_item_and_does_what_keys_do(focused, cards, waiting):
    item = cards["Disk full on db-1"]

    focused.keyboard.press("Control+k")
    choose(focused, "Move to Waiting")
    said(focused, "moved to Waiting")
    expect(focused.locator(f"#col-{waiting.pk} #card-{item.pk}")).to_be_visible()
    focused.keyboard.press("Control+k")
    choose(focused, "Automate renewal")
    expect(focused.locator(".panel")).to_contain_text("Automate renewal")
    focused.keyboard.press("Control+k")
    choose(focused, "Classify as Toil")
    said(focused, "is Toil")
    focused.keyboard.press("Escape")
    focused.keyboard.press("Control+k")
    choose(focused, "Triage")

    expect(focused).to_have_url(focused.url.split("/t/")[0] + "/t/sre/triage/")


@pytest.fixture
def platform(board):
    return BoardFactory(team=board.team, name="Platform")


def test_a_card_goes_to_another_board_from_the_menu_and_from_its_panel_and_back(platform, focused, cards):
    item, other = cards["Disk full on db-1"], cards["Rotate keys"]

    focused.keyboard.press("m")
    focused.get_by_role("menuitem", name="Another board").click()
    choose(focused, "Platform progress")
    said(focused, "is on the board Platform now, in In progress")
    expect(focused.locator(f"#card-{item.pk}")).to_have_count(0)
    in_focus(focused, other)
    focused.keyboard.press("z")
    expect(focused.locator(".col").first.locator(".slot").first).to_have_id(f"card-{item.pk}")
    focused.keyboard.press("ArrowUp")
    in_focus(focused, item)
    focused.keyboard.press("Enter")
    focused.locator(".panel summary[aria-label=More]").click()
    focused.get_by_role("link", name="Move to another board").click()
    choose(focused, "Platform done")

    expect(focused.locator(".panel")).to_have_count(0)
    said(focused, "is on the board Platform now, in Done")
    in_focus(focused, other)
    item.refresh_from_db()
    assert item.board.name == "Platform"


def test_escape_leaves_the_palette_and_gives_the_focus_back(focused, cards):
    focused.keyboard.press("Control+k")
    field = focused.get_by_role("combobox", name="Find or do something")
    expect(field).to_be_focused()
    expect(focused.get_by_role("option").first).to_be_visible()
    focused.keyboard.press("ArrowDown")
    active = focused.locator("#palette [aria-selected=true]")
    expect(field).to_have_attribute("aria-activedescendant", active.get_attribute("id"))
    focused.keyboard.press("Escape")

    expect(focused.locator("#palette")).to_be_hidden()
    in_focus(focused, cards["Disk full on db-1"])


def test_f_opens_the_filters_and_question_mark_says_all_keys(focused):
    focused.keyboard.press("?")
    dialog = focused.get_by_role("dialog", name="Keyboard")
    for key in ("T", "C", "M", "X", "A", "L", "Z", "J", "/", "F", "[", "Ctrl", "Del", "Esc"):
        expect(dialog.locator("kbd", has_text=key).first).to_be_visible()
    focused.keyboard.press("Escape")
    focused.keyboard.press("f")

    expect(focused.locator("#filter-menu")).to_be_visible()


def test_single_keys_are_off_for_whoever_switched_them_off(enter, alice, cards):
    alice.has_single_key_shortcuts = False
    alice.save(update_fields=["has_single_key_shortcuts"])
    item = cards["Disk full on db-1"]
    page = enter(alice, BOARD)
    page.locator(".slot .card").first.focus()

    for key in ("t", "x", "a", "l", "m", "c", "z", "?", "/", "f"):
        page.keyboard.press(key)
    expect(page.locator("dialog[open], .quick, #move-menu:popover-open, .card[data-selected]")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    in_focus(page, cards["Rotate keys"])
    page.keyboard.press("Control+k")

    expect(page.locator("#palette")).to_be_visible()
    item.refresh_from_db()
    assert item.is_unclassified


TAGS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_palette_help_bar_and_menus_can_be_read_by_everybody(focused, cards, width, theme):
    focused.set_viewport_size({"width": width, "height": 900})
    focused.emulate_media(color_scheme=theme)
    problems = {}

    def check(place):
        found = Axe().run(focused, options=TAGS).response["violations"]
        problems[place] = [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found]

    focused.keyboard.press("x")
    focused.keyboard.press("a")
    expect(focused.get_by_role("option").first).to_be_visible()
    check("assign")
    focused.keyboard.press("Enter")
    said(focused, "is assigned to")
    focused.keyboard.press("x")
    check("bar and toast")
    focused.keyboard.press("m")
    expect(focused.locator("#move-menu")).to_be_visible()
    check("move menu")
    focused.keyboard.press("Escape")
    focused.keyboard.press("Control+k")
    expect(focused.get_by_role("option", name="Classify as Toil")).to_be_visible()
    check("palette")
    focused.keyboard.type("nothing is called so")
    expect(focused.locator("[data-palette-none]")).to_be_visible()
    check("nothing found")
    focused.keyboard.press("Escape")
    focused.keyboard.press("?")
    check("help")

    assert {place: list_ for place, list_ in problems.items() if list_} == {}
