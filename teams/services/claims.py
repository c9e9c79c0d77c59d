"""Links for people whose address is known but who have no account: following one proves the address."""

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from teams.errors import ConflictError, ToilTrackerError
from teams.models import Person, User
from teams.services.accounts import AccountExistsError, create_account
from teams.services.mail import absolute_address, send_mail
from teams.services.people import clean_email, find_or_make_person

VALID_FOR = timedelta(days=3)
SALT = "teams.claim"


class ClaimInvalidError(ToilTrackerError):
    """The link was used, is too old, or was never made."""

    code = "claim_invalid"
    status = 410


class MailNotSentError(ConflictError):
    """No mail server took the mail."""

    code = "mail_not_sent"


def send_claim(*, email: str, at: datetime) -> bool:
    """Mail a link for choosing a password to a member without an account; False where there is no such person."""
    address = email.strip().lower()
    person = Person.objects.filter(email=address, user=None, memberships__confirmed_at__isnull=False).first()
    if person is None:
        return False
    _send(person, at)
    return True


def invite_to_account(*, email: str, name: str, at: datetime) -> Person:
    """Make a person whom a mail asks for a password; they have an account when they have chosen one."""
    if User.objects.filter(email=clean_email(email)).exists():
        message = _("There is an account with this address already.")
        raise AccountExistsError(message, fields={"email": [message]})
    person = find_or_make_person(email=email, name=name, at=at)
    if not _send(person, at):
        message = _("The mail to %s could not be sent. Try again in a while, or give them a password.") % person.email
        raise MailNotSentError(message)
    return person


def claim_secret(*, person: Person, at: datetime) -> str:
    """Return the signed part of a link that lets this person choose a password once."""
    content = {"person": person.pk, "email": person.email, "until": (at + VALID_FOR).timestamp()}
    return signing.dumps(content, salt=SALT)


def open_claim(*, secret: str, at: datetime) -> Person:
    """Return the person of a link that can still be used; else say that it cannot."""
    try:
        content = signing.loads(secret, salt=SALT)
    except signing.BadSignature as error:
        raise ClaimInvalidError(_("This link is not known. Use the newest mail, and the whole link in it.")) from error
    person = Person.objects.filter(pk=content["person"], email=content["email"], user=None).first()
    if person is None or content["until"] <= at.timestamp():
        raise ClaimInvalidError(_("This link was used already, or is too old. Ask for a new one below “Forgot it?”."))
    return person


def _send(person: Person, at: datetime) -> bool:
    secret = claim_secret(person=person, at=at)
    context = {"person": person, "url": absolute_address(reverse("teams:claim", args=[secret]))}
    return send_mail(template="teams/mail/claim", to=person.email or "", context=context)


@transaction.atomic
def claim_with_password(*, secret: str, name: str, password: str, at: datetime) -> User:
    """Make the person of a link an account."""
    person = open_claim(secret=secret, at=at)
    return create_account(email=person.email or "", password=password, name=name, at=at)
