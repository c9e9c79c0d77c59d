"""The browser of the API's schema."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_api_can_be_read_without_a_word_in_the_console(page: Page, live_server) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)

    page.goto(f"{live_server.url}/api/v1/docs/")

    expect(page).to_have_title("API · Toil Tracker")
    expect(page.get_by_text("/api/v1/items/{id}/move/", exact=False).first).to_be_visible()
    assert said == []
