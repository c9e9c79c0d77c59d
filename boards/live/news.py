"""What browsers are told: the parts of a board that changed since they looked, rendered once for all of them."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils import translation

from boards.board_page import Card, Looking, cards_of, columns_on_page
from boards.live.readers import Face
from boards.models import Board, Classification, FeedEvent, FeedHead, FeedKind, Item
from boards.services.feed import MOST_NAMED

LONGEST_DONE: Final = timedelta(days=365)
"""Longer ago than this, nothing that is done is shown on any board."""

Wish = tuple[int, int]
"""A board, and how far its feed has been seen."""


@dataclass(frozen=True, slots=True)
class News:
    """How far the feed is, and what there is to say, by the face of the reader."""

    seq: int
    said: Mapping[Face, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Summary:
    """What some events of a board come to."""

    items: frozenset[int]
    columns: frozenset[int]
    who: Mapping[int, Mapping[str, Any]]
    is_too_much: bool = False


def read_heads(boards: Collection[int]) -> dict[int, int]:
    """Return how far the feeds of boards are; one where nothing ever happened is at 0."""
    found = dict(FeedHead.objects.filter(board__in=boards).values_list("board_id", "seq"))
    return {board: found.get(board, 0) for board in boards}


def seq_of(board: Board) -> int:
    """Return how far the feed was when a board was loaded with its `feed_head`: what came later is told again."""
    head: FeedHead | None = getattr(board, "feed_head", None)
    return head.seq if head else 0


def read_news(wishes: Mapping[Wish, Collection[Face]], *, at: datetime) -> dict[Wish, News]:
    """Return what happened on boards behind a number; nothing for wishes behind which nothing did.

    Who asks for more than is kept, or than has happened (after a backup was restored), is to load everything.
    """
    furthest: dict[int, int] = {}
    for board, seq in wishes:
        furthest[board] = min(seq, furthest.get(board, seq))
    heads = read_heads(furthest)
    events: dict[int, list[FeedEvent]] = {board: [] for board in furthest}
    for event in FeedEvent.objects.after(furthest):
        events[event.board_id].append(event)
    boards = Board.objects.kept().select_related("team").in_bulk(furthest)
    found: dict[Wish, News] = {}
    rendered: dict[tuple[int, _Key, Face], dict[str, Any]] = {}
    for wish, faces in wishes.items():
        number, seq = wish
        relevant = [event for event in events[number] if event.seq > seq]
        if not relevant and heads[number] == seq:
            continue
        summary = _summary(relevant, seq)
        head = relevant[-1].seq if relevant else heads[number]
        said = {}
        for face in faces:
            key = (number, (summary.items, summary.columns, summary.is_too_much), face)
            if key not in rendered:
                rendered[key] = _render(boards.get(number), summary, face, at=at)
            said[face] = {"board": number, "after": seq, "seq": head, "who": summary.who, **rendered[key]}
        found[wish] = News(head, said)
    return found


_Key = tuple[frozenset[int], frozenset[int], bool]


def as_event(name: str, said: Mapping[str, Any]) -> bytes:
    """Return a message in the form of an event stream."""
    return f"event: {name}\ndata: {json.dumps(said, separators=(',', ':'))}\n\n".encode()


def _summary(events: list[FeedEvent], seen: int) -> _Summary:
    numbers = [seen, *(event.seq for event in events)]
    is_whole = len(events) > 0 and all(after == before + 1 for before, after in pairwise(numbers))
    items = frozenset(item for event in events for item in event.items)
    columns = frozenset(column for event in events for column in event.columns)
    who = {item: {"by": event.by_id, "who": event.who, "via": event.via} for event in events for item in event.items}
    is_too_much = not is_whole or len(items) > MOST_NAMED or any(event.kind != FeedKind.ITEMS for event in events)
    if is_too_much:
        return _Summary(frozenset(), frozenset(), {}, is_too_much=True)
    return _Summary(items, columns, who)


def _render(board: Board | None, summary: _Summary, face: Face, *, at: datetime) -> dict[str, Any]:
    if board is None:
        return {"ended": True}
    if summary.is_too_much:
        return {"reload": True}
    with translation.override(face.language):
        return render_changes(board, summary.items, summary.columns, can_work=face.can_work, at=at)


def render_changes(
    board: Board, item_ids: Iterable[int], column_ids: Iterable[int], *, can_work: bool, at: datetime
) -> dict[str, Any]:
    """Render the cards of items and the heads of all columns as they are now, with the page's own partials."""
    looking = Looking(at=at)
    columns = columns_on_page(board=board, looking=looking)
    by_id = {view.column.pk: view.column for view in columns}
    wanted = set(item_ids)
    standing = Item.objects.on_board().filter(board=board, column__in=by_id)
    cards = cards_of(standing.filter(pk__in=wanted), board=board, columns=by_id, at=at)
    shared = {
        "team": board.team,
        "board": board,
        "can_work": can_work,
        "filters": looking.filters,
        "done_days": looking.done_days,
        "classes": Classification.choices,
    }
    shown = [_card(card, shared, at=at) for card in cards if _is_recent(card, at)]
    order: dict[int, list[tuple[int, int]]] = {column: [] for column in column_ids}
    if order:
        for column, item, rank in standing.filter(column__in=order).values_list("column_id", "pk", "rank"):
            order[column].append((item, rank))
    heads = []
    for view in columns:
        heads.append(render_to_string("boards/board.html#column_head", {**shared, "column": view}))
        heads.append(render_to_string("boards/board.html#column_tab", {**shared, "column": view}))
    return {
        "cards": shown,
        "gone": sorted(wanted - {card["id"] for card in shown}),
        "order": order,
        "heads": "\n".join(heads),
        "unclassified": Item.objects.on_board()
        .unclassified()
        .filter(board__team=board.team_id, board__archived_at__isnull=True)
        .count(),
    }


def _is_recent(card: Card, at: datetime) -> bool:
    return not card.column.is_done or card.item.finished_at is None or card.item.finished_at > at - LONGEST_DONE


def _card(card: Card, shared: Mapping[str, Any], *, at: datetime) -> dict[str, Any]:
    item = card.item
    finished = item.finished_at if card.column.is_done else None
    return {
        "id": item.pk,
        "column": item.column_id,
        "rank": item.rank,
        "version": item.version,
        "done_days": None if finished is None else max(0, (at - finished) / timedelta(days=1)),
        "html": render_to_string("boards/board.html#card", {**shared, "card": card}),
    }
