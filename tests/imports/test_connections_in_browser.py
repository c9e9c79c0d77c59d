"""The connections of a team in a real browser, with and without script."""

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from boards.models import Item
from imports.models import Connection, Delivery
from imports.services.connections import create_connection
from imports.tasks import run_deliveries
from teams.actors import SYSTEM
from tests.imports.senders import SECRET, encoded, github_issue, proof, slack_command, slack_proof
from tests.looking import Axe

FORM = "application/x-www-form-urlencoded"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def enter(page, live_server, client, user):
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.goto(live_server.url + "/t/sre/settings/connections/")


def send(connection):
    body = encoded(github_issue(title="ディスクがいっぱいです" * 20))
    headers = proof("github", body)
    Client().post(f"/hooks/{connection.key}/", body, content_type="application/json", headers=headers)
    run_deliveries(connection.pk)


@pytest.mark.parametrize("script", [True, False])
def test_a_source_is_connected_and_what_it_sends_replayed(browser, live_server, client, alice, board, script):
    page = browser.new_context(java_script_enabled=script).new_page()
    enter(page, live_server, client, alice)

    page.get_by_label("System").select_option("GitHub")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_text("Copy the secret now")).to_be_visible()
    connection = Connection.objects.get()
    expect(page.get_by_text(f"/hooks/{connection.key}/")).to_be_visible()
    page.get_by_label("New secret").fill(SECRET)
    page.get_by_role("button", name="Rotate the secret").click()
    send(connection)
    page.reload()
    page.get_by_role("link", name="issues.opened").click()
    expect(page.get_by_text("acme/ops#7").first).to_be_visible()
    page.get_by_role("button", name="Replay").click()

    expect(page.get_by_text("It is worked off again")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out(page, live_server, client, alice, board, width, scheme):
    connection = create_connection(board=board, kind="github", secret=SECRET, by=SYSTEM, at=timezone.now())
    send(connection)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    enter(page, live_server, client, alice)

    one = f"/t/sre/settings/connections/{connection.pk}/"
    for path in (None, one, f"{one}deliveries/{connection.deliveries.get().pk}/"):
        if path:
            page.goto(live_server.url + path)
        found = Axe().run(page)
        overflow = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert found.violations_count == 0, found.generate_report()
        assert not overflow


@pytest.mark.parametrize("width", [1440, 390])
def test_a_link_from_slack_waits_for_its_item(page, live_server, client, alice, board, width):
    slack = create_connection(board=board, kind="slack", secret=SECRET, by=SYSTEM, at=timezone.now())
    page.set_viewport_size({"width": width, "height": 900})
    enter(page, live_server, client, alice)
    page.get_by_role("link", name="Slack").first.click()
    expect(page.get_by_text("paste it below as new secret")).to_be_visible()
    body = slack_command("Disk full on db-3", trigger=str(width))
    answer = Client().post(f"/hooks/{slack.key}/", body, content_type=FORM, headers=slack_proof(body))
    link = answer.json()["text"].partition("<")[2].partition("|")[0].replace("&amp;", "&")
    Delivery.objects.update(state="waiting")
    Item.objects.all().delete()

    page.goto(live_server.url + "/" + link.split("/", 3)[3])
    found = Axe().run(page)
    run_deliveries(slack.pk)
    page.get_by_role("link", name="Look again").click()

    expect(page.get_by_role("textbox", name="Title")).to_have_value("Disk full on db-3")
    assert found.violations_count == 0, found.generate_report()
