"""Where the marks of the toil gauge lie: plain arithmetic for the drawing in `components/gauge.html`."""

from dataclasses import dataclass

SCALE_END = 0.20
"""The share at the right end of the scale; what lies above is drawn at the end."""

LEFT, WIDTH = 2.0, 146.0


@dataclass(frozen=True, slots=True)
class GaugeMarks:
    """Positions in the 150 × 28 drawing, in its own units."""

    band_x: float
    band_width: float
    band_end: float
    range_x: float | None
    range_width: float
    mark_x: float | None
    scale_end: float


def gauge_marks(
    *, share: float | None, low: float | None, high: float | None, target_low: float, target_high: float
) -> GaugeMarks:
    """Lay out shares (fractions) on a scale that ends at 20 %, or further right if the target does.

    `share` None means that there is no data: neither a marker nor a range is drawn.
    """
    end = max(SCALE_END, target_high * 1.25)

    def x(fraction: float) -> float:
        return round(LEFT + WIDTH * min(max(fraction, 0.0), end) / end, 1)

    has_range = share is not None and low is not None and high is not None and high - low > 0.0005
    range_x = x(low) if has_range and low is not None else None
    range_end = x(high) if has_range and high is not None else 0.0
    return GaugeMarks(
        band_x=x(target_low),
        band_width=round(x(target_high) - x(target_low), 1),
        band_end=x(target_high),
        range_x=range_x,
        range_width=round(range_end - range_x, 1) if range_x is not None else 0.0,
        mark_x=round(x(share) - 1.5, 1) if share is not None else None,
        scale_end=end,
    )
