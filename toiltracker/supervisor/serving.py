"""Starts everything in its order, and says where it serves."""

import contextlib
import http.client
from collections.abc import Callable, Sequence

from django.conf import settings

from toiltracker.supervisor import parts
from toiltracker.supervisor.children import Child
from toiltracker.supervisor.lifeline import Guardian
from toiltracker.supervisor.listening import open_socket
from toiltracker.supervisor.locking import only_one_in
from toiltracker.supervisor.parent import Interrupted, Parent, raise_when_told_to_stop
from toiltracker.supervisor.preparation import prepare, sample_sign_in
from toiltracker.supervisor.private_broker import start_private_broker

ASK_FOR = 0.3
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where a server that listens everywhere is asked


def serve(names: Sequence[str], *, write: Callable[[str], None]) -> None:
    """Run these parts until told to stop; raises `CannotStart` when something stands in the way."""
    raise_when_told_to_stop()
    with only_one_in(settings.DATA_DIR), contextlib.ExitStack() as stack:
        parent = Parent(Guardian())
        stack.callback(parent.stop)
        try:
            _run(parent, names, stack, write)
        except Interrupted:
            write("Stopped before it served.")


def _run(parent: Parent, names: Sequence[str], stack: contextlib.ExitStack, write: Callable[[str], None]) -> None:
    listening = stack.enter_context(open_socket(settings.HOST, settings.PORT)) if "web" in names else None
    parent.guardian.start()
    if settings.IS_BROKER_PRIVATE:
        parent.broker = start_private_broker(settings.DATA_DIR, parent.guardian)
    prepare(settings.DATA_DIR)
    for name in names:
        part = parts.web(listening.fileno()) if listening and name == "web" else parts.OF_CELERY[name]()
        parent.children.append(Child(part, parent.guardian))
    parent.run(each_time=_Announcement(write) if listening else lambda: None)
    write("Stopping.")


class _Announcement:
    """Says once, when the first page can be had, where it is and who may sign in."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._is_made = False

    def __call__(self) -> None:
        if self._is_made or not _answers():
            return
        self._is_made = True
        self._write(f"Toil Tracker serves at {settings.BASE_URL}/")
        sign_in = sample_sign_in()
        if sign_in:
            self._write(f"Sign in as {sign_in[0]}, password: {sign_in[1]}")


def _answers() -> bool:
    connection = http.client.HTTPConnection(WILDCARDS.get(settings.HOST, settings.HOST), settings.PORT, timeout=ASK_FOR)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
