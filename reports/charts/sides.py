"""Two parts of a whole in words and bars: how much of the way to done work was worked on, and how much it waited."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.scale import Shape, text_width
from reports.charts.svg import Markup, drawing, rect, text

ROW = 46.0
BAR = 16.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A class of work: days worked on and days waited, for a typical item."""

    name: str
    active: float
    waiting: float
    figures: str
    tip: str
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SidesText:
    """The words of the drawing."""

    label: str
    active: str
    waiting: str
    no_data: str


def draw_sides(sides: Sequence[Side], *, words: SidesText, shape: Shape) -> Markup:
    """Return a bar for each class: what was worked on is solid, what waited is hatched and lighter."""
    width = 568.0 if shape.is_wide else 340.0
    longest = max((side.active + side.waiting for side in sides), default=0.0) or 1.0
    room = max((text_width(side.figures) for side in sides), default=0.0) + 10
    scale = (width - room) / longest
    parts: list[Markup] = []
    if not sides:
        parts.append(text(words.no_data, x=width / 2, y=ROW, anchor="middle"))
    for index, side in enumerate(sides):
        y = index * ROW + 4
        parts.append(text(side.name, x=0, y=y + 10, class_="strong"))
        worked, waited = side.active * scale, side.waiting * scale
        parts.append(rect(class_="work", x=0, y=y + 17, width=max(worked, 1.0), height=BAR, rx=2))
        if side.waiting > 0:
            parts.append(rect(class_="wait", x=worked + 1.5, y=y + 17, width=max(waited - 1.5, 1.0), height=BAR, rx=2))
        parts.append(text(side.figures, x=worked + waited + 8, y=y + 29, class_="mid"))
        parts.append(rect(class_="hit", x=0, y=y - 4, width=width, height=ROW - 2, tip=side.tip, href=side.href))
    y = len(sides) * ROW + 12
    if sides:
        parts.append(rect(class_="work", x=0, y=y - 8, width=9, height=9, rx=2))
        parts.append(text(words.active, x=14, y=y))
        x = 14 + text_width(words.active) + 16
        parts.append(rect(class_="wait", x=x, y=y - 8, width=9, height=9, rx=2))
        parts.append(text(words.waiting, x=x + 14, y=y))
    height = max(len(sides), 2) * ROW + 18
    return drawing(parts, width=width, height=height, label=words.label, class_=shape.css_class)
