"""What the command palette finds: items, boards, teams and pages that the reader may see, and whom and what to choose.

Items are looked for in titles and keys, every word of the query somewhere in one of them: open ones first, the newest
first, then what was finished last. They are sought among the last that were made, and only where these hold too few in
one pass over all items of the reader's teams. Descriptions are left to the board's own search.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import F, Q

from boards.models import Board, Item, Label
from teams.models import Person, Team

MOST_ITEMS: Final = 8
RECENT: Final = 20_000
MOST_PLACES: Final = 6
MOST_CHOICES: Final = 300
MOST_WORDS: Final = 6


@dataclass(frozen=True, slots=True)
class Found:
    """What matches a query."""

    items: Sequence[Item]
    boards: Sequence[Board]
    teams: Sequence[Team]


def find(*, viewer: object, team: Team, query: str) -> Found:
    """Return what a reader may go to: the team's own things first, then those of the reader's other teams."""
    words = query.split()[:MOST_WORDS]
    boards = Board.objects.visible_to(viewer).kept().filter(archived_at__isnull=True).select_related("team")
    teams = Team.objects.visible_to(viewer)
    for word in words:
        boards = boards.filter(name__icontains=word)
        teams = teams.filter(name__icontains=word)
    return Found(
        items=_items(viewer, team, words),
        boards=sorted(boards.order_by("name", "pk")[: MOST_PLACES * 4], key=lambda board: board.team_id != team.pk)[
            :MOST_PLACES
        ],
        teams=list(teams.order_by("name", "pk")[:MOST_PLACES]),
    )


def _items(viewer: object, team: Team, words: Sequence[str]) -> list[Item]:
    matches = Q()
    for word in words:
        is_number = word.removeprefix("#").isdecimal() and len(word) < 19
        own = Q(pk=int(word.removeprefix("#")), external_id="") if is_number else Q()
        matches &= Q(title__icontains=word) | Q(external_id__icontains=word) | own
    boards = Board.objects.visible_to(viewer).kept()
    found = Item.objects.filter(matches, board__in=list(boards.values_list("pk", flat=True)), deleted_at__isnull=True)
    # The numbers first: what is sorted is then a few bytes an item, and not its description.
    numbers: list[int] = []
    order = (F("finished_at").desc(nulls_first=True), "-pk")
    for floor in (_newest() - RECENT, 0):
        numbers = list(found.filter(pk__gt=floor).order_by(*order).values_list("pk", flat=True)[:MOST_ITEMS])
        if len(numbers) == MOST_ITEMS or floor <= 0:
            break
    rows = Item.objects.filter(pk__in=numbers).select_related("board__team").defer("description").order_by(*order)
    exact = " ".join(words).casefold()
    return sorted(rows, key=lambda item: (item.key.casefold() != exact, item.board.team_id != team.pk))


def _newest() -> int:
    return Item.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def members_of(team: Team) -> list[Person]:
    """Return whom an item can be given to."""
    return list(Person.objects.filter(memberships__team=team).distinct().order_by("name", "email")[:MOST_CHOICES])


def labels_of(team: Team) -> list[str]:
    """Return the labels that a team uses, in their order."""
    return list(Label.objects.filter(team=team).order_by("name").values_list("name", flat=True)[:MOST_CHOICES])
