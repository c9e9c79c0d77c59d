"""Quick add in a real browser: what is understood of a line, names to choose from, several lines."""

import pytest
from playwright.sync_api import expect

from boards.models import Item
from tests.factories import ItemFactory
from tests.looking import Axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOARD = "/t/sre/b/operations/"
PASTE = """(text) => {
    const field = document.querySelector(".quick textarea");
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
}"""


@pytest.fixture
def adding(enter, alice, mallory, backlog, complaints):
    """Alice's board with the quick add of its first column open."""
    ItemFactory(column=backlog, title="Standing", labels=["disk", "dns check"])
    page = enter(alice, BOARD)
    expect(page.locator("[data-filters-open]:not([hidden])")).to_have_count(1)
    page.locator(".slot .card").first.focus()
    page.keyboard.press("c")
    expect(page.locator(".quick textarea")).to_be_focused()
    yield page
    assert complaints == []


def titles(page):
    return page.locator(".col").first.locator(".slot .card-t")


def test_names_are_chosen_by_keyboard_and_shown_as_understood(adding, mallory):
    page = adding
    page.keyboard.type("Disk full #d")
    expect(page.get_by_role("option")).to_have_text(["disk", "dns check"])

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("@mal")
    page.keyboard.press("Tab")
    page.keyboard.type("~toil !")

    expect(page.locator(".quick textarea")).to_have_value('Disk full #"dns check" @mallory ~toil !')
    understood = page.locator("[data-understood]")
    for said in ("dns check", "Mallory", "Toil", "Interrupt"):
        expect(understood).to_contain_text(said)
    page.keyboard.press("Enter")
    expect(titles(page)).to_have_text(["Disk full", "Standing"])
    item = Item.objects.get(title="Disk full")
    assert (item.assignee, item.is_toil, item.is_interrupt) == (mallory.person, True, True)


def test_escape_leaves_the_names_and_then_the_form(adding):
    page = adding
    page.keyboard.type("Disk #d")
    expect(page.get_by_role("option").first).to_be_visible()

    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(page.locator(".quick textarea")).to_have_value("Disk #d")
    page.keyboard.press("Escape")

    expect(page.locator(".quick")).to_have_count(0)


def test_pasted_lines_become_items_after_asking(adding):
    page = adding
    page.evaluate(PASTE, "- One\n- Two #disk\n- Three ~eng")

    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Add 3 items?")
    expect(dialog.get_by_role("listitem")).to_have_text(["One", "Two #disk", "Three ~eng"])
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator(".quick textarea")).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Add them").click()

    expect(titles(page)).to_have_text(["One", "Two", "Three", "Standing"])
    expect(page.locator("#toasts")).to_contain_text("3 items added")
    expect(page.locator(".quick textarea")).to_have_value("")
    page.keyboard.press("Escape")
    page.keyboard.press("z")
    expect(titles(page)).to_have_text(["Standing"])


def test_a_double_enter_adds_once(adding):
    page = adding
    page.keyboard.type("Only once")

    page.evaluate("""() => {
        const form = document.querySelector(".quick");
        form.requestSubmit();
        form.requestSubmit();
    }""")

    expect(titles(page)).to_have_text(["Only once", "Standing"])
    expect(page.locator(".quick textarea")).to_have_value("")
    assert Item.objects.count() == 2


def test_who_is_unknown_is_said_and_the_text_stays(adding):
    page = adding
    page.keyboard.type("Patch it @nobody ")

    page.keyboard.press("Enter")

    expect(page.locator("[data-quick-add-error]")).to_contain_text("Nobody in the team is called @nobody")
    expect(page.locator(".quick textarea")).to_have_value("Patch it @nobody ")


def test_a_half_typed_title_survives_a_reload(adding):
    page = adding
    page.keyboard.type("Half a tit")

    page.reload()
    expect(page.locator("[data-filters-open]:not([hidden])")).to_have_count(1)
    page.keyboard.press("c")

    expect(page.locator(".quick textarea")).to_have_value("Half a tit")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_quick_add_can_be_read_by_everybody(adding, width, theme):
    page = adding
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=theme)
    page.keyboard.type("証明書を更新する #disk @mallory ~toil ! とても長い題名 #d")
    expect(page.get_by_role("option").first).to_be_visible()
    expect(page.locator("[data-understood]")).to_contain_text("Mallory")
    tags = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}

    found = Axe().run(page, options=tags).response["violations"]

    assert [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
