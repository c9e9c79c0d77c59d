"""What the views of this room share: teams for new things, things that the caller may see, versions."""

from typing import Any, Final, NoReturn

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from boards.models import Board, Column, Item
from boards.serializers import item_json
from teams.errors import InvalidError
from teams.models import Team
from teams.permissions import can_work, require
from teams.rest.views import ApiViewSet

IF_MATCH: Final = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The version that may be changed; another is 412."
)
DELETED: Final = OpenApiParameter("deleted", OpenApiTypes.BOOL, description="What is in the trash.")


class BoardsViewSet(ApiViewSet):
    """The base of the views of this room."""

    def team_for_new(self, slug: str | None) -> Team:
        """Return the team that a new thing belongs to: the named one, else the only one of the caller."""
        teams = Team.objects.visible_to(self.viewer)
        if slug is not None:
            team = None if "\0" in slug else teams.filter(slug=slug).first()
            return team if team is not None else missing(_("There is no team “%s” that you may see.") % slug)
        some = list(teams[:2])
        if len(some) != 1:
            message = _("Say which team it is for.")
            raise InvalidError(message, fields={"team": [message]})
        return some[0]

    def get_item(self, pk: int, *, to_change: bool = False) -> Item:
        """Return an item that is not in the trash; `to_change` asks for the right to work on it.

        Only what rights depend on is loaded: services read the rest under their lock.
        """
        found = Item.objects.visible_to(self.viewer).kept().filter(pk=pk).select_related("board__team")
        item = found.only("column_id", "board__slug", "board__team__slug").first()
        if item is None:
            missing(_("There is no item %s that you may see.") % pk)
        if to_change:
            require(can_work(self.viewer, item.board.team))
        return item

    def get_column(self, pk: int, item: Item | None = None) -> Column:
        """Return a column that items can be put into; one of the board of an item that may be changed may be used."""
        column = Column.objects.kept().filter(pk=pk).first()
        if column is not None and item is not None and column.board_id == item.board_id:
            return column
        boards = Board.objects.visible_to(self.viewer).kept().select_related("team")
        board = None if column is None else boards.filter(pk=column.board_id).first()
        if column is None or board is None:
            missing(_("There is no column %s that you may see.") % pk)
        require(can_work(self.viewer, board.team))
        return column

    def get_board(self, pk: int) -> Board:
        """Return a board that is not in the trash."""
        found = Board.objects.visible_to(self.viewer).kept().select_related("team")
        return found.filter(pk=pk).first() or missing(_("There is no board %s that you may see.") % pk)

    def answer_item(self, item: Item, status: int = 200, **more: Any) -> Response:
        """Answer with an item as a service returned it, and its version as ETag."""
        return Response({**item_json(item), **more}, status=status, headers={"ETag": f'"{item.version}"'})


def missing(sentence: str) -> NoReturn:
    """Answer 404 with a sentence: what a caller may not see does not exist."""
    raise exceptions.NotFound(sentence)


def allowed_versions(request: Request) -> list[int] | None:
    """Return the versions in If-Match, None where any will do; a tag that is no version matches nothing."""
    tags = allowed_tags(request)
    if tags is None:
        return None
    return [int(tag) for tag in tags if tag.isascii() and tag.isdigit() and len(tag) < 10]


def allowed_tags(request: Request) -> list[str] | None:
    """Return what stands in If-Match, None where any will do."""
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    return [tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")]


def with_columns(boards: QuerySet[Board]) -> QuerySet[Board]:
    """Return boards with team and kept columns from left to right, in two queries."""
    return boards.select_related("team").prefetch_related(Prefetch("columns", Column.objects.kept().in_order()))
