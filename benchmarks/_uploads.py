"""One upload worked off in a process of its own, so that its peak of memory is that of nothing else.

`python -m benchmarks._uploads FORM ROWS HAS_HISTORY` prints seconds, and the peak before and after, as JSON.
"""

import csv
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from benchmarks.imports import fresh_board, tickets
from benchmarks.setting import say, set_up

FORMS = ("ndjson", "csv")
PIECE = 64 * 1024


class Figures(NamedTuple):
    """What an upload cost: seconds, and megabytes at the peak, before it and in all."""

    seconds: float
    before: float
    peak: float


def measure(form: str, rows: int, *, has_history: bool) -> Figures:
    """Work an upload off in a process of its own."""
    command = [sys.executable, "-m", "benchmarks._uploads", form, str(rows), str(int(has_history))]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    return Figures(*json.loads(answer.stdout.splitlines()[-1]))


def main(argv: list[str]) -> None:
    """Write the file, import it as a worker would, and fail where a row was lost."""
    form, rows, has_history = argv[0], int(argv[1]), argv[2] == "1"
    set_up("imports")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        _write(path, form, rows, has_history=has_history)
        _import(path, form, min(rows, 100), rows_to_take=100)  # what is loaded once is no cost of a row
        before = _peak()
        began = time.perf_counter()
        _import(path, form, rows)
        say(json.dumps([time.perf_counter() - began, before, _peak()]))


def _write(path: Path, form: str, rows: int, *, has_history: bool) -> None:
    """Write the tickets a row at a time; a CSV tells the past by the times of start and end, since it has no lists."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer: Any = None
        for ticket in tickets(rows, has_history=has_history):
            if form == "ndjson":
                file.write(json.dumps(ticket) + "\n")
                continue
            history = ticket.pop("history", None)
            if history:
                ticket |= {"started_at": history[0]["at"], "finished_at": history[-1]["at"]}
            if writer is None:
                writer = csv.DictWriter(file, list(ticket))
                writer.writeheader()
            writer.writerow({**ticket, "labels": ";".join(ticket["labels"])})


def _import(path: Path, form: str, rows: int, *, rows_to_take: int | None = None) -> None:
    from celery import current_app  # noqa: PLC0415 - after Django is set up
    from django.utils import timezone  # noqa: PLC0415

    from imports.models import Import  # noqa: PLC0415
    from imports.services.jobs import open_import, receive  # noqa: PLC0415
    from imports.tasks import run_import  # noqa: PLC0415
    from teams.actors import SYSTEM  # noqa: PLC0415

    current_app.conf.task_always_eager = True
    board, __ = fresh_board()
    batch = open_import(board=board, source="jira", by=SYSTEM, at=timezone.now(), format=form)
    lines = None if rows_to_take is None else rows_to_take + (form == "csv")
    receive(batch=batch, pieces=_pieces(path, lines), limit=2**40)
    run_import(batch.pk)
    done = Import.objects.get(pk=batch.pk)
    if (done.state, done.created) != ("finished", rows):
        raise RuntimeError(f"{done.state}: {done.created} of {rows} rows, {done.failed} refused. {done.problem}")


def _pieces(path: Path, lines: int | None) -> Iterator[bytes]:
    with path.open("rb") as file:
        if lines is not None:
            yield from (line for line, __ in zip(file, range(lines), strict=False))
            return
        while piece := file.read(PIECE):
            yield piece


def _peak() -> float:
    """Return the most memory that this process has held, in megabytes; `ru_maxrss` would count its parent's too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024


if __name__ == "__main__":
    main(sys.argv[1:])
