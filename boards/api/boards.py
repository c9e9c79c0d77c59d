"""`boards/`: boards with their columns."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.request import Request
from rest_framework.response import Response

from boards.api.base import IF_MATCH, BoardsViewSet, allowed_tags, missing, with_columns
from boards.arrangement import mark_of_board
from boards.filters import BoardFilter
from boards.models import Board
from boards.serializers import BoardSerializer
from boards.services import archive_board, create_board, delete_board, restore_board, unarchive_board, update_board
from teams.errors import InvalidError
from teams.models import Role
from teams.permissions import can_configure, require


class BoardViewSet(mixins.ListModelMixin, BoardsViewSet):
    """Boards that the caller may see; owners, and tokens that may write, change them."""

    serializer_class = BoardSerializer
    queryset = Board.objects.none()
    filterset_class = BoardFilter
    ordering = ("id",)

    def get_queryset(self) -> QuerySet[Board]:
        """Return the caller's boards; those in the trash where `?deleted=true` asks for them."""
        boards = Board.objects.visible_to(self.viewer)
        return with_columns(boards if "deleted" in self.request.query_params else boards.kept())

    @extend_schema(responses=BoardSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Return one board."""
        return self._answer(self.get_board(pk))

    @extend_schema(request=BoardSerializer, responses={201: BoardSerializer})
    def create(self, request: Request) -> Response:
        """Make a board; without columns it has the usual four."""
        given = BoardSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        team = self.team_for_new(given.validated_data.get("team"))
        require(can_configure(self.viewer, team), Role.OWNER)
        board = create_board(
            team=team,
            name=given.validated_data["name"],
            slug=given.validated_data.get("slug"),
            columns=given.specs(),
            by=self.actor,
            at=self.now,
        )
        return self._answer(board, status.HTTP_201_CREATED)

    @extend_schema(request=BoardSerializer, responses=BoardSerializer, parameters=[IF_MATCH])
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change a board; a list of columns is the whole list, those without id are new."""
        board = self._to_change(self.get_board(pk))
        given = BoardSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changes = given.validated_data
        if changes.get("team", board.team.slug) != board.team.slug:
            message = _("A board stays with its team.")
            raise InvalidError(message, fields={"team": [message]})
        update_board(
            board=board,
            name=changes.get("name"),
            slug=changes.get("slug"),
            columns=given.specs(),
            by=self.actor,
            at=self.now,
            if_match=allowed_tags(request),
        )
        return self._answer(board)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        """Put a board into the trash, with all that is on it."""
        delete_board(board=self._to_change(self.get_board(pk)), by=self.actor, at=self.now)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=BoardSerializer)
    def restore(self, request: Request, pk: int) -> Response:
        """Take a board out of the trash."""
        found = Board.objects.visible_to(self.viewer).select_related("team").filter(pk=pk).first()
        board = self._to_change(found or missing(_("There is no board %s that you may see.") % pk))
        return self._answer(restore_board(board=board, by=self.actor, at=self.now))

    @extend_schema(request=None, responses=BoardSerializer)
    def archive(self, request: Request, pk: int) -> Response:
        """Put a board aside: it can be read and not changed."""
        return self._answer(archive_board(board=self._to_change(self.get_board(pk)), by=self.actor, at=self.now))

    @extend_schema(request=None, responses=BoardSerializer)
    def unarchive(self, request: Request, pk: int) -> Response:
        """Take a board out of the archive."""
        return self._answer(unarchive_board(board=self._to_change(self.get_board(pk)), by=self.actor, at=self.now))

    def _to_change(self, board: Board) -> Board:
        require(can_configure(self.viewer, board.team), Role.OWNER)
        return board

    def _answer(self, board: Board, http_status: int = status.HTTP_200_OK) -> Response:
        current = with_columns(Board.objects.all()).get(pk=board.pk)
        mark = mark_of_board(name=current.name, slug=current.slug, columns=current.columns.all())
        return Response(BoardSerializer(current).data, status=http_status, headers={"ETag": f'"{mark}"'})
