"""How django-allauth signs people in here: by e-mail, without open sign-up, with links made from the settings."""

from typing import Any
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from teams.services.mail import absolute_address


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Sign-in by e-mail; accounts come from invitations, a superuser or a declared team."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("E-mail or password is wrong."),
        "too_many_login_attempts": _(
            "Too many failed sign-ins. Wait five minutes and try again, or reset the password."
        ),
        "invalid_password_reset": _("This link is not valid any more: it was used, or it is too old."),
        "account_inactive": _("This account is switched off."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """Return the subject as it is."""
        return str(subject)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link of a mail: never with the host that the asking request named."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return absolute_address(path.replace("UID-KEY", quote(key)))

    def render_mail(
        self, template_prefix: str, email: Any, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMessage:
        """Mark the mail as written by a program, so that nobody's holiday notice answers."""
        marked = {"Auto-Submitted": "auto-generated", **(headers or {})}
        message: EmailMessage = super().render_mail(template_prefix, email, context, headers=marked)
        return message
