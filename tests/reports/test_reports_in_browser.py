"""The reports' pages and their mail in a real browser, light and dark, wide and narrow."""

import re
from base64 import b64encode
from dataclasses import replace

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from reports.mailing.facts import AgeingItem, Facts, OpenItem, ServiceToil, TrendWeek
from reports.models import Recipient
from reports.periods import last_full_week
from reports.readers import Manner
from reports.services.letters import write_report
from reports.services.reports import build_report, release_report
from tests.looking import Axe
from tests.reports.facts import DISK_FULL, REMOVAL, W46, budget, facts, nothing
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


def mail_of(told: Facts) -> tuple[str, str]:
    """Return a mail as a browser may show it: with its picture, and with neither picture nor style block."""
    written = write_report(told, Manner("en", "UTC"))
    picture = f"data:image/png;base64,{b64encode(written.picture).decode()}"
    bare = re.sub(r"<style.*?</style>", "", written.html, flags=re.DOTALL)
    return re.sub(r"cid:[^\"]+", picture, written.html), re.sub(r"<img[^>]*>", "", bare)


def huge() -> Facts:
    """Return facts with names of 200 letters that no line can end in."""
    name = "W" * 200
    url = "https://toil.example.net/"
    key = "OPS-12345678"
    return facts(
        team_name=name,
        trend=[TrendWeek(week=W46.shifted(index - 12), share=0.9, verdict="above") for index in range(13)],
        services=[ServiceToil(name=name, hours=123_456.0) for _ in range(5)],
        toil_types=[replace(DISK_FULL, name=name, week_items=99_999, hours=123_456.0) for _ in range(5)],
        removal=replace(REMOVAL, name=name),
        open_items=[OpenItem(key=key, title=name, url=url, hours=12_345.0) for _ in range(5)],
        open_count=99_999,
        ageing=[AgeingItem(key=key, title=name, url=url, days=99_999, usual=9_999) for _ in range(5)],
        ageing_count=99_999,
        budget=budget(left=-123_456.0, is_spent=True),
    )


def test_every_mail_fits_its_window_and_is_accessible(page: Page):
    tiny = facts(trend=[], services=[], toil_types=[], removal=None, open_items=[], ageing=[], revisions=[])
    grounds = {"light": "rgb(241, 243, 243)", "dark": "rgb(12, 15, 16)"}

    for name, told in {"full": facts(), "empty": facts(figures=nothing()), "tiny": tiny, "huge": huge()}.items():
        whole, bare = mail_of(told)
        for width, scheme, html in (
            (1440, "light", whole),
            (1440, "dark", whole),
            (390, "light", whole),
            (390, "dark", whole),
            (390, "light", bare),
        ):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            page.set_content(html)
            case = (name, width, scheme, html is bare)

            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, case
            assert page.evaluate("getComputedStyle(document.body).backgroundColor") == grounds[scheme], case
            if width == 390 and name in {"full", "empty"}:
                violations = Axe().run(page).response["violations"]
                assert [violation["id"] for violation in violations] == [], case


def test_one_click_on_the_page_behind_the_link_unsubscribes(live_server, page: Page, report):
    recipient = Recipient.objects.get()

    page.goto(f"{live_server.url}/unsubscribe/{recipient.unsubscribe_key}/")
    page.get_by_role("button", name="Send me no more of them").click()

    expect(page.get_by_role("heading", name="You are unsubscribed")).to_be_visible()
    recipient.refresh_from_db()
    assert not recipient.is_subscribed
