"""Further ways of sending: adding one, changing it, rotating its secret, and taking it away."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from reports.models import Channel, ChannelKind, DeliveryState
from reports.posting.addresses import UnusableAddressError, check_target, parse_target
from reports.posting.signature import PREFIX, key_of
from teams.actors import Actor
from teams.errors import ConflictError, InvalidError
from teams.models import Team
from teams.sealing import Seal

MAX_CHANNELS: Final = 20
LONGEST_NAME: Final = 100
SECRET_BYTES: Final = (24, 64)
OVERLAP: Final = timedelta(days=7)
"""How long what was the secret before is signed with beside the new one."""

_SEAL: Final = Seal(b"toil tracker: ways of sending")


class InvalidChannelError(InvalidError):
    """A way of sending that cannot be used as it was given."""

    code = "invalid_channel"


class ChannelGoneError(ConflictError):
    """Somebody else took the way of sending away meanwhile."""

    code = "channel_gone"

    def __init__(self) -> None:
        super().__init__(_("It is not there any more: somebody took this way of sending away meanwhile."))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """What is sent by a way, and how; an address of "" keeps the one that it has."""

    name: str
    url: str = ""
    gets_reports: bool = True
    gets_alerts: bool = True
    language: str = ""


def new_secret() -> str:
    """Return a secret of 256 random bits in the form of Standard Webhooks."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


@transaction.atomic
def create_channel(
    *, team: Team, kind: str, given: ChannelSettings, secret: str = "", by: Actor, at: datetime
) -> Channel:
    """Add a way of sending; a webhook needs a secret of the form `whsec_…`."""
    Team.objects.select_for_update().get(pk=team.pk)
    if team.channels.count() >= MAX_CHANNELS:
        raise InvalidChannelError(_("A team has at most %d ways of sending.") % MAX_CHANNELS)
    if kind not in ChannelKind.values:
        raise _refusal("kind", _("This has to be one of %s.") % ", ".join(ChannelKind.values))
    url, host = _checked_address(given.url)
    return Channel.objects.create(
        team=team,
        kind=kind,
        name=_checked_name(team, given.name),
        url=_SEAL.seal(url),
        host=host,
        secret=_SEAL.seal(_checked_secret(secret)) if kind == ChannelKind.WEBHOOK else "",
        gets_reports=given.gets_reports,
        gets_alerts=given.gets_alerts,
        language=_checked_language(given.language),
        created_by=by.person,
        created_at=at,
    )


@transaction.atomic
def change_channel(*, channel: Channel, given: ChannelSettings, by: Actor) -> Channel:
    """Change what goes to a channel and where it is; a new address also ends a pause."""
    channel = _present(channel)
    channel.name = _checked_name(channel.team, given.name, but=channel)
    if given.url:
        url, channel.host = _checked_address(given.url)
        channel.url, channel.paused_at, channel.pause_reason = _SEAL.seal(url), None, ""
    channel.gets_reports, channel.gets_alerts = given.gets_reports, given.gets_alerts
    channel.language = _checked_language(given.language)
    fields = ("name", "url", "host", "paused_at", "pause_reason", "gets_reports", "gets_alerts", "language")
    channel.save(update_fields=fields)
    return channel


@transaction.atomic
def rotate_channel_secret(*, channel: Channel, secret: str, by: Actor, at: datetime) -> Channel:
    """Sign with a new secret, and for a week more with the one before too."""
    checked = _checked_secret(secret)
    channel = _present(channel)
    channel.previous_secret, channel.previous_until = channel.secret, at + OVERLAP
    channel.secret = _SEAL.seal(checked)
    channel.save(update_fields=["secret", "previous_secret", "previous_until"])
    return channel


@transaction.atomic
def end_previous_channel_secret(*, channel: Channel, by: Actor) -> None:
    """Sign with the newest secret only from now on."""
    Channel.objects.filter(pk=channel.pk).update(previous_secret="", previous_until=None)


@transaction.atomic
def pause_channel(*, channel: Channel, by: Actor, at: datetime) -> None:
    """Send nothing more by this way for now; what waits is not sent."""
    Channel.objects.filter(pk=channel.pk, paused_at__isnull=True).update(paused_at=at, pause_reason="")


@transaction.atomic
def resume_channel(*, channel: Channel, by: Actor) -> None:
    """Send by this way again."""
    Channel.objects.filter(pk=channel.pk).update(paused_at=None, pause_reason="")


@transaction.atomic
def delete_channel(*, channel: Channel, by: Actor, at: datetime) -> None:
    """Take a way of sending away; what waits for it is not sent, and what was sent stays in the archive."""
    current = _locked(channel)
    if current is None:
        return
    waiting = current.deliveries.filter(state=DeliveryState.QUEUED)
    waiting.update(
        state=DeliveryState.SUPPRESSED, state_at=at, next_attempt_at=None, lease_token=None, lease_until=None
    )
    current.delete()


def address_of(channel: Channel) -> str:
    """Return where a channel is; raises UnreadableSecretError where SECRET_KEY has changed."""
    return _SEAL.unseal(channel.url)


def secrets_of(channel: Channel, *, at: datetime) -> Sequence[str]:
    """Return the secrets to sign with: the newest, and for a week after a change the one before."""
    alive = [_SEAL.unseal(channel.secret)]
    if channel.previous_secret and channel.previous_until is not None and channel.previous_until > at:
        alive.append(_SEAL.unseal(channel.previous_secret))
    return alive


def _locked(channel: Channel) -> Channel | None:
    """Return a channel as it is now, locked for the transaction; None where it was taken away."""
    return Channel.objects.select_for_update(of=("self",)).select_related("team").filter(pk=channel.pk).first()


def _present(channel: Channel) -> Channel:
    current = _locked(channel)
    if current is None:
        raise ChannelGoneError
    return current


def _checked_name(team: Team, given: str, but: Channel | None = None) -> str:
    name = " ".join(given.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise _refusal("name", _("A name has 1 to %d characters.") % LONGEST_NAME)
    others = team.channels.exclude(pk=but.pk) if but else team.channels.all()
    if others.filter(name__iexact=name).exists():
        raise _refusal("name", _("There is a way of sending with this name already."))
    return name


def _checked_address(given: str) -> tuple[str, str]:
    """Return an address and the part of it that may be shown."""
    url = given.strip()
    try:
        target = parse_target(url)
        check_target(target, settings.OUTGOING_NETWORKS)
    except UnusableAddressError as error:
        raise _refusal("url", str(error)) from error
    return url, target.authority[:255]


def _checked_secret(given: str) -> str:
    """Return a secret of 24 to 64 bytes, as Standard Webhooks asks for."""
    secret = given.strip()
    low, high = SECRET_BYTES
    try:
        is_good = secret.startswith(PREFIX) and low <= len(key_of(secret)) <= high
    except ValueError:
        is_good = False
    if not is_good:
        told = _("A secret is “whsec_” followed by %(low)d to %(high)d bytes in Base64.")
        raise _refusal("secret", told % {"low": low, "high": high})
    return secret


def _checked_language(given: str) -> str:
    if given and given not in dict(settings.LANGUAGES):
        raise _refusal("language", _("“%s” is not a language that this installation speaks.") % given[:20])
    return given


def _refusal(field: str, message: str) -> InvalidChannelError:
    return InvalidChannelError(message, fields={field: [message]})
