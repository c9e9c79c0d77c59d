"""The names at sources in a real browser, with and without script."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from boards.models import Item
from imports.models import Import
from imports.services.jobs import import_now
from teams.actors import Actor, Via
from teams.models import Handle
from tests.looking import Axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def names(board):
    rows = [{"external_id": f"OPS-{who}", "title": "Disk full", "assignee": who} for who in ("ann", "ann-lee" * 12)]
    import_now(batch=Import(board=board, source="jira"), rows=rows, by=Actor(via=Via.IMPORT), at=timezone.now())


def enter(page, live_server, client, user):
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.goto(live_server.url + "/t/sre/settings/people/")


@pytest.mark.parametrize("script", [True, False])
def test_two_become_one_and_a_name_is_explained(browser, live_server, client, alice, names, script):
    page = browser.new_context(java_script_enabled=script).new_page()
    enter(page, live_server, client, alice)
    row = page.locator(f"#handle-{Handle.objects.get(handle='ann').pk}")

    row.get_by_label("Who ann is").select_option(label="Alice (alice@example.com)")
    row.get_by_text("Merge").click()
    row.get_by_role("button", name="They are one person").click()
    expect(page.get_by_text("ann and Alice are one person now.")).to_be_visible()
    page.get_by_role("textbox", name="Source").fill("github")
    page.get_by_role("textbox", name="Handle").fill("ann")
    page.get_by_role("combobox", name="Person", exact=True).select_option(label="Alice (alice@example.com)")
    page.get_by_role("button", name="Save the name").click()

    expect(page.get_by_text("ann means Alice from now on.")).to_be_visible()
    assert Item.objects.get(external_id="OPS-ann").assignee == alice.person
    page.context.close()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out(page, live_server, client, alice, names, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    enter(page, live_server, client, alice)

    found = Axe().run(page)

    overflow = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert found.violations_count == 0, found.generate_report()
    assert not overflow
