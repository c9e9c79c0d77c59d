"""The drawings of budget and flow: they name themselves, carry no style, and stay inside their frames."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.charts import (
    NARROW,
    WIDE,
    AgeingColumn,
    AgeingItem,
    AgeingText,
    Burn,
    BurnDay,
    BurnText,
    BurnTick,
    Dot,
    FlowDay,
    FlowState,
    FlowText,
    Markup,
    PercentileLine,
    ScatterText,
    Shape,
    Side,
    SidesText,
    TrendNote,
    TrendText,
    TrendWeek,
    draw_ageing,
    draw_burn,
    draw_cumulative,
    draw_scatter,
    draw_sides,
    draw_trend,
)
from reports.charts.png import as_png

SHAPES = pytest.mark.parametrize("shape", [WIDE, NARROW], ids=["wide", "narrow"])
CLASSES = ("toil", "engineering", "overhead", "unclassified")


def burn(shape: Shape, *, used: list[float], ahead: list[float], budget: float, runs_out: int | None) -> Markup:
    words = BurnText(
        label="Budget.",
        budget="Budget 226 h",
        used="171 h",
        expected="278 h",
        even="even pace",
        runs_out="runs out 3 Dec",
        no_data="No hours yet.",
    )
    made = Burn(
        budget=budget,
        used=used,
        expected=ahead,
        runs_out=runs_out,
        days=[BurnDay(tip="day", href="/there") for _ in used],
        ticks=[BurnTick(day=0, words="W40"), BurnTick(day=len(used) + len(ahead), words="W52")],
        day_count=len(used) + len(ahead),
    )
    return draw_burn(made, words=words, shape=shape)


def scatter(shape: Shape, days: list[float]) -> Markup:
    dots = [
        Dot(at=index / max(len(days), 1), days=value, classification=CLASSES[index % 4], tip="<b>", href="/item")
        for index, value in enumerate(days)
    ]
    lines = [PercentileLine(days=value, words=f"{value:.0f} d", is_main=True) for value in days[:3]]
    words = ScatterText(label="Cycle times.", ticks=["W1", "W2"], no_data="Nothing.")
    return draw_scatter(dots, lines=lines, words=words, shape=shape)


def ageing(shape: Shape, days: list[float], p85: float | None = 5.0) -> Markup:
    items = [
        AgeingItem(days=value, classification=CLASSES[index % 4], key=f"OPS-{index}", tip="old")
        for index, value in enumerate(days)
    ]
    p95 = None if p85 is None else p85 * 2
    columns = [AgeingColumn(name="In progress", items=items, p85=p85, p95=p95, line="85 %: 5 d")]
    return draw_ageing(columns, words=AgeingText(label="Ages.", no_data="Nothing."), shape=shape)


def cumulative(shape: Shape, counts: list[int]) -> Markup:
    states = [FlowState(counts=counts, end=f"State {index}", shade=index) for index in range(3)]
    days = [FlowDay(label="" if index % 7 else f"W{index}", tip="day") for index in range(len(counts))]
    return draw_cumulative(states, days, words=FlowText(label="Flow.", no_data="Nothing."), shape=shape)


def sides(shape: Shape, values: list[float]) -> Markup:
    made = [Side(name="Toil", active=value, waiting=value / 2, figures="1 d + 2 d", tip="tip") for value in values]
    words = SidesText(label="Waiting.", active="worked on", waiting="waited", no_data="Nothing.")
    return draw_sides(made, words=words, shape=shape)


def drawings(shape: Shape, values: list[float]) -> list[Markup]:
    counts = [int(value) for value in values]
    return [
        burn(shape, used=sorted(values), ahead=[max(values, default=0) + 1], budget=5, runs_out=0 if values else None),
        scatter(shape, values),
        ageing(shape, values),
        cumulative(shape, counts),
        sides(shape, values),
    ]


def text_of(markup: Markup) -> str:
    return " ".join(ET.fromstring(markup).itertext())


@SHAPES
@pytest.mark.parametrize("values", [[], [0.0], [3.0], [0.5, 2.0, 9.0, 30.0]], ids=["none", "zero", "one", "some"])
def test_every_drawing_names_itself_and_carries_no_style(shape: Shape, values: list[float]) -> None:
    for markup in drawings(shape, values):
        svg = ET.fromstring(markup)

        assert svg.get("role") == "img"
        assert svg.get("aria-label")
        assert "style=" not in markup


@SHAPES
@settings(max_examples=40, deadline=None)
@given(values=st.lists(st.floats(min_value=0, max_value=5000), max_size=60))
def test_any_drawing_stays_inside_its_frame(shape: Shape, values: list[float]) -> None:
    for markup in drawings(shape, values):
        width, height = markup.size
        for x, y in re.findall(r"[ML](-?[0-9.]+) (-?[0-9.]+)", markup):
            assert -1 <= float(x) <= width + 1
            assert -1 <= float(y) <= height + 1
        for element in ET.fromstring(markup).iter("rect"):
            assert float(element.get("y", "0")) + float(element.get("height", "0")) <= height + 1
            assert float(element.get("height", "0")) >= 0


def test_the_budget_names_the_day_on_which_it_runs_out() -> None:
    drawn = burn(WIDE, used=[2.0, 4.0, 6.0], ahead=[8.0, 10.0, 12.0], budget=9, runs_out=4)

    assert "runs out 3 Dec" in text_of(drawn)
    assert drawn.count('class="runs-out"') == 1
    assert "278 h" in text_of(drawn)
    assert drawn.count('data-href="/there"') == 3


def test_a_budget_that_lasts_has_no_red_dot() -> None:
    assert "runs-out" not in burn(WIDE, used=[1.0], ahead=[2.0], budget=9, runs_out=None)
    assert "No hours yet." in text_of(burn(WIDE, used=[], ahead=[], budget=0, runs_out=None))


def test_classes_have_their_shapes_in_the_scatter_and_their_letters_among_ages() -> None:
    drawn = scatter(WIDE, [1.0, 2.0, 3.0, 4.0])

    assert '<path class="pt T"' in drawn
    assert '<circle class="pt E"' in drawn
    assert '<rect class="pt O"' in drawn
    assert '<circle class="pt U"' in drawn
    assert [letter for letter in "TEO?" if f">{letter}</text>" in ageing(WIDE, [1.0, 2.0, 3.0, 4.0])] == list("TEO?")


def test_the_oldest_items_are_named_and_a_column_without_a_past_has_no_zones() -> None:
    assert "OPS-0" in text_of(ageing(WIDE, [40.0, 1.0]))
    without = ageing(WIDE, [40.0], p85=None)
    assert "zone-3" not in without
    assert "85 %" not in text_of(without)


def test_marks_of_the_same_age_stand_beside_each_other() -> None:
    svg = ET.fromstring(ageing(WIDE, [2.0] * 6))

    places = [circle.get("cx") for circle in svg.iter("circle")]

    assert len(set(places)) == 6


def trend(targets: list[tuple[float, float]], notes: list[TrendNote], shape: Shape = WIDE) -> Markup:
    weeks = [
        TrendWeek(label=f"W{n}", value=0.1, low=0.09, high=0.12, target=target, tip="tip", href="/h", before=0.2)
        for n, target in enumerate(targets)
    ]
    words = TrendText(
        label="Trend.", target="Target", range="Range", end="10 %", end_high="12", no_data="None.", before="before"
    )
    return draw_trend(weeks, words=words, shape=shape, notes=notes)


def test_each_week_of_the_trend_has_the_target_that_it_had() -> None:
    drawn = trend([(0.05, 0.1)] * 5 + [(0.05, 0.2)] * 5, [])

    bands = [element for element in ET.fromstring(drawn).iter("rect") if element.get("class") == "band"]

    assert len(bands) == 2
    assert float(bands[0].get("height", "0")) < float(bands[1].get("height", "0"))
    assert float(bands[0].get("x", "0")) + float(bands[0].get("width", "0")) == pytest.approx(
        float(bands[1].get("x", "0")), abs=0.2
    )


@SHAPES
def test_what_happened_stands_above_its_week(shape: Shape) -> None:
    drawn = trend([(0.05, 0.1)] * 12, [TrendNote(3, "Disk full eliminated"), TrendNote(4, "Target 8–12 %")], shape)

    notes = [element for element in ET.fromstring(drawn).iter("line") if element.get("class") == "note-l"]

    assert len(notes) == 2
    assert ("Disk full eliminated" in text_of(drawn)) == (shape is WIDE)
    assert 'class="line-before"' in drawn
    assert drawn.count('data-href="/h"') == 12


def test_a_drawing_becomes_a_picture_with_its_title() -> None:
    drawn = scatter(WIDE, [1.0, 4.0])
    width, height = drawn.size

    bare = as_png(drawn, width=width, height=height)
    headed = as_png(drawn, width=width, height=height, title="Cycle <time>", subtitle="days")

    assert bare.startswith(b"\x89PNG")
    assert int.from_bytes(headed[16:20], "big") == 2 * (width + 32)
    assert int.from_bytes(headed[20:24], "big") > int.from_bytes(bare[20:24], "big")
