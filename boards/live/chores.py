"""One thread that reads and renders for the hub, so that its loop never waits for the database."""

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import close_old_connections

Result = TypeVar("Result")


class Chores:
    """Does one thing after the other, and leaves no connection open for longer than any request does."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        # A daemon: a web process that ends waits for nothing that is done here.
        threading.Thread(target=self._run, name="live-chores", daemon=True).start()

    async def do(self, chore: Callable[..., Result], *args: Any, **kwargs: Any) -> Result:
        """Have something done, and return or raise what it does."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Result] = loop.create_future()

        def tell(result: Result | None, error: BaseException | None) -> None:
            if done.cancelled():
                return
            if error is not None:
                done.set_exception(error)
            else:
                done.set_result(result)  # type: ignore[arg-type]  # None only where the chore returns it

        def run() -> None:
            result, problem = None, None
            try:
                close_old_connections()
                result = chore(*args, **kwargs)
            except Exception as error:  # noqa: BLE001 - it is raised again where it is awaited
                problem = error
            finally:
                close_old_connections()
            loop.call_soon_threadsafe(tell, result, problem)

        self._waiting.put(run)
        return await done

    def _run(self) -> None:
        while True:
            self._waiting.get()()
