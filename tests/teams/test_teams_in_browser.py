"""Sign-in, settings and the profile in a real browser: usable, accessible, without a word in the console."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories import PASSWORD, ApiTokenFactory, InvitationFactory, MembershipFactory
from tests.looking import Axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture
def said(page: Page) -> list[str]:
    """What the browser complains about."""
    words: list[str] = []
    page.on("console", lambda message: words.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: words.append(str(error)))
    return words


def sign_in(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/accounts/login/?next=/profile/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Profile", level=1)).to_be_visible()


def faults(page: Page) -> list[str]:
    """Return what is wrong with the page for somebody who cannot see it well, or has a small screen."""
    found = [violation["id"] for violation in Axe().run(page, options=RULES).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the window")
    return found


def test_every_page_is_accessible_and_fits_a_phone_with_the_longest_names(page, live_server, alice, team, said):
    MembershipFactory(team=team, person__name="A very long name that goes on for quite a while indeed")
    MembershipFactory(team=team, person__name="Donaudampfschifffahrtsgesellschaft" * 5)
    InvitationFactory(team=team, secret="doras", email="dora@example.com")
    ApiTokenFactory(team=team, name="W" * 100)
    page.set_viewport_size({"width": 390, "height": 840})
    found: dict[str, list[str]] = {}
    for path in ("/accounts/login/", "/accounts/password/reset/", "/invitations/doras/"):
        page.goto(live_server.url + path)
        found[path] = faults(page)
    sign_in(page, live_server.url, "alice@example.com")
    for path in ("", "calendar/", "members/", f"members/{alice.person.memberships.get().pk}/", "tokens/"):
        page.goto(f"{live_server.url}/t/sre/settings/{path}")
        found[path] = faults(page)
    page.goto(f"{live_server.url}/profile/")
    found["/profile/"] = faults(page)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert said == []


def test_an_owner_mends_a_refused_setting_and_makes_a_token(page, live_server, alice):
    sign_in(page, live_server.url, "alice@example.com")
    page.goto(f"{live_server.url}/t/sre/settings/")
    page.get_by_label("Target from, in percent").fill("20")
    page.get_by_role("button", name="Save the settings").click()
    expect(page.get_by_text("The target ends before it begins.")).to_be_visible()
    assert page.url.endswith("/t/sre/settings/")
    page.get_by_label("to", exact=True).fill("25")
    page.get_by_role("button", name="Save the settings").click()
    expect(page.get_by_text("The settings are saved.")).to_be_visible()

    page.get_by_role("link", name="API tokens").click()
    page.get_by_label("Name").fill("Jira sync")
    page.get_by_role("button", name="Create the token").click()

    expect(page.locator("#new-token")).to_contain_text("tt_")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("The token is copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#new-token").inner_text()
    page.reload()
    expect(page.locator("#new-token")).to_have_count(0)
    expect(page.get_by_role("cell", name="Jira sync")).to_have_count(1)


def test_a_second_click_while_the_first_is_on_its_way_sends_nothing(page, live_server, alice):
    sign_in(page, live_server.url, "alice@example.com")
    page.goto(f"{live_server.url}/t/sre/settings/tokens/")
    page.get_by_label("Name").fill("Jira sync")
    # Noted is what the page lets through, and the form stays here.
    page.evaluate(
        """() => {
          window.let = [];
          addEventListener("submit", (event) => { window.let.push(!event.defaultPrevented); event.preventDefault(); });
        }"""
    )

    page.get_by_role("button", name="Create the token").dblclick()

    assert page.evaluate("window.let") == [True, False]


def test_the_browser_tells_in_which_zone_to_show_times(browser, live_server, alice):
    context = browser.new_context(timezone_id="Asia/Tokyo")

    sign_in(context.new_page(), live_server.url, "alice@example.com")

    assert {cookie["name"]: cookie["value"] for cookie in context.cookies()}["timezone"] == "Asia/Tokyo"
    context.close()
