"""Hours by service: horizontal bars, most toil first, with the toil share of each service."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.scale import MONO_CHARACTER, Shape, cut_to, text_width
from reports.charts.svg import HATCH, Markup, drawing, element, rect, span, text

ROW = 25.0
BAR = 14.0
GAP = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceBar:
    """The classified hours of a service; `hours_text` and `share_text` stand behind its bar."""

    name: str
    toil: float
    overhead: float
    engineering: float
    hours_text: str
    share_text: str
    tip: str
    href: str | None = None

    @property
    def total(self) -> float:
        """All hours that the bar shows."""
        return self.toil + self.overhead + self.engineering


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicesText:
    """The words of the bars."""

    label: str
    no_data: str


def draw_services(bars: Sequence[ServiceBar], *, words: ServicesText, shape: Shape) -> Markup:
    """Return a bar for each service, as long as its hours, in the order given."""
    width, names = (568.0, 130.0) if shape.is_wide else (340.0, 118.0)
    parts: list[Markup] = []
    if not bars:
        parts.append(text(words.no_data, x=width / 2, y=ROW, anchor="middle"))
    behind = max((text_width(f"{bar.hours_text} {bar.share_text}") for bar in bars), default=0) + 8
    longest = max((bar.total for bar in bars), default=0) or 1.0
    scale = max(width - names - behind - 3 * GAP, 20.0) / longest
    for index, bar in enumerate(bars):
        parts += _row(bar, y=index * ROW + 4, width=width, names=names, scale=scale)
    height = max(len(bars), 2) * ROW
    return drawing(parts, width=width, height=height, label=words.label, class_=shape.css_class)


def _row(bar: ServiceBar, *, y: float, width: float, names: float, scale: float) -> list[Markup]:
    name = cut_to(bar.name, names - 8, MONO_CHARACTER)
    parts = [text(name, x=0, y=y + 11, class_="nm", title=bar.name if name != bar.name else None)]
    x = names
    for hours, css in ((bar.toil, "T"), (bar.overhead, "O"), (bar.engineering, "E")):
        if hours <= 0:
            continue
        length = max(hours * scale, 1.0)
        parts.append(rect(class_=css, x=x, y=y, width=length, height=BAR, rx=2))
        if css == "T":
            parts.append(rect(class_="hatch", x=x, y=y, width=length, height=BAR, fill=HATCH, rx=2))
        x += length + GAP
    parts.append(_figures(bar, x=x + 4, y=y + 11))
    parts.append(rect(class_="hit", x=0, y=y - 4, width=width, height=ROW - 2, tip=bar.tip, href=bar.href))
    return parts


def _figures(bar: ServiceBar, *, x: float, y: float) -> Markup:
    """Return the hours in the colour of toil and the share in grey behind them, as one line of text."""
    hours, share = span(bar.hours_text, class_="tT"), span(f" {bar.share_text}", class_="mid")
    return element("text", hours, share, x=float(x), y=float(y))
