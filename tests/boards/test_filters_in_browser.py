"""Looking for items in a real browser: chips, the address, Back; the page finds what the server finds."""

from datetime import timedelta
from itertools import combinations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from boards.services.comments import add_comment
from tests.factories import ItemFactory, ToilTypeFactory
from tests.looking import Axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOARD = "/t/sre/b/operations/"
LONG = "とても長い題名のディスク" * 9


@pytest.fixture
def items(board, team, columns, alice, bob, by_alice):
    """Items that differ in everything that can be looked for."""
    now = timezone.now()
    kind = ToilTypeFactory(team=team, name="Disk full")
    classes = ["toil", "engineering", "overhead", "unclassified"]
    names = ["Backlog", "In progress", "Waiting", "Done"]
    made = []
    for n in range(24):
        fields = {
            "classification": classes[n % 4],
            "service": ["db", "api", ""][n % 3],
            "labels": [name for name, every in (("disk", 2), ("sev3", 3), ("長いラベル", 5)) if n % every == 0],
            "assignee": [alice.person, bob.person, None][n // 2 % 3],
            "is_interrupt": n % 5 == 0,
            "source": ["jira", ""][n % 2],
            "toil_type": kind if n % 7 == 0 else None,
            "description": "The vendor was asked" if n % 4 == 1 else "",
            "blocked_reason": "Part" if n % 6 == 2 else "",
        }
        title = LONG if n == 3 else f"Item {n}"
        days = timedelta(days=[2, 5, 12][n % 3])
        made.append(ItemFactory(board=board, column=columns[names[n // 2 % 4]], title=title, at=now - days, **fields))
    add_comment(item=made[7], body="See the postmortem", by=by_alice, at=now)
    return made


@pytest.fixture
def page_of_board(enter, alice, items, complaints):
    """Alice before her board; nothing may be complained about."""
    yield enter(alice, BOARD)
    assert complaints == []


def count(page):
    return page.locator("[data-filter-count]")


def choose(page, *said):
    expect(page.locator("[data-filters-open]:not([hidden])")).to_have_count(1)
    page.locator("[data-filter-add]").click()
    for one in said:
        page.locator("[data-filter-find]").fill(one)
        page.locator("#filter-menu label:visible", has_text=one).first.click()
    page.keyboard.press("Escape")


def test_a_filter_is_chosen_shown_kept_in_the_address_and_taken_away(page_of_board, items):
    page = page_of_board
    every_second = [item for item in items if item.labels.filter(name="disk").exists()]

    choose(page, "disk")

    expect(page).to_have_url(f"{page.url.split('?')[0]}?label=disk")
    expect(count(page)).to_have_text(f"{len(every_second)} of 24")
    expect(page.locator(".slot:visible")).to_have_count(len(every_second))
    chip = page.get_by_role("link", name="Remove the filter Label: disk")
    expect(chip).to_be_visible()
    chip.click()
    expect(page.locator(".slot:visible")).to_have_count(24)
    expect(page).to_have_url(page.url.split("?")[0])
    expect(count(page)).to_have_text("24 items")


def test_a_reload_and_back_show_the_same(page_of_board, alice):
    page = page_of_board
    choose(page, "Toil", "Me")
    expect(page).to_have_url(f"{page.url.split('?')[0]}?class=toil&assignee=me")
    shown = [slot.get_attribute("id") for slot in page.locator(".slot:visible").all()]
    said = count(page).inner_text()

    page.reload()
    expect(count(page)).to_have_text(said)
    reloaded = [slot.get_attribute("id") for slot in page.locator(".slot:visible").all()]
    page.goto(page.url.split("/t/")[0] + "/t/sre/triage/")
    page.go_back()
    expect(count(page)).to_have_text(said)
    back = [slot.get_attribute("id") for slot in page.locator(".slot:visible").all()]
    page.get_by_role("link", name="Clear").click()

    assert shown == reloaded == back
    assert shown
    expect(page.locator(".slot:visible")).to_have_count(24)
    expect(count(page)).to_have_text("24 items")


def test_text_is_searched_where_the_page_does_not_reach(page_of_board, items):
    page = page_of_board

    page.keyboard.press("/")
    page.keyboard.type("postmortem")

    expect(count(page)).to_have_text("1 of 24")
    expect(page.locator(f"#card-{items[7].pk}")).to_be_visible()
    expect(page).to_have_url(f"{page.url.split('?')[0]}?q=postmortem")
    page.keyboard.press("Escape")
    expect(page.locator(".slot:visible")).to_have_count(24)


def test_without_the_server_a_text_is_searched_on_the_cards(page_of_board):
    page = page_of_board
    page.context.set_offline(True)

    page.keyboard.press("/")
    page.keyboard.type("とても長い")

    expect(count(page)).to_have_text("1 of 24")
    expect(page.locator("#toasts")).to_contain_text("on the cards alone")
    page.context.set_offline(False)


CHOICES = [
    "class=toil",
    "class=engineering&class=unclassified",
    "service=db&service=-",
    "label=disk",
    "label=disk&label=sev3",
    "label=長いラベル",
    "assignee=me",
    "assignee=none&assignee=me",
    "interrupts=1",
    "blocked=1",
    "age=3",
    "age=5",
    "age=older",
    "source=jira",
    "source=-",
    "type=none",
    "q=vendor",
]


# Looks for something, and waits for the server where a text is in it; returns the ids of the cards that are shown.
LOOK = """async (query) => {
    const folder = document.querySelector('script[src*="js/board"]').src.replace("board.js", "board/");
    const [{ look }, { foundIds }] = await Promise.all(
        [folder + "filters.js", folder + "searching.js"].map((path) => import(path)));
    look(new URLSearchParams(""));
    look(new URLSearchParams(query));
    while (query.includes("q=") && !foundIds()) await new Promise(requestAnimationFrame);
    const slots = [...document.querySelectorAll(".slot:not([hidden])")];
    return slots.map((slot) => Number(slot.dataset.item)).sort((a, b) => a - b);
}"""


def test_the_page_finds_what_the_server_finds(page_of_board, client, alice):
    page = page_of_board
    client.force_login(alice)
    pairs = ["&".join(pair) for pair in combinations(CHOICES, 2)]
    asked = [*CHOICES, *(query for query in pairs if query.split("=")[0] != query.split("&")[-1].split("=")[0])]

    for query in asked:
        wanted = sorted(client.get(f"{BOARD}?{query}&ids=1").json()["ids"])
        found = page.evaluate(LOOK, query)
        assert found == wanted, query


def test_columns_and_their_mix_count_what_is_shown(page_of_board, board, columns):
    page, backlog = page_of_board, columns["Backlog"]
    head = page.locator(f"#head-{backlog.pk}")

    choose(page, "Toil")

    expect(head.locator("[data-count]")).to_have_text("3 of 6")
    expect(head.locator(".mix")).to_have_attribute("aria-label", "3 toil")


def test_a_board_that_is_only_there_in_part_is_asked_for_what_matches(enter, alice, items, complaints):
    page = enter(alice, f"{BOARD}?cards=1")
    expect(page.locator("#main[data-complete]")).to_have_count(0)

    choose(page, "sev3")

    expect(count(page)).to_have_text("8 of 24")
    page.keyboard.press("/")
    page.keyboard.type("postmortem")
    expect(count(page)).to_have_text("0 of 24")
    page.get_by_role("link", name="Clear").click()
    expect(count(page)).to_have_text("24 items")
    page.locator(".slot .card").first.focus()
    page.keyboard.press("Delete")
    expect(count(page)).to_have_text("23 items")
    assert complaints == []


@pytest.fixture
def plain_page(browser, live_server, client, alice):
    """A browser of Alice's that runs no script."""
    context = browser.new_context(java_script_enabled=False)
    client.force_login(alice)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    yield context.new_page()
    context.close()


def test_without_script_the_same_is_chosen_on_a_page(plain_page, live_server, items):
    page = plain_page
    page.goto(live_server.url + BOARD)

    page.get_by_role("link", name="Filter", exact=True).click()
    page.get_by_label("sev3").check()
    page.get_by_role("button", name="Show items").click()

    expect(count(page)).to_have_text("8 of 24")
    page.get_by_role("link", name="Remove the filter Label: sev3").click()
    expect(count(page)).to_have_text("24 items")


TAGS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_filters_can_be_read_by_everybody(enter, alice, items, complaints, width, theme):
    page = enter(alice, f"{BOARD}?label=disk&class=toil&assignee=me&nonsense=1&age=x")
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=theme)
    if width == 390:
        page.get_by_role("button", name="Search and filter").click()
    page.locator("[data-filter-add]").click()
    expect(page.locator("#filter-menu")).to_be_visible()

    found = Axe().run(page, options=TAGS).response["violations"]
    menu = page.locator("#filter-menu").bounding_box()
    page.goto(f"{page.url.split('?')[0]}filters/?label=disk")
    found += Axe().run(page, options=TAGS).response["violations"]

    assert [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found] == []
    assert menu["x"] >= 0
    assert menu["x"] + menu["width"] <= width
    assert menu["y"] + menu["height"] <= 844
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert complaints == []
