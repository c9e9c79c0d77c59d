"""The toil share week by week: a line, the range that unclassified work leaves open, and the target band."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reports.charts.axes import hit_areas, nothing_to_show, value_axis, week_axis
from reports.charts.scale import Frame, Shape, Ticks, cut_to, nice_ticks, text_width, tick_label
from reports.charts.svg import Markup, drawing, element, line, path, rect, text

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendWeek:
    """A week of the trend, shares as fractions; None where there was nothing to divide by."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    target: tuple[float, float]
    tip: str
    href: str | None = None
    before: float | None = None


@dataclass(frozen=True, slots=True)
class TrendNote:
    """Something that happened in a week (by its index), in a few words."""

    week: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendText:
    """The words of the trend in the reader's language."""

    label: str
    target: str
    range: str
    end: str
    end_high: str
    no_data: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class _Placed:
    """The weeks that have a share, as points of the plot."""

    line: tuple[Point, ...]
    lows: tuple[Point, ...]
    highs: tuple[Point, ...]


def draw_trend(
    weeks: Sequence[TrendWeek], *, words: TrendText, shape: Shape, notes: Sequence[TrendNote] = ()
) -> Markup:
    """Return the trend of toil shares (fractions, drawn in percent), each week against the target that it had.

    `notes` (two at most, in the order of their weeks) stand above the weeks in which they happened; the narrow
    drawing has only their numbers. Shares of the weeks before (`TrendWeek.before`) are a dashed line.
    """
    frame = _frame(shape, has_notes=bool(notes))
    ticks = _ticks(weeks)
    centres = _centres(frame, len(weeks))
    runs = [_place(run, frame, ticks.top) for run in _runs(weeks, centres)]
    bands = _bands(weeks, centres, frame, ticks.top)
    last = (bands[-1].upper, bands[-1].lower)
    parts = [rect(class_="band", x=b.x1, y=b.upper, width=b.x2 - b.x1, height=b.lower - b.upper) for b in bands]
    parts += value_axis(frame, ticks, tick_label)
    parts += [line(class_="bandline", x1=b.x1, x2=b.x2, y1=y, y2=y) for b in bands for y in (b.upper, b.lower)]
    parts += [_range(run) for run in runs]
    parts += _before(weeks, centres, frame, ticks.top, words)
    parts += [_line(run) for run in runs]
    parts += week_axis(frame, [week.label for week in weeks], centres, room=96 if shape.is_wide else 58)
    parts += _notes(notes, centres, runs, frame, shape)
    parts += _ending(runs, frame, words) if runs else [nothing_to_show(frame, words.no_data, depth=0.14)]
    parts.append(_target_name(frame, bands[-1], runs, words, shape))
    parts += _range_name(runs, last, words)
    parts += hit_areas(frame, [week.tip for week in weeks], centres, [week.href for week in weeks])
    return drawing(parts, width=frame.width, height=frame.height, label=words.label, class_=shape.css_class)


def _frame(shape: Shape, *, has_notes: bool) -> Frame:
    if shape.is_wide:
        return Frame(width=776, height=318, right=60, top=44 if has_notes else 14)
    return Frame(width=340, height=220, right=52, top=24 if has_notes else 10)


@dataclass(frozen=True, slots=True)
class _Band:
    """A stretch of weeks with one target, in px."""

    x1: float
    x2: float
    upper: float
    lower: float


def _bands(weeks: Sequence[TrendWeek], centres: Sequence[float], frame: Frame, top: float) -> list[_Band]:
    """Return the target as stretches of equal targets; one gives way to the next half-way between two weeks."""
    bands: list[_Band] = []
    begun = frame.left
    for index, week in enumerate(weeks):
        is_last = index == len(weeks) - 1
        if not is_last and weeks[index + 1].target == week.target:
            continue
        until = frame.x1 if is_last else (centres[index] + centres[index + 1]) / 2
        low, high = week.target
        bands.append(_Band(begun, until, frame.y(high * 100, top), frame.y(low * 100, top)))
        begun = until
    return bands


def _before(
    weeks: Sequence[TrendWeek], centres: Sequence[float], frame: Frame, top: float, words: TrendText
) -> list[Markup]:
    """Return the weeks before as a dashed line with its name at its beginning."""
    points = [
        (x, frame.y(week.before * 100, top)) for x, week in zip(centres, weeks, strict=True) if week.before is not None
    ]
    if len(points) < 2:
        return []
    x, y = points[0]
    return [path(points, class_="line-before"), text(words.before, x=x + 4, y=max(y - 6, frame.top + 8), class_="halo")]


def _notes(
    notes: Sequence[TrendNote], centres: Sequence[float], runs: Sequence[_Placed], frame: Frame, shape: Shape
) -> list[Markup]:
    parts: list[Markup] = []
    taken: float | None = None
    for number, note in enumerate(notes, start=1):
        x = centres[note.week]
        words = cut_to(note.words, 330) if shape.is_wide else str(number)
        half = text_width(words) / 2
        middle = min(max(x, frame.left + half), frame.width - half - 4)
        is_lower = taken is not None and middle - half < taken + 8
        y = frame.top - (12 if is_lower or not shape.is_wide else 27)
        heights = [height for run in runs for height in _heights(run.line, x, x)]
        foot = min(heights) - 7 if heights else frame.y0
        parts.append(line(class_="note-l", x1=x, x2=x, y1=y + 5, y2=max(foot, y + 9)))
        parts.append(text(words, x=middle, y=y, class_="mid halo", anchor="middle"))
        taken = middle + half
    return parts


def _ticks(weeks: Sequence[TrendWeek]) -> Ticks:
    """Return the ticks in percent: of a share that cannot pass 100 % the axis does not either."""
    shares = [share for week in weeks for share in (week.value, week.high, week.before) if share is not None]
    largest = max(shares, default=0.0)
    ticks = nice_ticks(max(largest, *(week.target[1] * 1.4 for week in weeks)) * 100)
    return ticks if largest > 1.0001 or ticks.top < 100 else Ticks((0, 25, 50, 75, 100), 100)


def _centres(frame: Frame, count: int) -> list[float]:
    if count == 1:
        return [frame.left + frame.plot_width / 2]
    return [frame.left + frame.plot_width * index / (count - 1) for index in range(count)]


def _runs(weeks: Sequence[TrendWeek], centres: Sequence[float]) -> list[list[tuple[float, TrendWeek]]]:
    """Return the weeks that have a share, parted where one has none, so that no line spans a gap."""
    runs: list[list[tuple[float, TrendWeek]]] = [[]]
    for x, week in zip(centres, weeks, strict=True):
        if week.value is None:
            runs.append([])
        else:
            runs[-1].append((x, week))
    return [run for run in runs if run]


def _place(run: Sequence[tuple[float, TrendWeek]], frame: Frame, top: float) -> _Placed:
    def points(shares: Sequence[float | None]) -> tuple[Point, ...]:
        return tuple((x, frame.y((share or 0) * 100, top)) for (x, _), share in zip(run, shares, strict=True))

    values = [week.value for _, week in run]
    return _Placed(
        points(values),
        points([week.value if week.low is None else week.low for _, week in run]),
        points([week.value if week.high is None else week.high for _, week in run]),
    )


def _range(run: _Placed) -> Markup:
    if len(run.line) == 1:
        (x, high), (_, low) = run.highs[0], run.lows[0]
        return rect(class_="range", x=x - 2, y=high, width=4, height=low - high)
    return path([*run.highs, *reversed(run.lows)], class_="range", closed=True)


def _line(run: _Placed) -> Markup:
    if len(run.line) == 1:
        (x, y) = run.line[0]
        return element("circle", class_="dot-t", cx=x, cy=y, r=2.5)
    return path(run.line, class_="line-t")


def _ending(runs: Sequence[_Placed], frame: Frame, words: TrendText) -> list[Markup]:
    """Return the ring on the last share, its value, and the upper end of its range beside it."""
    x, y = runs[-1].line[-1]
    high = runs[-1].highs[-1][1]
    beside = min(x + 9, frame.x1 + 9)
    parts = [
        element("circle", class_="ring", cx=x, cy=y, r=4),
        text(words.end, x=beside, y=y + 4, class_="strong halo"),
    ]
    if words.end_high and y - high > 1:
        parts.append(text(words.end_high, x=beside, y=min(high + 3.5, y - 9), class_="halo"))
    return parts


def _target_name(frame: Frame, last: _Band, runs: Sequence[_Placed], words: TrendText, shape: Shape) -> Markup:
    """Return the band's name, inside it where that is high enough, at the end that the line leaves free."""
    is_inside = last.lower - last.upper >= 15
    y = (last.lower + last.upper) / 2 + 4 if is_inside else last.upper - 5
    width = text_width(words.target)
    start, end = last.x1 + 6, frame.x1 - 6 - width
    spots = (start, end) if shape.is_wide and start <= end else (end, max(start, end))
    free = [x for x in spots if not _is_crossed(runs, x, x + width, y - 11, y + 3)]
    is_at_end = (free or spots)[0] == end
    return text(
        words.target,
        x=frame.x1 - 6 if is_at_end else start,
        y=y,
        class_="band-t" if free else "band-t halo",
        anchor="end" if is_at_end else "start",
    )


def _range_name(runs: Sequence[_Placed], band: tuple[float, float], words: TrendText) -> list[Markup]:
    """Return the range's name where it has most room above the line, clear of the band, or nothing."""
    width = text_width(words.range)
    spots: list[tuple[float, float, float]] = []
    for run in runs:
        for left in (x + 6 for x, _ in run.line if x + 6 + width <= run.line[-1][0]):
            upper = max(_heights(run.highs, left, left + width))
            lower = min(_heights(run.line, left, left + width))
            y = (lower + upper) / 2 + 4
            if lower - upper >= 17 and not band[0] - 2 < y < band[1] + 12:
                spots.append((lower - upper, left, y))
    if not spots:
        return []
    _, x, y = max(spots, key=lambda spot: (round(spot[0]), -spot[1]))
    return [text(words.range, x=x, y=y, class_="tT")]


def _is_crossed(runs: Sequence[_Placed], x1: float, x2: float, top: float, bottom: float) -> bool:
    for run in runs:
        heights = _heights(run.line, x1, x2)
        if heights and min(heights) <= bottom and max(heights) >= top:
            return True
    return False


def _heights(points: Sequence[Point], x1: float, x2: float) -> list[float]:
    """Return the heights that a line has from x1 to x2, at its ends and at each of its points."""
    found = [y for x, y in points if x1 <= x <= x2]
    for (ax, ay), (bx, by) in pairwise(points):
        found += [ay + (by - ay) * (x - ax) / (bx - ax) for x in (x1, x2) if ax <= x <= bx]
    return found
