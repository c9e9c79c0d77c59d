"""Rules in a real browser: out of an item in two keys, tried before they are saved; for all readers."""

import pytest
from playwright.sync_api import expect

from boards.models import Rule
from boards.services import create_toil_type
from teams.actors import SYSTEM
from tests.boards.conftest import hour
from tests.factories import ItemFactory, RuleFactory
from tests.looking import Axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = "/t/sre/settings/rules/"


@pytest.fixture
def waiting_items(board):
    """Two items that differ in numbers, and a third one."""
    titles = ("Rotate keys", "Disk full on db-17", "Disk full on db-3")
    return [ItemFactory(board=board, title=title, at=hour(place)) for place, title in enumerate(titles)]


def test_two_keys_make_a_rule_out_of_an_item_in_triage(enter, alice, waiting_items, complaints):
    pytest.importorskip("re2", reason="google-re2 is not installed: make test installs it")
    page = enter(alice, "/t/sre/triage/")
    expect(page.locator("main h1")).to_have_text("Disk full on db-3")

    page.keyboard.press("r")
    expect(page.get_by_role("button", name="Save the rule")).to_be_focused()
    expect(page.locator("main")).to_contain_text("It would have classified 2 items")
    page.keyboard.press("Enter")

    expect(page.locator("#toasts")).to_contain_text("is saved. 2 items are classified.")
    expect(page.locator("main h1")).to_have_text("Rotate keys")
    assert Rule.objects.get().name == "Disk full on *"
    classes = {item.title: (item.refresh_from_db(), item.classification)[1] for item in waiting_items}
    assert classes == {"Rotate keys": "unclassified", "Disk full on db-17": "toil", "Disk full on db-3": "toil"}
    assert complaints == []


def test_a_ready_made_rule_is_tried_changed_and_saved(enter, alice, board, complaints):
    ItemFactory(board=board, title="Page", source="pagerduty", at=hour(0))
    page = enter(alice, RULES)

    page.get_by_role("link", name="Try it out Incidents of PagerDuty").click()
    expect(page.locator("main")).to_contain_text("It would have classified 1 item")
    page.get_by_label("Title contains").fill("another")
    page.get_by_role("button", name="Try it out again").click()
    expect(page.locator("main")).to_contain_text("It would have classified 0 items")
    page.get_by_label("Title contains").fill("")
    page.get_by_role("button", name="Save the rule").click()

    expect(page.locator("#toasts")).to_contain_text("The rule “Incidents of PagerDuty” is saved.")
    assert Rule.objects.get().source == "pagerduty"
    assert complaints == []


def test_rules_change_places_by_their_buttons(enter, alice, team, complaints):
    RuleFactory(team=team, name="First", position=1)
    RuleFactory(team=team, name="Second", position=2)
    page = enter(alice, RULES)

    page.get_by_role("button", name="Try Second earlier").click()

    expect(page.locator(".rules .what > a:first-child")).to_have_text(["Second", "First"])
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_nobody_is_shut_out(enter, alice, team, board, scheme, width, complaints):
    toil_type = create_toil_type(team=team, name="Full disk", service="db", by=SYSTEM, at=hour(0))
    rule = RuleFactory(team=team, name="Disks", toil_type=toil_type, labels=["night"], sets_service="db")
    ItemFactory(board=board, title="Disk full on db-1")
    ItemFactory(board=board, title="Disk full on db-2", classification="engineering")
    page = enter(alice, RULES)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})

    for path in (
        RULES,
        f"{RULES}new/",
        f"{RULES}{rule.pk}/",
        f"{RULES}trial/?rule={rule.pk}",
        "/t/sre/settings/toil-types/",
        f"/t/sre/settings/toil-types/{toil_type.pk}/",
        "/t/sre/triage/",
    ):
        page.goto(page.url.split("/t/")[0] + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert Axe().run(page).response["violations"] == [], path
    assert complaints == []
