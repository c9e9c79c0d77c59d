"""The reports' pages and their mail in a real browser, light and dark, wide and narrow."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from reports.models import Recipient
from reports.periods import last_full_week
from reports.services.reports import build_report, release_report
from tests.looking import Axe
from tests.reports.kept import RecipientFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def report(team):
    """The report of last week, kept for one recipient."""
    RecipientFactory(team=team, email="lead@example.com")
    now = timezone.now()
    report = build_report(team=team, week=last_full_week(now, "UTC"), at=now)
    release_report(report=report, at=now)
    return report


@pytest.fixture
def complaints(page: Page):
    """What the browser complains about: errors, and breaches of the content security policy."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    return found


@pytest.fixture
def enter(live_server, client, page: Page, alice):
    """Sign the owner in, and open an address."""

    def enter(path: str) -> Page:
        client.force_login(alice)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.goto(live_server.url + path)
        return page

    return enter


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_are_whole_and_accessible(enter, report, complaints, page: Page, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})

    for path in (
        "/t/sre/reports/",
        f"/t/sre/reports/{report.week}/",
        "/t/sre/settings/report/",
        "/t/sre/settings/channels/",
    ):
        enter(path)
        violations = Axe().run(page).response["violations"]
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")

        assert [violation["id"] for violation in violations] == []
        assert overflow <= 0
    assert complaints == []


def test_the_mail_is_shown_in_its_frame(enter, report, complaints):
    page = enter(f"/t/sre/reports/{report.week}/")

    heading = page.frame_locator("iframe").locator("h1")

    expect(heading).to_have_text("Nothing was recorded in this week")
    assert heading.evaluate("element => getComputedStyle(element).fontSize") == "25px"
    assert complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "light"), (390, "dark")])
def test_the_mail_fits_its_window(enter, report, page: Page, width, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})

    enter(f"/t/sre/reports/{report.week}/mail/")

    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert background == ("rgb(241, 243, 243)" if scheme == "light" else "rgb(12, 15, 16)")


def test_one_click_on_the_page_behind_the_link_unsubscribes(live_server, page: Page, report):
    recipient = Recipient.objects.get()

    page.goto(f"{live_server.url}/unsubscribe/{recipient.unsubscribe_key}/")
    page.get_by_role("button", name="Send me no more of them").click()

    expect(page.get_by_role("heading", name="You are unsubscribed")).to_be_visible()
    recipient.refresh_from_db()
    assert not recipient.is_subscribed
