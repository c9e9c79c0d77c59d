"""Every page of the product, full and empty, wide and narrow, light and dark: nobody is shut out, nothing is cut."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from boards.models import Board, Column, Item, Rule, SavedView, ToilType
from boards.services import archive_board, create_board, delete_item
from boards.services.views import save_view
from imports.models import Import
from imports.services.connections import create_connection
from reports.models import WeeklyReport
from teams.actors import SYSTEM
from teams.models import Membership, Role, Team, User
from tests.factories import ApiTokenFactory, InvitationFactory, MembershipFactory, TeamFactory
from tests.looking import COME_TO_REST, Axe
from tests.toiltracker.addresses import addresses
from toiltracker.demo.loading import load_sample

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
FAULTS = "rules => axe.run(document, rules).then((found) => found.violations.map((one) => one.id))"
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


@pytest.fixture
def alice(settings, tmp_path) -> User:
    """Who owns the sample, a team without a board and one with an empty board, and administers everything."""
    settings.DATA_DIR = tmp_path
    now = timezone.now()
    team = load_sample(at=now)
    user = User.objects.get(email="alice@example.com")
    User.objects.update(is_superuser=True)
    for slug in ("empty", "new"):
        MembershipFactory(team=TeamFactory(slug=slug), person=user.person, role=Role.OWNER)
    create_board(team=Team.objects.get(slug="new"), name="First", slug="first", by=SYSTEM, at=now)
    board = Board.objects.get(team=team, slug="operations")
    archive_board(board=create_board(team=team, name="Old", slug="old", by=SYSTEM, at=now), by=SYSTEM, at=now)
    delete_item(item=Item.objects.filter(board=board).latest("pk"), by=SYSTEM, at=now + timedelta(seconds=1))
    create_connection(board=board, kind="github", secret="s" * 40, by=SYSTEM, at=now)
    save_view(board=board, person=user.person, name="My toil", query="class=toil", is_shared=False, at=now)
    InvitationFactory(team=team, secret="doras", email="dora@example.com")
    ApiTokenFactory(team=team)
    user.refresh_from_db()
    return user


def pages(client: Client) -> list[str]:
    """Return the addresses at which there is a whole page, each kind of thing once."""
    item = Item.objects.filter(column__stage="active", board__slug="operations").exclude(description="").first()
    known: dict[str, Any] = {
        "slug": ["core-sre", "new", "empty"],
        "board_slug": ["operations", "first", "old"],
        "column_id": [Column.objects.filter(stage="active").earliest("pk").pk],
        "item_id": [(item or Item.objects.filter(column__stage="active").earliest("pk")).pk],
        "rule_id": [Rule.objects.earliest("pk").pk],
        "type_id": [ToilType.objects.earliest("pk").pk],
        "membership_id": [Membership.objects.exclude(person__user=None).earliest("pk").pk],
        "import_id": [Import.objects.earliest("pk").pk],
        "connection_id": [1],
        "view_id": [SavedView.objects.earliest("pk").pk],
        "week": [WeeklyReport.objects.latest("pk").week],
        "secret": ["doras"],
    }
    found = []
    for address in addresses(known):
        answer = client.get(address)
        is_page = answer.status_code == 200 and not answer.streaming and b"<main" in answer.content
        if is_page and not address.endswith("/mail/"):
            found.append(address)
    return found


def faults(page: Page, address: str) -> list[str]:
    """Return what is wrong with a page: all of it wide and narrow, and its colours in the dark; less of empty ones."""
    is_empty = "/t/empty/" in address or "/t/new/" in address
    page.set_viewport_size(NARROW if is_empty else WIDE)
    page.emulate_media(color_scheme="light")
    page.goto(address)
    found = [one["id"] for one in Axe().run(page).response["violations"]]
    looks = [(NARROW, "dark", COLOURS)] if is_empty else [(WIDE, "dark", COLOURS), (NARROW, "light", {})]
    for size, theme, rules in looks:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme)
        page.evaluate(COME_TO_REST)
        found += [f"{name}, {size['width']}, {theme}" for name in page.evaluate(FAULTS, rules)]
        found += ["wider than the window"] if page.evaluate(TOO_WIDE) else []
    return found


def test_every_page_is_open_to_everybody(page, live_server, client, alice):
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    client.force_login(alice)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    walked = pages(client)

    found = {address: faults(page, live_server.url + address) for address in walked}

    assert len(walked) > 60
    assert {address: wrong for address, wrong in found.items() if wrong} == {}
    assert said == []


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/", "/nowhere/", "/invitations/no/"])
def test_pages_before_the_sign_in_are_too(page, live_server, address):
    assert faults(page, live_server.url + address) == []
