"""Inline SVG charts: numbers and words in, mark-up out, with no Django, no clock and no style attribute."""

from reports.charts.effort import EffortText, EffortWeek, draw_effort
from reports.charts.scale import NARROW, WIDE, Shape
from reports.charts.services import ServiceBar, ServicesText, draw_services
from reports.charts.spark import draw_spark
from reports.charts.svg import Markup
from reports.charts.trend import TrendText, TrendWeek, draw_trend

__all__ = [
    "NARROW",
    "WIDE",
    "EffortText",
    "EffortWeek",
    "Markup",
    "ServiceBar",
    "ServicesText",
    "Shape",
    "TrendText",
    "TrendWeek",
    "draw_effort",
    "draw_services",
    "draw_spark",
    "draw_trend",
]
