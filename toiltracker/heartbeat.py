"""The sign of life that every worker leaves in the broker, whatever its tasks are busy with."""

from typing import Any

from celery import bootsteps
from django.conf import settings

from toiltracker.broker import connect

EVERY = 5.0
LASTS = 20


class Heartbeat(bootsteps.StartStopStep):
    """Writes the sign from the worker's own loop, so that long tasks do not hold it up."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self._entry: Any = None

    def start(self, worker: Any) -> None:
        """Leave the first sign and go on."""
        self._client = connect()
        self._entry = worker.timer.call_repeatedly(EVERY, self._leave)
        self._leave()

    def stop(self, worker: Any) -> None:
        """Leave no more."""
        if self._entry is not None:
            self._entry.cancel()
            self._entry = None

    def _leave(self) -> None:
        self._client.set(key(), "alive", ex=LASTS)


def key() -> str:
    """Return where the sign stands."""
    return f"{settings.REDIS_KEY_PREFIX}worker-heartbeat"
