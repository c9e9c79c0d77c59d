"""`python -m benchmarks together`: what it costs to do one thing to 500 selected cards, and to take it back.

The whole request, by the test client: the writing, and the cards that are drawn for the answer. The processor's time is
that of the benchmark's own process: on SQLite all that it costs, on PostgreSQL all but the server's part.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks.setting import database_name, say, set_up

AIM_MS = 1000.0


def main(arguments: list[str]) -> None:
    """Measure each thing that the bar does, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks together", description=__doc__)
    parser.add_argument("--items", type=int, default=2000, help="open items of the board")
    parser.add_argument("--cards", type=int, default=500, help="cards that are selected")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args(arguments)
    if not os.environ.get("REDIS_URL"):
        from tests import broker  # noqa: PLC0415 - only where no server is given

        os.environ["REDIS_URL"] = broker.start()
    set_up("board")
    from django.utils import timezone  # noqa: PLC0415 - Django has to be set up first

    from benchmarks._board_data import make_board  # noqa: PLC0415

    place = make_board(options.items, timezone.now())
    say(f"{database_name()}, {options.cards} cards of a board of {options.items}, medians of {options.runs} runs")
    some = place.items[: options.cards]
    things = {
        "classify": {"classification": "overhead"},
        "move": {"column": place.columns[2]},
        "assign": {"assignee": "me"},
        "label": {"give": "warm"},
        "archive": {},
        "delete": {},
    }
    for name, fields in things.items():
        _measure(place, name, {"items": some, **fields}, options.runs)


def _measure(place: Any, name: str, fields: dict[str, Any], runs: int) -> None:
    from django.test import Client  # noqa: PLC0415

    client = Client(HTTP_HOST="127.0.0.1")
    client.cookies["sessionid"] = place.session
    base = f"/t/{place.team}"
    done: list[tuple[float, float]] = []
    undone: list[tuple[float, float]] = []
    for _ in range(runs):
        answer, times = _timed(lambda: client.post(f"{base}/items/{name}/", fields, headers={"HX-Request": "true"}))
        done.append(times)
        back = f"{base}/undo/{answer['X-Undo']}/"
        undone.append(_timed(lambda back=back: client.post(back, headers={"HX-Request": "true"}))[1])
    say(f"  {name:10} {_said(done)}   undo {_said(undone)}   (aim {AIM_MS:.0f})")


def _timed(ask: Callable[[], Any]) -> tuple[Any, tuple[float, float]]:
    clock, work = time.perf_counter(), time.process_time()
    answer = ask()
    times = ((time.perf_counter() - clock) * 1000, (time.process_time() - work) * 1000)
    if answer.status_code != 200:
        raise SystemExit(f"The answer was {answer.status_code}: {answer.content[:300]!r}")
    return answer, times


def _said(times: list[tuple[float, float]]) -> str:
    clock, work = (statistics.median(one) for one in zip(*times, strict=True))
    return f"{clock:6.0f} ms, processor {work:6.0f} ms"
