"""The parent: starts every part, starts again what dies, and stops them all in time."""

import os
import selectors
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from toiltracker.supervisor.children import Child
from toiltracker.supervisor.lifeline import Guardian

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
LOOK_EVERY = 0.25
# The worker gives its tasks 8 s; whatever is still there after this is killed, with a second of the ten to spare.
PARTS_STOP_WITHIN = 8.6
BROKER_STOPS_WITHIN = 0.4


class Interrupted(BaseException):
    """A signal asked to stop while everything was still being prepared."""


class Parent:
    """Keeps children running until a signal asks it to stop."""

    def __init__(self, guardian: Guardian) -> None:
        self.guardian = guardian
        self.broker: Child | None = None
        self.children: list[Child] = []

    def run(self, *, each_time: Callable[[], None]) -> None:
        """Look after the children, and call `each_time` between looks, until told to stop."""
        with _signals() as has_been_told:
            while not has_been_told(LOOK_EVERY):
                self.guardian.start()
                for child in [*([self.broker] if self.broker else []), *self.children]:
                    child.look_after()
                each_time()

    def stop(self) -> None:
        """Stop the parts together and the broker last, since the worker puts unfinished work back into it."""
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)  # it is being done; a second signal must not break it off
        _stop_together(self.children, within=PARTS_STOP_WITHIN)
        if self.broker is not None:
            _stop_together([self.broker], within=BROKER_STOPS_WITHIN)
        self.guardian.stop()


def raise_when_told_to_stop() -> None:
    """Let a stop signal raise `Interrupted`, until `Parent.run` listens in its own way."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise Interrupted

    for number in STOP_SIGNALS:
        signal.signal(number, interrupt)


def _stop_together(children: Sequence[Child], *, within: float) -> None:
    deadline = time.monotonic() + within
    for child in children:
        child.ask_to_stop()
    while any(child.is_running for child in children) and time.monotonic() < deadline:
        time.sleep(0.02)
    for child in children:
        child.kill()


@contextmanager
def _signals() -> Iterator[Callable[[float], bool]]:
    """Give a function that waits for a signal at most so long, and says whether one asked to stop.

    Signals arrive through a pipe: one that comes between a check and a wait would otherwise be missed.
    """
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    told: set[int] = set()

    def note(number: int, _frame: FrameType | None) -> None:
        told.add(number)

    def has_been_told(timeout: float) -> bool:
        if not told and selector.select(timeout):
            os.read(reading, 512)
        return bool(told)

    with selectors.DefaultSelector() as selector:
        selector.register(reading, selectors.EVENT_READ)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        for number in STOP_SIGNALS:
            signal.signal(number, note)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        try:
            yield has_been_told
        finally:
            signal.set_wakeup_fd(-1)
            os.close(reading)
            os.close(writing)
