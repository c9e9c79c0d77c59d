"""Cells of files that people open in a spreadsheet (plain Python)."""

from typing import Any, Final

# What a spreadsheet takes for the beginning of a formula; the wide ones are what Japanese input writes.
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: Any) -> Any:
    """Return a cell that no spreadsheet runs as a formula: an apostrophe before it makes it text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value
