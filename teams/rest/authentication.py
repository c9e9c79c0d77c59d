"""Bearer tokens: a program proves which team's it is; guessing is slowed down, valid use never is."""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from teams.models import ApiToken
from teams.secrets import hash_secret

BAD_TOKENS_PER_MINUTE = 30
LAST_USED_RESOLUTION = timedelta(minutes=10)


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer <token>`; the request's user is then the ApiToken itself."""

    def authenticate(self, request: Request) -> tuple[ApiToken, ApiToken] | None:
        """Return the token, or None where the request does not carry one."""
        scheme, __, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        now = timezone.now()
        token = ApiToken.objects.alive(now).filter(token_hash=hash_secret(secret.strip())).first()
        if token is None:
            raise _refusal(get_adapter().get_client_ip(request))
        if token.last_used_at is None or token.last_used_at < now - LAST_USED_RESOLUTION:
            stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - LAST_USED_RESOLUTION)
            ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
        return token, token

    def authenticate_header(self, request: Request) -> str:
        """Return what a 401 says about how to prove who one is."""
        return 'Bearer realm="Toil Tracker"'


class SessionAuthentication(authentication.SessionAuthentication):
    """A signed-in browser's session, with its CSRF check."""


def _refusal(address: str) -> exceptions.APIException:
    key = f"bad-tokens:{address}"
    if not cache.add(key, 1, timeout=60) and _count(key) > BAD_TOKENS_PER_MINUTE:
        return exceptions.Throttled(wait=60, detail=_("Too many requests with a bad token came from this address."))
    return exceptions.AuthenticationFailed(_("The token is not valid: it is unknown, expired or revoked."))


def _count(key: str) -> int:
    try:
        return cache.incr(key)
    except ValueError:  # its minute ended just now
        return 1
