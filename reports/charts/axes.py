"""What the charts over weeks share: gridlines, the baseline, week labels and the areas that a pointer can hit."""

from collections.abc import Callable, Sequence

from reports.charts.scale import Frame, Ticks, label_step
from reports.charts.svg import Markup, line, rect, text


def value_axis(frame: Frame, ticks: Ticks, label: Callable[[float], str]) -> list[Markup]:
    """Return the baseline and the gridlines with their numbers at the left."""
    parts: list[Markup] = []
    for value in ticks.values:
        y = frame.y(value, ticks.top)
        parts.append(line(class_="grid" if value else "axis", x1=frame.left, x2=frame.x1, y1=y, y2=y))
        parts.append(text(label(value), x=frame.left - 7, y=y + 3.5, anchor="end"))
    return parts


def week_axis(frame: Frame, labels: Sequence[str], centres: Sequence[float], *, room: float) -> list[Markup]:
    """Return the week labels below, counted back from the last one, which stands out."""
    if not labels:
        return []
    pitch = centres[1] - centres[0] if len(centres) > 1 else frame.plot_width
    step = label_step(pitch, room)
    last = len(labels) - 1
    return [
        text(
            labels[index],
            x=centres[index],
            y=frame.y0 + 17,
            class_="mid" if index == last else None,
            anchor="middle",
        )
        for index in range(last % step, last + 1, step)
    ]


def hit_areas(
    frame: Frame, tips: Sequence[str], centres: Sequence[float], hrefs: Sequence[str | None] = ()
) -> list[Markup]:
    """Return an invisible column for each week, which the tooltip script binds to; `hrefs` is where each leads."""
    pitch = centres[1] - centres[0] if len(centres) > 1 else frame.plot_width
    parts: list[Markup] = []
    for tip, centre, href in zip(tips, centres, hrefs or [None] * len(tips), strict=True):
        left, right = max(frame.left, centre - pitch / 2), min(frame.x1, centre + pitch / 2)
        height = frame.y0 - frame.top
        parts.append(rect(class_="hit", x=left, y=frame.top, width=right - left, height=height, tip=tip, href=href))
    return parts


def nothing_to_show(frame: Frame, words: str, *, depth: float = 0.4) -> Markup:
    """Return the sentence that stands in a plot without data, `depth` of its height from the top."""
    y = frame.top + (frame.y0 - frame.top) * depth
    return text(words, x=frame.left + frame.plot_width / 2, y=y, anchor="middle")
