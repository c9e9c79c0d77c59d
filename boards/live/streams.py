"""One open connection: bytes go out as fast as the other side takes them, and a side that does not is let go."""

import asyncio
from collections.abc import Callable
from typing import Final

from boards.live.readers import Reader

MOST_WAITING: Final = 1_000_000
"""Bytes that may wait for a slow reader. Who is dropped comes back, and gets what it has missed."""


class Stream(asyncio.Protocol):
    """The server's side of an event stream; lives in the hub's loop."""

    def __init__(self, reader: Reader, head: bytes, on_end: "Callable[[Stream], None]") -> None:
        self.reader = reader
        self.seen = dict(reader.boards)
        self._head = head
        self._on_end = on_end
        self._transport: asyncio.Transport | None = None
        self._waited_at_last_beat = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Answer the request."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
            transport.write(self._head)

    def data_received(self, data: bytes) -> None:
        """Whoever follows has nothing to say."""

    def eof_received(self) -> bool:
        """Close when the browser has."""
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """Tell the hub."""
        self._on_end(self)

    def send(self, message: bytes) -> None:
        """Send a message, or let go of a reader for whom too much waits already."""
        if self._transport is None or self._transport.is_closing():
            return
        if self._transport.get_write_buffer_size() > MOST_WAITING:
            self._transport.abort()
        else:
            self._transport.write(message)

    def beat(self, message: bytes) -> None:
        """Send a sign of life; who has not even taken what waited at the last one is gone."""
        if self._transport is None:
            return
        is_waiting = self._transport.get_write_buffer_size() > 0
        if is_waiting and self._waited_at_last_beat:
            self._transport.abort()
            return
        self._waited_at_last_beat = is_waiting
        self.send(message)

    def close(self, last: bytes = b"") -> None:
        """Send what is to be said last, and hang up."""
        if self._transport is not None:
            self.send(last)
            self._transport.close()
