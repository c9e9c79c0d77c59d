"""API tokens: shown once, kept as a hash, revocable."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from teams.actors import Actor
from teams.errors import InvalidError
from teams.models import ApiToken, Scope, Team
from teams.secrets import TOKEN_PREFIX, hash_secret, new_secret
from teams.services.people import clean_name

MAX_NAME_LENGTH = 100
SHOWN_LETTERS = len(TOKEN_PREFIX) + 6


@transaction.atomic
def create_token(
    *, team: Team, name: str, scope: str, expires_at: datetime | None = None, by: Actor, at: datetime
) -> tuple[ApiToken, str]:
    """Create a token of a team; return it with its secret, which nothing can show again."""
    cleaned = clean_name(name)
    if not cleaned or len(cleaned) > MAX_NAME_LENGTH:
        raise _refusal("name", _("A token has a name of at most %d characters.") % MAX_NAME_LENGTH)
    if scope not in Scope.values:
        raise _refusal("scope", _("A scope is read, import or write."))
    if expires_at is not None and expires_at <= at:
        raise _refusal("expires_at", _("The token would have expired already: choose a later day."))
    secret = new_secret(TOKEN_PREFIX)
    token = ApiToken.objects.create(
        team=team,
        name=cleaned,
        scope=scope,
        prefix=secret[:SHOWN_LETTERS],
        token_hash=hash_secret(secret),
        created_by=by.person,
        created_at=at,
        expires_at=expires_at,
    )
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, at: datetime) -> ApiToken:
    """End a token now; programs that use it are answered 401 from here on."""
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
    return token


def _refusal(field: str, message: str) -> InvalidError:
    return InvalidError(message, fields={field: [message]})
