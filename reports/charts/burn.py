"""The toil budget of a quarter day by day: what is used, what is expected, an even pace, and the day it runs out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.charts.axes import nothing_to_show, value_axis
from reports.charts.scale import Frame, Shape, nice_ticks, text_width, tick_label
from reports.charts.svg import Anchor, Markup, drawing, element, line, path, rect, text

At = Callable[[int, float], tuple[float, float]]
"""Where a day (by its index) and an amount of hours stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnTick:
    """A label below the axis: the index of its day (0 is the beginning of the quarter), and its words."""

    day: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnDay:
    """What a day that is over says and where it leads."""

    tip: str
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnText:
    """The words of the drawing; empty ones are left out."""

    label: str
    budget: str
    used: str
    expected: str
    even: str
    runs_out: str
    no_data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Burn:
    """Hours: running sums at the end of each day over and of each day left, and the budget of the whole quarter.

    `runs_out` is the index of the day in which the budget is used up, None where it lasts.
    """

    budget: float
    used: Sequence[float]
    expected: Sequence[float]
    runs_out: int | None
    days: Sequence[BurnDay]
    ticks: Sequence[BurnTick]
    day_count: int


def draw_burn(burn: Burn, *, words: BurnText, shape: Shape) -> Markup:
    """Return the burn-up of the budget."""
    ticks = nice_ticks(max(burn.budget, *burn.used, *burn.expected, 0.0))
    frame = _frame(shape, words).with_left_for([tick_label(value) for value in ticks.values])
    step = frame.plot_width / max(burn.day_count, 1)

    def at(day: int, hours: float) -> tuple[float, float]:
        return frame.left + day * step, frame.y(hours, ticks.top)

    parts = value_axis(frame, ticks, tick_label)
    if burn.budget <= 0 and not any(burn.used):
        parts.append(nothing_to_show(frame, words.no_data))
    else:
        parts += _lines(burn, words, frame, at)
        parts += _run(burn, words, frame, at)
    parts += _days(burn, frame, at, step)
    return drawing(parts, width=frame.width, height=frame.height, label=words.label, class_=shape.css_class)


def _frame(shape: Shape, words: BurnText) -> Frame:
    right = max(text_width(words.expected) + 10, 30.0)
    if shape.is_wide:
        return Frame(width=776, height=210, right=right, top=14)
    return Frame(width=294, height=198, right=right, top=14)


def _lines(burn: Burn, words: BurnText, frame: Frame, at: At) -> list[Markup]:
    """Return the budget as a line across, and the even pace to it."""
    x, y = at(burn.day_count, burn.budget)
    middle = at(burn.day_count * 6 // 10, burn.budget * 0.6)
    return [
        line(class_="bandline", x1=frame.left, x2=x, y1=y, y2=y),
        text(words.budget, x=frame.left + 4, y=y - 5, class_="band-t halo"),
        path([at(0, 0.0), (x, y)], class_="burn-ideal"),
        text(words.even, x=min(middle[0] + 6, frame.x1 - text_width(words.even)), y=middle[1] + 16, class_="halo"),
    ]


def _run(burn: Burn, words: BurnText, frame: Frame, at: At) -> list[Markup]:
    """Return what is used, what is expected from there on, and the point at which the budget runs out."""
    parts: list[Markup] = []
    used, ahead = [0.0, *burn.used], burn.expected
    today = len(used) - 1
    if ahead:
        expected = [at(today, used[-1]), *(at(today + index + 1, hours) for index, hours in enumerate(ahead))]
        parts.append(path(expected, class_="proj"))
        x, y = expected[-1]
        parts.append(text(words.expected, x=x + 5, y=y + 4, class_="tT"))
    if today:
        parts.append(path([at(day, hours) for day, hours in enumerate(used)], class_="line-t"))
    x, y = at(today, used[-1])
    parts.append(element("circle", class_="ring", cx=x, cy=y, r=4))
    is_left = x - frame.left > text_width(words.used) + 10
    anchor: Anchor = "end" if is_left else "start"
    parts.append(text(words.used, x=x - 8 if is_left else x + 8, y=max(y - 7, 10), class_="strong halo", anchor=anchor))
    if burn.runs_out is not None:
        x, y = at(burn.runs_out + 1, burn.budget)
        parts.append(element("circle", class_="runs-out", cx=x, cy=y, r=3.5))
        is_left = x - frame.left > text_width(words.runs_out) + text_width(words.budget) + 20
        if is_left:
            parts.append(text(words.runs_out, x=x - 7, y=y - 6, class_="bad-t halo", anchor="end"))
        else:
            beside = min(x + 7, frame.width - text_width(words.runs_out))
            parts.append(text(words.runs_out, x=beside, y=y + 15, class_="bad-t halo"))
    return parts


def _days(burn: Burn, frame: Frame, at: At, step: float) -> list[Markup]:
    parts = [
        text(
            tick.words,
            x=at(tick.day, 0)[0],
            y=frame.y0 + 17,
            anchor="start" if tick.day == 0 else ("end" if tick.day >= burn.day_count else "middle"),
        )
        for tick in burn.ticks
    ]
    for index, day in enumerate(burn.days):
        x = frame.left + index * step
        height = frame.y0 - frame.top
        parts.append(rect(class_="hit", x=x, y=frame.top, width=step, height=height, tip=day.tip, href=day.href))
    return parts
