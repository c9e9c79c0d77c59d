"""On a phone: nothing is cut off at 360 px, and nothing that is to be touched is smaller than a fingertip can hit."""

import pytest
from playwright.sync_api import expect

from tests.factories import ItemFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/t/sre/b/operations/",
    "/t/sre/triage/",
    "/t/sre/",
    "/t/sre/reports/",
    "/t/sre/imports/",
    "/t/sre/settings/",
    "/t/sre/settings/members/",
    "/t/sre/settings/boards/",
    "/t/sre/settings/boards/operations/",
    "/t/sre/trash/",
    "/profile/",
]
# Links within a sentence are as high as their line (WCAG 2.2, 2.5.8); a card's whole face is its link, and a label
# belongs to what it names.
TOO_SMALL = """() => [...document.querySelectorAll('a[href], button, summary, input:not([type=hidden]), select')]
  .filter((node) => !node.closest('.vh, .skip, .card-t, [hidden]') && !node.matches('.vh'))
  .filter((node) => !node.closest('details:not([open])') || node.tagName === 'SUMMARY')
  .filter((node) => !(node.tagName === 'A' && getComputedStyle(node).display === 'inline'))
  .map((node) => [node, (node.closest('label') ?? node).getBoundingClientRect()])
  .filter(([, box]) => box.width && box.height && (box.width < 24 || box.height < 24))
  .map(([node, box]) => `${node.outerHTML.slice(0, 120)} ${box.width} × ${box.height}`)"""


@pytest.fixture
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}


def test_no_page_is_wider_than_a_small_phone_and_its_targets_are_large_enough(enter, alice, cards, complaints):
    for path in PAGES:
        page = enter(alice, path)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0, path
        assert page.evaluate(TOO_SMALL) == [], path
    page = enter(alice, f"/t/sre/items/{cards['Automate renewal'].pk}/")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    assert complaints == []


def test_very_long_and_japanese_titles_stay_within_their_cards(enter, alice, board, backlog):
    for title in ("x" * 300, "ディスク容量が不足しているため監視を再開する必要があります。" * 8):
        ItemFactory(column=backlog, title=title, service="s" * 90, labels=["l" * 90])
    page = enter(alice, "/t/sre/b/operations/")

    widths = page.evaluate("[...document.querySelectorAll('.slot')].map((slot) => slot.scrollWidth - slot.clientWidth)")
    assert widths == [0, 0]
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0


def test_a_tab_brings_its_column_and_the_columns_menu_is_within_reach(enter, alice, cards, waiting, complaints):
    page = enter(alice, "/t/sre/b/operations/")

    page.locator(f"#tab-{waiting.pk}").tap()
    expect(page.locator(f"#card-{cards['Wait for the vendor'].pk}")).to_be_in_viewport()
    expect(page.locator(f"#tab-{waiting.pk}")).to_have_attribute("aria-current", "true")
    page.locator(f"#col-{waiting.pk} .colmenu summary").tap()
    page.get_by_role("link", name="Column settings").tap()

    expect(page.get_by_role("heading", name="Waiting")).to_be_visible()
    assert complaints == []
