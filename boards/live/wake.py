"""Tells the web processes that something was announced. A message that is lost costs a second: they look as well."""

import logging
import time
from collections.abc import Iterable
from functools import cache
from typing import Final

import redis
from django.conf import settings
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

RESTS_FOR: Final = 5.0
"""After a failure nothing is sent for so long, since nobody who writes is to wait for a server that is away."""

_rests_until = 0.0


def channel() -> str:
    """Return where the messages go."""
    return f"{settings.REDIS_KEY_PREFIX}feed"


def wake(boards: Iterable[int]) -> None:
    """Say, after the commit, on which boards (ids) something was announced."""
    global _rests_until  # noqa: PLW0603 - one for the process, as the connection is
    if time.monotonic() < _rests_until:
        return
    try:
        _client().publish(channel(), ",".join(map(str, boards)))
    except RedisError as error:
        _rests_until = time.monotonic() + RESTS_FOR
        logger.warning("Open boards hear of changes a second late: %s", error)


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5)
