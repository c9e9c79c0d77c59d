"""The mail backend of an installation without EMAIL_URL: keeps mail where a superuser can read it."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from teams.models import KeptMail


class KeptMailBackend(BaseEmailBackend):
    """Puts mail into the database instead of sending it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the plain text of each mail."""
        kept = KeptMail.objects.bulk_create(
            KeptMail(
                to=", ".join(message.recipients())[:2000], subject=str(message.subject)[:1000], body=str(message.body)
            )
            for message in email_messages
        )
        return len(kept)
