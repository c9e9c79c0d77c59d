"""Where things stand in a chart: shapes, ticks, scales and how wide a text is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

TEXT_HEIGHT = 11.0
CHARACTER = 6.3
"""Mean width of a character of 11 px in the interface font, in px; wide on purpose."""

MONO_CHARACTER = 7.3


@dataclass(frozen=True, slots=True)
class Shape:
    """Which of the two drawings of a chart: the one for a wide tile or the one for a phone."""

    name: Literal["wide", "narrow"]

    @property
    def css_class(self) -> str:
        """The class by which the container query shows one drawing of two."""
        return f"w-{self.name}"

    @property
    def is_wide(self) -> bool:
        """Whether this is the drawing for a wide tile."""
        return self.name == "wide"


WIDE = Shape("wide")
NARROW = Shape("narrow")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The plot inside its drawing, in px: the space around it is for axis labels and line ends."""

    width: float
    height: float
    left: float = 30
    right: float
    top: float = 12
    bottom: float = 24

    @property
    def x1(self) -> float:
        """The right edge of the plot."""
        return self.width - self.right

    @property
    def y0(self) -> float:
        """The baseline of the plot."""
        return self.height - self.bottom

    @property
    def plot_width(self) -> float:
        """The width of the plot."""
        return self.x1 - self.left

    def y(self, value: float, top: float) -> float:
        """Return where `value` stands when the plot's upper edge is `top`."""
        return self.y0 - value / top * (self.y0 - self.top)

    def with_left_for(self, labels: Sequence[str]) -> "Frame":
        """Return the frame with room for these labels at the left."""
        return replace(self, left=max(30.0, max(map(text_width, labels), default=0.0) + 11))


@dataclass(frozen=True, slots=True)
class Ticks:
    """The values at which an axis has a line, and the value of its upper end."""

    values: tuple[float, ...]
    top: float


def nice_ticks(largest: float) -> Ticks:
    """Return 4 or 5 ticks from 0 in steps of 1, 2 or 5 times a power of ten, for values up to `largest`."""
    if not math.isfinite(largest) or largest < 1e-6:
        largest = 1.0
    top = largest * 1.05
    exponent = math.floor(math.log10(top)) - 1
    while True:
        for factor in (1, 2, 5):
            step = factor * 10.0**exponent
            count = math.floor(top / step) + 1
            if count <= 3:
                return Ticks(tuple(_multiples(step, 4)), 3 * step)
            if count <= 5:
                return Ticks(tuple(_multiples(step, count)), top)
        exponent += 1


def _multiples(step: float, count: int) -> list[float]:
    digits = max(0, -math.floor(math.log10(step)))
    return [round(step * index, digits) for index in range(count)]


def tick_label(value: float) -> str:
    """Return a tick's number as briefly as it can be read: 0, 2.5, 50, 12k, 3M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if value >= size:
            return f"{value / (1e3 if letter == 'k' else size):g}{letter}"
    return f"{value:g}"


def label_step(pitch: float, room: float) -> int:
    """Return every how many weeks a label fits, when weeks are `pitch` px apart and a label wants `room` px."""
    for step in (1, 2, 3, 4, 6, 8, 13, 26):
        if step * pitch >= room:
            return step
    return 52


def text_width(words: str, character: float = CHARACTER) -> float:
    """Return about how many px a text takes; East Asian characters count double."""
    return sum(character * (1.8 if ord(letter) > 0x2E7F else 1) for letter in words)


def cut_to(words: str, room: float, character: float = CHARACTER) -> str:
    """Return the text if it fits into `room` px, else its beginning and an ellipsis."""
    if text_width(words, character) <= room:
        return words
    kept = words
    while kept and text_width(kept + "…", character) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def spread(wanted: Sequence[float], *, gap: float, low: float, high: float) -> list[float]:
    """Return the positions moved apart to at least `gap`, in the given (ascending) order, within `low` to `high`."""
    placed: list[float] = []
    for position in wanted:
        placed.append(max(position, placed[-1] + gap) if placed else max(position, low))
    limit = high
    for index in range(len(placed) - 1, -1, -1):
        placed[index] = min(placed[index], limit)
        limit = placed[index] - gap
    return placed
