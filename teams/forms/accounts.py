"""Forms for accounts: the profile, a new account's password, and accounts that a superuser makes."""

from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.models import Person, Theme, User
from teams.services.claims import send_claim

NewPassword = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class ProfileForm(forms.Form):
    """What others see of a person, and how pages look to them."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    timezone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("In which times are shown. Empty: the browser’s."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), choices=Theme.choices, required=False)
    has_single_key_shortcuts = forms.BooleanField(
        label=gettext_lazy("Single-key shortcuts"),
        required=False,
        help_text=gettext_lazy("Keys such as T, E and O act without a modifier. Switch them off if you dictate."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.fields["language"]
        language.choices = [("", gettext_lazy("As the browser")), *settings.LANGUAGES]  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, user: User, person: Person | None) -> dict[str, Any]:
        """Return what the fields show of an account."""
        return {
            "name": person.name if person else "",
            "timezone": user.timezone,
            "language": user.language,
            "theme": user.theme,
            "has_single_key_shortcuts": user.has_single_key_shortcuts,
        }


class FirstPasswordForm(forms.Form):
    """Name and password of somebody whose address is proved by the link that they followed."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(label=gettext_lazy("Password"), strip=False, max_length=1000, widget=NewPassword)


class NewAccountForm(forms.Form):
    """Somebody who gets an account from a superuser."""

    email = forms.EmailField(label=gettext_lazy("E-mail"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        max_length=1000,
        required=False,
        widget=NewPassword,
        help_text=gettext_lazy("Empty: a mail asks them to choose one."),
    )
    is_superuser = forms.BooleanField(
        label=gettext_lazy("Superuser: administers all teams and accounts"), required=False
    )

    def clean(self) -> dict[str, Any]:
        """Give the rights of a superuser only together with a password."""
        cleaned = super().clean() or {}
        if cleaned.get("is_superuser") and not cleaned.get("password"):
            self.add_error("password", _("A superuser gets a password here."))
        return cleaned


class ResetPasswordForm(allauth.ResetPasswordForm):  # type: ignore[misc]  # allauth carries no types
    """Asks for a link to a new password; a member who has no account yet gets one to a first password."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Send a mail in any case, so that nobody learns who has an account."""
        email: str = self.cleaned_data["email"]
        if self.users or not send_claim(email=email, at=timezone.now()):
            super().save(request, **kwargs)
        return email
