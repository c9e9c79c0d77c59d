"""The streams of one web process: a loop in a thread of its own, which costs no thread or connection for each."""

import asyncio
import logging
import os
import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final

import redis.asyncio
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils import timezone
from redis.exceptions import RedisError

from boards.live.chores import Chores
from boards.live.news import Wish, as_event, read_heads, read_news
from boards.live.readers import Face, Reader, still_allowed
from boards.live.streams import Stream
from boards.live.wake import channel

MOST_STREAMS: Final = 500
MOST_OF_ONE: Final = 20
"""Streams of a web process, and of one account in it. Who is refused asks every few seconds instead."""

FAILS_SILENTLY: Final = 5.0
"""Seconds for which news may fail to be read before the streams are closed."""

logger = logging.getLogger(__name__)


class Hub:
    """Sends what changes to those who follow.

    `check_every`: seconds between looks at whether readers still may; `look_every`: at feeds, should a message have
    been lost; `beat_every`: between signs of life; `settle`: changes that come closer together are one message.
    """

    def __init__(
        self, *, check_every: float = 60.0, look_every: float = 1.0, beat_every: float = 15.0, settle: float = 0.2
    ) -> None:
        self._check_every, self._look_every, self._beat_every = check_every, look_every, beat_every
        self._settle = settle
        self._streams: set[Stream] = set()
        self._dirty: set[int] = set()
        self._admitted: Counter[int] = Counter()
        self._lock = threading.Lock()
        self._chores = Chores()
        self._loop = asyncio.new_event_loop()
        self._is_dirty = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()  # the loop itself forgets those that nobody refers to
        threading.Thread(target=self._run, name="live-hub", daemon=True).start()

    def admit(self, user: int) -> bool:
        """Keep a place for a stream of an account, if there is one; `take` or `release` has to follow."""
        with self._lock:
            if self._admitted.total() >= MOST_STREAMS or self._admitted[user] >= MOST_OF_ONE:
                return False
            self._admitted[user] += 1
            return True

    def release(self, user: int) -> None:
        """Give up a place."""
        with self._lock:
            self._admitted[user] -= 1
            self._admitted += Counter()  # those at nought go

    def take(self, connection: socket.socket, head: bytes, reader: Reader) -> None:
        """Follow the boards for a reader that was admitted, on its connection; called by any thread."""
        self._loop.call_soon_threadsafe(self._begin, connection, head, reader)

    def _begin(self, connection: socket.socket, head: bytes, reader: Reader) -> None:
        stream = Stream(reader, head + as_event("hello", {}), self._forget)
        self._start(self._adopt(connection, stream))

    async def _adopt(self, connection: socket.socket, stream: Stream) -> None:
        self._streams.add(stream)
        try:
            await self._loop.connect_accepted_socket(lambda: stream, connection)
        except OSError:
            connection.close()
            self._forget(stream)
        else:
            self._mark(stream.seen)

    def _forget(self, stream: Stream) -> None:
        if stream in self._streams:
            self._streams.discard(stream)
            self.release(stream.reader.user)

    def _mark(self, boards: "set[int] | dict[int, int]") -> None:
        self._dirty.update(boards)
        self._is_dirty.set()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        for job in (self._send_news, self._listen, self._look, self._beat, self._check):
            self._start(self._again_and_again(job))
        self._loop.run_forever()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _again_and_again(self, job: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do a job for as long as the process lives; what is away comes back, and is said to be away once a minute."""
        quiet_until, fails_since = 0.0, None
        while True:
            try:
                await job()
                fails_since = None
            except (DatabaseError, InterfaceError, RedisError, OSError) as error:
                now = time.monotonic()
                if now > quiet_until:
                    logger.warning("Open boards: %s", error)
                    quiet_until = now + 60
                fails_since = now if fails_since is None else fails_since
                if job != self._listen and now - fails_since > FAILS_SILENTLY:
                    self._close_all()
                await asyncio.sleep(2)
            except Exception:  # the boundary of the thread: whatever it was, the streams go on
                logger.exception("Open boards: something is wrong.")
                await asyncio.sleep(5)

    def _close_all(self) -> None:
        """Let go of all: a stream that says nothing looks as if nothing happened; who asks is told otherwise."""
        for stream in list(self._streams):
            stream.close()

    async def _send_news(self) -> None:
        await self._is_dirty.wait()
        self._is_dirty.clear()
        boards, self._dirty = self._dirty, set()
        wishes: dict[Wish, set[Face]] = defaultdict(set)
        for stream in self._streams:
            for board in boards & stream.seen.keys():
                wishes[board, stream.seen[board]].add(stream.reader.face)
        if not wishes:
            return
        try:
            found = await self._chores.do(read_news, wishes, at=timezone.now())
        except BaseException:
            self._mark(boards)
            raise
        written: dict[tuple[Wish, Face], bytes] = {}
        for stream in list(self._streams):
            for board in boards & stream.seen.keys():
                wish, face = (board, stream.seen[board]), stream.reader.face
                news = found.get(wish)
                if news is None or face not in news.said:
                    continue
                if (wish, face) not in written:
                    written[wish, face] = as_event("news", news.said[face])
                stream.send(written[wish, face])
                stream.seen[board] = news.seq
        await asyncio.sleep(self._settle)

    async def _listen(self) -> None:
        """Hear of announcements as soon as they are committed."""
        client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2)
        try:
            async with client.pubsub() as subscription:
                await subscription.subscribe(channel())
                async for message in subscription.listen():
                    if message["type"] == "message":
                        watched = self._watched()
                        with suppress(ValueError):
                            self._mark({board for board in map(int, message["data"].split(b",")) if board in watched})
        finally:
            await client.aclose()

    async def _look(self) -> None:
        """Look for announcements of which nobody was told: one query for all boards that are watched."""
        await asyncio.sleep(self._look_every)
        watched = self._watched()
        if not watched:
            return
        heads = await self._chores.do(read_heads, watched)
        behind = {
            board for stream in self._streams for board, seq in stream.seen.items() if seq != heads.get(board, seq)
        }
        if behind:
            self._mark(behind)

    async def _beat(self) -> None:
        await asyncio.sleep(self._beat_every)
        for stream in list(self._streams):
            stream.beat(as_event("beat", {}))

    async def _check(self) -> None:
        """Let go of those who have signed out, have another password or are no longer in the team."""
        await asyncio.sleep(self._check_every)
        readers = {stream.reader for stream in self._streams}
        if not readers:
            return
        verdicts = await self._chores.do(still_allowed, readers, at=timezone.now())
        for stream in list(self._streams):
            verdict = verdicts.get(stream.reader)
            if isinstance(verdict, Reader):
                stream.reader = verdict
                stream.seen = {board: seq for board, seq in stream.seen.items() if board in verdict.boards}
            elif verdict is not None:
                stream.close(as_event("end", {"reason": verdict}))

    def _watched(self) -> set[int]:
        return {board for stream in self._streams for board in stream.seen}


_hubs: dict[int, Hub] = {}
_one_at_a_time = threading.Lock()


def hub() -> Hub:
    """Return this process's hub; the first one who asks starts it, after the process was forked."""
    with _one_at_a_time:
        if os.getpid() not in _hubs:
            _hubs[os.getpid()] = Hub()
        return _hubs[os.getpid()]


def install(one: Hub) -> None:
    """Let this process use a hub with other times."""
    with _one_at_a_time:
        _hubs[os.getpid()] = one
