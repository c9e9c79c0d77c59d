"""`python -m benchmarks live`: what 200 open boards cost, and how soon a change is on them.

One server, as `manage.py up` starts it, with streams that one thread of this process reads. Moves are made at a
modest rate; the clock starts at the commit, and stops when the bytes of the change have been read. The same page is
asked for without streams, with streams that hear nothing, and with streams while cards are moved.
"""

import argparse
import http.client
import os
import selectors
import socket
import statistics
import threading
import time
from itertools import count
from typing import Any

from benchmarks._serving import server
from benchmarks.setting import database_name, say, set_up

STREAMS_OF_ONE = 10
AIM_ARRIVAL_MS = 1000.0


class Streams:
    """Open streams, and when each change arrived on each."""

    def __init__(self) -> None:
        self.arrived: dict[socket.socket, list[tuple[int, float]]] = {}
        self._texts: dict[socket.socket, bytes] = {}
        self._selector = selectors.DefaultSelector()
        self._is_over = threading.Event()

    def open(self, port: int, path: str, cookie: str) -> None:
        """Open one more, and wait for its first word."""
        stream = socket.create_connection(("127.0.0.1", port), timeout=30)
        lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: text/event-stream", f"Cookie: {cookie}", "", ""]
        stream.sendall("\r\n".join(lines).encode())
        answer = b""
        while b"event: hello" not in answer:
            piece = stream.recv(65536)
            if not piece:
                raise SystemExit(f"A stream was refused: {answer[:300]!r}")
            answer += piece
        self._texts[stream] = b""
        self.arrived[stream] = []
        self._selector.register(stream, selectors.EVENT_READ)

    def start(self) -> None:
        """Read them all in one thread."""
        threading.Thread(target=self._read, daemon=True).start()

    def have(self, seq: int) -> bool:
        """Whether all have heard of a change."""
        return all(heard and heard[-1][0] >= seq for heard in self.arrived.values())

    def close(self) -> None:
        """Hang up."""
        self._is_over.set()
        for stream in self._texts:
            stream.close()

    def _read(self) -> None:
        while not self._is_over.is_set():
            for key, _ in self._selector.select(0.1):
                stream: Any = key.fileobj
                piece = stream.recv(262144)
                now = time.perf_counter()
                if not piece:
                    raise SystemExit("A stream ended.")
                *events, self._texts[stream] = (self._texts[stream] + piece).split(b"\n\n")
                for event in events:
                    if event.startswith(b"event: news"):
                        seq = int(event.split(b'"seq":', 1)[1].split(b",", 1)[0])
                        self.arrived[stream].append((seq, now))


def main(arguments: list[str]) -> None:
    """Measure, print a table, and fail where a change did not arrive everywhere."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks live", description=__doc__)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--items", type=int, default=300)
    parser.add_argument("--moves", type=int, default=40)
    parser.add_argument("--pause", type=float, default=0.5, help="seconds between moves")
    parser.add_argument("--pages", type=int, default=60)
    options = parser.parse_args(arguments)
    if not os.environ.get("REDIS_URL"):
        from tests import broker  # noqa: PLC0415 - it starts a server

        os.environ["REDIS_URL"] = broker.start()
    set_up("live")
    from django.core.management import call_command  # noqa: PLC0415

    call_command("collectstatic", interactive=False, verbosity=0)
    board, cookies = _make_board(options)
    page = f"/t/{board.team.slug}/b/{board.slug}/"
    with server(0, "live") as port:
        _pages(port, page, cookies[0], 10)
        without = _pages(port, page, cookies[0], options.pages)
        streams = Streams()
        path = f"/t/{board.team.slug}/events/?boards={board.pk}:{_head(board)}"
        for number in range(options.streams):
            streams.open(port, path, cookies[number % len(cookies)])
        streams.start()
        quiet = _pages(port, page, cookies[0], options.pages)
        committed: dict[int, float] = {}
        mover = threading.Thread(target=_move, args=(board, options, committed))
        mover.start()
        busy = _pages(port, page, cookies[0], options.pages)
        mover.join()
        last = _head(board)
        deadline = time.monotonic() + 30
        while not streams.have(last) and time.monotonic() < deadline:
            time.sleep(0.05)
        streams.close()
    say(f"{database_name()}, a board of {options.items} items, {options.streams} open boards")
    _say("page, no stream", without)
    _say("page, streams, nothing moves", quiet)
    _say("page, streams, cards are moved", busy)
    _say_arrivals(committed, list(streams.arrived.values()))


def _make_board(options: argparse.Namespace) -> tuple[Any, list[str]]:
    """Make a team with a board and enough members to follow it, and return the board and their cookies."""
    from django.test import Client  # noqa: PLC0415 - Django has to be set up first
    from django.utils import timezone  # noqa: PLC0415

    from boards.services import create_board, create_item  # noqa: PLC0415
    from teams.actors import SYSTEM  # noqa: PLC0415
    from teams.models import Membership, Person, Role, Team, User  # noqa: PLC0415
    from tests.factories import TeamFactory  # noqa: PLC0415

    now = timezone.now()
    slug = next(slug for n in count() if not Team.objects.filter(slug=(slug := f"live-{n}")).exists())
    team = TeamFactory(slug=slug)
    board = create_board(team=team, name="Live", by=SYSTEM, at=now)
    columns = list(board.columns.in_order())
    for number in range(options.items):
        create_item(board=board, column=columns[number % 3], title=f"Item {number}", force=True, by=SYSTEM, at=now)
    cookies = []
    for number in range(-(-options.streams // STREAMS_OF_ONE)):
        user = User.objects.create_user(f"{slug}-{number}@example.com")
        person, __ = Person.objects.update_or_create(email=user.email, defaults={"user": user, "name": f"P {number}"})
        Membership.objects.create(team=team, person=person, role=Role.MEMBER)
        client = Client(SERVER_NAME="localhost")
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        cookies.append(f"sessionid={client.cookies['sessionid'].value}")
    return board, cookies


def _head(board: Any) -> int:
    from boards.live.news import read_heads  # noqa: PLC0415

    return read_heads([board.pk])[board.pk]


def _move(board: Any, options: argparse.Namespace, committed: dict[int, float]) -> None:
    """Move a card now and then, and note when each move was committed."""
    from django.db import connections, transaction  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from boards.models import Item  # noqa: PLC0415
    from boards.services import move_item  # noqa: PLC0415
    from teams.actors import SYSTEM  # noqa: PLC0415

    columns = list(board.columns.in_order())[:3]
    items = list(Item.objects.filter(board=board)[:50])
    for number in range(options.moves):
        moments: list[float] = []
        with transaction.atomic():
            transaction.on_commit(lambda found=moments: found.append(time.perf_counter()))
            move_item(
                item=items[number % len(items)],
                to=columns[number % 3],
                force=True,
                by=SYSTEM,
                at=timezone.now(),
            )
        committed[_head(board)] = moments[0]
        time.sleep(options.pause)
    connections.close_all()


def _pages(port: int, path: str, cookie: str, number: int) -> list[float]:
    """Return how long a page takes, one after the other."""
    times = []
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for _ in range(number):
        started = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie})
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise SystemExit(f"The page was answered with {response.status}.")
        times.append((time.perf_counter() - started) * 1000)
    connection.close()
    return times


def _say(what: str, times: list[float]) -> None:
    say(f"{what:<32}{statistics.median(times):8.1f} ms median, p95 {statistics.quantiles(times, n=20)[-1]:7.1f} ms")


def _say_arrivals(committed: dict[int, float], heard: list[list[tuple[int, float]]]) -> None:
    """Say how long after its commit each change was on each stream; what was told together counts for each."""
    delays, missing = [], 0
    for seq, moment in committed.items():
        for told in heard:
            at = next((at for number, at in told if number >= seq), None)
            if at is None:
                missing += 1
            else:
                delays.append((at - moment) * 1000)
    if delays:
        _say(f"commit to arrival (aim {AIM_ARRIVAL_MS:.0f} ms)", delays)
    say(f"changes that did not arrive: {missing}")
    if missing:
        raise SystemExit("Some changes did not arrive.")
