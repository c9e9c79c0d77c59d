"""The tiny trend of a list row: a line without axes, its last point marked."""

from collections.abc import Sequence
from typing import Literal

from reports.charts.svg import Markup, drawing, element, path

WIDTH = 84.0
HEIGHT = 22.0
EDGE = (2.0, 80.0)
ROOM = (3.0, 19.0)

Direction = Literal["up", "down", "flat"]


def draw_spark(values: Sequence[float | None], *, label: str, direction: Direction = "flat") -> Markup:
    """Return the line of the values, lowest at the bottom; it breaks where a value is None."""
    known = [value for value in values if value is not None]
    if not known:
        return drawing((), width=WIDTH, height=HEIGHT, label=label, class_="spark flat")
    low, high = min(known), max(known)
    step = (EDGE[1] - EDGE[0]) / max(len(values) - 1, 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            share = (value - low) / (high - low) if high > low else 0.5
            runs[-1].append((EDGE[0] + step * index, ROOM[1] - share * (ROOM[1] - ROOM[0])))
    runs = [run for run in runs if run]
    x, y = runs[-1][-1]
    parts = [path(run, class_="line") for run in runs if len(run) > 1]
    parts.append(element("circle", cx=x, cy=y, r=2.2))
    return drawing(parts, width=WIDTH, height=HEIGHT, label=label, class_=f"spark {direction}")
