"""Whether a webhook is from whom it says: each sender's own proof."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.sources.kinds import KINDS
from imports.sources.signatures import BadSignatureError, Call
from tests.imports.senders import PAYLOADS, SECRET, encoded, proof, standard

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def call(headers: dict[str, str], body: bytes, **query: str) -> Call:
    return Call({name.lower(): value for name, value in headers.items()}, query, body)


def refusal(kind: str, headers: dict[str, str], body: bytes, secrets: list[str], at: datetime) -> int:
    """The status with which a request is refused, 0 where it is taken."""
    try:
        KINDS[kind].verify(call(headers, body), secrets, at)
    except BadSignatureError as error:
        return error.status
    return 0


@pytest.mark.parametrize("kind", PAYLOADS)
def test_each_kind_takes_its_own_proof_and_no_other(kind: str) -> None:
    body, now = encoded(PAYLOADS[kind]), datetime.now(UTC)
    headers = proof(kind, body)

    assert refusal(kind, headers, body, [SECRET], now) == 0
    assert refusal(kind, headers, body, ["the new one", SECRET], now) == 0
    assert refusal(kind, headers, body, ["another one"], now) == 403
    assert refusal(kind, {}, body, [SECRET], now) == 401


@pytest.mark.parametrize("kind", ["github", "jira", "pagerduty", "zendesk", "generic"])
def test_a_signature_covers_every_byte(kind: str) -> None:
    body = encoded(PAYLOADS[kind])
    headers = proof(kind, body)

    assert refusal(kind, headers, body + b" ", [SECRET], datetime.now(UTC)) == 403


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=80), st.binary(max_size=80))
def test_no_proof_is_so_bad_that_checking_it_fails(kind: str, text: str, body: bytes) -> None:
    names = [*proof(kind, b""), "Authorization", "webhook-id", "webhook-timestamp", "webhook-signature"]

    for value in (text, f"Basic {text}", f"Bearer {text}", f"sha256={text}"):
        assert refusal(kind, dict.fromkeys(names, value), body, [SECRET], NOW) in {401, 403}


def test_the_vector_of_githubs_documentation_holds() -> None:
    body = b"Hello, World!"
    headers = {"X-Hub-Signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}

    assert refusal("github", headers, body, ["It's a Secret to Everybody"], NOW) == 0
    assert refusal("github", {"X-Hub-Signature": "sha1=" + "0" * 40}, body, [SECRET], NOW) == 401


def test_the_vector_of_standard_webhooks_holds() -> None:
    body = b'{"test": 2432232314}'
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,bm9ldHUjKzFob2VudXRob2VodWU= v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    secret, then = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", datetime.fromtimestamp(1614265330, UTC)

    assert refusal("generic", headers, body, [secret], then) == 0
    assert refusal("generic", headers, body, [secret], then + timedelta(minutes=6)) == 403
    assert refusal("generic", headers, body, [secret], then - timedelta(minutes=6)) == 403


def test_gitlab_may_sign_instead_of_sending_its_token() -> None:
    body, at = b"{}", int(NOW.timestamp())

    signed = standard(body, at=at)

    assert refusal("gitlab", signed, body, [SECRET], NOW) == 0
    assert refusal("gitlab", {**signed, "X-Gitlab-Token": SECRET}, b"[]", [SECRET], NOW) == 403


def test_google_may_send_its_token_in_the_address() -> None:
    verify = KINDS["google-cloud-monitoring"].verify

    verify(call({}, b"{}", auth_token=SECRET), [SECRET], NOW)
    with pytest.raises(BadSignatureError):
        verify(call({}, b"{}", auth_token="guessed"), [SECRET], NOW)


def test_the_published_vectors_of_github_hold(shared_data: Path) -> None:
    vectors = json.loads((shared_data / "github/signature/vectors.json").read_text())
    documented = vectors["documented_vector"]
    checked = 0

    for vector in vectors["payloads"]:
        place = shared_data / vector["file"]
        if place.is_file():
            headers = {"X-Hub-Signature-256": vector["X-Hub-Signature-256"]}
            body = place.read_bytes()
            answers = [refusal("github", headers, each, [vectors["secret"]], NOW) for each in (body, body.rstrip())]
            assert 0 in answers, vector["file"]
            checked += 1
    headers = {"X-Hub-Signature-256": documented["signature"]}
    assert refusal("github", headers, documented["payload"].encode(), [documented["secret"]], NOW) == 0
    assert checked > 5


def test_the_published_vector_of_pagerduty_holds(shared_data: Path) -> None:
    vector = json.loads((shared_data / "pagerduty/signature/vector.json").read_text())
    body = (shared_data / "pagerduty/signature/body.json").read_bytes()

    def answer(value: str) -> int:
        return refusal("pagerduty", {"X-PagerDuty-Signature": value}, body, [vector["secret"]], NOW)

    assert answer(vector["valid"]) == 0
    assert answer(f"{vector['mismatch']},{vector['valid']}") == 0
    assert answer(vector["mismatch"]) == 403


def test_the_request_of_a_real_alertmanager_is_taken(shared_data: Path) -> None:
    place = shared_data / "clients/alertmanager/captured"
    headers = dict(json.loads((place / "006-hooks_alertmanager-bearer.headers.json").read_text())["headers"])
    body = (place / "006-hooks_alertmanager-bearer.body").read_bytes()

    assert refusal("alertmanager", headers, body, ["local-test-token"], NOW) == 0
    assert refusal("alertmanager", headers, body, ["another"], NOW) == 403
