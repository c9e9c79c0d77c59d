"""Columns in a real browser: put in order by pointer and by keys, restaged, deleted, folded up; for all readers."""

import pytest
from playwright.sync_api import expect

from boards.models import Item
from boards.services import archive_board
from teams.actors import SYSTEM
from tests.boards.conftest import hour
from tests.factories import ItemFactory
from tests.looking import Axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST = "/t/sre/settings/boards/"
PAGE = "/t/sre/settings/boards/operations/"


@pytest.fixture
def settings_page(enter, alice, board, complaints):
    """Alice before the settings of her board; nothing may be complained about."""
    yield enter(alice, PAGE)
    assert complaints == []


def names(board):
    return list(board.columns.kept().in_order().values_list("name", flat=True))


def shown(page):
    return page.locator(".colrow .what > a")


def test_a_column_is_dragged_above_another_one(settings_page, board, columns):
    grip = settings_page.locator(f"#column-{columns['Done'].pk} [data-grip]").bounding_box()
    target = settings_page.locator(f"#column-{columns['In progress'].pk}").bounding_box()

    settings_page.mouse.move(grip["x"] + 8, grip["y"] + 10)
    settings_page.mouse.down()
    settings_page.mouse.move(grip["x"] + 12, grip["y"] + 2)
    for x in (80, 82):  # the browser tells where the pointer is one move late
        settings_page.mouse.move(target["x"] + x, target["y"] + 6, steps=5)
    expect(settings_page.locator(".colrow.is-above")).to_have_count(1)
    settings_page.mouse.up()

    expect(shown(settings_page)).to_have_text(["Backlog", "Done", "In progress", "Waiting"])
    expect(settings_page.locator("#toasts")).to_contain_text("Done is column 2 of 4")
    assert names(board) == ["Backlog", "Done", "In progress", "Waiting"]


def test_up_and_down_keep_the_focus(settings_page, board, columns):
    done = columns["Done"]
    settings_page.locator(f"#up-{done.pk}").focus()

    settings_page.keyboard.press("Enter")
    expect(shown(settings_page)).to_have_text(["Backlog", "In progress", "Done", "Waiting"])
    expect(settings_page.locator(f"#up-{done.pk}")).to_be_focused()
    settings_page.keyboard.press("Enter")
    expect(shown(settings_page)).to_have_text(["Backlog", "Done", "In progress", "Waiting"])
    settings_page.keyboard.press("Enter")
    expect(shown(settings_page)).to_have_text(["Done", "Backlog", "In progress", "Waiting"])

    expect(settings_page.locator(f"#down-{done.pk}")).to_be_focused()
    assert names(board) == ["Done", "Backlog", "In progress", "Waiting"]


def test_a_stage_is_changed_after_its_effect_was_shown(settings_page, columns, waiting):
    ItemFactory(column=waiting, at=hour(0))
    settings_page.get_by_role("link", name="Edit Waiting").click()

    settings_page.get_by_label("Stage", exact=True).select_option("active")
    settings_page.get_by_role("button", name="Save the column").click()
    expect(settings_page.get_by_role("heading", name="from “Waiting” to “Being worked on”")).to_be_visible()
    expect(settings_page.locator("main")).to_contain_text("1 item has stood here")
    settings_page.get_by_role("button", name="Change the stage").click()

    expect(settings_page.locator("#toasts")).to_contain_text("The column “Waiting” is saved.")
    waiting.refresh_from_db()
    assert waiting.stage == "active"


def test_a_column_is_deleted_with_a_place_for_its_items(settings_page, board, progress, backlog):
    ItemFactory.create_batch(2, column=progress)
    settings_page.get_by_role("link", name="Edit In progress").click()

    settings_page.get_by_label("The items go to").select_option(str(backlog.pk))
    settings_page.get_by_role("button", name="Move 2 items and delete").click()

    expect(settings_page.locator("#toasts")).to_contain_text("The column “In progress” is in the trash")
    assert names(board) == ["Backlog", "Waiting", "Done"]
    assert Item.objects.filter(column=backlog).count() == 2


def test_the_menu_of_a_column_renames_it(board_page, columns, progress):
    menu = board_page.locator(f"#col-{progress.pk} .colmenu")
    menu.locator("summary").click()

    menu.get_by_label("Name").fill("Doing")
    menu.get_by_label("WIP limit").fill("4")
    menu.get_by_label("WIP limit").press("Enter")

    expect(board_page.locator(f"#head-{progress.pk}")).to_contain_text("Doing")
    expect(board_page.locator(f"#head-{progress.pk} .wip")).to_contain_text("1/4")
    progress.refresh_from_db()
    assert (progress.name, progress.wip_limit) == ("Doing", 4)


def test_a_folded_column_stays_folded_and_keys_pass_it_by(board_page, cards, progress, waiting):
    column = board_page.locator(f"#col-{progress.pk}")
    column.locator(".colmenu summary").click()
    column.get_by_role("button", name="Collapse column").click()
    expect(column.locator(".card").first).to_be_hidden()
    expect(column.get_by_role("button", name="Expand In progress")).to_be_focused()

    board_page.reload()
    expect(column.locator(".card").first).to_be_hidden()
    board_page.locator(f"#card-{cards['Rotate keys'].pk} .card").focus()
    board_page.keyboard.press("ArrowRight")
    expect(board_page.locator(f"#card-{cards['Wait for the vendor'].pk} .card")).to_be_focused()

    column.get_by_role("button", name="Expand In progress").click()
    expect(column.locator(".card").first).to_be_visible()
    board_page.reload()
    expect(column.locator(".card").first).to_be_visible()


def test_a_card_that_is_moved_into_a_folded_column_unfolds_it(board_page, cards, progress):
    item, column = cards["Rotate keys"], board_page.locator(f"#col-{progress.pk}")
    column.locator(".colmenu summary").click()
    column.get_by_role("button", name="Collapse column").click()
    board_page.locator(f"#card-{item.pk} .card").focus()

    board_page.keyboard.press("Shift+ArrowRight")

    expect(column.locator(f"#card-{item.pk} .card")).to_be_focused()
    expect(board_page.locator("#toasts")).to_contain_text("moved to In progress")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_have_no_axe_violation_and_fit(enter, alice, board, progress, complaints, page, theme, width):
    ItemFactory(column=progress)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    column = f"{PAGE}columns/{progress.pk}/"

    for path in (LIST, PAGE, column, f"{column}stage/?stage=waiting", f"{PAGE}words/?source=jira", "/t/sre/trash/"):
        enter(alice, path)
        results = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    enter(alice, "/t/sre/b/operations/")
    page.locator(f"#col-{board.columns.in_order().first().pk} .colmenu summary").click()
    results = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert results.violations_count == 0, results.generate_report()
    assert complaints == []


def test_an_archived_board_offers_nothing_that_would_be_refused(enter, alice, cards, board, complaints):
    archive_board(board=board, by=SYSTEM, at=hour(9999))
    page = enter(alice, "/t/sre/b/operations/")

    page.locator(f"#card-{cards['Rotate keys'].pk} .card").focus()
    page.keyboard.press("t")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("c")

    expect(page.locator("main .archived-note, .archived-note")).to_be_visible()
    expect(page.locator(".card-move, [data-quick-add]")).to_have_count(0)
    assert complaints == []


def test_without_script_columns_are_ordered_by_their_buttons(browser, live_server, client, alice, board, columns):
    client.force_login(alice)
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(PAGE)

    page.locator(f"#up-{columns['Done'].pk}").click()

    expect(shown(page)).to_have_text(["Backlog", "In progress", "Done", "Waiting"])
    context.close()
