"""Turns what was written into the message that goes to one recipient, with the headers that mail programs act on."""

import re
import uuid
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from reports.mailing.server import own_host
from reports.models import Delivery, Letter, Recipient, WeeklyReport

UNSUBSCRIBE_LINK = "https://unsubscribe.invalid/"
"""Stands in a kept mail where each recipient's own link comes; `.invalid` leads nowhere (RFC 2606)."""

PICTURE = "trend@report.invalid"
"""The Content-ID by which the HTML names its picture."""

_NAMESPACE = uuid.UUID("3c7a6a52-6f0e-4a30-9d34-8f4f4ad3a7a1")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class _Token(UnstructuredHeader, BaseHeader):
    """A header that is one word: the library would cut a long one into encoded pieces, which no program reads."""

    def fold(self, *, policy: Policy) -> str:
        """Return the header in one line."""
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _Token)
_HEADERS.map_to_type("list-id", _Token)
_POLICY = SMTP.clone(cte_type="7bit", header_factory=_HEADERS)


def message_id(*, team_slug: str, week: str, address: str, salt: str = "") -> str:
    """Return the Message-ID of a week's report to an address: the same at every try, so that doubles can be told."""
    name = uuid.uuid5(_NAMESPACE, f"{own_host()}\n{team_slug}\n{week}\n{address}\n{salt}")
    return f"<{name}@{own_host()}>"


def one_line(text: str) -> str:
    """Return a text that can stand in a header: without line breaks and other control characters."""
    return _UNPRINTABLE.sub(" ", text).strip()


def unsubscribe_url(recipient: Recipient) -> str:
    """Return the link that takes this recipient, and nobody else, off this team's list."""
    return settings.BASE_URL.rstrip("/") + reverse("reports:unsubscribe", args=[recipient.unsubscribe_key])


def with_link(text: str, url: str, *, is_html: bool) -> str:
    """Return a kept mail's text with the unsubscribe link in its place."""
    return text.replace(UNSUBSCRIBE_LINK, escape(url) if is_html else url)


def compose_message(*, delivery: Delivery, recipient: Recipient) -> bytes:
    """Return the message as it goes over the wire: multipart, 7 bit, lines of at most 76 characters."""
    written = written_of(delivery)
    url = unsubscribe_url(recipient)
    message = EmailMessage(policy=_POLICY)
    name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message["From"] = Address(display_name=one_line(name), addr_spec=sender)
    message["To"] = Address(addr_spec=wire_address(delivery.address))
    message["Subject"] = one_line(written.subject)
    message["Date"] = format_datetime(delivery.created_at)
    message["Message-ID"] = delivery.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["List-Id"] = f"<{recipient.team.slug}.{'reports' if delivery.report_id else 'alerts'}.{own_host()}>"
    message["List-Unsubscribe"] = f"<{url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(with_link(written.text, url, is_html=False), cte="quoted-printable")
    message.add_alternative(with_link(written.html, url, is_html=True), subtype="html", cte="quoted-printable")
    if written.picture:
        _attach(message, bytes(written.picture))
    message["Content-Language"] = written.language
    return message.as_bytes()


def written_of(delivery: Delivery) -> Letter | WeeklyReport:
    """Return what a delivery says: a letter in the recipient's language and zone, else the report's own."""
    written = delivery.letter or delivery.report
    if written is None:
        raise ValueError(_("It says nothing."))
    return written


def _attach(message: EmailMessage, picture: bytes) -> None:
    """Put the picture beside the HTML that shows it, so that no program lists it as an attachment."""
    __, html = message.iter_parts()
    cid = f"<{PICTURE}>"
    html.add_related(picture, "image", "png", cid=cid, disposition="inline", filename="trend.png")


def wire_address(address: str) -> str:
    """Return an address whose domain is in ASCII, as every server takes it; UnicodeError where it has no such form."""
    local, __, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode('ascii')}" if not domain.isascii() else address
