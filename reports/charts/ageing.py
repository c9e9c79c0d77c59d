"""Ageing work: a column for each state of work, a lettered mark for each item at its days there, and the zones."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.axes import nothing_to_show, value_axis
from reports.charts.marks import lettered
from reports.charts.scale import Frame, Shape, cut_to, nice_ticks, text_width, tick_label
from reports.charts.svg import Markup, drawing, line, rect, text

GAP = 2.0
NAMED_AT_MOST = 2
ROOM = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingItem:
    """An item in a column: for how many days, and whether it is worth naming."""

    days: float
    classification: str
    key: str
    tip: str
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingColumn:
    """A column with its items; in how many days 85 and 95 % of the items left it, None where too few did."""

    name: str
    items: Sequence[AgeingItem]
    p85: float | None
    p95: float | None
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingText:
    """The words of the drawing."""

    label: str
    no_data: str


def draw_ageing(columns: Sequence[AgeingColumn], *, words: AgeingText, shape: Shape) -> Markup:
    """Return the items in progress by column and days there."""
    oldest = max((item.days for column in columns for item in column.items), default=0.0)
    lines = max((column.p95 or column.p85 or 0.0 for column in columns), default=0.0)
    ticks = nice_ticks(max(oldest, lines))
    size = (568.0, 262.0) if shape.is_wide else (340.0, 240.0)
    frame = Frame(width=size[0], height=size[1], right=4, top=12)
    frame = frame.with_left_for([tick_label(value) for value in ticks.values])
    pitch = frame.plot_width / max(len(columns), 1)
    parts: list[Markup] = []
    for index, column in enumerate(columns):
        parts += _zones(column, frame, ticks.top, x=frame.left + index * pitch + GAP / 2, width=pitch - GAP)
    parts += value_axis(frame, ticks, tick_label)
    hits: list[Markup] = []
    for index, column in enumerate(columns):
        left = frame.left + index * pitch
        parts += _limit(column, frame, ticks.top, left=left, width=pitch)
        drawn, found = _marks(column, frame, ticks.top, left=left, width=pitch)
        parts += drawn
        hits += found
        name = cut_to(column.name, pitch - 4)
        parts.append(text(name, x=left + pitch / 2, y=frame.y0 + 17, anchor="middle", title=column.name))
    if not any(column.items for column in columns):
        parts.append(nothing_to_show(frame, words.no_data))
    return drawing([*parts, *hits], width=frame.width, height=frame.height, label=words.label, class_=shape.css_class)


def _zones(column: AgeingColumn, frame: Frame, top: float, *, x: float, width: float) -> list[Markup]:
    if column.p85 is None or column.p95 is None:
        return [rect(class_="zone-none", x=x, y=frame.top, width=width, height=frame.y0 - frame.top)]
    heights = [frame.y(min(days, top), top) for days in (column.p95, column.p85, 0.0)]
    parts, above = [], frame.top
    for css, y in zip(("zone-3", "zone-2", "zone-1"), heights, strict=True):
        parts.append(rect(class_=css, x=x, y=above, width=width, height=y - above))
        above = y
    return parts


def _limit(column: AgeingColumn, frame: Frame, top: float, *, left: float, width: float) -> list[Markup]:
    if column.p85 is None:
        return []
    y = frame.y(min(column.p85, top), top)
    words = cut_to(column.line, width - 8)
    return [
        line(class_="pct is-main", x1=left + 1, x2=left + width - 1, y1=y, y2=y),
        text(words, x=left + width - 5, y=y + 13 if y + 16 < frame.y0 else y - 5, class_="halo", anchor="end"),
    ]


def _marks(
    column: AgeingColumn, frame: Frame, top: float, *, left: float, width: float
) -> tuple[list[Markup], list[Markup]]:
    """Return the marks of a column, the oldest above, beside each other where they would cover each other."""
    parts: list[Markup] = []
    hits: list[Markup] = []
    taken: list[tuple[float, float]] = []
    names: list[tuple[float, float, str]] = []
    lanes = max(int((width - ROOM) // ROOM), 1)
    for item in sorted(column.items, key=lambda item: -item.days):
        y = min(frame.y(item.days, top), frame.y0 - 8)
        near = {x for x, height in taken if abs(height - y) < ROOM}
        free = [lane for lane in _lanes(lanes) if left + width * (lane + 0.5) / lanes not in near]
        x = left + width * ((free[0] if free else _lanes(lanes)[len(taken) % lanes]) + 0.5) / lanes
        taken.append((x, y))
        parts.append(lettered(item.classification, x=x, y=y))
        hits.append(rect(class_="hit dot", x=x - 8, y=y - 8, width=16, height=16, tip=item.tip, href=item.href, rx=8))
        if len(names) < NAMED_AT_MOST and column.p85 is not None and item.days > column.p85:
            names.append((x, y, item.key))
    for x, y, key in names:
        if x + 11 + text_width(key) <= left + width and not _is_covered(x, y, key, taken):
            parts.append(text(key, x=x + 11, y=y + 4, class_="strong halo"))
    return parts, hits


def _is_covered(x: float, y: float, key: str, taken: Sequence[tuple[float, float]]) -> bool:
    return any(x < other <= x + 18 + text_width(key) and abs(height - y) < ROOM for other, height in taken)


def _lanes(count: int) -> list[int]:
    """Return the lanes of a column from its middle outwards, a little to the left first so that names find room."""
    middle = (count - 1) // 3
    return sorted(range(count), key=lambda lane: (abs(lane - middle), lane))
