"""The import page in a real browser, with and without script."""

import json

import pytest
from playwright.sync_api import expect

from boards.models import Item
from tests.looking import Axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROWS = [
    *({"external_id": f"OPS-{n}", "title": f"Disk full on db-{n}", "status": "Triaged"} for n in range(3)),
    {"external_id": "OPS-9", "title": ""},
]


@pytest.fixture
def complaints(page):
    """What the browser complains about: errors of scripts, breaches of the content security policy."""
    found = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    return found


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "tickets.json"
    path.write_text(json.dumps(ROWS))
    return path


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text("Ticket ID;What;State;Opened\n7;Disk full;Done;02.11.2026 09:00\n8;Renew;To do;\n")
    return path


def enter(page, live_server, client, user):
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.goto(live_server.url + "/t/sre/imports/")


def test_a_file_is_picked_previewed_and_imported(page, live_server, client, mallory, board, file, complaints):
    enter(page, live_server, client, mallory)

    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Preview").click()
    page.get_by_label("Triaged").select_option("Waiting")
    page.get_by_role("button", name="Keep, and preview again").click()
    expect(page.get_by_role("heading", name="This is what would happen")).to_be_visible()
    expect(page.get_by_role("table").last).to_contain_text("Waiting from “Triaged”")
    page.get_by_role("button", name="Import 3 tickets").click()

    expect(page.get_by_role("link", name="Go to the board")).to_be_visible()
    assert Item.objects.filter(column__name="Waiting").count() == 3
    assert complaints == []


@pytest.mark.parametrize("width", [1440, 390])
def test_nobody_is_shut_out(page, live_server, client, mallory, board, file, width):
    page.set_viewport_size({"width": width, "height": 900})
    enter(page, live_server, client, mallory)

    upload = Axe().run(page)
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Rows that need a fix")).to_be_visible()
    preview = Axe().run(page)

    overflow = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert upload.violations_count == 0, upload.generate_report()
    assert preview.violations_count == 0, preview.generate_report()
    assert not overflow


@pytest.mark.parametrize("width", [1440, 390])
def test_columns_are_mapped_and_remembered(page, live_server, client, mallory, board, sheet, complaints, width):
    page.set_viewport_size({"width": width, "height": 900})
    enter(page, live_server, client, mallory)

    page.get_by_label("File", exact=True).set_input_files(sheet)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("Say which columns hold the number and the title")).to_be_visible()
    asked = Axe().run(page)
    overflow = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    page.get_by_label("what", exact=True).select_option("Title")
    page.get_by_label("Time zone of times that name none").select_option("Asia/Tokyo")
    page.get_by_role("button", name="Read it so, and preview again").click()
    expect(page.get_by_role("button", name="Import 2 tickets")).to_be_visible()
    page.get_by_role("link", name="Pick another file").click()
    page.get_by_label("File", exact=True).set_input_files(sheet)
    page.get_by_role("button", name="Preview").click()

    expect(page.get_by_role("button", name="Import 2 tickets")).to_be_visible()
    expect(page.get_by_text("(Asia/Tokyo)")).to_be_visible()
    assert asked.violations_count == 0, asked.generate_report()
    assert not overflow
    assert complaints == []


def test_columns_are_mapped_without_script(browser, live_server, client, mallory, board, sheet):
    page = browser.new_context(java_script_enabled=False).new_page()
    enter(page, live_server, client, mallory)

    page.get_by_label("File", exact=True).set_input_files(sheet)
    page.get_by_role("button", name="Preview").click()
    page.get_by_label("what", exact=True).select_option("Title")
    page.get_by_role("button", name="Read it so, and preview again").click()
    page.get_by_role("button", name="Import 2 tickets").click()

    expect(page.get_by_role("link", name="Go to the board")).to_be_visible()
    assert set(Item.objects.values_list("title", flat=True)) == {"Disk full", "Renew"}
    page.context.close()


@pytest.mark.parametrize(("width", "has_script"), [(1440, True), (390, True), (390, False)])
def test_an_import_is_taken_back(browser, live_server, client, mallory, board, sheet, width, has_script):
    size = {"width": width, "height": 900}
    page = browser.new_context(java_script_enabled=has_script, viewport=size).new_page()
    enter(page, live_server, client, mallory)
    sheet.write_text("external_id,title\n7,Disk full\n8,Renew\n")
    page.get_by_label("File", exact=True).set_input_files(sheet)
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Import 2 tickets").click()
    expect(page.get_by_role("link", name="Go to the board")).to_be_visible()

    page.locator("summary", has_text="Undo this import").click()
    if has_script:
        asked = Axe().run(page)
        assert asked.violations_count == 0, asked.generate_report()
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    page.get_by_role("button", name="Put 2 items into the trash").click()

    expect(page.get_by_text("2 items are in the trash")).to_be_visible()
    assert Item.objects.filter(deleted_at__isnull=False).count() == 2
    page.context.close()


def test_everything_works_without_script(browser, live_server, client, mallory, board, file):
    page = browser.new_context(java_script_enabled=False).new_page()
    enter(page, live_server, client, mallory)

    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Import 3 tickets").click()

    expect(page.get_by_role("link", name="Go to the board")).to_be_visible()
    assert Item.objects.count() == 3
    page.context.close()
