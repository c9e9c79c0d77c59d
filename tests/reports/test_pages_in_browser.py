"""The team page and the list of teams in a real browser: drawings, tooltips, tables, and for those who see badly."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from boards.models import ToilType
from teams.models import Team, User
from tests.factories import MembershipFactory, TeamFactory
from tests.looking import Axe
from tests.reports.rows import BoardFactory, ColumnFactory, ItemFactory, StayFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PAGES = [
    "/",
    "/my-hours/",
    "/t/sre/toil-types/",
    "/t/sre/",
    "/t/sre/?weeks=52&compare=1",
    "/t/empty/",
    "/t/sre/flow/",
    "/t/empty/flow/",
    "/t/sre/hours/",
]
TREND = ".tile:has(#trend-title) .chart"


@pytest.fixture
def measured(team: Team, alice: User) -> Team:
    """Eight weeks of work of every class, on three services, and an empty team beside it."""
    column = ColumnFactory(board=BoardFactory(team=team))
    disk = ToilType.objects.create(team=team, name="Disk full", service="postgres")
    monday = timezone.now() - timedelta(days=timezone.now().weekday())
    for week in range(1, 9):
        start = (monday - timedelta(weeks=week)).replace(hour=9, minute=0)
        for day, (name, hours) in enumerate(
            [("toil", 2 + week % 3), ("engineering", 8), ("overhead", 4), ("unclassified", 2), ("engineering", 8)]
        ):
            item = ItemFactory(
                column=column,
                classification=name,
                service=f"service-{day % 3}",
                toil_type=disk if name == "toil" else None,
            )
            begun = start + timedelta(days=day)
            StayFactory(item=item, assignee=alice.person, started_at=begun, ended_at=begun + timedelta(hours=hours))
    MembershipFactory(team=TeamFactory(slug="empty", name="Empty"), person=alice.person, role="owner")
    return team


def sign_in(page: Page, live_server: Any, client: Any, user: User, path: str) -> list[str]:
    """Open a page as somebody, and return what the browser complains about, now and later."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.goto(live_server.url + path)
    return complaints


@pytest.fixture
def team_page(page: Page, live_server: Any, client: Any, alice: User, measured: Team) -> Any:
    """Alice before the team page; nothing may be complained about."""
    page.set_viewport_size(WIDE)
    complaints = sign_in(page, live_server, client, alice, "/t/sre/")
    yield page
    assert complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_nobody_is_shut_out(
    page: Page, live_server: Any, client: Any, alice: User, measured: Team, theme: Any, size: Any
) -> None:
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=theme)
    complaints = sign_in(page, live_server, client, alice, "/")

    for path in PAGES:
        page.goto(live_server.url + path)
        for summary in page.locator(".astable > summary").all():
            summary.click()
        found = Axe().run(page)
        assert found.response["violations"] == [], (path, found.generate_report())
    assert complaints == []


@pytest.mark.parametrize("width", [360, 390, 521, 620, 768, 901, 1024, 1280, 1920])
def test_no_page_is_wider_than_the_window(
    page: Page, live_server: Any, client: Any, alice: User, measured: Team, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, client, alice, "/")

    for path in PAGES:
        page.goto(live_server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_the_width_of_a_tile_picks_one_drawing_of_two(team_page: Page) -> None:
    trend = team_page.locator(TREND)

    expect(trend.locator("svg.w-wide")).to_be_visible()
    expect(trend.locator("svg.w-narrow")).to_be_hidden()
    team_page.set_viewport_size(PHONE)
    expect(trend.locator("svg.w-wide")).to_be_hidden()
    expect(trend.locator("svg.w-narrow")).to_be_visible()


@pytest.mark.parametrize("width", [360, 390, 480, 560, 600, 700, 768, 1024, 1280, 1440])
def test_the_text_of_charts_stays_readable_at_every_width(team_page: Page, width: int) -> None:
    team_page.set_viewport_size({"width": width, "height": 900})

    for chart in team_page.locator(".chart").all():
        drawing = chart.locator("svg:visible").first
        size = drawing.evaluate(
            """svg => parseFloat(getComputedStyle(svg.querySelector("text")).fontSize)
                * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width"""
        )
        assert 9 <= size <= 15, size


def test_the_key_of_a_chart_and_the_way_to_its_table_do_not_meet(team_page: Page) -> None:
    for width in (390, 500, 700, 1440):
        team_page.set_viewport_size({"width": width, "height": 900})
        table = team_page.locator(".tile:has(#services-title) summary").bounding_box()
        assert table is not None
        for key in team_page.locator(".tile:has(#services-title) .key").all():
            box = key.bounding_box()
            assert box is not None
            apart = box["x"] + box["width"] <= table["x"] or box["y"] >= table["y"] + table["height"]
            assert apart, (width, box, table)


def test_the_week_under_the_pointer_is_read_out(team_page: Page) -> None:
    trend = team_page.locator(TREND)
    tip = trend.locator("output")

    expect(tip).to_be_hidden()
    trend.locator(".w-wide .hit").last.hover()
    expect(tip).to_contain_text(" h of toil")
    box, chart = tip.bounding_box(), trend.bounding_box()
    assert box is not None
    assert chart is not None
    assert box["x"] >= chart["x"] - 1
    assert box["x"] + box["width"] <= chart["x"] + chart["width"] + 1
    team_page.mouse.move(5, 5)
    expect(tip).to_be_hidden()


def test_arrow_keys_go_from_week_to_week_and_escape_closes(team_page: Page) -> None:
    trend = team_page.locator(TREND)
    weeks = trend.locator(".w-wide .hit")

    trend.focus()
    team_page.keyboard.press("ArrowLeft")
    expect(trend.locator("output")).to_have_text(weeks.last.get_attribute("data-tip") or "")
    team_page.keyboard.press("ArrowLeft")
    expect(trend.locator("output")).to_have_text(weeks.nth(24).get_attribute("data-tip") or "")
    team_page.keyboard.press("ArrowRight")
    team_page.keyboard.press("ArrowRight")
    expect(trend.locator("output")).to_have_text(weeks.first.get_attribute("data-tip") or "")
    team_page.keyboard.press("Escape")
    expect(trend.locator("output")).to_be_hidden()


def test_a_finger_reads_a_bar_too(browser: Browser, live_server: Any, client: Any, alice: User, measured: Team) -> None:
    context = browser.new_context(has_touch=True, is_mobile=True, viewport=PHONE)
    page = context.new_page()
    complaints = sign_in(page, live_server, client, alice, "/t/sre/")
    services = page.locator(".tile:has(#services-title) .chart")

    services.locator(".w-narrow .hit").first.tap()

    expect(services.locator("output")).to_contain_text("service-0: toil")
    services.locator(".w-narrow .hit").first.tap()
    expect(page.locator("h1")).to_contain_text(" h on ")
    assert complaints == []
    context.close()


def test_the_table_behind_a_chart_opens_by_key(team_page: Page) -> None:
    table = team_page.locator(".tile:has(#trend-title) table")

    expect(table).to_be_hidden()
    team_page.locator(".tile:has(#trend-title) summary").focus()
    team_page.keyboard.press("Enter")
    expect(table.locator("tbody tr")).to_have_count(26)
    table.locator("tbody a").nth(1).click()
    expect(team_page.locator("h1")).to_contain_text(" h on 5 items")
    team_page.locator(".page-head a").first.click()
    expect(team_page.locator("a[rel=next]")).to_be_visible()


def test_without_script_everything_is_there(
    browser: Browser, live_server: Any, client: Any, alice: User, measured: Team
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=WIDE)
    page = context.new_page()
    sign_in(page, live_server, client, alice, "/")

    page.get_by_role("link", name="SRE").first.click()
    page.get_by_role("link", name="12 weeks").click()
    page.locator(".tile:has(#effort-title) summary").click()

    expect(page.locator(".tile:has(#effort-title) tbody tr")).to_have_count(12)
    expect(page.locator(TREND + " svg.w-wide")).to_be_visible()
    context.close()
