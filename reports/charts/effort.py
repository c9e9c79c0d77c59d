"""Hours by class week by week: stacked bars of toil, overhead, engineering and unclassified work."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.axes import hit_areas, nothing_to_show, value_axis, week_axis
from reports.charts.scale import Frame, Shape, nice_ticks, spread, text_width, tick_label
from reports.charts.svg import HATCH, Markup, drawing, rect, text

GAP = 1.5
CLASSES = (("toil", "T"), ("overhead", "O"), ("engineering", "E"), ("unclassified", "U"))
"""From the baseline upwards, with the CSS class of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffortWeek:
    """The hours of a week by class."""

    label: str
    toil: float
    overhead: float
    engineering: float
    unclassified: float
    tip: str
    href: str | None = None

    def hours(self) -> tuple[float, ...]:
        """Return the hours in the order in which they are stacked."""
        return tuple(getattr(self, name) for name, _ in CLASSES)


@dataclass(frozen=True, slots=True, kw_only=True)
class EffortText:
    """The words of the bars: what stands beside the last one, in the order of CLASSES."""

    label: str
    ends: tuple[str, str, str, str]
    no_data: str


def draw_effort(weeks: Sequence[EffortWeek], *, words: EffortText, shape: Shape) -> Markup:
    """Return the hours of each week as a stacked bar, with the classes named beside the last."""
    ticks = nice_ticks(max((sum(week.hours()) for week in weeks), default=0))
    frame = _frame(shape, words).with_left_for([tick_label(value) for value in ticks.values])
    pitch = frame.plot_width / max(len(weeks), 1)
    centres = [frame.left + pitch * (index + 0.5) for index in range(len(weeks))]
    bar = min(pitch * 0.68, 44.0)
    parts = value_axis(frame, ticks, tick_label)
    for week, centre in zip(weeks, centres, strict=True):
        parts += _stack(week, frame, ticks.top, x=centre - bar / 2, width=bar)
    parts += week_axis(frame, [week.label for week in weeks], centres, room=96 if shape.is_wide else 50)
    if any(sum(week.hours()) > 0 for week in weeks):
        parts += _names(weeks[-1], frame, ticks.top, words, x=centres[-1] + bar / 2 + 8)
    else:
        parts.append(nothing_to_show(frame, words.no_data))
    parts += hit_areas(frame, [week.tip for week in weeks], centres, [week.href for week in weeks])
    return drawing(parts, width=frame.width, height=frame.height, label=words.label, class_=shape.css_class)


def _frame(shape: Shape, words: EffortText) -> Frame:
    room = max(map(text_width, words.ends)) + 4
    if shape.is_wide:
        return Frame(width=568, height=262, right=max(room, 60), top=12)
    return Frame(width=340, height=240, right=min(max(room, 60), 130), top=10)


def _stack(week: EffortWeek, frame: Frame, top: float, *, x: float, width: float) -> list[Markup]:
    parts: list[Markup] = []
    total = 0.0
    for (_, css), hours in zip(CLASSES, week.hours(), strict=True):
        if hours <= 0:
            continue
        lower, upper = frame.y(total, top), frame.y(total + hours, top)
        height = max(lower - upper - (GAP if total else 0), 0.5)
        if css == "U":
            parts.append(rect(class_=css, x=x + 0.5, y=upper, width=width - 1, height=height))
        else:
            parts.append(rect(class_=css, x=x, y=upper, width=width, height=height))
        if css == "T":
            parts.append(rect(class_="hatch", x=x, y=upper, width=width, height=height, fill=HATCH))
        total += hours
    return parts


def _names(week: EffortWeek, frame: Frame, top: float, words: EffortText, *, x: float) -> list[Markup]:
    """Return the name of each class at the height of its part of the last bar, moved apart where they are close."""
    shown: list[tuple[float, str, str]] = []
    total = 0.0
    for (_, css), hours, end in zip(CLASSES, week.hours(), words.ends, strict=True):
        if hours > 0:
            shown.append((frame.y(total + hours / 2, top) + 4, f"t{css}", end))
            total += hours
    shown.reverse()
    heights = spread([y for y, _, _ in shown], gap=14, low=frame.top, high=frame.y0 + 2)
    return [text(end, x=x, y=y, class_=css) for y, (_, css, end) in zip(heights, shown, strict=True)]
