"""The drawings: what stands where, in both shapes, from no data to far too much."""

from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.charts import (
    NARROW,
    WIDE,
    EffortText,
    EffortWeek,
    Markup,
    ServiceBar,
    ServicesText,
    Shape,
    TrendText,
    TrendWeek,
    draw_effort,
    draw_services,
    draw_spark,
    draw_trend,
)
from reports.charts.scale import cut_to, label_step, nice_ticks, spread, tick_label

SHAPES = pytest.mark.parametrize("shape", [WIDE, NARROW], ids=["wide", "narrow"])
HOURS = st.floats(min_value=0, max_value=1e9, allow_nan=False)
SHARES = st.one_of(st.none(), st.floats(min_value=0, max_value=3))


def read(markup: Markup) -> ET.Element:
    return ET.fromstring(markup)


def by_class(svg: ET.Element, name: str) -> list[ET.Element]:
    return [element for element in svg.iter() if name in element.get("class", "").split()]


def texts(svg: ET.Element) -> list[str]:
    return ["".join(element.itertext()) for element in svg.iter("text")]


def trend_week(
    value: float | None, *, spread: float = 0.02, label: str = "W1", target: tuple[float, float] = (0.05, 0.1)
) -> TrendWeek:
    low, high = (None, None) if value is None else (max(value - spread, 0), value + spread)
    return TrendWeek(label=label, value=value, low=low, high=high, target=target, tip=f"{label}: {value}")


def trend(values: list[float | None], *, shape: Shape = WIDE, target: tuple[float, float] = (0.05, 0.1)) -> ET.Element:
    weeks = [trend_week(value, label=f"W{index + 1}", target=target) for index, value in enumerate(values)]
    return read(draw_trend(weeks, words=trend_text(), shape=shape))


def trend_text() -> TrendText:
    return TrendText(
        label="Toil share per week.",
        target="Target 5–10 %",
        range="Range",
        end="12.4 %",
        end_high="16.3",
        no_data="No work was tracked.",
        before="the weeks before",
    )


def effort(hours: list[tuple[float, float, float, float]], *, shape: Shape = WIDE) -> ET.Element:
    weeks = [
        EffortWeek(label=f"W{i}", toil=t, overhead=o, engineering=e, unclassified=u, tip="")
        for i, (t, o, e, u) in enumerate(hours, 1)
    ]
    words = EffortText(label="Hours by class.", ends=("Toil", "Ovh.", "Eng.", "Uncl."), no_data="No hours.")
    return read(draw_effort(weeks, words=words, shape=shape))


def service(name: str = "db", *, toil: float = 1, overhead: float = 1, engineering: float = 1) -> ServiceBar:
    return ServiceBar(
        name=name,
        toil=toil,
        overhead=overhead,
        engineering=engineering,
        hours_text="1 h",
        share_text="33 %",
        tip="",
    )


@pytest.mark.parametrize(
    ("largest", "values"),
    [
        (32.8, (0, 10, 20, 30)),
        (20, (0, 5, 10, 15, 20)),
        (185, (0, 50, 100, 150)),
        (11, (0, 5, 10, 15)),
        (0.45, (0, 0.1, 0.2, 0.3, 0.4)),
        (0, (0, 0.5, 1, 1.5)),
    ],
)
def test_ticks_are_round_numbers(largest, values):
    assert nice_ticks(largest).values == values


@given(st.floats(min_value=1e-6, max_value=1e12))
def test_there_are_four_or_five_ticks_and_the_largest_value_fits(largest):
    ticks = nice_ticks(largest)

    assert len(ticks.values) in {4, 5}
    assert ticks.values[0] == 0
    assert ticks.top >= largest
    assert ticks.top >= ticks.values[-1] * (1 - 1e-9)


@pytest.mark.parametrize(("value", "label"), [(0, "0"), (2.5, "2.5"), (5000, "5000"), (12000, "12k"), (2e6, "2M")])
def test_tick_labels_stay_short(value, label):
    assert tick_label(value) == label


def test_week_labels_leave_room_for_each_other():
    assert label_step(27.4, 96) == 4
    assert label_step(35, 96) == 3
    assert label_step(600, 96) == 1
    assert label_step(0.5, 96) == 52


def test_a_long_name_is_cut_with_an_ellipsis():
    assert cut_to("db-replica", 110) == "db-replica"
    assert cut_to("a-very-long-service-name", 60).endswith("…")
    assert len(cut_to("検索サービス検索サービス", 60)) < len("検索サービス検索サービス")


def test_labels_that_are_close_are_moved_apart_within_their_bounds():
    assert spread([10, 11, 12], gap=5, low=0, high=100) == [10, 15, 20]
    assert spread([95, 96, 99], gap=5, low=0, high=100) == [90, 95, 100]


@SHAPES
def test_a_drawing_names_itself_and_carries_no_style(shape):
    svg = trend([0.1, 0.2], shape=shape)

    assert svg.get("role") == "img"
    assert svg.get("aria-label") == "Toil share per week."
    assert svg.get("class") == f"w-{shape.name}"
    assert not [element for element in svg.iter() if element.get("style") or element.get("onclick")]


def test_the_line_of_the_trend_runs_from_edge_to_edge_and_ends_in_a_ring():
    svg = trend([0.0, 0.1, 0.2])

    (line,) = by_class(svg, "line-t")
    (ring,) = by_class(svg, "ring")
    assert line.get("d").startswith("M30.0 294.0L373.0")
    assert (ring.get("cx"), f"L{ring.get('cx')} {ring.get('cy')}") == ("716.0", line.get("d")[-len("L716.0 00.0") :])
    assert "12.4 %" in texts(svg)


def test_the_band_stands_between_the_ends_of_the_target():
    svg = trend([0.3], target=(0.05, 0.1))

    (band,) = by_class(svg, "band")
    lines = sorted(float(line.get("y1")) for line in by_class(svg, "bandline"))
    assert float(band.get("y")) == pytest.approx(lines[0])
    assert float(band.get("y")) + float(band.get("height")) == pytest.approx(lines[1], abs=0.2)
    axis = float(by_class(svg, "axis")[0].get("y1"))
    assert axis - lines[1] == pytest.approx(lines[1] - lines[0], abs=0.2)


def test_a_week_without_a_share_is_a_gap_in_the_line():
    svg = trend([0.1, 0.2, None, 0.2, 0.1, None, 0.3])

    assert len(by_class(svg, "line-t")) == 2
    assert len(by_class(svg, "dot-t")) == 1
    assert len(by_class(svg, "range")) == 3


def test_a_gap_at_the_end_leaves_the_ring_on_the_last_known_week():
    svg = trend([0.1, 0.2, None])

    assert by_class(svg, "ring")[0].get("cx") == "373.0"


@SHAPES
def test_weeks_without_any_share_say_so(shape):
    svg = trend([None] * 26, shape=shape)

    assert "No work was tracked." in texts(svg)
    assert not by_class(svg, "line-t") + by_class(svg, "ring")


def test_a_single_week_is_a_dot_in_the_middle():
    svg = trend([0.12])

    assert by_class(svg, "dot-t")[0].get("cx") == "373.0"


def test_the_axis_ends_at_all_of_the_work():
    svg = trend([0.98, 0.9])

    assert [text for text in texts(svg) if text.isdigit()] == ["0", "25", "50", "75", "100"]


def test_each_week_can_be_pointed_at():
    svg = trend([0.1, None, 0.3])

    assert [hit.get("data-tip") for hit in by_class(svg, "hit")] == ["W1: 0.1", "W2: None", "W3: 0.3"]


@SHAPES
@given(values=st.lists(SHARES, min_size=1, max_size=53), low=st.floats(0, 1), width=st.floats(0.001, 1))
def test_any_trend_stays_inside_its_drawing(shape, values, low, width):
    svg = trend(values, shape=shape, target=(low, min(low + width, 1.0)))

    height = float(svg.get("height"))
    for element in svg.iter():
        for name in ("y", "y1", "y2", "cy"):
            if element.get(name) is not None:
                assert -1 <= float(element.get(name)) <= height + 1


def test_a_stack_stands_on_the_baseline_and_adds_up():
    svg = effort([(20, 30, 100, 10)])

    heights = [float(by_class(svg, css)[0].get("height")) for css in ("T", "O", "E", "U")]
    toil = by_class(svg, "T")[0]
    axis = float(by_class(svg, "axis")[0].get("y1"))
    assert float(toil.get("y")) + heights[0] == pytest.approx(axis, abs=0.1)
    assert heights[1] + 1.5 == pytest.approx(heights[0] * 1.5, abs=0.3)
    assert heights[2] + 1.5 == pytest.approx(heights[0] * 5, abs=0.3)
    assert axis - float(by_class(svg, "U")[0].get("y")) == pytest.approx(heights[0] * 8, abs=0.3)


def test_toil_is_hatched_and_nothing_else_is():
    svg = effort([(20, 30, 100, 10)] * 12)

    hatches = [element for element in svg.iter() if element.get("fill") == "url(#p-hatch)"]
    assert len(hatches) == len(by_class(svg, "T")) == 12


def test_a_class_without_hours_has_neither_bar_nor_name():
    svg = effort([(20, 0, 100, 0)])

    assert not by_class(svg, "O") + by_class(svg, "U") + by_class(svg, "tO") + by_class(svg, "tU")


@SHAPES
def test_weeks_without_hours_say_so(shape):
    assert "No hours." in texts(effort([(0, 0, 0, 0)] * 12, shape=shape))
    assert "No hours." in texts(effort([], shape=shape))


@SHAPES
@given(hours=st.lists(st.tuples(HOURS, HOURS, HOURS, HOURS), min_size=1, max_size=53))
def test_any_hours_stay_inside_the_drawing_and_names_apart(shape, hours):
    svg = effort(hours, shape=shape)

    for bar in svg.iter("rect"):
        assert 0 <= float(bar.get("y")) <= float(svg.get("height"))
        assert 0 <= float(bar.get("x")) <= float(svg.get("width"))
    names = sorted(float(name.get("y")) for css in ("tT", "tO", "tE", "tU") for name in by_class(svg, css))
    assert all(lower - upper >= 13.9 for upper, lower in pairwise(names))


@SHAPES
def test_the_longest_service_fills_the_row_and_the_others_keep_their_proportion(shape):
    svg = read(
        draw_services(
            [service(toil=10, overhead=0, engineering=90), service(toil=50, overhead=0, engineering=0)],
            words=ServicesText(label="Hours by service.", no_data="None."),
            shape=shape,
        )
    )

    first, second = by_class(svg, "T")
    (engineering,) = by_class(svg, "E")
    assert float(engineering.get("width")) == pytest.approx(float(first.get("width")) * 9, rel=0.02)
    assert float(second.get("width")) == pytest.approx(float(first.get("width")) * 5, rel=0.02)


def test_a_name_from_outside_cannot_break_the_drawing():
    svg = read(
        draw_services([service(name='<script>"&')], words=ServicesText(label="<&>\"'", no_data="None."), shape=WIDE)
    )

    assert '<script>"&' in texts(svg)
    assert svg.get("aria-label") == "<&>\"'"


def test_no_services_say_so():
    svg = read(draw_services([], words=ServicesText(label="", no_data="No service is named."), shape=NARROW))

    assert texts(svg) == ["No service is named."]


def test_a_spark_has_its_highest_value_at_the_top_and_breaks_at_gaps():
    svg = read(draw_spark([0.1, 0.2, None, 0.3, 0.1], label="Trend.", direction="up"))

    lines = by_class(svg, "line")
    assert [line.get("d") for line in lines] == ["M2.0 19.0L21.5 11.0", "M60.5 3.0L80.0 19.0"]
    assert svg.get("class") == "spark up"


@pytest.mark.parametrize("values", [[], [None, None], [0.1], [0.1, 0.1]])
def test_a_spark_of_almost_nothing_is_still_a_picture(values):
    assert read(draw_spark(values, label="Trend.")).get("role") == "img"
