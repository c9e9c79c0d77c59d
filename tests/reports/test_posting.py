"""What is posted goes only where it may, is signed as Standard Webhooks has it, and is handed over once."""

import ipaddress
import socket
from dataclasses import replace
from datetime import timedelta

import pytest

from reports.outcome import Fate, Outcome
from reports.posting.addresses import UnusableAddressError, check_target, may_reach, parse_target
from reports.posting.bodies import slack_body, webhook_body
from reports.posting.http import Limits, post
from reports.posting.signature import signed_headers
from reports.words import Words
from tests.reports.kept import MONDAY_W47
from tests.reports.web_receivers import LOOPBACK, Receiver, receiving

PUBLIC = parse_target("https://example.com/hook")


def send(url: str, limits: Limits, *, is_wanted: bool = True) -> Outcome:
    return post(parse_target(url), headers={}, body=b'{"a": 1}', limits=limits, hand_over=lambda: is_wanted)


@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        ("ftp://example.com/", "no address of the form"),
        ("https:///hook", "no address of the form"),
        ("https://example.com:99999/", "no address of the form"),
        ("https://[::1/", "no address of the form"),
        ("https://user:secret@example.com/", "must not hold a user name"),
        ("https://example.com/a b", "characters that have to be written as %XX"),
        ("https://example.com/a\r\nHost: x", "no address|characters that have"),
        ("https://example.com/ä", "characters that have to be written as %XX"),
        ("https://example.com/" + "a" * 2000, "too long"),
    ],
)
def test_an_address_that_cannot_be_posted_to_is_refused_with_a_sentence(url: str, refusal: str) -> None:
    with pytest.raises(UnusableAddressError, match=refusal):
        parse_target(url.replace("\r\n", "\x00"))


def test_an_address_in_other_letters_is_written_in_ascii() -> None:
    target = parse_target("https://bücher.example:8443/x?y=1")

    assert (target.authority, target.path) == ("xn--bcher-kva.example:8443", "/x?y=1")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "ff0e::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
    ],
)
def test_nothing_is_posted_into_networks_of_our_own(address: str) -> None:
    assert not may_reach(ipaddress.ip_address(address), PUBLIC, ())


def test_the_public_network_is_reached_by_tls_and_an_allowed_one_in_either_way() -> None:
    plain = parse_target("http://intranet/hook")
    public, private = ipaddress.ip_address("93.184.216.34"), ipaddress.ip_address("10.1.2.3")
    allowed = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8"))

    assert may_reach(public, PUBLIC, ())
    assert not may_reach(public, plain, allowed)
    assert may_reach(private, plain, allowed)
    assert may_reach(ipaddress.ip_address("::ffff:10.1.2.3"), plain, allowed)


def test_an_address_of_numbers_is_refused_when_it_is_entered() -> None:
    for url in ("https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest", "http://example.com/"):
        with pytest.raises(UnusableAddressError):
            check_target(parse_target(url), ())
    check_target(parse_target("http://127.0.0.1/"), LOOPBACK)
    check_target(PUBLIC, ())


def test_a_name_that_leads_into_our_own_network_is_refused_when_it_is_resolved() -> None:
    with receiving(Receiver()) as limits:
        outcome = send("https://localhost/", replace(limits, allowed=()))

    assert outcome == Outcome(Fate.REFUSED, "localhost leads into a network that nothing is sent to.")


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([("127.0.0.1", 0), ("10.0.0.1", 0)])
    receiver = Receiver()

    def resolve(host: str, port: int, *args: object, **kwargs: object) -> list:
        if host != "rebinding.example":
            return original(host, port, *args, **kwargs)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", next(answers))]

    original = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with receiving(receiver) as limits:
        outcome = send(f"http://rebinding.example:{receiver.port}/", limits)

    assert outcome.fate is Fate.ACCEPTED
    assert receiver.requests[0].headers["host"] == f"rebinding.example:{receiver.port}"
    assert next(answers) == ("10.0.0.1", 0)


@pytest.mark.parametrize(
    ("answer", "fate", "detail"),
    [
        ("204 No Content", Fate.ACCEPTED, "204 No Content"),
        ("500 Oops\r\n\r\nbusy", Fate.RETRY, "500 Oops: busy"),
        ("500 Oops\r\nContent-Type: text/html\r\n\r\n<h1>busy", Fate.RETRY, "500 Oops"),
        ("429 Slow down\r\nRetry-After: 90", Fate.RETRY, "429 Slow down"),
        ("404 Not Found\r\n\r\nno_service", Fate.REFUSED, "404 Not Found: no_service"),
        (
            "302 Found\r\nLocation: http://127.0.0.1/",
            Fate.REFUSED,
            "302 Found: it leads elsewhere, and is not followed.",
        ),
        ("close", Fate.UNCERTAIN, "Remote end closed connection without response"),
        ("hang", Fate.UNCERTAIN, "timed out"),
        ("drip", Fate.UNCERTAIN, "The answer did not come in time."),
    ],
)
def test_the_answer_tells_what_became_of_it(answer: str, fate: Fate, detail: str) -> None:
    receiver = Receiver(answers=[answer])

    with receiving(receiver) as limits:
        outcome = send(receiver.url, replace(limits, timeout=0.4, whole=0.8))

    assert (outcome.fate, outcome.detail) == (fate, detail)
    assert [request.body for request in receiver.requests] == [b'{"a": 1}']


def test_what_breaks_before_the_last_byte_is_tried_again() -> None:
    receiver = Receiver(answers=["close"], early=True)

    with receiving(receiver) as limits:
        closed = post(
            parse_target(receiver.url), headers={}, body=b"x" * 5_000_000, limits=limits, hand_over=lambda: True
        )
        refused = send("http://127.0.0.1:1/", limits)
        unknown = send("http://nowhere.invalid/", limits)

    assert {closed.fate, refused.fate, unknown.fate} == {Fate.RETRY}


def test_what_was_called_back_has_not_arrived() -> None:
    receiver = Receiver()

    with receiving(receiver) as limits:
        outcome = send(receiver.url, limits, is_wanted=False)

    assert outcome.fate is Fate.WITHDRAWN
    assert receiver.requests == []


def test_how_long_to_wait_is_read_and_limited() -> None:
    answers = ["503 X\r\nRetry-After: 120", "503 X\r\nRetry-After: 9999999", "503 X\r\nRetry-After: soon"]
    receiver = Receiver(answers=answers)

    with receiving(receiver) as limits:
        waits = [send(receiver.url, limits).retry_after for __ in range(3)]

    assert waits == [timedelta(minutes=2), timedelta(hours=24), None]


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The example of the specification's own libraries."""
    headers = signed_headers(
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
        secrets=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )

    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_during_a_change_of_secrets_both_sign() -> None:
    secrets = ["whsec_" + "A" * 32, "whsec_" + "B" * 32]

    headers = signed_headers(message_id="m", timestamp=1, body=b"", secrets=secrets)

    assert len(set(headers["webhook-signature"].split(" "))) == 2


def test_an_event_has_type_timestamp_and_data() -> None:
    assert webhook_body(kind="test", at=MONDAY_W47, data={"team": "sre"}) == (
        '{"type":"test","timestamp":"2026-11-16T08:00:00Z","data":{"team":"sre"}}'
    )


def test_slack_gets_blocks_in_which_nobody_is_called() -> None:
    words = Words(
        subject="S" * 200, headline="<!channel> & co", figures=[("1 h", "toil")], link_text="Open", url="https://x/"
    )

    body = slack_body(words)

    assert "&lt;!channel&gt; &amp; co" in body
    assert "<!channel>" not in body
    assert "S" * 149 + "…" in body
