"""Gives the connection of a request away, so that an open stream keeps none of the threads that pages need.

gunicorn's thread goes on with one end of a pair of sockets in place of the connection: it writes the empty answer
there, finds the other end closed, and closes its own. A plain duplicate would not do, since gunicorn shuts the
connection down for everybody when it is done.
"""

import os
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final

from django.utils.http import http_date

CONNECTION: Final = "gunicorn.socket"
HANDS_OVER: Final = "toiltracker.hands_over"
# Said of this one answer as gunicorn would have sent it; a stream ends when its connection does.
LEFT_OUT: Final = frozenset({"content-length", "connection", "transfer-encoding"})

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


def hands_over(application: Application) -> Application:
    """Let the answers of an application that have `take_connection` take it, with the head that they have to send."""

    def serve(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        # A connection with TLS has a state of its own, and one of HTTP/2 carries other requests as well.
        is_plain = type(environ.get(CONNECTION)) is socket.socket and environ.get("HTTP_VERSION") != "2"
        environ[HANDS_OVER] = is_plain
        head: list[bytes] = []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            head[:] = [_head(status, headers)]
            return start_response(status, headers, *more)

        response = application(environ, start if is_plain else start_response)
        take = getattr(response, "take_connection", None)
        if take is not None:
            connection = take_over(environ[CONNECTION])
            try:
                take(connection, head[0])
            except BaseException:
                connection.close()
                raise
        return response

    return serve


def take_over(connection: socket.socket) -> socket.socket:
    """Return a connection's other self; what was the connection is an end of a pair whose other end is closed."""
    taken = socket.socket(fileno=os.dup(connection.fileno()))
    here, there = socket.socketpair()
    with here, there:
        os.dup2(here.fileno(), connection.fileno(), inheritable=False)
    with suppress(OSError):  # a connection by a file has no such thing
        taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    taken.setblocking(False)
    return taken


def _head(status: str, headers: list[tuple[str, str]]) -> bytes:
    kept = [(name, value) for name, value in headers if name.lower() not in LEFT_OUT]
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in kept)]
    lines += [f"Date: {http_date()}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1")
