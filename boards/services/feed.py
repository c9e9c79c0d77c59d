"""Announcing what changed on boards: in the transaction that changes it, so that a crash loses neither or both."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import connection, transaction

from boards.live.wake import wake
from boards.models import Column, FeedEvent, FeedKind
from teams.actors import SYSTEM, Actor

MOST_NAMED: Final = 50
"""More items than this are not named: open boards then load their columns once, instead of each card."""

KEPT_FOR: Final = timedelta(days=1)
BATCH: Final = 2000

# The row is locked by this until the transaction ends: as the last lock of all, behind columns and items.
_NEXT: Final = (
    "INSERT INTO boards_feedhead (board_id, seq) VALUES (%s, 1)"
    " ON CONFLICT (board_id) DO UPDATE SET seq = boards_feedhead.seq + 1 RETURNING seq"
)


@dataclass(slots=True)
class _News:
    """What is to be said about one board."""

    kind: FeedKind = FeedKind.ITEMS
    items: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Gathered:
    """What the writes of one `together` have to say."""

    by: Actor | None = None
    at: datetime | None = None
    boards: defaultdict[int, _News] = field(default_factory=lambda: defaultdict(_News))


_gathering: ContextVar[_Gathered | None] = ContextVar("gathering", default=None)


def announce(*, items: Mapping[int, Collection[int]], by: Actor, at: datetime) -> None:
    """Say that items (ids, by the id of the board) look different now, have come to a board or have left it."""
    with _gathered(by, at) as boards:
        for board, ids in items.items():
            boards[board].items.update(ids)


def announce_board(*, board_id: int, by: Actor, at: datetime) -> None:
    """Say that a board's columns, or the board itself, changed."""
    with _gathered(by, at) as boards:
        boards[board_id].kind = FeedKind.BOARD


def announce_many(*, board_id: int, by: Actor, at: datetime) -> None:
    """Say that so many items of a board look different now that open boards better load their columns once."""
    with _gathered(by, at) as boards:
        if boards[board_id].kind == FeedKind.ITEMS:
            boards[board_id].kind = FeedKind.MANY


def announce_order(*, column: Column, at: datetime) -> None:
    """Say that all items of a column have other ranks now, in the order that they had: that is nobody's doing."""
    with _gathered(SYSTEM, at) as boards:
        boards[column.board_id].columns.add(column.pk)


@contextmanager
def together() -> Iterator[None]:
    """Make the writes in this block one transaction, and one event for each board, announced at its end.

    Whoever calls several services in one transaction has to: an announcement holds the last lock that there is, and
    a service that locks columns after it could wait for somebody who waits for that.
    """
    with transaction.atomic():
        if _gathering.get() is not None:
            yield
            return
        gathered = _Gathered()
        token = _gathering.set(gathered)
        try:
            yield
        finally:
            _gathering.reset(token)
        _write(gathered)


def purge_feed(*, at: datetime) -> int:
    """Delete a batch of the events of more than a day ago, and return how many; who asks for one loads all anew."""
    due = FeedEvent.objects.before(at - KEPT_FOR).order_by("at").values_list("pk", flat=True)[:BATCH]
    return FeedEvent.objects.filter(pk__in=list(due)).delete()[0]


@contextmanager
def _gathered(by: Actor, at: datetime) -> Iterator[defaultdict[int, _News]]:
    """Give what has been gathered for each board, to add to it; it is written by the outermost `together`."""
    outer = _gathering.get()
    gathered = outer or _Gathered()
    gathered.by = by if gathered.by in (None, SYSTEM) else gathered.by
    gathered.at = at
    yield gathered.boards
    if outer is None:
        with transaction.atomic():
            _write(gathered)


def _write(gathered: _Gathered) -> None:
    by, at = gathered.by, gathered.at
    if by is None or at is None:
        return
    person, token = by.person, by.token
    who = person.display_name if person else (token.name if token else "")
    events = []
    with connection.cursor() as cursor:
        for board, news in sorted(gathered.boards.items()):
            kind = news.kind
            if kind == FeedKind.ITEMS and len(news.items) > MOST_NAMED:
                kind = FeedKind.MANY
            cursor.execute(_NEXT, [board])
            event = FeedEvent(board_id=board, seq=cursor.fetchone()[0], at=at, kind=kind, by=person, who=who[:200])
            event.via = by.via
            event.items = sorted(news.items) if kind == FeedKind.ITEMS else []
            event.columns = sorted(news.columns) if kind == FeedKind.ITEMS else []
            events.append(event)
    FeedEvent.objects.bulk_create(events)
    transaction.on_commit(partial(wake, [event.board_id for event in events]))
