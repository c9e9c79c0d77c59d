"""Keyset pages: every row once, in order, whatever the ordering, and in both directions."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from teams.models import Membership, Person, Team
from teams.rest.pagination import KeysetPagination

pytestmark = pytest.mark.django_db

ORDERINGS = [(), ("created_at",), ("-created_at",), ("first_date",), ("-first_date",), ("first_date", "-created_at")]


@pytest.fixture
def memberships() -> None:
    team = Team.objects.create(slug="sre", name="SRE")
    for number in range(11):
        Membership.objects.create(
            team=team,
            person=Person.objects.create(email=f"p{number}@example.com"),
            first_date=None if number % 3 == 0 else datetime(2026, 1, 1 + number % 4, tzinfo=UTC).date(),
            created_at=datetime(2026, 1, 1 + number % 5, 12, tzinfo=UTC),
        )


def page(url: str, ordering: tuple[str, ...]) -> tuple[list[int], dict[str, Any]]:
    queryset = Membership.objects.order_by(*ordering)
    pagination = KeysetPagination()
    rows = pagination.paginate_queryset(queryset, Request(APIRequestFactory().get(url)))
    return [row.pk for row in rows], pagination.get_paginated_response([]).data


def relative(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_walking_forwards_sees_every_row_once_and_in_order(memberships: None, ordering: tuple[str, ...]) -> None:
    whole, _ = page("/?limit=200", ordering)

    seen, answer = page("/?limit=3", ordering)
    while answer["next"]:
        rows, answer = page(relative(answer["next"]), ordering)
        seen += rows

    assert seen == whole
    assert len(set(seen)) == 11


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_walking_back_gives_the_same_pages(memberships: None, ordering: tuple[str, ...]) -> None:
    first, answer = page("/?limit=4", ordering)
    second, answer = page(relative(answer["next"]), ordering)
    _, answer = page(relative(answer["next"]), ordering)

    back, answer = page(relative(answer["previous"]), ordering)
    front, answer = page(relative(answer["previous"]), ordering)

    assert back == second
    assert front == first
    assert answer["previous"] is None


def test_the_first_page_has_nothing_before_and_the_last_nothing_after(memberships: None) -> None:
    _, answer = page("/", ())

    assert answer["next"] is None
    assert answer["previous"] is None


@pytest.mark.parametrize("cursor", ["x", "bm9wZQ", "WyJuIixbMSwyLDNdXQ", "WyJuIixbW11dXQ", "%00", "WyJuIixbIngiXV0"])
def test_a_cursor_that_the_list_did_not_give_is_refused(memberships: None, cursor: str) -> None:
    with pytest.raises(ParseError):
        page(f"/?cursor={cursor}", ())


@pytest.mark.parametrize("limit", ["0", "-1", "x", "1.5", "99999999999", "²"])
def test_a_limit_that_is_no_number_of_rows_is_refused(memberships: None, limit: str) -> None:
    with pytest.raises(ValidationError):
        page(f"/?limit={limit}", ())


def test_other_parameters_stay_in_the_addresses_of_the_neighbours(memberships: None) -> None:
    _, answer = page("/?limit=2&label=a&label=b", ())

    assert "label=a&label=b" in answer["next"]
    assert "limit=2" in answer["next"]
