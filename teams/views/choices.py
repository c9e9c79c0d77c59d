"""What fields suggest while one types."""

import zoneinfo
from functools import cache

import holidays


@cache
def zone_names() -> list[str]:
    """Return the time zones that have a region in their name, and UTC."""
    regions = {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
    names = (name for name in zoneinfo.available_timezones() if name.partition("/")[0] in regions)
    return ["UTC", *sorted(names)]


@cache
def holiday_codes() -> list[str]:
    """Return the countries whose public holidays are known, each followed by its parts."""
    supported = holidays.list_supported_countries(include_aliases=False)
    return [
        code for country, parts in sorted(supported.items()) for code in (country, *(f"{country}-{p}" for p in parts))
    ]
