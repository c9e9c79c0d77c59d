"""The few SVG elements that charts are made of, escaped and with coordinates of one decimal."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Literal

Value = str | int | float | None
Anchor = Literal["start", "middle", "end"]

_SIZE = re.compile(r'width="([0-9.]+)" height="([0-9.]+)" role="img"')

HATCH = "url(#p-hatch)"
"""The stripes over toil: the pattern stands once in the page, in the template of the charts."""


class Markup(str):
    """Text that is mark-up already: templates print it as it is."""

    __slots__ = ()

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of a whole drawing in px, as written in it."""
        found = _SIZE.search(self)
        if found is None:
            raise ValueError("This is not a whole drawing.")
        return float(found[1]), float(found[2])

    def __html__(self) -> "Markup":
        """Tell template engines that there is nothing to escape."""
        return self


def element(name: str, *children: Markup, **attributes: Value) -> Markup:
    """Return one element; `class_` is class, an underscore a hyphen, and None leaves an attribute out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(children)
    return Markup(f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>")


def text(
    words: str, *, x: float, y: float, class_: str | None = None, anchor: Anchor = "start", title: str | None = None
) -> Markup:
    """Return a line of text; `title` is the whole of it where it was cut."""
    children = [Markup(escape(words))]
    if title is not None:
        children.append(element("title", Markup(escape(title))))
    return element("text", *children, x=float(x), y=float(y), class_=class_, text_anchor=anchor)


def span(words: str, *, class_: str) -> Markup:
    """Return a part of a line of text."""
    return element("tspan", Markup(escape(words)), class_=class_)


def line(*, x1: float, x2: float, y1: float, y2: float, class_: str) -> Markup:
    """Return a straight line."""
    return element("line", class_=class_, x1=float(x1), x2=float(x2), y1=float(y1), y2=float(y2))


def rect(
    *,
    x: float,
    y: float,
    width: float,
    height: float,
    class_: str | None,
    fill: str | None = None,
    tip: str | None = None,
    href: str | None = None,
    rx: float | None = None,
) -> Markup:
    """Return a rectangle; `tip` is what the tooltip says of it, `href` where a click on it leads."""
    return element(
        "rect",
        class_=class_,
        x=float(x),
        y=float(y),
        width=float(max(width, 0)),
        height=float(max(height, 0)),
        rx=rx,
        fill=fill,
        data_tip=tip,
        data_href=href,
    )


def path(points: Sequence[tuple[float, float]], *, class_: str, closed: bool = False) -> Markup:
    """Return a line through the points, closed into an area if asked."""
    steps = "L".join(f"{_number(x)} {_number(y)}" for x, y in points)
    return element("path", class_=class_, d=f"M{steps}{'Z' if closed else ''}")


def drawing(
    children: Iterable[Markup], *, width: float, height: float, label: str, class_: str | None = None
) -> Markup:
    """Return the whole picture, named by one sentence for those who cannot see it."""
    return element(
        "svg",
        *children,
        class_=class_,
        viewBox=f"0 0 {_number(width)} {_number(height)}",
        width=width,
        height=height,
        role="img",
        aria_label=label,
    )


def _value(value: str | int | float) -> str:
    return _number(value) if isinstance(value, float) else escape(str(value))


def _number(value: float) -> str:
    rounded = f"{value:.1f}"
    return "0.0" if rounded == "-0.0" else rounded
