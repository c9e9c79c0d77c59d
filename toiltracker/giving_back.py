"""What a worker does with tasks that are still under way when its time to stop is over: it puts them back."""

import logging
import os
import signal
import threading
from contextlib import suppress
from typing import Any

from celery import bootsteps
from celery.signals import worker_shutting_down
from django.conf import settings

logger = logging.getLogger(__name__)


class GiveBack(bootsteps.StartStopStep):
    """Lets a warm shutdown last so long and no longer.

    Celery's own limit sleeps it out even when the tasks are done, and then needs another two or three seconds.
    """

    requires = ("celery.worker.components:Pool",)

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self._worker = worker
        self._timer: threading.Timer | None = None

    def start(self, worker: Any) -> None:
        """Listen for the signal that asks the worker to stop."""
        worker_shutting_down.connect(self._limit)

    def _limit(self, **_: Any) -> None:
        if self._timer is None:
            self._timer = threading.Timer(settings.WORKER_STOPS_WITHIN, self._give_back)
            self._timer.daemon = True
            self._timer.start()

    def _give_back(self) -> None:
        for process in list(self._worker.pool._pool._pool):
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        try:
            tags = self._unfinished()
            # A connection of its own: the worker's may be in use by another thread. Putting back is one transaction
            # for each message, so that one which is finished or put back at this very moment is not doubled.
            with self._worker.app.connection_for_write() as connection:
                for tag in tags:
                    connection.default_channel.qos.restore_by_tag(tag, leftmost=True)
            logger.warning("Put back %d tasks that did not end in time.", len(tags))
        finally:
            os._exit(0)

    def _unfinished(self) -> list[str]:
        consumer = self._worker.consumer.task_consumer if self._worker.consumer else None
        if consumer is None or consumer.channel is None:
            return []  # the connection is closed, and closing has put them back
        return list(consumer.channel.qos._delivered)
