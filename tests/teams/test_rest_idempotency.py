"""Idempotency-Key: the first answer is given again, and a key means one request."""

import json
from io import BytesIO
from typing import Any

import pytest
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory

from teams.errors import InvalidError
from teams.models import ApiToken, IdempotencyRecord, Team
from teams.rest.views import ApiViewSet
from teams.secrets import hash_secret

pytestmark = pytest.mark.django_db

SECRETS = ("tt_first", "tt_second")


class Teams(ApiViewSet):
    """Makes a team for each POST."""

    serializer_class = serializers.Serializer

    def create(self, request: Request) -> Response:
        with transaction.atomic():
            team = Team.objects.create(slug=request.data["slug"], name="New")
            if request.data.get("fail") == "said":
                raise InvalidError("This cannot be.")
            if request.data.get("fail") == "unforeseen":
                raise ZeroDivisionError
        return Response({"id": team.pk}, status=status.HTTP_201_CREATED, headers={"Location": f"/teams/{team.pk}/"})


@pytest.fixture(autouse=True)
def tokens() -> None:
    team = Team.objects.create(slug="sre", name="SRE")
    for secret in SECRETS:
        ApiToken.objects.create(team=team, name=secret, scope="write", prefix="tt", token_hash=hash_secret(secret))


def post(body: dict[str, Any], key: str | None = "k1", secret: str = SECRETS[0]) -> HttpResponseBase:
    headers = {"Authorization": f"Bearer {secret}"} | ({"Idempotency-Key": key} if key is not None else {})
    request = APIRequestFactory().post("/teams/", body, format="json", headers=headers)
    return Teams.as_view({"post": "create"})(request).render()


def test_the_second_request_gets_the_first_answer_and_does_nothing() -> None:
    first = post({"slug": "a"})

    second = post({"slug": "a"})

    assert (second.status_code, second.content) == (201, first.content)
    assert second["Location"] == first["Location"]
    assert second["Idempotency-Replayed"] == "true"
    assert Team.objects.filter(slug="a").count() == 1


def test_the_same_key_with_another_body_is_refused() -> None:
    post({"slug": "a"})

    answer = post({"slug": "b"})

    assert answer.status_code == 422
    assert json.loads(answer.content)["error"]["code"] == "idempotency_key_reused"
    assert not Team.objects.filter(slug="b").exists()


def test_a_refusal_is_kept_and_leaves_nothing_behind() -> None:
    first = post({"slug": "a", "fail": "said"})

    second = post({"slug": "a", "fail": "said"})

    assert (first.status_code, second.status_code) == (422, 422)
    assert second["Idempotency-Replayed"] == "true"
    assert not Team.objects.filter(slug="a").exists()


def test_a_failure_of_ours_keeps_nothing_so_that_the_request_can_be_repeated() -> None:
    with pytest.raises(ZeroDivisionError):
        post({"slug": "a", "fail": "unforeseen"})

    assert not IdempotencyRecord.objects.exists()


def test_keys_of_two_tokens_are_apart() -> None:
    post({"slug": "a"})

    answer = post({"slug": "b"}, secret=SECRETS[1])

    assert answer.status_code == 201


def test_without_a_key_nothing_is_kept() -> None:
    post({"slug": "a"}, key=None)

    assert not IdempotencyRecord.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_a_key_that_cannot_be_kept_is_refused(key: str) -> None:
    assert post({"slug": "a"}, key=key).status_code == 422


def test_a_bad_token_is_401_and_after_many_429() -> None:
    answers = [post({"slug": "a"}, secret="tt_guess") for _ in range(32)]

    assert answers[0].status_code == 401
    assert answers[0]["WWW-Authenticate"].startswith("Bearer")
    assert answers[-1].status_code == 429
    assert answers[-1]["Retry-After"] == "60"
    assert post({"slug": "a"}).status_code == 201


class Upload(BytesIO):
    """A body that remembers whether a transaction was open while it came in."""

    was_inside = False

    def read(self, size: int | None = -1, /) -> bytes:
        self.was_inside |= connection.in_atomic_block
        return super().read(size)


@pytest.mark.django_db(transaction=True)
def test_a_body_is_read_before_the_transaction_so_that_a_slow_sender_holds_no_lock() -> None:
    body = Upload(b'{"slug": "slow"}')
    headers = {"Authorization": f"Bearer {SECRETS[0]}", "Idempotency-Key": "k1"}
    request = APIRequestFactory().post("/teams/", headers=headers, content_type="application/json")
    request = type(request)({**request.environ, "wsgi.input": body, "CONTENT_LENGTH": str(len(body.getvalue()))})

    answer = Teams.as_view({"post": "create"})(request)

    assert answer.status_code == 201
    assert not body.was_inside


@pytest.mark.parametrize("key", ["k1", None])
def test_a_body_over_the_limit_is_413_with_and_without_a_key(settings: Any, key: str | None) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10

    assert post({"slug": "a" * 50}, key=key).status_code == 413
