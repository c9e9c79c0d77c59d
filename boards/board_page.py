"""What a board page shows: columns and cards with all that stands on them, in as many queries for many as for few."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Min, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from boards.ageing import Age, AgeShape, UsualDays, age_of, usual_days
from boards.finding import Filters
from boards.matching import matching
from boards.models import Board, Classification, Column, Item, ItemLabel, ItemQuerySet, Stage, Stay, WorkLog
from teams.models import Person

CARDS_AT_ONCE = 24
MORE_CARDS = 100
DONE_DAYS = 14
LOOK_BACK = timedelta(days=180)
USUAL_DAYS_KEPT = 600
FACES = 4


@dataclass(frozen=True, slots=True)
class Looking:
    """How somebody looks at a board: when, for what, how far back at what is done; `me` is who looks."""

    at: datetime
    filters: Filters = field(default_factory=Filters)
    done_days: int = DONE_DAYS
    me: int | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """An item with what stands on its card."""

    item: Item
    labels: tuple[str, ...]
    logged_hours: float
    age: Age
    column: Column

    @property
    def done_days_ago(self) -> int | None:
        """Days since it was finished, None while it is not."""
        return self.age.days if self.column.is_done else None

    @property
    def is_older(self) -> bool:
        """Whether it stands here longer than is usual."""
        return not self.column.is_done and self.age.shape >= AgeShape.FILLED


@dataclass(slots=True)
class ColumnOnPage:
    """A column with its cards and its counts, which include what is not shown."""

    column: Column
    standing: int
    usual_total: int
    shown_total: int
    mix: Mapping[str, int]
    cards: list[Card] = field(default_factory=list)
    cells: list[Any] = field(default_factory=list)

    @property
    def missing(self) -> int:
        """How many cards of those to be shown are not loaded."""
        return max(0, self.shown_total - len(self.cards))

    @property
    def last_rank(self) -> int | None:
        """Where the cards that are not loaded begin."""
        return self.cards[-1].item.rank if self.cards else None

    @property
    def has_older(self) -> bool:
        """Whether work was done here before the days that are shown."""
        return self.column.is_done and self.standing > self.usual_total

    @property
    def is_at_limit(self) -> bool:
        """Whether it holds as many as the limit allows."""
        return self.column.wip_limit is not None and self.standing == self.column.wip_limit

    @property
    def is_over_limit(self) -> bool:
        """Whether it holds more than the limit allows."""
        return self.column.wip_limit is not None and self.standing > self.column.wip_limit


@dataclass(frozen=True, slots=True)
class BoardPage:
    """Everything that the board's template needs."""

    board: Board
    columns: list[ColumnOnPage]
    filters: Filters
    done_days: int
    limit: int

    @property
    def total(self) -> int:
        """How many items the board shows when nothing is filtered."""
        return sum(column.usual_total for column in self.columns)

    @property
    def matching(self) -> int:
        """How many items the filters let through."""
        return sum(column.shown_total for column in self.columns)

    @property
    def is_complete(self) -> bool:
        """Whether every card to be shown is in the page, so that the browser can filter alone."""
        return not self.filters.is_on and not any(column.missing for column in self.columns)

    @property
    def fits(self) -> bool:
        """Whether every card would be in the page if nothing were filtered."""
        return all(column.usual_total <= self.limit for column in self.columns)

    @property
    def people(self) -> list[Person]:
        """Those who are assigned to cards, who has most first."""
        counts: dict[Person, int] = defaultdict(int)
        for card in self._cards:
            if card.item.assignee is not None:
                counts[card.item.assignee] += 1
        return sorted(counts, key=lambda person: (-counts[person], person.display_name))

    @property
    def faces(self) -> list[Person]:
        """The first few of them."""
        return self.people[:FACES]

    @property
    def more_faces(self) -> int:
        """How many there are besides."""
        return max(0, len(self.people) - FACES)

    @property
    def _cards(self) -> Iterable[Card]:
        return (card for column in self.columns for card in column.cards)


def board_page(*, board: Board, looking: Looking, limit: int = CARDS_AT_ONCE) -> BoardPage:
    """Read a board's columns and the cards to be shown: of what is done, only the latest."""
    columns = columns_on_page(board=board, looking=looking)
    order = Window(RowNumber(), partition_by=F("column_id"), order_by=[F("rank").asc(), F("id").asc()])
    items = shown_items(board, looking).annotate(place=order).filter(place__lte=limit).order_by("rank", "id")
    by_id = {column.column.pk: column for column in columns}
    for card in cards_of(items, board=board, columns={pk: view.column for pk, view in by_id.items()}, at=looking.at):
        by_id[card.item.column_id].cards.append(card)
    return BoardPage(board=board, columns=columns, filters=looking.filters, done_days=looking.done_days, limit=limit)


@dataclass(frozen=True, slots=True)
class MoreCards:
    """The next cards of a column, and how many come after them."""

    cards: list[Card]
    missing: int

    @property
    def last_rank(self) -> int | None:
        """Where the cards after these begin."""
        return self.cards[-1].item.rank if self.cards else None


def more_cards(
    *,
    board: Board,
    column: Column,
    after: int,
    looking: Looking,
    limit: int = MORE_CARDS,
) -> MoreCards:
    """Read the cards of a column that stand behind a rank: as many as one step loads."""
    behind = shown_items(board, looking).filter(column=column, rank__gt=after)
    cards = cards_of(behind.order_by("rank", "id")[:limit], board=board, columns={column.pk: column}, at=looking.at)
    left = behind.filter(rank__gt=cards[-1].item.rank).count() if len(cards) == limit else 0
    return MoreCards(cards=cards, missing=left)


def columns_on_page(*, board: Board, looking: Looking) -> list[ColumnOnPage]:
    """Read the columns of a board with their counts, without cards."""
    usual = _recent(looking.at, looking.done_days)
    shown = Q(pk__in=shown_items(board, looking).values("pk")) if looking.filters.is_on else usual
    counts: dict[int, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    rows = Item.objects.on_board().filter(board=board).values("column_id", "classification")
    for row in rows.annotate(
        all=Count("pk"), usual=Count("pk", filter=usual), shown=Count("pk", filter=shown)
    ).order_by():
        counts[row["column_id"]][row["classification"]] = row
    return [_on_page(column, counts[column.pk]) for column in board.columns.all().kept().in_order()]


def _on_page(column: Column, counts: Mapping[str, Mapping[str, Any]]) -> ColumnOnPage:
    mix = {name: counts[name]["shown"] if name in counts else 0 for name in Classification.values}
    return ColumnOnPage(
        column=column,
        standing=sum(row["all"] for row in counts.values()),
        usual_total=sum(row["usual"] for row in counts.values()),
        shown_total=sum(mix.values()),
        mix=mix,
    )


def cards_of(items: "QuerySet[Item]", *, board: Board, columns: Mapping[int, Column], at: datetime) -> list[Card]:
    """Turn items into cards, with labels, logged hours and age."""
    rows = list(items.select_related("assignee"))
    ids = [item.pk for item in rows]
    labels, logged = label_names(ids), logged_hours(ids)
    usual = usual_days_of(board, at=at)
    return [
        Card(
            item=item,
            labels=tuple(labels[item.pk]),
            logged_hours=logged.get(item.pk, 0.0),
            age=_age(item, columns[item.column_id], usual=usual.get(item.column_id), at=at),
            column=columns[item.column_id],
        )
        for item in rows
    ]


def _age(item: Item, column: Column, *, usual: UsualDays | None, at: datetime) -> Age:
    if column.is_done:
        return age_of(entered_at=item.finished_at or item.entered_column_at, at=at, usual=None)
    return age_of(entered_at=item.entered_column_at, at=at, usual=usual)


def label_names(items: list[int]) -> Mapping[int, list[str]]:
    """Return the names of the labels of items, in their order."""
    names: dict[int, list[str]] = defaultdict(list)
    rows = ItemLabel.objects.filter(item__in=items).order_by("label__name")
    for item, name in rows.values_list("item_id", "label__name"):
        names[item].append(name)
    return names


def logged_hours(items: list[int]) -> dict[int, float]:
    """Return the hours that people logged on items; those without are left out."""
    length = ExpressionWrapper(F("ended_at") - F("started_at"), output_field=DurationField())
    logs = WorkLog.objects.kept().filter(item__in=items).values_list("item_id")
    return {item: total / timedelta(hours=1) for item, total in logs.annotate(total=Sum(length))}


def usual_days_of(board: Board, *, at: datetime) -> dict[int, UsualDays]:
    """Return the usual days of a board's columns over the last half year, kept for ten minutes."""
    key = f"usual-days:{board.pk}"
    kept: dict[int, UsualDays] | None = cache.get(key)
    if kept is None:
        kept = _usual_days(board, at)
        cache.set(key, kept, USUAL_DAYS_KEPT)
    return kept


def _usual_days(board: Board, at: datetime) -> dict[int, UsualDays]:
    finished = Stay.objects.filter(
        column__board=board,
        ended_at__gte=at - LOOK_BACK,
        item__finished_at__isnull=False,
        item__deleted_at__isnull=True,
    ).exclude(column__stage=Stage.DONE)
    durations: dict[int, list[timedelta]] = defaultdict(list)
    for row in finished.values("item_id", "column_id").annotate(first=Min("started_at"), last=Max("ended_at")):
        durations[row["column_id"]].append(row["last"] - row["first"])
    return usual_days(durations)


def shown_items(board: Board, looking: Looking) -> ItemQuerySet:
    """Return the items of a board that its page is to show."""
    items = Item.objects.on_board().filter(_recent(looking.at, looking.done_days), board=board)
    usual = usual_days_of(board, at=looking.at) if looking.filters.age else None
    return matching(items, looking.filters, at=looking.at, usual=usual, me=looking.me)


def _recent(at: datetime, done_days: int) -> Q:
    """What the board shows: all that is not done, and of what is done the latest."""
    return ~Q(column__stage=Stage.DONE) | Q(finished_at__gte=at - timedelta(days=done_days))
