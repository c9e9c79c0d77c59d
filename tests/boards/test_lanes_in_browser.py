"""Rows of a board and saved views in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.factories import ItemFactory
from tests.looking import Axe, settled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOARD = "/t/sre/b/operations/"


@pytest.fixture
def items(board, backlog, progress):
    """Cards of two classes in two columns."""
    return {
        "toil": ItemFactory(column=backlog, title="Toil one", classification="toil"),
        "more": ItemFactory(column=backlog, title="とても長い題名" * 12, classification="toil"),
        "eng": ItemFactory(column=progress, title="Engineering one", classification="engineering"),
    }


@pytest.fixture
def in_rows(enter, alice, items, complaints):
    """Alice's board in rows by class."""
    page = enter(alice, f"{BOARD}?lanes=class")
    expect(page.locator("[data-filters-open]:not([hidden])")).to_have_count(1)
    yield page
    assert complaints == []


def line(page, column, lane):
    return page.locator(f'#col-{column.pk} .lane[data-lane="{lane}"]')


def card(page, item):
    return page.locator(f"#card-{item.pk}")


def is_below(page, item, column, lane):
    """Whether a card is the next thing below the line of a row."""
    return page.locator(f'#col-{column.pk} .lane[data-lane="{lane}"] + #card-{item.pk}')


def test_rows_begin_at_one_height_and_columns_keep_their_menus(in_rows, items, backlog, progress, done):
    page = in_rows
    boxes = [line(page, column, "engineering").bounding_box() for column in (backlog, progress, done)]
    last = card(page, items["more"]).bounding_box()

    assert len({round(box["y"]) for box in boxes}) == 1
    assert boxes[0]["y"] >= last["y"] + last["height"]
    page.locator(f"#col-{backlog.pk} .colmenu summary").click()
    expect(page.locator(f"#col-{backlog.pk} .colmenu").get_by_role("link", name="Column settings")).to_be_visible()


def test_a_card_is_dragged_into_another_row_and_column(in_rows, items, progress):
    page, item = in_rows, items["toil"]
    box, target = card(page, item).bounding_box(), line(page, progress, "engineering").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 70, box["y"] + 26)
    page.mouse.move(target["x"] + 60, target["y"] + target["height"] + 6, steps=5)
    expect(page.locator(".drop")).to_be_visible()
    page.mouse.up()

    expect(is_below(page, item, progress, "engineering")).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("moved to In progress")
    item.refresh_from_db()
    assert (item.classification, item.column) == ("engineering", progress)


def test_keys_move_focus_and_cards_along_the_row(in_rows, items, backlog, progress):
    page, item = in_rows, items["toil"]
    card(page, item).locator(".card").focus()

    page.keyboard.press("ArrowDown")
    expect(card(page, items["more"]).locator(".card")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowRight")

    expect(is_below(page, item, progress, "toil")).to_be_visible()
    expect(card(page, item).locator(".card")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(card(page, items["eng"]).locator(".card")).to_be_focused()
    settled(page)
    item.refresh_from_db()
    assert (item.classification, item.column) == ("toil", progress)


def test_another_class_is_another_row(in_rows, items, backlog):
    page, item = in_rows, items["toil"]
    card(page, item).locator(".card").focus()

    page.keyboard.press("o")

    expect(is_below(page, item, backlog, "overhead")).to_be_visible()
    expect(card(page, item).locator(".card")).to_be_focused()
    expect(line(page, backlog, "overhead")).to_contain_text("1 of 1")
    expect(line(page, backlog, "toil")).to_contain_text("1 of 1")


def test_a_row_stays_folded_up(in_rows, items, backlog):
    page = in_rows
    line(page, backlog, "toil").get_by_role("button").click()
    expect(card(page, items["toil"])).to_be_hidden()

    page.reload()

    expect(card(page, items["toil"])).to_be_hidden()
    line(page, backlog, "toil").get_by_role("button").click()
    expect(card(page, items["toil"])).to_be_visible()


def test_a_view_keeps_rows_and_filters(in_rows, items):
    page = in_rows
    page.locator("[data-filter-open=class]").click()
    page.locator("#filter-menu").locator("input[value=engineering]").check()
    page.keyboard.press("Escape")
    page.locator("[data-view-save]").click()
    page.locator("#view-menu").get_by_label("Save what you see as").fill("My rows")
    page.keyboard.press("Enter")

    expect(page.locator("[data-views]")).to_contain_text("My rows")
    assert "?view=" in page.url
    expect(page.locator(".slot:visible")).to_have_count(1)
    expect(page.locator("[data-view-changed]")).to_be_hidden()
    page.locator("[data-filter-add]").click()
    page.locator("#filter-menu").locator("input[value=toil]").check()
    expect(page.locator("[data-view-changed]")).to_be_visible()
    expect(page.locator(".slot:visible")).to_have_count(3)


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_rows_and_views_can_be_read_by_everybody(in_rows, width, theme):
    page = in_rows
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=theme)
    tags = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}

    found = Axe().run(page, options=tags).response["violations"]
    if width == 390:
        page.get_by_role("button", name="Search and filter").click()
    page.locator("[data-views]").click()
    expect(page.locator("#view-menu")).to_be_visible()
    found += Axe().run(page, options=tags).response["violations"]

    assert [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
