"""How figures are written for people: shares, ranges, hours and days, in the reader's language."""

from datetime import date, timedelta

from django.utils import formats
from django.utils.translation import gettext as _

from reports.share import TOLERANCE

ONE_DECIMAL_BELOW_HOURS = 100


def decimal(value: float, places: int = 1) -> str:
    """Return a number with so many decimals and the language's decimal sign, never with a minus before zero."""
    rounded = round(value, places)
    return str(formats.number_format(abs(rounded) if rounded == 0 else rounded, decimal_pos=places))


def percent_number(fraction: float, *, keep_decimal: bool = True) -> str:
    """Return a fraction as per cent without the sign: 0.124 is “12.4”; 0.05 is “5” where the decimal may go."""
    text = decimal(fraction * 100)
    return text if keep_decimal else _without_zero(fraction * 100, text)


def percent(fraction: float, *, keep_decimal: bool = True) -> str:
    """Return a fraction as per cent: 0.124 is “12.4 %”."""
    return _("%(number)s %%") % {"number": percent_number(fraction, keep_decimal=keep_decimal)}


def percent_whole(fraction: float) -> str:
    """Return a fraction as whole per cent: 0.714 is “71 %”; a little more than nothing is “< 1 %”."""
    number = "< 1" if 0 < fraction < 0.005 else decimal(fraction * 100, 0)
    return _("%(number)s %%") % {"number": number}


def share(fraction: float, *, low: float, high: float) -> str:
    """Return a share with as many decimals (1 to 3) as it takes to be on the same side of both targets as it is."""
    side = (fraction < low - TOLERANCE, fraction > high + TOLERANCE)
    for places in (1, 2, 3):
        shown = round(fraction * 100, places)
        if (shown < round(low * 100, 6), shown > round(high * 100, 6)) == side:
            break
    return _("%(number)s %%") % {"number": decimal(fraction * 100, places)}


def percent_range(low: float, high: float) -> str:
    """Return a range with an en dash: “5–10 %”, “8.0–10.7 %”; one number where both ends read the same."""
    ends = (percent_number(low), percent_number(high))
    whole = (percent_number(low, keep_decimal=False), percent_number(high, keep_decimal=False))
    if all(short != long for short, long in zip(whole, ends, strict=True)):
        ends = whole  # a decimal at one end only would look like less precision at the other
    if ends[0] == ends[1]:
        return percent(high, keep_decimal=False)
    return _("%(low)s–%(high)s %%") % {"low": ends[0], "high": ends[1]}


def hours(value: float) -> str:
    """Return hours: “21.6 h”, “8 h”, “174 h”; a little more than nothing is “< 0.1 h”."""
    return _("%(number)s h") % {"number": hours_number(value)}


def hours_number(value: float) -> str:
    """Return hours without the unit."""
    if 0 < value < 0.05:
        return "< " + decimal(0.1)
    if value >= ONE_DECIMAL_BELOW_HOURS:
        return decimal(value, 0)
    return _without_zero(value, decimal(value))


def whole_hours(value: float) -> str:
    """Return hours for a label: whole ones from ten on."""
    return hours(round(value) if value >= 10 else value)


def points(fraction: float) -> str:
    """Return a difference of two shares in percentage points, without its sign: “2.3 points”."""
    return _("%(number)s points") % {"number": decimal(abs(fraction) * 100)}


def day_range(first: date, last: date) -> str:
    """Return a range of days, as short as can be: “17–23 Nov”, “29 Dec – 4 Jan”."""
    if (first.year, first.month) == (last.year, last.month):
        return _("%(first)s–%(last)s") % {"first": first.day, "last": formats.date_format(last, "j M")}
    ends = {"first": formats.date_format(first, "j M"), "last": formats.date_format(last, "j M")}
    return _("%(first)s – %(last)s") % ends


def day(date_: date) -> str:
    """Return a day with its weekday: “Mon 17 Nov”."""
    return str(formats.date_format(date_, "D j M"))


def days_of_week(monday: date) -> str:
    """Return the days of the week that begins on a Monday: “17–23 Nov”."""
    return day_range(monday, monday + timedelta(days=6))


def _without_zero(value: float, text: str) -> str:
    rounded = round(value, 1)
    return decimal(value, 0) if rounded == int(rounded) else text
