"""Connecting a source to a board, rotating its secret, and disconnecting it."""

import base64
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from boards.models import Board
from boards.services.record import refuse_archived_board
from imports.models import Connection, ConnectionKind
from imports.sealing import seal, unseal
from imports.sources.signatures import STANDARD_PREFIX
from teams.actors import Actor
from teams.errors import InvalidError

LONGEST_SECRET: Final = 500
LONGEST_SOURCE: Final = 50
# How long what was the secret before still holds, for whoever changes it on the other side.
OVERLAP: Final = timedelta(days=7)


def new_secret() -> str:
    """Return a secret of 256 random bits in the form of Standard Webhooks, which every kind can use."""
    return STANDARD_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


@transaction.atomic
def create_connection(*, board: Board, kind: str, secret: str, source: str = "", by: Actor, at: datetime) -> Connection:
    """Connect a source to a board; its tickets go under `source`, which is the kind unless another is given."""
    refuse_archived_board(board)
    if kind not in ConnectionKind.values:
        raise _refusal("kind", _("This has to be one of %s.") % ", ".join(ConnectionKind.values))
    name = source.strip() or kind
    if len(name) > LONGEST_SOURCE or not name.isprintable():
        raise _refusal("source", _("A source has a name of at most %d characters.") % LONGEST_SOURCE)
    return Connection.objects.create(
        board=board,
        kind=kind,
        source=name,
        key=secrets.token_urlsafe(32),
        secret=seal(_checked(secret)),
        created_by=by.person,
        created_at=at,
    )


@transaction.atomic
def rotate_secret(*, connection: Connection, secret: str, at: datetime) -> Connection:
    """Give a connection a new secret; the one before holds for a week more, the one before that ends now."""
    checked = _checked(secret)
    locked = Connection.objects.select_for_update(of=("self",)).select_related("board__team").get(pk=connection.pk)
    locked.previous_secret, locked.previous_until = locked.secret, at + OVERLAP
    locked.secret, locked.refusal, locked.refused_at = seal(checked), "", None
    locked.save(update_fields=["secret", "previous_secret", "previous_until", "refusal", "refused_at"])
    return locked


@transaction.atomic
def end_previous_secret(*, connection: Connection) -> None:
    """Let only the newest secret hold from now on."""
    Connection.objects.filter(pk=connection.pk).update(previous_secret="", previous_until=None)


@transaction.atomic
def delete_connection(*, connection: Connection) -> None:
    """Disconnect a source: its address is gone, with what it sent; the items that came in stay."""
    Connection.objects.filter(pk=connection.pk).delete()


def secrets_of(connection: Connection, *, at: datetime) -> list[str]:
    """Return the secrets that hold now: the newest, and during a rotation the one before.

    Raises UnreadableSecretError where SECRET_KEY has changed.
    """
    alive = [unseal(connection.secret)]
    if connection.previous_secret and connection.previous_until is not None and connection.previous_until > at:
        alive.append(unseal(connection.previous_secret))
    return alive


def _checked(secret: str) -> str:
    cleaned = secret.strip()
    if not cleaned or len(cleaned) > LONGEST_SECRET or not cleaned.isprintable():
        raise _refusal("secret", _("A secret has 1 to %d characters, without line breaks.") % LONGEST_SECRET)
    return cleaned


def _refusal(field: str, message: str) -> InvalidError:
    return InvalidError(message, fields={field: [message]})
