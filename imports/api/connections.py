"""The API resource `connections/`: sources that send webhooks to a board."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, mixins, status
from rest_framework.request import Request
from rest_framework.response import Response

from boards.models import Board
from imports.filters import ConnectionFilter
from imports.models import Connection
from imports.serializers import ConnectionSerializer, NewSecretSerializer
from imports.services.connections import create_connection, delete_connection, rotate_secret
from teams.models import Role
from teams.permissions import can_configure, require
from teams.rest.views import ApiViewSet


class ConnectionViewSet(mixins.ListModelMixin, ApiViewSet):
    """Connected sources, for those who may change the team's settings: their addresses are no secret to share."""

    serializer_class = ConnectionSerializer
    queryset = Connection.objects.none()
    filterset_class = ConnectionFilter
    ordering = ("board_id", "id")
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Connection]:
        """Return the connections that the caller may change, the only ones that a list shows."""
        return Connection.objects.configurable_by(self.viewer).select_related("board")

    @extend_schema(responses=ConnectionSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Return one connection."""
        return self._answer(self._get(pk))

    @extend_schema(request=ConnectionSerializer, responses={201: ConnectionSerializer})
    def create(self, request: Request) -> Response:
        """Connect a source to a board; the answer has the address to give to it."""
        given = ConnectionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        boards = Board.objects.visible_to(self.viewer).kept().select_related("team")
        board = boards.filter(pk=fields.pop("board")).first()
        if board is None:
            raise exceptions.NotFound(_("There is no such board that you may see."))
        require(can_configure(self.viewer, board.team), Role.OWNER)
        connection = create_connection(board=board, **fields, by=self.actor, at=self.now)
        return self._answer(connection, status.HTTP_201_CREATED)

    @extend_schema(request=NewSecretSerializer, responses=ConnectionSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Rotate the secret; the one before holds for a week more."""
        connection = self._get(pk)
        given = NewSecretSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return self._answer(rotate_secret(connection=connection, secret=given.validated_data["secret"], at=self.now))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        """Disconnect a source; what came in stays."""
        delete_connection(connection=self._get(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _get(self, pk: int) -> Connection:
        visible = Connection.objects.visible_to(self.viewer).select_related("board__team")
        connection = visible.filter(pk=pk).first()
        if connection is None:
            raise exceptions.NotFound(_("There is no connection %s that you may see.") % pk)
        require(can_configure(self.viewer, connection.board.team), Role.OWNER)
        return connection

    def _answer(self, connection: Connection, http_status: int = status.HTTP_200_OK) -> Response:
        return Response(ConnectionSerializer(connection).data, status=http_status)
