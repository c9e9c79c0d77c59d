"""The board in a real browser: by pointer, by keys, without script, and for those who see badly or not at all."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from boards.models import Item
from boards.services.items import edit_item
from teams.actors import Actor, Via
from tests.factories import ItemFactory, RuleFactory
from tests.looking import Axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def slot(page, item):
    return page.locator(f"#card-{item.pk}")


def column(page, one):
    return page.locator(f"#col-{one.pk}")


def focus(page, item):
    slot(page, item).locator(".card").focus()


def drag(page, item, to):
    box = slot(page, item).bounding_box()
    target = column(page, to).bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 70, box["y"] + 26)
    page.mouse.move(target["x"] + 80, target["y"] + 200, steps=4)
    expect(page.locator(".drop")).to_be_visible()
    page.mouse.up()


def test_a_card_is_dragged_to_another_column(board_page, cards, progress):
    item = cards["Rotate keys"]

    drag(board_page, item, progress)

    expect(column(board_page, progress).locator(f"#card-{item.pk}")).to_be_visible()
    expect(board_page.locator("#toasts")).to_contain_text("moved to In progress")
    item.refresh_from_db()
    assert item.column == progress


def test_a_column_says_before_the_drop_what_its_limit_says(enter, alice, cards, progress):
    progress.wip_limit = 1
    progress.save(update_fields=["wip_limit"])
    page = enter(alice, "/t/sre/b/operations/")
    pill = page.locator(f"#head-{progress.pk} .wip")
    start, target = slot(page, cards["Rotate keys"]).bounding_box(), column(page, progress).bounding_box()

    page.mouse.move(start["x"] + 60, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(target["x"] + 80, target["y"] + 200, steps=5)
    expect(pill).to_contain_text("2/1")
    page.mouse.move(start["x"] + 60, start["y"] + 20, steps=5)
    expect(pill).to_contain_text("1/1")
    page.mouse.up()

    assert not cards["Rotate keys"].changes.filter(field="column").exists()


def test_a_drag_is_taken_back(board_page, cards, backlog, progress):
    item = cards["Rotate keys"]
    drag(board_page, item, progress)
    expect(board_page.locator("#toasts")).to_contain_text("moved to In progress")

    board_page.keyboard.press("z")

    expect(column(board_page, backlog).locator(f"#card-{item.pk}")).to_be_visible()
    expect(board_page.locator("#toasts")).to_contain_text("moved back to Backlog")
    item.refresh_from_db()
    assert item.column == backlog


def test_arrows_move_the_focus_and_with_shift_the_card(board_page, cards, backlog, progress):
    first, second = cards["Disk full on db-1"], cards["Rotate keys"]
    focus(board_page, first)

    board_page.keyboard.press("ArrowDown")
    expect(slot(board_page, second).locator(".card")).to_be_focused()
    board_page.keyboard.press("ArrowRight")
    expect(slot(board_page, cards["Automate renewal"]).locator(".card")).to_be_focused()
    board_page.keyboard.press("ArrowLeft")
    board_page.keyboard.press("Shift+ArrowDown")
    expect(board_page.locator("#toasts")).to_contain_text("2 of 2 in Backlog")
    board_page.keyboard.press("Shift+ArrowRight")

    expect(column(board_page, progress).locator(f"#card-{first.pk}")).to_be_visible()
    expect(board_page.locator("#toasts")).to_contain_text("moved to In progress")
    expect(slot(board_page, first).locator(".card")).to_be_focused()
    first.refresh_from_db()
    assert first.column == progress


def test_the_move_menu_takes_a_number(board_page, cards, waiting):
    item = cards["Rotate keys"]
    focus(board_page, item)

    board_page.keyboard.press("m")
    expect(board_page.locator("#move-menu")).to_be_visible()
    board_page.keyboard.press("3")

    expect(column(board_page, waiting).locator(f"#card-{item.pk}")).to_be_visible()
    expect(slot(board_page, item).locator(".card")).to_be_focused()


def test_one_key_classifies_and_another_takes_it_back(board_page, cards):
    item = cards["Disk full on db-1"]
    badge = slot(board_page, item).locator(".card-m .cls")
    focus(board_page, item)

    board_page.keyboard.press("t")
    expect(badge).to_have_text("T")
    expect(board_page.locator("#toasts")).to_contain_text("is Toil")
    expect(slot(board_page, item).locator(".card")).to_be_focused()
    item.refresh_from_db()
    assert item.is_toil
    board_page.keyboard.press("z")

    expect(badge).to_have_text("?")
    expect(board_page.locator("#toasts")).to_contain_text("is Unclassified")
    item.refresh_from_db()
    assert item.is_unclassified


def test_selected_cards_are_classified_together(board_page, cards):
    focus(board_page, cards["Disk full on db-1"])
    board_page.keyboard.press("x")
    board_page.keyboard.press("ArrowDown")
    board_page.keyboard.press("x")
    expect(board_page.locator("#bulk")).to_contain_text("2 selected")

    board_page.keyboard.press("o")

    expect(board_page.locator("#toasts")).to_contain_text("2 items are Overhead")
    assert Item.objects.filter(classification="overhead").count() == 3


def test_quick_add_guesses_adds_and_stays_open(board_page, team, backlog):
    RuleFactory(team=team, title_contains="disk full", classification="toil")
    board_page.locator(".slot .card").first.focus()

    board_page.keyboard.press("c")
    board_page.keyboard.type("Disk full on db-9")
    expect(board_page.locator(".quick")).to_contain_text("Guess: Toil")
    board_page.keyboard.press("Enter")

    first = column(board_page, backlog).locator(".slot").first
    expect(first).to_contain_text("Disk full on db-9")
    expect(first.locator(".card-m .cls")).to_have_text("T")
    expect(board_page.locator(".quick textarea")).to_be_focused()
    expect(board_page.locator(".quick textarea")).to_have_value("")
    board_page.keyboard.press("Escape")
    expect(board_page.locator(".quick")).to_have_count(0)
    expect(first.locator(".card")).to_be_focused()


def test_what_was_typed_stays_while_the_server_is_away(board_page, backlog):
    board_page.keyboard.press("c")
    board_page.keyboard.type("Nothing is lost")
    board_page.context.set_offline(True)

    board_page.keyboard.press("Enter")
    expect(board_page.locator("[data-quick-add-error]")).to_contain_text("did not answer")
    expect(board_page.locator(".quick textarea")).to_have_value("Nothing is lost")
    board_page.context.set_offline(False)
    board_page.keyboard.press("Enter")

    expect(column(board_page, backlog).locator(".slot").first).to_contain_text("Nothing is lost")


def test_what_the_server_did_not_answer_is_taken_back_and_can_be_tried_again(board_page, cards, backlog):
    item = cards["Rotate keys"]
    board_page.context.set_offline(True)
    focus(board_page, item)

    board_page.keyboard.press("Shift+ArrowRight")

    expect(board_page.locator("#toasts")).to_contain_text("did not answer")
    expect(column(board_page, backlog).locator(f"#card-{item.pk}")).to_be_visible()
    retry = board_page.locator("#toasts [data-toast-retry]")
    board_page.locator("#toasts [data-toast-close]").click()
    focus(board_page, item)
    board_page.keyboard.press("Shift+A")
    expect(retry).to_be_visible()
    board_page.locator("#toasts [data-toast-close]").click()
    focus(board_page, item)
    board_page.keyboard.press("o")
    expect(retry).to_be_visible()
    expect(board_page.locator(f"#card-{item.pk}[data-class=toil]")).to_be_visible()
    board_page.context.set_offline(False)
    retry.click()
    expect(board_page.locator("#toasts")).to_contain_text("is Overhead")
    expect(board_page.locator(f"#card-{item.pk}[data-class=overhead]")).to_be_visible()


def test_a_full_column_asks_first(enter, alice, cards, progress, backlog):
    progress.wip_limit = 1
    progress.save(update_fields=["wip_limit"])
    page = enter(alice, "/t/sre/b/operations/")
    item = cards["Rotate keys"]
    focus(page, item)

    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_role("dialog")).to_contain_text("its limit of 1")
    page.keyboard.press("Escape")
    expect(column(page, backlog).locator(f"#card-{item.pk}")).to_be_visible()
    expect(slot(page, item).locator(".card")).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    page.get_by_role("button", name="Do it anyway").click()

    expect(column(page, progress).locator(f"#card-{item.pk}")).to_be_visible()
    expect(page.locator(f"#head-{progress.pk} .wip")).to_contain_text("2/1")


def test_search_filters_the_cards_in_the_page(board_page, cards):
    board_page.keyboard.press("/")
    board_page.keyboard.type("rotate")

    expect(board_page.locator("[data-filter-count]")).to_have_text("1 of 4")
    expect(board_page.locator(".slot:visible")).to_have_count(1)
    board_page.keyboard.press("Escape")
    expect(board_page.locator(".slot:visible")).to_have_count(4)


def test_the_panel_has_its_address_and_gives_the_focus_back(board_page, cards):
    item = cards["Automate renewal"]
    focus(board_page, item)

    board_page.keyboard.press("Enter")
    panel = board_page.get_by_role("dialog")
    expect(panel).to_contain_text("ACME")
    expect(board_page).to_have_url(f"**/t/sre/items/{item.pk}/".replace("**", board_page.url.split("/t/")[0]))
    for _ in range(40):
        board_page.keyboard.press("Tab")
        assert board_page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('.panel')"
        )
    board_page.keyboard.press("Escape")
    board_page.keyboard.press("Escape")

    expect(panel).to_have_count(0)
    expect(slot(board_page, item).locator(".card")).to_be_focused()
    assert board_page.url.endswith("/t/sre/b/operations/")


def test_j_and_k_go_through_the_cards(board_page, cards):
    focus(board_page, cards["Disk full on db-1"])
    board_page.keyboard.press("Enter")
    expect(board_page.locator(".panel")).to_contain_text("Disk full on db-1")

    board_page.keyboard.press("j")
    expect(board_page.locator(".panel")).to_have_attribute("data-item", str(cards["Rotate keys"].pk))
    board_page.keyboard.press("j")
    expect(board_page.locator(".panel")).to_have_attribute("data-item", str(cards["Automate renewal"].pk))
    board_page.keyboard.press("k")

    expect(board_page.locator(".panel")).to_have_attribute("data-item", str(cards["Rotate keys"].pk))
    board_page.go_back()
    expect(board_page.locator(".panel")).to_have_count(0)


def test_a_field_is_saved_when_it_is_left_and_the_card_shows_it(board_page, cards):
    item = cards["Rotate keys"]
    slot(board_page, item).locator(".card-t").click()
    panel = board_page.locator(".panel")

    panel.get_by_label("Service").fill("vault")
    panel.get_by_label("Labels").focus()

    expect(slot(board_page, item)).to_contain_text("vault")
    panel.get_by_label("Labels").fill("pki, security")
    panel.get_by_label("Column").select_option(label="Waiting")
    expect(slot(board_page, item)).to_contain_text("pki")
    expect(panel.locator(".feed")).to_contain_text("moved it")
    item.refresh_from_db()
    assert item.service == "vault"


def test_comments_and_work_are_added_in_the_panel(board_page, cards):
    item = cards["Rotate keys"]
    slot(board_page, item).locator(".card-t").click()
    panel = board_page.locator(".panel")

    panel.get_by_placeholder("Comment, markdown allowed").fill("Done by **hand** again")
    panel.get_by_role("button", name="Comment").click()
    expect(panel.locator(".cmt strong")).to_have_text("hand")
    expect(panel.get_by_placeholder("Comment, markdown allowed")).to_have_value("")
    panel.locator("#item-logged .logwork summary").click()
    panel.get_by_label("How long").fill("1h 30m")
    panel.locator("#item-logged").get_by_role("button", name="Log work").click()

    expect(panel.locator("#item-logged")).to_contain_text("1.5")
    assert item.logs.get().ended_at - item.logs.get().started_at == timedelta(minutes=90)


def test_what_two_people_changed_is_shown_side_by_side(board_page, cards, alice):
    item = cards["Rotate keys"]
    slot(board_page, item).locator(".card-t").click()
    panel = board_page.locator(".panel")
    expect(panel).to_be_visible()
    bert = Actor(person=ItemFactory(assignee="bert@example.com").assignee, via=Via.PAGE)
    edit_item(item=item, changes={"service": "theirs", "priority": "high"}, by=bert, at=timezone.now())

    panel.get_by_label("Service").fill("mine")
    panel.get_by_label("Labels").focus()

    expect(panel.get_by_role("alert")).to_contain_text("theirs")
    expect(panel.get_by_role("alert")).to_contain_text("mine")
    panel.get_by_role("button", name="Take yours").click()
    expect(panel.locator(".conflict")).to_have_count(0)
    item.refresh_from_db()
    assert (item.service, item.priority) == ("mine", "high")


def test_an_answer_whose_form_was_drawn_anew_meanwhile_is_taken_in(board_page, cards):
    item = cards["Disk full on db-1"]
    held = []
    board_page.route("**/classify/", lambda route, _: held.append(route))
    slot(board_page, item).locator(".card-t").click()
    panel = board_page.locator(".panel")
    panel.locator("#item-class").get_by_role("button", name="Toil").click()

    with board_page.expect_response("**/items/*/?parts=1*"):
        board_page.evaluate("document.dispatchEvent(new Event('item:refresh'))")
    expect(panel.locator("#item-head .cls")).to_have_text("?")
    held.pop().continue_()

    expect(panel.locator("#item-head .cls")).to_have_text("T")
    expect(slot(board_page, item).locator(".card-m .cls")).to_have_text("T")


def test_a_deleted_item_can_be_had_back_at_once(board_page, cards):
    item = cards["Rotate keys"]
    slot(board_page, item).locator(".card-t").click()
    board_page.get_by_label("More").click()
    board_page.get_by_role("button", name="Delete", exact=True).click()
    expect(slot(board_page, item)).to_have_count(0)

    board_page.get_by_role("button", name="Undo").click()

    expect(slot(board_page, item)).to_have_count(1)


def test_triage_goes_on_by_keys(enter, alice, cards, board, backlog, complaints):
    second = ItemFactory(board=board, column=backlog, title="Budget for 2027")
    page = enter(alice, "/t/sre/triage/")
    expect(page.locator("h1")).to_have_text("Disk full on db-1")

    page.keyboard.press("t")
    expect(page.locator("h1")).to_have_text("Budget for 2027")
    page.keyboard.press("z")
    expect(page.locator("h1")).to_have_text("Disk full on db-1")
    page.keyboard.press("s")
    expect(page.locator("h1")).to_have_text("Budget for 2027")
    page.keyboard.press("o")
    expect(page.locator("h1")).to_have_text("Disk full on db-1")
    page.keyboard.press("t")

    expect(page.locator("main")).to_contain_text("Nothing left to classify")
    second.refresh_from_db()
    assert second.is_overhead
    assert complaints == []


@pytest.fixture
def plain_page(browser, live_server, client, alice):
    """A browser of Alice's that runs no script."""
    context = browser.new_context(java_script_enabled=False)
    client.force_login(alice)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    yield context.new_page()
    context.close()


def test_everything_works_without_script(plain_page, live_server, cards, progress):
    page, item = plain_page, cards["Rotate keys"]
    page.goto(f"{live_server.url}/t/sre/b/operations/")

    page.locator("[data-quick-add]").first.click()
    page.locator(".quick textarea").fill("Typed without script")
    page.locator(".quick button").click()
    expect(page.locator(".toasts")).to_contain_text("added")
    page.get_by_role("link", name="Rotate keys", exact=True).click()
    page.get_by_label("Service").fill("vault")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".toasts")).to_contain_text("saved")
    page.get_by_role("button", name="Overhead").click()
    page.goto(f"{live_server.url}/t/sre/items/{item.pk}/move/")
    page.get_by_role("button", name="In progress").click()

    item.refresh_from_db()
    assert (item.service, item.column, item.is_overhead) == ("vault", progress, True)
    assert Item.objects.filter(title="Typed without script").exists()


PAGES = ["/t/sre/b/operations/", "/t/sre/triage/", "/t/sre/trash/", "/t/sre/items/{item}/"]


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_can_be_read_by_everybody(enter, alice, cards, complaints, width, theme):
    page = enter(alice, PAGES[0])
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    tags = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    problems = {}

    for path in PAGES:
        page.goto(page.url.split("/t/")[0] + path.format(item=cards["Automate renewal"].pk))
        page.wait_for_load_state("networkidle")
        found = Axe().run(page, options=tags).response["violations"]
        problems[path] = [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.goto(page.url.split("/t/")[0] + PAGES[0])
    page.locator(".card-t").first.click()
    expect(page.locator(".panel")).to_be_visible()
    found = Axe().run(page, options=tags).response["violations"]
    problems["panel"] = [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found]

    assert {place: list_ for place, list_ in problems.items() if list_} == {}
    assert complaints == []
