"""Shows times in the reader's zone, and text in their language."""

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

from teams.models import Membership, User
from teams.queries import timezone_of_team

TIMEZONE_COOKIE = "timezone"


class ReaderMiddleware:
    """Activates zone and language for each request: those of the profile, else the browser's, else the team's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Activate what the reader wants, and leave nothing of it to the thread's next request."""
        user = request.user if isinstance(request.user, User) else None
        zone = zone_of_reader(user, request.COOKIES.get(TIMEZONE_COOKIE, ""))
        if user is not None and user.language:
            translation.activate(user.language)
        with timezone.override(zone):
            return self.get_response(request)


def zone_of_reader(user: User | None, cookie: str) -> zoneinfo.ZoneInfo | None:
    """Return the zone to show times in; None is the server's default, UTC."""
    for name in (user.timezone if user else "", cookie):
        if zone := _zone_or_none(name):
            return zone
    if user is None:
        return None
    memberships = Membership.objects.confirmed().filter(person__user=user).by_joining()
    first = memberships.select_related("team__calendar").first()
    return zoneinfo.ZoneInfo(timezone_of_team(first.team)) if first else None


def _zone_or_none(name: str) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):  # a cookie may hold anything
        return None
