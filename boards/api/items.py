"""`items/`: work items, their moves and their classes."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.request import Request
from rest_framework.response import Response

from boards.api.base import IF_MATCH, BoardsViewSet, allowed_versions, missing
from boards.filters import ITEM_ORDERINGS, ItemFilter, ordering_of
from boards.models import Item
from boards.serializers import (
    ClassifiedSerializer,
    ClassifySerializer,
    ItemSerializer,
    MovedSerializer,
    MoveSerializer,
    NewItemSerializer,
)
from boards.services import (
    archive_item,
    classify_items,
    create_item,
    delete_item,
    edit_item,
    move_item,
    restore_item,
    unarchive_item,
)
from boards.services.items import first_column
from teams.errors import InvalidError
from teams.models import Team
from teams.permissions import can_work, require

ORDERING = OpenApiParameter(
    "ordering", str, description="One of the names here, a minus before it turns it round.", enum=list(ITEM_ORDERINGS)
)


class ItemViewSet(mixins.ListModelMixin, BoardsViewSet):
    """Work items that the caller may see; members, and tokens that may write, change them."""

    serializer_class = ItemSerializer
    queryset = Item.objects.none()
    filterset_class = ItemFilter

    def get_queryset(self) -> QuerySet[Item]:
        """Return the caller's items in the order that is asked for."""
        items = Item.objects.visible_to(self.viewer).for_reading()
        return items.order_by(*ordering_of(self.request, ITEM_ORDERINGS, "id"))

    @extend_schema(parameters=[ORDERING])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List items; `board=1&ordering=rank` is the order of a board."""
        return super().list(request, *args, **kwargs)

    @extend_schema(responses=ItemSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Return one item."""
        item = Item.objects.visible_to(self.viewer).kept().for_reading().filter(pk=pk).first()
        return self.answer_item(item or missing(_("There is no item %s that you may see.") % pk))

    @extend_schema(request=NewItemSerializer, responses={201: ItemSerializer})
    def create(self, request: Request) -> Response:
        """Make an item, in the first queue of its board unless a column is given."""
        given = NewItemSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        board = self.get_board(fields.pop("board"))
        require(can_work(self.viewer, board.team))
        column = self.get_column(fields.pop("column")) if "column" in fields else None
        if column is not None:
            _refuse_other_board(column.board_id, board.pk)
        item = create_item(
            board=board,
            column=column,
            title=fields.pop("title"),
            force=fields.pop("force"),
            fields=fields,
            by=self.actor,
            at=self.now,
        )
        return self.answer_item(item, status.HTTP_201_CREATED)

    @extend_schema(request=ItemSerializer, responses=ItemSerializer, parameters=[IF_MATCH])
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change fields of an item; a column puts it at that column's end, a board into its first one."""
        item = self.get_item(pk, to_change=True)
        given = ItemSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changes = self._with_column(item, given.validated_data)
        edited = edit_item(item=item, changes=changes, by=self.actor, at=self.now, if_match=allowed_versions(request))
        return self.answer_item(edited)

    @extend_schema(responses={204: None}, parameters=[IF_MATCH])
    def destroy(self, request: Request, pk: int) -> Response:
        """Put an item into the trash."""
        item = self.get_item(pk, to_change=True)
        delete_item(item=item, by=self.actor, at=self.now, if_match=allowed_versions(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=MoveSerializer, responses=MovedSerializer, parameters=[IF_MATCH])
    def move(self, request: Request, pk: int) -> Response:
        """Put an item before or after a neighbour in a column, else to its end."""
        item = self.get_item(pk, to_change=True)
        given = MoveSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        moved = move_item(
            item=item,
            to=self.get_column(given.validated_data["column"], item),
            before=self._neighbour(given.validated_data.get("before")),
            after=self._neighbour(given.validated_data.get("after")),
            force=given.validated_data["force"],
            by=self.actor,
            at=self.now,
            if_match=allowed_versions(request),
        )
        return self.answer_item(moved.item, landed=str(moved.landed))

    @extend_schema(request=ClassifySerializer, responses=ClassifiedSerializer)
    def classify(self, request: Request) -> Response:
        """Give several items a class, as a person's decision."""
        given = ClassifySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        ids = given.validated_data["items"]
        items = Item.objects.visible_to(self.viewer).kept().in_bulk(ids)
        if lost := [number for number in ids if number not in items]:
            missing(_("There is no item %s that you may see.") % lost[0])
        for team in Team.objects.filter(boards__in={item.board_id for item in items.values()}).distinct():
            require(can_work(self.viewer, team))
        changed = classify_items(
            items=items.values(), classification=given.validated_data["classification"], by=self.actor, at=self.now
        )
        current = Item.objects.for_reading().in_bulk(ids)
        results = [ItemSerializer(current[number]).data for number in dict.fromkeys(ids)]
        return Response({"changed": len(changed), "results": results})

    @extend_schema(request=None, responses=ItemSerializer)
    def restore(self, request: Request, pk: int) -> Response:
        """Take an item out of the trash."""
        found = Item.objects.visible_to(self.viewer).filter(pk=pk).select_related("board__team").first()
        item = found or missing(_("There is no item %s that you may see.") % pk)
        require(can_work(self.viewer, item.board.team))
        return self.answer_item(restore_item(item=item, by=self.actor, at=self.now))

    @extend_schema(request=None, responses=ItemSerializer)
    def archive(self, request: Request, pk: int) -> Response:
        """Take an item off its board; its past goes on counting."""
        item = self.get_item(pk, to_change=True)
        return self.answer_item(archive_item(item=item, by=self.actor, at=self.now))

    @extend_schema(request=None, responses=ItemSerializer)
    def unarchive(self, request: Request, pk: int) -> Response:
        """Put an archived item back on its board."""
        item = self.get_item(pk, to_change=True)
        return self.answer_item(unarchive_item(item=item, by=self.actor, at=self.now))

    def _with_column(self, item: Item, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return changes with the row of the column; naming where the item is already changes nothing."""
        changes = dict(given)
        board_id, column_id = changes.pop("board", None), changes.pop("column", None)
        if column_id is not None and column_id != item.column_id:
            changes["column"] = self.get_column(column_id, item)
            _refuse_other_board(changes["column"].board_id, board_id)
        elif column_id is not None:
            _refuse_other_board(item.board_id, board_id)
        elif board_id is not None and board_id != item.board_id:
            board = self.get_board(board_id)
            require(can_work(self.viewer, board.team))
            changes["column"] = first_column(board)
        return changes

    def _neighbour(self, pk: int | None) -> Item | None:
        """Return a neighbour; one of the caller's items that is in the trash now has only left its column."""
        if pk is None:
            return None
        found = Item.objects.visible_to(self.viewer).filter(pk=pk).only("pk").first()
        return found or missing(_("There is no item %s that you may see.") % pk)


def _refuse_other_board(of_column: int, asked: int | None) -> None:
    if asked is not None and asked != of_column:
        message = _("The column belongs to another board.")
        raise InvalidError(message, fields={"column": [message]})
