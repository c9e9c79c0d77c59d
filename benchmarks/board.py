"""`python -m benchmarks board`: how soon a large board can be worked on, and what moves, classes and panels cost there.

Headless Chromium with a processor slowed down four times. Interactive is the time from the start of the navigation to
the first key press that moves the focus to a card. Beside it stands a page of the same rows written by a plain loop.
What the page's own thread worked for it, in the processor's time, does not depend on what else the machine does.
"""

import argparse
import http.client
import os
import random
import statistics
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from benchmarks._serving import server
from benchmarks.setting import database_name, say, set_up

AIM_INTERACTIVE = {2000: 1500.0, 5000: 3000.0}
AIM_P95 = 100.0
COOKIE = "csrftoken"
TOKEN = "a" * 32


def main(arguments: list[str]) -> None:
    """Measure at each size, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks board", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[2000, 5000], help="open items")
    parser.add_argument("--runs", type=int, default=7, help="times that each page is opened")
    parser.add_argument("--requests", type=int, default=200, help="moves, classifications and panels")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args(arguments)
    if not os.environ.get("REDIS_URL"):
        from tests import broker  # noqa: PLC0415 - only where no server is given

        os.environ["REDIS_URL"] = broker.start()
    set_up("board")
    from django.core.management import call_command  # noqa: PLC0415 - after Django is set up

    call_command("collectstatic", interactive=False, verbosity=0)
    with server(options.port, "board") as port:
        for size in options.sizes:
            _measure(size, port, options)


def _measure(size: int, port: int, options: argparse.Namespace) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from benchmarks._bare_board import bare_server  # noqa: PLC0415
    from benchmarks._board_data import make_board  # noqa: PLC0415
    from benchmarks._chromium import SLOWER, chromium, look  # noqa: PLC0415

    place = make_board(size, timezone.now())
    say(f"\n{database_name()}, {size} open items, medians of {options.runs} runs, processor {SLOWER} times slower")
    _on_the_server(place, port, options)
    cookies = [{"name": "sessionid", "value": place.session, "url": f"http://127.0.0.1:{port}"}]
    address = f"http://127.0.0.1:{port}{place.path}"
    with chromium() as browser, bare_server(place.columns) as bare:
        aim = AIM_INTERACTIVE.get(size)
        _say_seen("board", [look(browser, address, cookies) for _ in range(options.runs)], aim)
        _say_seen("board, then all loaded", [look(browser, address, cookies, _load_all)], None)
        _say_seen("bare page of all rows", [look(browser, bare, []) for _ in range(options.runs)], None)


def _say_seen(what: str, seen: list[Any], aim: float | None) -> None:
    names = ("interactive", "painted", "blocked", "worked", "key")
    middle = {name: statistics.median(getattr(one, name) for one in seen) for name in names}
    say(
        "  {what:24} interactive {interactive:6.0f} ms, first paint {painted:6.0f} ms, blocked {blocked:6.0f} ms,"
        " thread worked {worked:6.0f} ms, slowest key {key:4.0f} ms".format(what=what, **middle)
        + (f"   (aim {aim:.0f})" if aim else "")
    )


def _load_all(page: Any) -> None:
    """Scroll every column until nothing is left to load."""
    while page.locator("[data-more]").count():
        page.evaluate("() => document.querySelectorAll('.col-b').forEach((list) => (list.scrollTop = 1e9))")
        page.wait_for_timeout(100)
    say(f"    ({page.locator('.slot').count()} cards in the page)")


def _on_the_server(place: Any, port: int, options: argparse.Namespace) -> None:
    """Time what is asked of the server while the board is open."""
    chance = random.Random(1)
    ask = _Asking(place, port)
    page = ask("GET", place.path)
    packed = ask("GET", place.path, headers={"Accept-Encoding": "gzip"})
    say(f"  the page: {len(page) / 1024:.0f} KB, {len(packed) / 1024:.0f} KB compressed")
    ask.forget()
    for _ in range(10):
        ask("GET", place.path)
    _say_times("page", ask.times, None)
    some = [chance.choice(place.items) for _ in range(options.requests)]
    base = f"/t/{place.team}/items"
    doings: dict[str, Callable[[int], object]] = {
        "move": lambda item: ask(
            "POST",
            f"{base}/{item}/move/",
            {"column": chance.choice(place.columns), "before": _other(place.items, item, chance)},
        ),
        "classification": lambda item: ask("POST", f"{base}/classify/", {"items": item, "classification": "toil"}),
        "panel": lambda item: ask("GET", f"{base}/{item}/"),
        "more cards": lambda _: ask("GET", f"{place.path}cards/?column={place.columns[0]}&after=0"),
    }
    for name, do in doings.items():
        ask.forget()
        for item in some:
            do(item)
        _say_times(name, ask.times, AIM_P95)


def _other(items: list[int], item: int, chance: random.Random) -> int:
    return chance.choice([one for one in items if one != item])


class _Asking:
    """A signed-in script that asks, and remembers how long each answer took."""

    def __init__(self, place: Any, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {
            "Cookie": f"sessionid={place.session}; {COOKIE}={TOKEN}; timezone=UTC",
            "X-CSRFToken": TOKEN,
            "HX-Request": "true",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.times: list[float] = []

    def __call__(self, method: str, path: str, fields: Any = None, headers: dict[str, str] | None = None) -> bytes:
        body = urlencode(fields) if fields else None
        started = time.perf_counter()
        self.connection.request(method, path, body, {**self.headers, **(headers or {})})
        answer = self.connection.getresponse()
        content = answer.read()
        self.times.append((time.perf_counter() - started) * 1000)
        if answer.status != 200:
            raise SystemExit(f"{method} {path} was answered with {answer.status}: {content[:300]!r}")
        return content

    def forget(self) -> None:
        """Begin to measure anew."""
        self.times = []


def _say_times(what: str, times: list[float], aim: float | None) -> None:
    tail = statistics.quantiles(times, n=20)[-1]
    end = f"   (aim p95 {aim:.0f})" if aim else ""
    say(f"  {what:24} {statistics.median(times):6.1f} ms median, p95 {tail:6.1f} ms{end}")
