"""A board of the cast's team, by the names of its columns, and a browser before it."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from boards.models import Board, Column
from teams.actors import Actor, Via
from teams.models import Team, User
from tests.factories import MONDAY, BoardFactory, ItemFactory


def hour(number: float) -> datetime:
    """Return the instant this many hours after the board was made."""
    return MONDAY + timedelta(hours=number)


@pytest.fixture
def board(team: Team) -> Board:
    return BoardFactory(team=team, name="Operations")


@pytest.fixture
def columns(board: Board) -> dict[str, Column]:
    return {column.name: column for column in board.columns.all()}


@pytest.fixture
def backlog(columns: dict[str, Column]) -> Column:
    return columns["Backlog"]


@pytest.fixture
def progress(columns: dict[str, Column]) -> Column:
    return columns["In progress"]


@pytest.fixture
def waiting(columns: dict[str, Column]) -> Column:
    return columns["Waiting"]


@pytest.fixture
def done(columns: dict[str, Column]) -> Column:
    return columns["Done"]


@pytest.fixture
def by_alice(alice: User) -> Actor:
    return Actor(person=alice.person, via=Via.PAGE)


@pytest.fixture
def by_mallory(mallory: User) -> Actor:
    return Actor(person=mallory.person, via=Via.PAGE)


@pytest.fixture
def complaints(page):
    """What the browser complains about: errors of scripts, breaches of the content security policy.

    That an answer was a refusal, or did not come, is written to the console by the browser itself.
    """
    found = []

    def listen(message):
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            found.append(message.text)

    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", listen)
    return found


@pytest.fixture
def enter(live_server, client, page):
    """Sign somebody in, and open an address."""

    def open_as(user, path):
        client.force_login(user)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.goto(live_server.url + path)
        return page

    return open_as


@pytest.fixture
def cards(board, backlog, progress, waiting):
    """Four cards on the board, by their titles."""
    rows = {
        "Disk full on db-1": (backlog, {"service": "postgres", "is_interrupt": True}),
        "Rotate keys": (backlog, {"classification": "toil", "labels": ["security"]}),
        "Automate renewal": (progress, {"classification": "engineering", "description": "Use **ACME**."}),
        "Wait for the vendor": (waiting, {"classification": "overhead", "blocked_reason": "Part is late"}),
    }
    now = timezone.now()
    return {
        title: ItemFactory(board=board, column=column, title=title, at=now - timedelta(days=2), **fields)
        for title, (column, fields) in rows.items()
    }


@pytest.fixture
def board_page(enter, alice, cards, complaints):
    """Alice before her board; nothing may be complained about."""
    yield enter(alice, "/t/sre/b/operations/")
    assert complaints == []
