"""CSV of ServiceNow with a row for each change of an incident: rows that belong together, made one."""

from collections.abc import Iterable, Iterator
from typing import Final

from imports.readers import Row
from imports.sources.servicenow import CHANGES, is_a_change_of

# How many rows of one incident are held at once.
MOST: Final = 1_000


def together_by_incident(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield consecutive rows of one incident as the last of them, with those before it beside its cells.

    Its number is that of the first and its end that of the last, so that a job goes on behind all of them.
    """
    held: list[Row] = []
    for row in rows:
        if held and (len(held) == MOST or not is_a_change_of(row.value, held[-1].value)):
            yield _joined(held)
            held = []
        held.append(row)
    if held:
        yield _joined(held)


def _joined(held: list[Row]) -> Row:
    last = held[-1]
    if len(held) == 1:
        return last
    return last._replace(number=held[0].number, value={**last.value, CHANGES: [row.value for row in held[:-1]]})
