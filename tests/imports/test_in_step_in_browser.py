"""An item beside its source in a real browser, with and without script."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from boards.models import Item
from boards.services.items import edit_item
from imports.models import Import
from imports.services.jobs import import_now
from teams.actors import Actor, Via
from tests.imports.test_comments_of_sources import github
from tests.looking import Axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def item(board, by_alice):
    batch = Import(board=board, source="jira")
    row = {"external_id": "OPS-1", "title": "Disk full", "status": "In Progress", "assignee": "ann"}
    import_now(batch=batch, rows=[row], by=Actor(via=Via.IMPORT), at=timezone.now())
    item = Item.objects.get()
    edit_item(item=item, changes={"assignee": None}, by=by_alice, at=timezone.now())
    said = github("created")["comment"]
    item.comments.create(
        body=said["body"], created_at=timezone.now(), source="jira", external_id="1", author=by_alice.person
    )
    return item


def enter(page, live_server, client, user, item):
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.goto(f"{live_server.url}/t/sre/items/{item.pk}/")


@pytest.mark.parametrize("script", [True, False])
def test_the_button_takes_what_the_source_says(browser, live_server, client, alice, item, script):
    page = browser.new_context(java_script_enabled=script).new_page()
    enter(page, live_server, client, alice, item)

    expect(page.get_by_text("said in Jira")).to_be_visible()
    page.get_by_role("button", name="Take “ann”").click()

    expect(page.get_by_text("OPS-1 is as Jira says")).to_be_visible()
    expect(page.get_by_text("was decided here")).to_have_count(0)
    page.context.close()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out(page, live_server, client, alice, item, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    enter(page, live_server, client, alice, item)
    expect(page.get_by_text("was decided here")).to_be_visible()

    found = Axe().run(page)

    overflow = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert found.violations_count == 0, found.generate_report()
    assert not overflow
