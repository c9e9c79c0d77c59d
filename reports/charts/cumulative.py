"""Cumulative flow: items per state at the end of each day, what is done at the bottom."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.axes import hit_areas, nothing_to_show, value_axis
from reports.charts.scale import Frame, Shape, cut_to, label_step, nice_ticks, spread, text_width, tick_label
from reports.charts.svg import Markup, drawing, line, path, text

SHADES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowState:
    """A state of work: its items at the end of each day, its name with the last of them, and how dark it is drawn."""

    counts: Sequence[int]
    end: str
    shade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowDay:
    """A day: its label where it begins a week, what it says, and where it leads."""

    label: str
    tip: str
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowText:
    """The words of the drawing."""

    label: str
    no_data: str


def draw_cumulative(states: Sequence[FlowState], days: Sequence[FlowDay], *, words: FlowText, shape: Shape) -> Markup:
    """Return the states as areas upon each other, the first at the bottom."""
    sums = _sums(states, len(days))
    ticks = nice_ticks(float(max(sums[-1], default=0)))
    frame = _frame(shape, states).with_left_for([tick_label(value) for value in ticks.values])
    xs = [frame.left + frame.plot_width * index / max(len(days) - 1, 1) for index in range(len(days))]
    parts: list[Markup] = []
    if len(days) > 1:
        for index, state in enumerate(states):
            upper = [(x, frame.y(value, ticks.top)) for x, value in zip(xs, sums[index + 1], strict=True)]
            lower = [(x, frame.y(value, ticks.top)) for x, value in zip(xs, sums[index], strict=True)]
            parts.append(path([*upper, *reversed(lower)], class_=f"cf{state.shade}", closed=True))
    parts += value_axis(frame, ticks, tick_label)
    if not sums[-1] or not max(sums[-1]):
        parts.append(nothing_to_show(frame, words.no_data))
    else:
        parts += _names(states, sums, frame, ticks.top)
    parts += _days(frame, days, xs, room=96 if shape.is_wide else 64)
    parts += hit_areas(frame, [day.tip for day in days], xs, [day.href for day in days])
    return drawing(parts, width=frame.width, height=frame.height, label=words.label, class_=shape.css_class)


def _frame(shape: Shape, states: Sequence[FlowState]) -> Frame:
    room = max((text_width(state.end) for state in states), default=20) + 16
    if shape.is_wide:
        return Frame(width=776, height=318, right=min(max(room, 90), 180), top=12)
    return Frame(width=340, height=240, right=min(max(room, 70), 112), top=12)


def _sums(states: Sequence[FlowState], days: int) -> list[list[int]]:
    sums = [[0] * days]
    for state in states:
        sums.append([below + count for below, count in zip(sums[-1], state.counts, strict=True)])
    return sums


def _names(states: Sequence[FlowState], sums: Sequence[Sequence[int]], frame: Frame, top: float) -> list[Markup]:
    """Return the name of each state beside its last value, moved apart, with a thin line to it."""
    shown = [
        (frame.y((sums[index][-1] + sums[index + 1][-1]) / 2, top), state)
        for index, state in enumerate(states)
        if state.counts[-1]
    ]
    shown.reverse()
    heights = spread([y for y, _ in shown], gap=13, low=frame.top - 2, high=frame.y0)
    parts: list[Markup] = []
    for height, (y, state) in zip(heights, shown, strict=True):
        parts.append(line(class_="note-l faint", x1=frame.x1 + 1, x2=frame.x1 + 7, y1=y, y2=height))
        words = cut_to(state.end, frame.width - frame.x1 - 10)
        parts.append(text(words, x=frame.x1 + 10, y=height + 3.5, class_="mid"))
    return parts


def _days(frame: Frame, days: Sequence[FlowDay], xs: Sequence[float], *, room: float) -> list[Markup]:
    starts = [index for index, day in enumerate(days) if day.label]
    if not starts:
        return []
    pitch = (xs[starts[1]] - xs[starts[0]]) if len(starts) > 1 else frame.plot_width
    step = label_step(pitch, room)
    kept = starts[(len(starts) - 1) % step :: step]
    return [
        text(
            days[index].label,
            x=xs[index],
            y=frame.y0 + 17,
            class_="mid" if index == starts[-1] else None,
            anchor="start" if index == 0 else "middle",
        )
        for index in kept
    ]
