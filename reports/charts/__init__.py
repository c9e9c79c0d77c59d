"""Inline SVG charts: numbers and words in, mark-up out, with no Django, no clock and no style attribute."""

from reports.charts.ageing import AgeingColumn, AgeingItem, AgeingText, draw_ageing
from reports.charts.burn import Burn, BurnDay, BurnText, BurnTick, draw_burn
from reports.charts.cumulative import FlowDay, FlowState, FlowText, draw_cumulative
from reports.charts.effort import EffortText, EffortWeek, draw_effort
from reports.charts.scale import NARROW, WIDE, Shape
from reports.charts.scatter import Dot, PercentileLine, ScatterText, draw_scatter
from reports.charts.services import ServiceBar, ServicesText, draw_services
from reports.charts.sides import Side, SidesText, draw_sides
from reports.charts.spark import draw_spark
from reports.charts.svg import Markup
from reports.charts.trend import TrendNote, TrendText, TrendWeek, draw_trend

__all__ = [
    "NARROW",
    "WIDE",
    "AgeingColumn",
    "AgeingItem",
    "AgeingText",
    "Burn",
    "BurnDay",
    "BurnText",
    "BurnTick",
    "Dot",
    "EffortText",
    "EffortWeek",
    "FlowDay",
    "FlowState",
    "FlowText",
    "Markup",
    "PercentileLine",
    "ScatterText",
    "ServiceBar",
    "ServicesText",
    "Shape",
    "Side",
    "SidesText",
    "TrendNote",
    "TrendText",
    "TrendWeek",
    "draw_ageing",
    "draw_burn",
    "draw_cumulative",
    "draw_effort",
    "draw_scatter",
    "draw_services",
    "draw_sides",
    "draw_spark",
    "draw_trend",
]
