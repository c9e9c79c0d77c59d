"""The item in a real browser: what is typed is never lost, two people at one item, timer, logs, links, keys."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from boards.models import ItemLink, Timer
from boards.services.items import edit_item
from tests.factories import ItemFactory
from tests.looking import Axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COMMENT = "Comment, markdown allowed"


@pytest.fixture
def item(backlog):
    return ItemFactory(
        column=backlog, title="Disk full on db-1", description="- [ ] purge\n- [x] check", at=timezone.now()
    )


@pytest.fixture
def page_of_item(enter, alice, item, complaints):
    """Alice before the item's page; nothing may be complained about but requests that tests make fail."""
    page = enter(alice, f"/t/sre/items/{item.pk}/")
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    assert [one for one in complaints if not one.startswith(("htmx:", "Response Status Error"))] == []


@pytest.fixture
def second_browser(browser, live_server, mallory):
    """Mallory in a browser of her own."""
    context, client = browser.new_context(), Client()
    client.force_login(mallory)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    yield page
    context.close()


def edit_description(page, text):
    page.locator("#item-description .edit summary").click()
    page.get_by_label("Description", exact=True).get_by_role("textbox").fill(text)


def test_what_is_half_written_survives_a_reload_and_is_gone_once_it_is_sent(page_of_item, item):
    page = page_of_item
    page.get_by_placeholder(COMMENT).fill("Half a com")
    edit_description(page, "Half a description")

    page.reload()
    expect(page.get_by_placeholder(COMMENT)).to_have_value("Half a com")
    expect(page.locator('[name="description"]')).to_have_value("Half a description")
    expect(page.locator("#item-comment .restored")).to_contain_text("Restored what you had written.")
    page.get_by_placeholder(COMMENT).press("Control+Enter")
    expect(page.locator(".cmt")).to_contain_text("Half a com")
    page.locator("#item-description .restored button").click()
    page.reload()

    expect(page.get_by_placeholder(COMMENT)).to_have_value("")
    expect(page.locator('[name="description"]')).to_have_value("- [ ] purge\n- [x] check")
    expect(page.locator(".restored")).to_have_count(0)


def test_a_half_written_side_field_survives_a_reload_until_it_is_saved_or_discarded(page_of_item, item):
    page = page_of_item
    page.get_by_label("Service").press_sequentially("vau")
    page.reload()
    expect(page.get_by_label("Service")).to_have_value("vau")
    expect(page.locator("[data-side-form] .restored")).to_contain_text("Restored what you had written.")
    page.locator("[data-side-form]").get_by_role("button", name="Discard").click()
    expect(page.get_by_label("Service")).to_have_value("")

    page.get_by_label("Service").press_sequentially("vault")
    page.get_by_label("Estimate").press_sequentially("2")
    expect(page.locator("[data-save-state]")).to_have_text("Saved")
    page.reload()
    expect(page.get_by_label("Estimate")).to_have_value("2")
    page.locator("[data-side-form]").get_by_role("button", name="Save").click()
    expect(page.locator("[data-side-form] .restored")).to_have_count(0)
    page.reload()

    expect(page.locator("[data-side-form] .restored")).to_have_count(0)
    item.refresh_from_db()
    assert (item.service, item.estimate_hours) == ("vault", 2)


def test_a_half_written_side_field_gives_way_to_what_others_saved(page_of_item, item, by_mallory):
    page = page_of_item
    page.get_by_label("Service").press_sequentially("vau")

    edit_item(item=item, changes={"service": "db"}, by=by_mallory, at=timezone.now())
    page.reload()

    expect(page.get_by_label("Service")).to_have_value("db")
    expect(page.locator("[data-side-form] .restored")).to_have_count(0)


def test_a_draft_is_not_shown_to_another_account_of_the_same_browser(page_of_item, enter, mallory, item):
    page_of_item.get_by_placeholder(COMMENT).fill("For Alice's eyes")

    enter(mallory, f"/t/sre/items/{item.pk}/")

    expect(page_of_item.get_by_placeholder(COMMENT)).to_have_value("")


def test_what_cannot_be_saved_says_so_and_is_sent_again_when_the_line_is_back(page_of_item, item):
    page = page_of_item
    page.context.set_offline(True)
    page.get_by_label("Service").fill("vault")
    page.get_by_label("Estimate").focus()

    expect(page.locator("[data-unsaved]")).to_contain_text("Not saved: the server did not answer.")
    expect(page.get_by_label("Service")).to_have_value("vault")
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")

    expect(page.locator("[data-unsaved]")).to_be_hidden()
    expect(page.locator(".feed")).to_contain_text("vault")
    item.refresh_from_db()
    assert item.service == "vault"


def test_who_is_signed_out_keeps_the_text_and_sends_it_after_signing_in_again(page_of_item, live_server, client, alice):
    page = page_of_item
    Session.objects.all().delete()
    page.get_by_placeholder(COMMENT).fill("Not lost")
    page.get_by_role("button", name="Comment", exact=True).click()

    expect(page.locator("[data-unsaved]")).to_contain_text("you have been signed out")
    expect(page.get_by_placeholder(COMMENT)).to_have_value("Not lost")
    client.force_login(alice)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.get_by_role("button", name="Try again").click()

    expect(page.locator(".cmt")).to_contain_text("Not lost")
    expect(page.locator("[data-unsaved]")).to_be_hidden()


def test_two_people_change_different_fields_and_both_stay(page_of_item, second_browser, item):
    page, other = page_of_item, second_browser
    other.goto(page.url)
    page.get_by_label("Service").fill("postgres")
    page.get_by_label("Estimate").focus()
    expect(page.locator("[data-save-state]")).to_have_text("Saved")

    other.get_by_label("Labels").fill("disk")
    other.get_by_label("Estimate").focus()

    expect(other.get_by_label("Service")).to_have_value("postgres")
    item.refresh_from_db()
    assert (item.service, list(item.labels.values_list("name", flat=True))) == ("postgres", ["disk"])


@pytest.mark.parametrize("width", [1440, 390])
def test_two_people_change_the_same_text_and_the_second_merges_it(page_of_item, second_browser, item, width):
    page, other = page_of_item, second_browser
    other.set_viewport_size({"width": width, "height": 844})
    other.goto(page.url)
    edit_description(other, "What Mallory wrote")
    edit_description(page, "What Alice wrote")
    page.get_by_role("button", name="Save description").click()
    expect(page.locator("#item-description > .md")).to_contain_text("What Alice wrote")

    other.get_by_role("button", name="Save description").click()
    alert = other.locator("#item-conflicts")
    expect(alert).to_contain_text("What Alice wrote")
    expect(alert).to_contain_text("What Mallory wrote")
    alert.get_by_text("Merge the two by hand").click()
    expect(alert.get_by_label("Merged text")).to_have_value("What Alice wrote\n\nWhat Mallory wrote")
    alert.get_by_label("Merged text").fill("What both wrote")
    alert.get_by_role("button", name="Save the merged text").click()

    expect(alert.locator(".conflict")).to_have_count(0)
    expect(other.locator("#item-description > .md")).to_contain_text("What both wrote")
    item.refresh_from_db()
    assert item.description == "What both wrote"
    other.reload()
    expect(other.locator(".restored")).to_have_count(0)


def test_theirs_can_be_kept_for_every_kind_of_field(page_of_item, by_mallory, item):
    page = page_of_item
    theirs = {"title": "Theirs", "service": "theirs", "priority": "high"}

    for label, mine in (("Title", "Mine"), ("Service", "mine"), ("Priority", "urgent")):
        name = label.lower()
        edit_item(item=item, changes={name: theirs[name]}, by=by_mallory, at=timezone.now())
        field = page.get_by_label(label, exact=True)
        field.select_option(mine) if label == "Priority" else field.fill(mine)
        page.get_by_label("Estimate").focus()
        expect(page.locator(".conflict")).to_contain_text("Mallory changed this meanwhile.")
        page.get_by_role("button", name="Keep theirs").click()
        expect(page.locator(".conflict")).to_have_count(0)

    expect(page.get_by_label("Title", exact=True)).to_have_value("Theirs")
    expect(page.get_by_label("Service")).to_have_value("theirs")
    expect(page.get_by_label("Priority")).to_have_value("high")
    item.refresh_from_db()
    assert (item.title, item.service, item.priority) == ("Theirs", "theirs", "high")


def test_a_refresh_takes_nothing_away_that_is_being_typed(page_of_item, by_mallory, item):
    page = page_of_item
    edit_description(page, "Mine, half")
    page.get_by_placeholder(COMMENT).fill("My comment")
    edit_item(item=item, changes={"description": "Theirs", "service": "new"}, by=by_mallory, at=timezone.now())

    page.evaluate("document.dispatchEvent(new CustomEvent('item:refresh'))")

    expect(page.get_by_label("Service")).to_have_value("new")
    expect(page.locator('[name="description"]')).to_have_value("Mine, half")
    expect(page.get_by_placeholder(COMMENT)).to_have_value("My comment")
    page.get_by_role("button", name="Save description").click()
    expect(page.locator(".conflict")).to_contain_text("Theirs")


def test_work_is_logged_in_words_that_are_said_back(page_of_item, item):
    page = page_of_item
    page.locator("#item-logged .logwork summary").click()
    page.get_by_label("How long, and when").fill("1h 15m yesterday")
    expect(page.locator("#item-logged [data-echo]")).to_contain_text("1 h 15 min")
    page.get_by_label("How long, and when").fill("1h 15m soonish")
    expect(page.locator("#item-logged [data-echo]")).to_contain_text("“soonish” is not understood")
    page.get_by_label("How long, and when").fill("30m")
    page.get_by_label("How long, and when").press("Enter")
    expect(page.locator("#item-logged .wl")).to_contain_text("0.5")

    page.get_by_label("Change the log of").click()
    page.locator(".wl").get_by_label("Note").fill("Purged")
    page.get_by_role("button", name="Save log").click()
    expect(page.locator("#item-logged .wl")).to_contain_text("Purged")
    page.get_by_label("Delete the log of").click()
    expect(page.locator("#item-logged .wl")).to_have_count(0)
    page.locator("#toasts").get_by_role("button", name="Undo").click()

    expect(page.locator("#item-logged .wl")).to_contain_text("Purged")
    assert item.logs.kept().count() == 1


def test_a_timer_runs_across_pages_and_becomes_a_log(page_of_item, item, backlog):
    page, other = page_of_item, ItemFactory(column=backlog, title="Rotate keys")
    page.get_by_role("button", name="Start timer").click()
    expect(page.locator(".timerchip")).to_be_visible()
    Timer.objects.update(started_at=timezone.now() - timedelta(minutes=34))
    page.goto(page.url.replace(f"/{item.pk}/", f"/{other.pk}/"))
    expect(page.locator(".timerchip")).to_contain_text("0:34:")

    page.get_by_role("button", name="Start timer").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("This is logged before the timer begins")
    dialog.get_by_label("Note").fill("Purged")
    dialog.get_by_role("button", name="Log it and begin the next").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("#item-logged")).to_contain_text("Stop…")
    page.locator("#item-logged").get_by_text("Stop…").click()
    expect(dialog).to_contain_text("less than a minute")
    dialog.get_by_role("button", name="Discard").click()

    expect(page.locator(".timerchip")).to_have_count(0)
    assert item.logs.get().note == "Purged"
    assert not other.logs.exists()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator(".timerchip")).to_be_visible()


def test_a_duplicate_is_found_by_its_title_and_linked(page_of_item, item, backlog):
    page, other = page_of_item, ItemFactory(column=backlog, title="日本語の長い題名")
    page.get_by_text("Link an item").click()
    page.get_by_label("Which item").press_sequentially("題名")
    expect(page.locator("#link-found option")).to_have_attribute("value", f"#{other.pk} {other.title}")
    page.get_by_label("Which item").fill(f"#{other.pk} {other.title}")
    page.get_by_label("Close this one").check()
    page.get_by_role("button", name="Link", exact=True).click()

    expect(page.locator("#item-links .linked")).to_contain_text("日本語の長い題名")
    expect(page.get_by_label("Column")).to_contain_text("Done")
    expect(page.locator("#item-state")).to_contain_text("Done")
    assert ItemLink.objects.get().to == other
    page.get_by_role("link", name="日本語の長い題名").click()
    expect(page.locator("#item-links")).to_contain_text("is duplicated by")


def test_a_text_is_previewed_and_its_tasks_are_ticked(page_of_item, item):
    page = page_of_item
    page.locator("#item-description > .md input").first.check()
    expect(page.locator(".feed")).to_contain_text("changed the description")
    expect(page.locator("#item-description > .md input").first).to_be_checked()
    item.refresh_from_db()
    assert item.description == "- [x] purge\n- [x] check"

    page.get_by_placeholder(COMMENT).fill("Is **bold** <img src=x onerror=alert(1)>")
    page.locator("#item-comment").get_by_role("button", name="Preview").click()
    expect(page.locator("#item-comment .preview strong")).to_have_text("bold")
    expect(page.locator("#item-comment .preview img")).to_have_count(0)
    page.locator("#item-comment").get_by_role("button", name="Write").click()
    page.get_by_placeholder(COMMENT).press("Control+Enter")
    expect(page.locator(".cmt strong")).to_have_text("bold")
    page.get_by_label("Delete this comment").click()
    expect(page.locator(".cmt")).to_have_count(0)
    page.keyboard.press("Escape")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator(".cmt")).to_have_count(1)
    page.locator(".before-after summary").first.click()
    expect(page.locator(".diff ins").first).to_contain_text("- [x] purge")


def test_the_page_is_worked_by_keys_alone(page_of_item, item, backlog):
    page = page_of_item
    ItemFactory(column=backlog, title="Rotate keys")
    page.reload()
    page.keyboard.press("o")
    expect(page.locator("#item-head .cls")).to_have_text("O")
    page.get_by_label("Title", exact=True).focus()
    page.keyboard.press("End")
    page.keyboard.type(" again")
    page.keyboard.press("Enter")
    expect(page.locator("[data-save-state]")).to_have_text("Saved")
    page.locator("body").press("j")
    expect(page.get_by_label("Title", exact=True)).to_have_value("Rotate keys")
    page.keyboard.press("k")
    expect(page.get_by_label("Title", exact=True)).to_have_value("Disk full on db-1 again")

    item.refresh_from_db()
    assert (item.title, item.is_overhead) == ("Disk full on db-1 again", True)


def test_a_title_that_is_far_too_long_is_refused_and_stays_in_its_field(page_of_item, item):
    page, long = page_of_item, "長" * 600
    page.get_by_label("Title", exact=True).fill(long)
    page.get_by_label("Title", exact=True).press("Enter")

    expect(page.locator("#title-error")).to_contain_text("at most 500 characters")
    expect(page.get_by_label("Title", exact=True)).to_have_value(long)
    page.reload()
    expect(page.get_by_label("Title", exact=True)).to_have_value(long)
    item.refresh_from_db()
    assert item.title == "Disk full on db-1"


@pytest.mark.parametrize("width", [1440, 390, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_that_opens_can_be_read_by_everybody(page_of_item, by_mallory, item, backlog, width, theme):
    page = page_of_item
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=theme)
    edit_item(item=item, changes={"title": "Theirs " + "長" * 200}, by=by_mallory, at=timezone.now())
    page.get_by_label("Title", exact=True).fill("Mine")
    page.get_by_label("Estimate").focus()
    expect(page.locator(".conflict")).to_be_visible()
    page.get_by_text("Merge the two by hand").click()
    edit_description(page, "x" * 300)
    for summary in page.locator(".logwork summary").all():
        summary.click()
    page.get_by_placeholder(COMMENT).fill("Half")
    page.get_by_role("button", name="Start timer").click()
    expect(page.locator(".timerchip")).to_be_visible()

    def problems():
        tags = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
        page.evaluate("scrollTo(0, 0)")  # what is half below the bar of the page would be too small a target
        found = Axe().run(page, options=tags).response["violations"]
        return [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found]

    assert problems() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#item-logged").get_by_text("Stop…").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert problems() == []


def test_the_panel_asks_before_it_closes_and_has_the_text_when_it_opens_again(board_page, cards):
    page, item = board_page, cards["Rotate keys"]
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.locator(f"#card-{item.pk} .card-t").click()
    panel = page.locator(".panel")
    panel.get_by_placeholder(COMMENT).fill("Half")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)

    page.locator(f"#card-{item.pk} .card-t").click()

    expect(panel.get_by_placeholder(COMMENT)).to_have_value("Half")
    expect(panel.locator(".restored")).to_be_visible()
    assert asked == ["What you typed here is not saved. Leave it?"]


def test_the_timer_is_worked_in_the_panel(board_page, cards):
    page, item = board_page, cards["Rotate keys"]
    page.locator(f"#card-{item.pk} .card-t").click()
    panel = page.locator(".panel")
    panel.get_by_role("button", name="Start timer").click()
    expect(panel.locator("#item-logged")).to_contain_text("Stop…")
    Timer.objects.update(started_at=timezone.now() - timedelta(minutes=90))

    panel.get_by_text("Stop…").click()
    page.locator("#timer-dialog").get_by_role("button", name="Stop and log").click()

    expect(panel.locator("#item-logged")).to_contain_text("1.5")
    expect(panel.get_by_role("button", name="Start timer")).to_be_visible()
    expect(page.locator(".timerchip")).to_have_count(0)
    assert item.logs.count() == 1
