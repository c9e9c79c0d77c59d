"""Which mail server there is, as the settings have it from EMAIL_URL."""

from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A mail server's address, how it is spoken to, and how many seconds it is waited for.

    `final_timeout` is for the answer to a whole message, which the server may scan first; `settle` is how long a
    server that has broken off already is given to show it before a message counts as handed over.
    """

    host: str
    port: int
    user: str = ""
    password: str = ""
    is_tls: bool = False
    is_starttls: bool = False
    own_name: str = "localhost"
    timeout: float = 10.0
    final_timeout: float = 60.0
    settle: float = 0.02


def configured_server() -> MailServer | None:
    """Return the server that EMAIL_URL names, None when mail is only kept."""
    if not settings.IS_MAIL_SENT:
        return None
    return MailServer(
        host=settings.EMAIL_HOST,
        port=int(settings.EMAIL_PORT),
        user=settings.EMAIL_HOST_USER or "",
        password=settings.EMAIL_HOST_PASSWORD or "",
        is_tls=bool(getattr(settings, "EMAIL_USE_SSL", False)),
        is_starttls=bool(getattr(settings, "EMAIL_USE_TLS", False)),
        own_name=own_host(),
        timeout=float(settings.EMAIL_TIMEOUT or 10),
    )


def own_host() -> str:
    """Return the name under which people reach this installation, for Message-IDs, List-Ids and EHLO."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def sender_address() -> str:
    """Return the bare address that mail comes from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
