"""The trend as a small picture: the share with what unclassified work leaves open, over the target, week by week.

It stands on nothing, in middle tones that can be told on light and on dark ground, since a mail program shows one
picture on both. Numbers in it are those of its alternative text.
"""

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Final

import resvg_py

FONTS: Final = Path(__file__).parents[1] / "charts" / "fonts"
FAMILY: Final = "DejaVu Sans"
WIDTH, HEIGHT = 440, 96
ZOOM: Final = 2
TOP, BOTTOM, LEFT, RIGHT = 12.0, 20.0, 4.0, 62.0
HEADROOM: Final = 1.12

_STYLE: Final = """
text { font-family: "DejaVu Sans"; font-size: 11px; fill: #778280 }
.band { fill: #2fa396; fill-opacity: 0.22 }
.edge { stroke: #2fa396; stroke-width: 1; stroke-dasharray: 2 3 }
.range { fill: #d9812b; fill-opacity: 0.26 }
.line { fill: none; stroke: #d0740f; stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round }
.dot { fill: #d0740f }
.value { fill: #c46c0a; font-weight: bold; font-size: 13px }
.axis { stroke: #8a9593; stroke-width: 1 }
"""

Point = tuple[float | None, float | None, float | None]
"""The share of a week and its bounds; None where it has none."""


def draw_trend(
    points: Sequence[Point], *, labels: Sequence[str], target_low: float, target_high: float, last: str, target: str
) -> bytes:
    """Return a PNG of a trend (shares as fractions), oldest week first; empty where there is no line to draw.

    `labels` stand below the weeks, `last` at the end of the line and `target` at the band.
    """
    if sum(point[0] is not None for point in points) < 2:
        return b""
    top = HEADROOM * max([target_high, *(value for point in points for value in point if value is not None)])

    def x(index: int) -> float:
        return LEFT + index * (WIDTH - LEFT - RIGHT) / (len(points) - 1)

    def y(share: float) -> float:
        return HEIGHT - BOTTOM - share / top * (HEIGHT - TOP - BOTTOM)

    right = WIDTH - RIGHT
    band = f'y="{y(target_high):.1f}" width="{right - LEFT}" height="{y(target_low) - y(target_high):.1f}"'
    drawn = [
        f'<rect class="band" x="{LEFT}" {band}/>',
        *(f'<path class="edge" d="M{LEFT} {y(end):.1f}H{right}"/>' for end in (target_low, target_high) if end),
        f'<path class="axis" d="M{LEFT} {y(0)}H{right}"/>',
    ]
    at = [(x(index), point) for index, point in enumerate(points)]
    for run in _runs(at):
        forth = [f"{place:.1f} {y(high or 0):.1f}" for place, (__, __, high) in run]
        back = [f"{place:.1f} {y(low or 0):.1f}" for place, (__, low, __) in reversed(run)]
        drawn.append(f'<path class="range" d="M{"L".join(forth + back)}Z"/>')
        line = [f"{place:.1f} {y(share or 0):.1f}" for place, (share, __, __) in run]
        drawn.append(f'<path class="line" d="M{"L".join(line)}{"h0.1" if len(line) == 1 else ""}"/>')
    drawn += [
        f'<text x="{x(index):.1f}" y="{HEIGHT - 5}" text-anchor="{_anchor(index, len(labels))}">{escape(label)}</text>'
        for index, label in enumerate(labels)
        if label
    ]
    drawn += _end_of(at, y, last, target, (target_low + target_high) / 2)
    return _png("".join(drawn))


def _end_of(
    at: Sequence[tuple[float, Point]],
    y: Callable[[float], float],
    last: str,
    target: str,
    middle: float,
) -> list[str]:
    """Return the dot and the value at the end of the line, and the target's name, none of them over another."""
    place, (share, __, __) = at[-1]
    names = y(middle) + 4
    if share is None:
        return [f'<text x="{place + 8:.1f}" y="{names:.1f}">{escape(target)}</text>']
    value = y(share) + 4
    if abs(value - names) < 14:
        names = value + 14 if value <= names and value + 14 < HEIGHT - BOTTOM + 4 else value - 14
    return [
        f'<circle class="dot" cx="{place:.1f}" cy="{y(share):.1f}" r="4"/>',
        f'<text class="value" x="{place + 8:.1f}" y="{value:.1f}">{escape(last)}</text>',
        f'<text x="{place + 8:.1f}" y="{names:.1f}">{escape(target)}</text>',
    ]


def _runs(at: Sequence[tuple[float, Point]]) -> list[list[tuple[float, Point]]]:
    """Cut the weeks where one has no share, so that no line bridges what is not known."""
    runs: list[list[tuple[float, Point]]] = [[]]
    for entry in at:
        if entry[1][0] is None:
            runs.append([])
        else:
            runs[-1].append(entry)
    return [run for run in runs if run]


def _anchor(index: int, count: int) -> str:
    return "start" if index == 0 else "end" if index == count - 1 else "middle"


def _png(drawn: str) -> bytes:
    page = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f"{drawn}</svg>"
    )
    made: bytes = resvg_py.svg_to_bytes(
        svg_string=page,
        style_sheet=_STYLE,
        zoom=ZOOM,
        font_files=[str(path) for path in sorted(FONTS.glob("*.ttf"))],
        font_family=FAMILY,
        sans_serif_family=FAMILY,
        skip_system_fonts=True,
    )
    return bytes(made)
