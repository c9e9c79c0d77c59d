"""The mails of this room: invitations, and links to people whose address is known but not yet proved."""

import logging
from datetime import datetime
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from teams.models import Invitation

logger = logging.getLogger(__name__)


def send_invitation(*, invitation: Invitation, secret: str, at: datetime) -> bool:
    """Send the link to the invited address; a mail server that fails leaves `sent_at` empty, for a second try."""
    context = {
        "invitation": invitation,
        "team": invitation.team,
        "inviter": invitation.invited_by,
        "url": absolute_address(reverse("teams:invitation", args=[secret])),
    }
    is_sent = send_mail(template="teams/mail/invitation", to=invitation.email, context=context)
    if is_sent:
        invitation.sent_at = at
        invitation.save(update_fields=["sent_at"])
    return is_sent


def send_mail(*, template: str, to: str, context: dict[str, Any]) -> bool:
    """Send a mail made of `<template>_subject.txt`, `.txt` and `.html`; tell whether a server took it."""
    subject = " ".join(render_to_string(f"{template}_subject.txt", context).split())
    message = EmailMultiAlternatives(
        subject, render_to_string(f"{template}.txt", context), to=[to], headers={"Auto-Submitted": "auto-generated"}
    )
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    try:
        message.send()
    except (SMTPException, OSError) as error:
        logger.warning("The mail “%s” could not be sent: %s", template, error)
        return False
    return True


def absolute_address(path: str) -> str:
    """Return a link for a mail: from the settings, never from the Host header of whoever asked."""
    return f"{settings.BASE_URL}{path}"
