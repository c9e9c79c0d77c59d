"""What a page shows as a chart: two drawings, the same numbers as a table, and in words how they come about."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import StringIO

from boards.cells import safe_cell
from reports.charts import NARROW, WIDE, Markup, Shape

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Pictures:
    """The two drawings of a chart, of which the width of its tile shows one, and the sentence that names both."""

    wide: Markup
    narrow: Markup
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: what its head says, and whether it holds numbers."""

    name: str
    is_number: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell: what people read, the unrounded value for files, and where it leads."""

    text: str
    value: Value = None
    href: str = ""
    is_code: bool = False

    @property
    def file_value(self) -> Value:
        """What stands in a file: the value, or the text of what has none."""
        return self.text if self.value is None else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The numbers of a chart, the first cell of each row being its head."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]

    def as_csv(self) -> str:
        """Return the table as CSV with its unrounded numbers; no cell can be run as a formula."""
        out = StringIO()
        writer = csv.writer(out)
        writer.writerow([safe_cell(column.name) for column in self.columns])
        for row in self.rows:
            writer.writerow([safe_cell(cell.file_value) for cell in row])
        return out.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a shape of a chart stands for: a class (T, E, O, U) and its name."""

    name: str
    shape: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something that happened: when, what, and where it is told."""

    when: str
    words: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A chart with all that stands around it; `name` is its place in addresses."""

    name: str
    title: str
    subtitle: str
    pictures: Pictures
    table: Table
    how: str
    caption: str = ""
    keys: Sequence[Key] = ()
    notes: Sequence[Note] = ()


def both(draw: Callable[[Shape], Markup], label: str) -> Pictures:
    """Draw a chart in both of its shapes."""
    return Pictures(draw(WIDE), draw(NARROW), label)
