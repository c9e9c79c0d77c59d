"""Cells of files that people open in a spreadsheet (plain Python): none of them is run as a formula."""

from typing import Any, Final

# What a spreadsheet takes for the beginning of a formula; the wide ones are what Japanese input writes.
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: Any) -> Any:
    """Return a cell that no spreadsheet runs as a formula: an apostrophe before it makes it text.

    One that already has apostrophes before the sign gets another, so that it can be told what it was.
    """
    return f"'{value}" if isinstance(value, str) and _is_formula(value) else value


def cell_as_meant(cell: str) -> str:
    """Return what was made safe, as it was."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell


def _is_formula(cell: str) -> bool:
    return cell.lstrip("'").startswith(FORMULA_SIGNS)
