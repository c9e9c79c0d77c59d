"""Lengths of time in words and cells: in days of 24 hours, short ones in hours."""

from datetime import timedelta

from django.utils.translation import gettext as _

from reports import numbers
from reports.pages.exhibit import Cell
from reports.periods import ONE_DAY


def days_text(time: timedelta | None) -> str:
    """Return a length of time in days: “8 d”, “1.4 d”; a dash for none, and hours below half a day."""
    if time is None:
        return "–"
    days = time / ONE_DAY
    if days < 0.5:
        return numbers.hours(time / timedelta(hours=1))
    is_whole = days >= 10 or round(days, 1) == round(days)
    return _("%(number)s d") % {"number": numbers.decimal(days, 0 if is_whole else 1)}


def days_cell(time: timedelta | None) -> Cell:
    """Return the same as a cell, in files in days."""
    return Cell(text="–", value="") if time is None else Cell(text=days_text(time), value=time / ONE_DAY)
