"""The OpenAPI schema and what the API does, held together by requests that the schema allows."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from boards.services.boards import create_board
from boards.services.items import create_item
from teams.actors import SYSTEM
from tests.factories import ApiTokenFactory, MembershipFactory

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SECRET = "tt_for-the-schema"

schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())


@pytest.fixture
def open_connection() -> Iterator[None]:
    """Keep the end of a request from closing the connection in which the test's transaction runs."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def rows(team, open_connection) -> Mapping[str, Any]:
    """Names and ids that exist, so that requests reach further than a 404."""
    ApiTokenFactory(team=team, secret=SECRET)
    membership = MembershipFactory(team=team)
    board = create_board(team=team, name="Operations", by=SYSTEM, at=timezone.now())
    item = create_item(board=board, title="Disk full", by=SYSTEM, at=timezone.now())
    return {"slug": team.slug, "board": board.pk, "item": item.pk, "member": membership.pk}


# Bodies of lines are streamed and have tests of their own.
@pytest.mark.filterwarnings("ignore:Skipped test cases with unsupported payload media types:UserWarning")
@pytest.mark.django_db
@schema.parametrize()
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_no_request_that_the_schema_allows_ends_in_an_error_of_ours(case, rows):
    aim(case, rows)

    case.call_and_validate(headers={"Authorization": f"Bearer {SECRET}"}, checks=CHECKS)


def aim(case: Any, rows: Mapping[str, Any]) -> None:
    """Put what exists into the address and the body."""
    known = {"slug": rows["slug"], "item_pk": rows["item"]}
    if "/members/" in case.path:
        known["id"] = rows["member"]
    elif "/items/{id}/" in case.path:
        known["id"] = rows["item"]
    elif "/boards/{id}/" in case.path:
        known["id"] = rows["board"]
    for name in case.path_parameters or {}:
        if name in known:
            case.path_parameters[name] = known[name]
    if isinstance(case.body, dict) and "board" in case.body:
        case.body["board"] = rows["board"]
