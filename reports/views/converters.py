"""A week in an address."""

from reports.periods import Week, parse_week


class WeekConverter:
    """“2026-W46”; what is no week is not found."""

    regex = "[0-9]{4}-W[0-9]{2}"

    def to_python(self, value: str) -> Week:
        """Return the week, or raise the ValueError that Django reads as no match."""
        return parse_week(value)

    def to_url(self, value: object) -> str:
        """Return the week as it is written."""
        return str(value)
