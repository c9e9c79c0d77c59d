"""A board for tickets to come to, and a program that sends them."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

import imports.tasks  # noqa: F401 - a task that is known is worked off here and now
from boards.models import Board, Column
from teams.actors import Actor, Via
from teams.models import Team, User
from tests.factories import BoardFactory


@pytest.fixture
def board(team: Team) -> Board:
    return BoardFactory(team=team, name="Operations")


@pytest.fixture
def columns(board: Board) -> dict[str, Column]:
    return {column.name: column for column in board.columns.all()}


@pytest.fixture
def send(api: APIClient, board: Board) -> Callable[..., Any]:
    """Send tickets as one JSON body, and return the answer's JSON."""

    def send(*items: Any, expect: int = 200, **options: Any) -> Any:
        body = {"board": board.pk, "source": "jira", "items": list(items), **options}
        answer = api.post("/api/v1/imports/", body, format="json")
        assert answer.status_code == expect, answer.content
        return answer.json()

    return send


@pytest.fixture
def by_alice(alice: User) -> Actor:
    return Actor(person=alice.person, via=Via.PAGE)
