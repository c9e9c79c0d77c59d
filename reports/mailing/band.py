"""The band below the headline: target, share and its bounds on one scale, in cells of a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from reports import numbers
from reports.sentences import Reading

SCALES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
ROOM = 1.05
MARKER = 0.0125
EDGE = 8.0
"""What the numbers at both ends take, in per cent of the width."""
TARGET_WIDTH, SHARE_WIDTH = 23.0, 31.0
"""What the two labels take on a phone, in per cent of the width."""


@dataclass(frozen=True, slots=True)
class BandCell:
    """A stretch of the band: its width in per cent and its tone (track, target, value, range)."""

    width: float
    tone: str


@dataclass(frozen=True, slots=True)
class BandLabel:
    """A stretch below the band with its text; `strong` is set before the text."""

    width: float
    text: str = ""
    strong: str = ""
    tone: str = "t2"
    align: str = "center"


def scale_of(reading: Reading) -> float:
    """Return the end of the scale: the first round one that holds the share, its bounds and the target with room."""
    reached = max(reading.target_high * 1.5, reading.toil_share or 0.0, reading.toil_share_high or 0.0)
    return next((scale for scale in SCALES if scale >= reached * ROOM), 1.0)


def band_cells(reading: Reading, scale: float) -> list[BandCell]:
    """Return the cells from left to right; where stretches overlap, the share hides its range, and that the target."""
    stretches = [("target", reading.target_low / scale, reading.target_high / scale)]
    share, low, high = reading.toil_share, reading.toil_share_low, reading.toil_share_high
    if share is not None and low is not None and high is not None:
        start = max(0.0, min(low, share) / scale)
        stretches.append(("range", start, max(high, share) / scale))
        end = max(share / scale, MARKER)
        stretches.append(("value", end - MARKER if end - start < MARKER else start, end))
    cuts = sorted({0.0, 1.0, *(min(1.0, max(0.0, cut)) for __, *ends in stretches for cut in ends)})
    cells: list[BandCell] = []
    for left, right in pairwise(cuts):
        tone = _tone(stretches, (left + right) / 2)
        width = round((right - left) * 100, 2)
        if cells and cells[-1].tone == tone:
            cells[-1] = BandCell(round(cells[-1].width + width, 2), tone)
        else:
            cells.append(BandCell(width, tone))
    return [cell for cell in cells if cell.width > 0]


def band_labels(reading: Reading, scale: float) -> list[BandLabel]:
    """Return the labels below the band, each in the middle below what it names as far as they do not collide."""
    target = BandLabel(TARGET_WIDTH, _("target %(range)s") % {"range": reading.target_text}, tone="ac")
    labels = [((reading.target_low + reading.target_high) / 2 / scale * 100, target)]
    share, high = reading.toil_share, reading.toil_share_high
    if share is not None and high is not None:
        is_open = numbers.percent_number(high) != numbers.percent_number(share)
        text = _(", up to %(high)s") % {"high": numbers.percent_number(high)} if is_open else ""
        tone = "to" if reading.verdict == "above" else "tx"
        labels.append(((share + high) / 2 / scale * 100, BandLabel(SHARE_WIDTH, text, reading.share_text, tone)))
    labels.sort(key=lambda entry: entry[0])
    first = BandLabel(0, "0", align="left")
    last = BandLabel(0, numbers.percent(scale, keep_decimal=False), align="right")
    return _laid_out(first, _apart(labels), last)


def _apart(labels: Sequence[tuple[float, BandLabel]]) -> list[tuple[float, BandLabel]]:
    """Return left edges and labels, moved as little as it takes for none to cover another or the ends."""
    edges = [center - label.width / 2 for center, label in labels]
    left = EDGE
    for index, (__, label) in enumerate(labels):
        edges[index] = left = max(edges[index], left)
        left += label.width
    right = 100 - EDGE
    for index in reversed(range(len(labels))):
        edges[index] = right = min(edges[index], right - labels[index][1].width)
    return [(edge, label) for edge, (__, label) in zip(edges, labels, strict=True)]


def _laid_out(first: BandLabel, labels: Sequence[tuple[float, BandLabel]], last: BandLabel) -> list[BandLabel]:
    """Return the cells: the scale's ends outside, the labels at their edges, and empty ones between."""
    cells = [_wide(first, labels[0][0])]
    at = labels[0][0]
    for edge, label in labels:
        if edge > at + 0.1:
            cells.append(BandLabel(round(edge - at, 2)))
        cells.append(label)
        at = edge + label.width
    return [*cells, _wide(last, 100 - at)]


def _wide(label: BandLabel, width: float) -> BandLabel:
    return BandLabel(round(width, 2), label.text, label.strong, label.tone, label.align)


def _tone(stretches: Sequence[tuple[str, float, float]], at: float) -> str:
    """Return the last of the stretches that holds a point."""
    return next((tone for tone, start, end in reversed(stretches) if start <= at <= end), "track")
