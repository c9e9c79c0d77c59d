"""The addresses that the figures of a page lead to."""

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from reports.periods import ONE_DAY, Period

NOTHING = "-"
"""What stands in an address for “without a service”, “without a label”, “without a toil type”."""


def hours_address(slug: str, start: date, end: date, **filters: object) -> str:
    """Return where the items behind the hours of the days `[start, end)` are; filters that are None are left out."""
    given = {"from": start.isoformat(), "to": (end - ONE_DAY).isoformat()}
    given |= {name.rstrip("_"): str(value) for name, value in filters.items() if value is not None}
    return f"{reverse('reports:hours', args=[slug])}?{urlencode(given)}"


def hours_of(slug: str, period: Period, **filters: object) -> str:
    """Return the same for a period."""
    return hours_address(slug, period.start, period.end, **filters)


def key_in_address(key: object) -> str:
    """Return a service or label as it stands in an address."""
    return str(key) if key else NOTHING


def items_address(slug: str, **given: object) -> str:
    """Return where the items behind a point of the flow are."""
    named = {name.rstrip("_"): str(value) for name, value in given.items() if value is not None}
    return f"{reverse('reports:flow_items', args=[slug])}?{urlencode(named)}"
