"""What an item's page shows besides its fields and its feed: links, the block, what can be typed, its neighbours."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet

from boards.link_forms import link_words
from boards.models import Change, Item, ItemLink, Label
from teams.models import Team

MOST_LINKS = 100
MOST_OFFERED = 300
RECENT = timedelta(days=30)
OFTEN = 3


@dataclass(frozen=True, slots=True)
class LinkOnPage:
    """A link as one of its items shows it."""

    id: int
    words: str
    other: Item

    @property
    def is_deleted(self) -> bool:
        """Whether the other item is in the trash, alone or with its board."""
        return self.other.deleted_at is not None or self.other.board.deleted_at is not None

    @property
    def is_done(self) -> bool:
        """Whether the other item is finished."""
        return self.other.column.is_done


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that was decided here otherwise than the source says; `value` is what the source's would be here."""

    field: str
    label: str
    here: str
    there: str
    value: Any


# The rooms above this one know what sources say; what they put here is asked for every item that came from one.
_COMPARING: Final[list[Callable[[Item, datetime], list[Difference]]]] = []


def compare_with(compare: Callable[[Item, datetime], list[Difference]]) -> None:
    """Let items be compared with what somebody else knows of them."""
    if compare not in _COMPARING:
        _COMPARING.append(compare)


def differences(item: Item, *, at: datetime) -> list[Difference]:
    """Return where an item differs from its source by what was decided here."""
    return [found for compare in _COMPARING for found in compare(item, at)] if item.external_id else []


def links_of(item: Item) -> list[LinkOnPage]:
    """Return the links of an item in both directions; what has gone to another team is left out."""
    rows = ItemLink.objects.filter(Q(item=item) | Q(to=item)).order_by("kind", "pk")
    found = []
    for link in rows.select_related("item__board", "item__column", "to__board", "to__column")[:MOST_LINKS]:
        is_reverse = link.to_id == item.pk
        other = link.item if is_reverse else link.to
        if other.board.team_id == item.board.team_id:
            found.append(LinkOnPage(id=link.pk, words=link_words(link.kind, is_reverse=is_reverse), other=other))
    return found


def blocked_since(item: Item) -> datetime | None:
    """Return when an item was blocked, None while it is not."""
    if not item.is_blocked:
        return None
    blocks = Change.objects.filter(item=item, field="is_blocked").order_by("-at", "-pk")
    return blocks.values_list("at", flat=True).first() or item.created_at


def times_lately(item: Item) -> int:
    """Count the items of the same title in the 30 days up to this one, itself included; 0 where they are few."""
    since = item.created_at - RECENT
    # What was made since then was also changed since then; the latter has an index.
    alike = Item.objects.kept().filter(board__team=item.board.team_id, updated_at__gte=since, title=item.title)
    count = alike.filter(created_at__gte=since, created_at__lte=item.created_at).exclude(pk=item.pk).count() + 1
    return count if count >= OFTEN else 0


def offered(team: Team) -> dict[str, list[str]]:
    """Return the labels and services that the team uses, to be picked from."""
    labels = Label.objects.filter(team=team).order_by("name").values_list("name", flat=True)
    services = Item.objects.kept().filter(board__team=team).exclude(service="").order_by("service")
    return {
        "labels": list(labels[:MOST_OFFERED]),
        "services": list(services.values_list("service", flat=True).distinct()[:MOST_OFFERED]),
    }


def neighbours(item: Item) -> tuple[int | None, int | None]:
    """Return the items before and after one on its board, in the order of the columns and their cards."""
    items = Item.objects.on_board().filter(board=item.board_id)
    column, rank = item.column, item.rank
    left = Q(column__position__lt=column.position) | Q(column__position=column.position, column__lt=column.pk)
    right = Q(column__position__gt=column.position) | Q(column__position=column.position, column__gt=column.pk)
    return (
        _first(items.filter(column=column, rank__lt=rank).order_by("-rank"))
        or _first(items.filter(left).order_by("-column__position", "-column_id", "-rank")),
        _first(items.filter(column=column, rank__gt=rank).order_by("rank"))
        or _first(items.filter(right).order_by("column__position", "column_id", "rank")),
    )


def _first(items: "QuerySet[Item]") -> int | None:
    return items.values_list("pk", flat=True).first()
