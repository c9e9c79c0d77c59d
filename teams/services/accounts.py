"""Accounts: made by a proved address, an invitation or an administrator, and set up by who owns them."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from teams import worktime
from teams.errors import ConflictError, InvalidError
from teams.models import Person, Theme, User
from teams.services.people import claim_person, clean_email, clean_name, rename_person


class AccountExistsError(ConflictError):
    """Somebody signs in with this address already."""

    code = "account_exists"


def check_password(*, password: str, user: User) -> None:
    """Refuse a password that is easy to guess, with the sentences that say why."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidError(" ".join(error.messages), fields={"password": error.messages}) from error


@transaction.atomic
def create_account(*, email: str, password: str, name: str = "", is_superuser: bool = False, at: datetime) -> User:
    """Create the account of an address that was proved, and give it the person with that address."""
    address = clean_email(email)
    if User.objects.filter(email=address).exists():
        raise _account_exists()
    check_password(password=password, user=User(email=address))
    make = User.objects.create_superuser if is_superuser else User.objects.create_user
    try:
        with transaction.atomic():
            user = make(address, password, date_joined=at)
    except IntegrityError as error:  # somebody with the same link was faster
        raise _account_exists() from error
    claim_person(user=user, name=name, at=at)
    return user


@transaction.atomic
def change_profile(
    *,
    user: User,
    name: str,
    timezone: str,
    language: str,
    theme: str,
    has_single_key_shortcuts: bool,
    at: datetime,
) -> User:
    """Change how the application looks to an account, and the name that others see."""
    _check_timezone(timezone)
    if language and language not in dict(settings.LANGUAGES):
        raise InvalidError(
            _("Toil Tracker does not speak this language yet."), fields={"language": [_("Choose one of the list.")]}
        )
    if theme not in Theme.values:
        raise InvalidError(_("There is no such theme."), fields={"theme": [_("Choose one of the list.")]})
    clean_name(name)
    user.timezone, user.language, user.theme = timezone, language, theme
    user.has_single_key_shortcuts = has_single_key_shortcuts
    user.save(update_fields=["timezone", "language", "theme", "has_single_key_shortcuts"])
    person = Person.objects.filter(user=user).first() or claim_person(user=user, name=name, at=at)
    rename_person(person=person, name=name)
    return user


@transaction.atomic
def set_theme(*, user: User, theme: str) -> User:
    """Remember the theme that the switch in the bar was set to."""
    if theme not in Theme.values:
        raise InvalidError(_("There is no such theme."), fields={"theme": [_("Choose one of the list.")]})
    user.theme = theme
    user.save(update_fields=["theme"])
    return user


@transaction.atomic
def set_active(*, user: User, is_active: bool) -> User:
    """Let an account sign in, or no longer; what its person did stays."""
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    return user


def _account_exists() -> AccountExistsError:
    message = _("There is an account with this address already: sign in, or reset its password.")
    return AccountExistsError(message, fields={"email": [message]})


def _check_timezone(timezone: str) -> None:
    if not timezone:
        return
    try:
        worktime.zone_named(timezone)
    except worktime.UnknownTimeZoneError as error:
        message = _("“%s” is not a time zone; use a name like “Europe/Berlin” or “UTC”.") % timezone
        raise InvalidError(message, fields={"timezone": [message]}) from error
