"""The message of a delivery as it goes over the wire."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from reports.mailing.message import compose_message, message_id, unsubscribe_url
from reports.models import Delivery
from tests.reports.kept import DeliveryFactory, RecipientFactory, ReportFactory

pytestmark = pytest.mark.django_db


def composed(delivery: Delivery) -> bytes:
    assert delivery.recipient is not None
    return compose_message(delivery=delivery, recipient=delivery.recipient)


def parsed(delivery: Delivery) -> EmailMessage:
    message = message_from_bytes(composed(delivery), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_headers_are_those_that_mail_programs_act_on(settings) -> None:
    settings.BASE_URL = "https://toil.example.net"
    settings.DEFAULT_FROM_EMAIL = "Toil Tracker <toil@example.net>"
    delivery = DeliveryFactory(report__team__slug="sre", report__team__name="SRE", recipient__email="lead@example.com")

    message = parsed(delivery)

    key = delivery.recipient.unsubscribe_key
    assert dict(message.items()) == {
        "From": "Toil Tracker <toil@example.net>",
        "To": "lead@example.com",
        "Subject": "SRE: toil 9.1 %, within 5–10 % · W46",
        "Date": "Mon, 16 Nov 2026 08:00:00 +0000",
        "Message-ID": delivery.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Id": "<sre.reports.toil.example.net>",
        "List-Unsubscribe": f"<https://toil.example.net/unsubscribe/{key}/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Content-Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": message["Content-Type"],
    }


def test_html_stands_beside_plain_text() -> None:
    delivery = DeliveryFactory()

    message = parsed(delivery)
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))

    assert message.get_content_type() == "multipart/alternative"
    assert text.startswith("Toil was 9.1 % of classified work")
    assert unsubscribe_url(delivery.recipient) in text
    assert f'href="{unsubscribe_url(delivery.recipient)}"' in html
    assert "unsubscribe.invalid" not in text + html


def test_the_message_is_seven_bit_in_short_lines_and_long_links_stay_whole(settings) -> None:
    settings.BASE_URL = "https://toil-tracker.a-very-long-host-name.internal.example.org"
    delivery = DeliveryFactory()

    raw = composed(delivery)

    lines = raw.decode("ascii").split("\r\n")
    assert max(map(len, lines)) < 998
    assert f"List-Unsubscribe: <{unsubscribe_url(delivery.recipient)}>" in lines


@pytest.mark.parametrize("name", ["SRE\r\nBcc: victim@example.com", "SRE\nX: y\u2028z\x07", "日本語のチーム " * 20])
def test_a_teams_name_cannot_add_a_header(name: str) -> None:
    report = ReportFactory(subject=f"{name}: toil")
    delivery = DeliveryFactory(report=report)

    message = parsed(delivery)

    assert message["Bcc"] is None
    assert message["X"] is None
    assert message["To"] == delivery.address
    assert message["Subject"].startswith(name.split("\r", maxsplit=1)[0].split("\n", maxsplit=1)[0][:10])


def test_a_domain_in_other_letters_is_written_in_ascii() -> None:
    delivery = DeliveryFactory(recipient__email="lead@bücher.example", address="lead@bücher.example")

    assert parsed(delivery)["To"] == "lead@xn--bcher-kva.example"


def test_the_message_id_is_the_same_at_every_try_and_no_others() -> None:
    given = {"team_slug": "sre", "week": "2026-W46", "address": "lead@example.com"}

    assert message_id(**given) == message_id(**given)
    assert message_id(**given) != message_id(**{**given, "week": "2026-W47"})
    assert message_id(**given) != message_id(**{**given, "address": "boss@example.com"})
    assert message_id(**given) != message_id(**given, salt="test")


def test_nobody_can_guess_anothers_unsubscribe_link() -> None:
    links = {unsubscribe_url(RecipientFactory()) for __ in range(5)}

    assert len(links) == 5
    assert min(len(link.rstrip("/").rsplit("/", 1)[1]) for link in links) >= 43
