"""Whether everything that a request may need is there: database, its tables, broker, worker."""

from collections.abc import Callable
from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from toiltracker import heartbeat
from toiltracker.broker import connect


def problems() -> dict[str, str]:
    """Return what is wrong, by the name of the check; nothing when all is well."""
    return {name: sentence for name, check in CHECKS.items() if (sentence := check())}


def _database() -> str | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return _("The database does not answer.")
    return None


def _migrations() -> str | None:
    try:
        missing = _unapplied()
    except DatabaseError:
        return _("The database does not answer.")
    if missing:
        _unapplied.cache_clear()
        return _("The database lacks %(count)d migrations.") % {"count": missing}
    return None


@cache
def _unapplied() -> int:
    """Count them; a program that found none does not look again, since only a new one can bring more."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _broker() -> str | None:
    try:
        with connect() as client:
            client.ping()
    except RedisError:
        return _("The Redis server does not answer.")
    return None


def _worker() -> str | None:
    try:
        with connect() as client:
            if client.exists(heartbeat.key()):
                return None
    except RedisError:
        return _("The Redis server does not answer.")
    return _("No worker has given a sign of life in the last %(seconds)d seconds.") % {"seconds": heartbeat.LASTS}


CHECKS: dict[str, Callable[[], str | None]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
    "worker": _worker,
}
