"""The OpenAPI schema and what the API does, held together by requests that the schema allows."""

import os
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from rest_framework.test import APIClient
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from boards.models import Rule, ToilType
from boards.services import add_comment
from boards.services.boards import create_board
from boards.services.items import create_item
from imports.models import Import
from imports.services.connections import create_connection
from imports.services.jobs import import_now
from teams.actors import SYSTEM
from tests.factories import ApiTokenFactory, MembershipFactory
from tests.machine import examples

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SECRET, READING, IMPORTING = "tt_for-the-schema", "tt_that-reads", "tt_that-imports"
METHODS = {"get", "post", "put", "patch", "delete"}
ALIVE = settings(
    max_examples=examples(6), deadline=None, derandomize="TOILTRACKER_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip

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
    for secret, scope in ((SECRET, "write"), (READING, "read"), (IMPORTING, "import")):
        ApiTokenFactory(team=team, secret=secret, scope=scope)
    membership = MembershipFactory(team=team)
    now = timezone.now()
    board = create_board(team=team, name="Operations", by=SYSTEM, at=now)
    item = create_item(board=board, title="Disk full", by=SYSTEM, at=now)
    toil_type = ToilType.objects.create(team=team, name="Disks")
    rule = Rule.objects.create(team=team, name="Disks", position=1, title_contains="disk", classification="toil")
    batch = Import(board=board, source="jira")
    import_now(batch=batch, rows=[{"external_id": "A", "title": "a"}], by=SYSTEM, at=now)
    comment = add_comment(item=item, body="Seen.", by=SYSTEM, at=now)
    connection = create_connection(board=board, kind="github", secret="secret", by=SYSTEM, at=now)
    return {
        "slug": team.slug,
        "boards": board.pk,
        "items": item.pk,
        "members": membership.pk,
        "toil-types": toil_type.pk,
        "rules": rule.pk,
        "imports": batch.pk,
        "comments": comment.pk,
        "connections": connection.pk,
    }


# Bodies of lines are streamed and have tests of their own.
@pytest.mark.filterwarnings("ignore:Skipped test cases with unsupported payload media types:UserWarning")
@pytest.mark.django_db
@schema.parametrize()
@ALIVE
def test_no_request_that_the_schema_allows_ends_in_an_error_of_ours(case, rows):
    aim(case, rows)

    case.call_and_validate(headers=bearer(SECRET), checks=CHECKS)


@pytest.mark.django_db
def test_every_operation_asks_for_a_token_with_the_scope_that_it_needs(rows):
    refused = {}
    for path, operations in schema.raw_schema["paths"].items():
        of = [part for part in path.split("/") if part and part not in DOINGS][-2]
        ids = {"slug": rows["slug"], "item_pk": rows["items"], "id": rows.get(of, 1), "week": "2026-W46"}
        address = path.format(**ids)
        for method in operations.keys() & METHODS:
            is_read, is_import = method == "get", (method, path) == ("post", "/api/v1/imports/")
            may = {"": False, "tt_nobodys": False, READING: is_read, IMPORTING: is_read or is_import}
            for secret, is_allowed in may.items():
                answer = APIClient().generic(
                    method.upper(), address, b"{}", content_type="application/json", headers=bearer(secret)
                )
                if not is_allowed:
                    refused[method, path, secret] = answer.status_code
                assert answer.status_code < 500, answer.content

    without = {code for (*__, secret), code in refused.items() if secret in {"", "tt_nobodys"}}
    assert without <= {401, 429}, {each for each, code in refused.items() if code not in {401, 429}}
    assert all(400 <= code < 500 for code in refused.values()), refused
    assert len(refused) > 150


@pytest.mark.filterwarnings("ignore:Skipped test cases with unsupported payload media types:UserWarning")
@pytest.mark.django_db
def test_no_sequence_of_requests_ends_in_an_error_of_ours(rows):
    """What one answer gives (the id of what was made) goes into the next requests."""

    class Workflow(schema.as_state_machine()):
        def get_call_kwargs(self, case):
            return {"headers": bearer(SECRET)}

        def validate_response(self, response, case, additional_checks=(), **kwargs):
            case.validate_response(response, checks=CHECKS)

    run_state_machine_as_test(Workflow, settings=settings(ALIVE, max_examples=examples(3), stateful_step_count=8))


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"} if secret else {}


def aim(case: Any, rows: Mapping[str, Any]) -> None:
    """Put what exists into the address and the body."""
    *__, of, last = [""] + [part for part in case.path.split("/") if part and part not in DOINGS]
    known = {"slug": rows["slug"], "item_pk": rows["items"]}
    if last == "{id}" and of in rows:
        known["id"] = rows[of]
    for name in case.path_parameters or {}:
        if name in known:
            case.path_parameters[name] = known[name]
    if isinstance(case.body, dict) and "board" in case.body:
        case.body["board"] = rows["boards"]


DOINGS = {"archive", "unarchive", "restore", "move", "cancel", "undo", "errors"}
