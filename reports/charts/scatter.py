"""Cycle times: a mark for each finished item at the day on which it was finished, and lines for the percentiles."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.axes import nothing_to_show, value_axis
from reports.charts.marks import shape_of
from reports.charts.scale import Frame, Shape, label_step, nice_ticks, spread, text_width, tick_label
from reports.charts.svg import Markup, drawing, line, rect, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A finished item: where it stands on the axis of time (0 to 1), and its cycle time in days."""

    at: float
    days: float
    classification: str
    tip: str
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PercentileLine:
    """A percentile in days, and what its line is called; one of them stands out."""

    days: float
    words: str
    is_main: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScatterText:
    """The words of the drawing; `ticks` are the labels of equal stretches of time, from the first."""

    label: str
    ticks: Sequence[str]
    no_data: str


def draw_scatter(dots: Sequence[Dot], *, lines: Sequence[PercentileLine], words: ScatterText, shape: Shape) -> Markup:
    """Return the finished items by the day on which they were finished and the days that they took."""
    ticks = nice_ticks(max((dot.days for dot in dots), default=0.0))
    right = max(map(text_width, (mark.words for mark in lines)), default=20.0) + 12
    size = (568.0, 266.0) if shape.is_wide else (340.0, 240.0)
    frame = Frame(width=size[0], height=size[1], right=right, top=12)
    frame = frame.with_left_for([tick_label(value) for value in ticks.values])
    parts = value_axis(frame, ticks, tick_label)
    heights = [frame.y(min(mark.days, ticks.top), ticks.top) for mark in lines]
    for mark, y in zip(lines, heights, strict=True):
        css = "pct is-main" if mark.is_main else "pct"
        parts.append(line(class_=css, x1=frame.left, x2=frame.x1, y1=y, y2=y))
    parts += [
        shape_of(dot.classification, x=frame.left + dot.at * frame.plot_width, y=frame.y(dot.days, ticks.top))
        for dot in dots
    ]
    if not dots:
        parts.append(nothing_to_show(frame, words.no_data))
    parts += _names(lines, heights, frame)
    parts += _time_axis(frame, words.ticks, room=70 if shape.is_wide else 46)
    parts += [_hit(dot, frame, ticks.top) for dot in dots]
    return drawing(parts, width=frame.width, height=frame.height, label=words.label, class_=shape.css_class)


def _names(lines: Sequence[PercentileLine], heights: Sequence[float], frame: Frame) -> list[Markup]:
    """Return the names of the lines at their ends, moved apart where they are close; the highest comes first."""
    placed = sorted(zip(heights, lines, strict=True), key=lambda pair: (pair[0], -pair[1].days))
    spots = spread([y + 3.5 for y, _ in placed], gap=13, low=frame.top, high=frame.y0)
    return [
        text(mark.words, x=frame.x1 + 6, y=y, class_="strong" if mark.is_main else "mid")
        for y, (_, mark) in zip(spots, placed, strict=True)
    ]


def _time_axis(frame: Frame, labels: Sequence[str], *, room: float) -> list[Markup]:
    pitch = frame.plot_width / max(len(labels), 1)
    step = label_step(pitch, room)
    last = len(labels) - 1
    return [
        text(
            labels[index],
            x=frame.left + pitch * (index + 0.5),
            y=frame.y0 + 17,
            class_="mid" if index == last else None,
            anchor="middle",
        )
        for index in range(last % step, last + 1, step)
    ]


def _hit(dot: Dot, frame: Frame, top: float) -> Markup:
    x, y = frame.left + dot.at * frame.plot_width, frame.y(dot.days, top)
    return rect(class_="hit dot", x=x - 6, y=y - 6, width=12, height=12, tip=dot.tip, href=dot.href, rx=6)
