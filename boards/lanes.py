"""The rows of a board: which there are, and which cards stand in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.translation import gettext as _

from boards.board_page import Card, ColumnOnPage
from boards.finding import NOBODY, Lanes
from boards.models import Classification, Item, ItemQuerySet
from teams.models import Person

FIELDS = {Lanes.CLASS: "classification", Lanes.SERVICE: "service", Lanes.ASSIGNEE: "assignee_id"}
CARDS_IN_ROWS = 500
"""Rows need all their cards; a board with more in a column shows the first ones and says so."""


@dataclass(slots=True)
class Cell:
    """Where a row and a column meet."""

    value: str
    name: str
    total: int
    cards: list[Card] = field(default_factory=list)


def rows_of(items: ItemQuerySet, lanes: Lanes) -> list[tuple[str, str, int]]:
    """Read the rows that items make, as value, name and how many there are, from top to bottom."""
    held = FIELDS[lanes]
    counts = dict(items.order_by().values_list(held).annotate(n=Count("pk")))
    if lanes is Lanes.CLASS:
        return [(value, str(name), counts.get(value, 0)) for value, name in Classification.choices]
    if lanes is Lanes.SERVICE:
        rows = [(value, value, counts[value]) for value in sorted(set(counts) - {""})]
        return [*rows, ("", _("No service"), counts.get("", 0))]
    people = Person.objects.filter(pk__in=set(counts) - {None})
    names = sorted((person.display_name.casefold(), person.pk, person.display_name) for person in people)
    rows = [(str(pk), name, counts[pk]) for __, pk, name in names]
    return [*rows, (NOBODY, _("Unassigned"), counts.get(None, 0))]


def lane_of(item: Item, lanes: Lanes) -> str:
    """Return the value of the row in which an item stands."""
    value = getattr(item, FIELDS[lanes])
    return NOBODY if value is None else str(value)


def put_into_rows(columns: Iterable[ColumnOnPage], rows: Sequence[tuple[str, str, int]], lanes: Lanes) -> None:
    """Give each column its cells, all rows in all of them."""
    for column in columns:
        cells = {value: Cell(value, name, total) for value, name, total in rows}
        for card in column.cards:
            cells[lane_of(card.item, lanes)].cards.append(card)
        column.cells = list(cells.values())
