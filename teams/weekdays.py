"""How files and the API write days of the week: `mon` or `monday`, whatever the case."""

SHORT_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def weekday_number(name: str) -> int | None:
    """Return 0 for Monday to 6 for Sunday; None for what is no day."""
    lowered = name.strip().lower()
    for names in (SHORT_NAMES, NAMES):
        if lowered in names:
            return names.index(lowered)
    return None
