"""What stands below an item: `history/`, `comments/` and `logs/`."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.request import Request
from rest_framework.response import Response

from boards.api.base import BoardsViewSet, missing
from boards.filters import ordering_of
from boards.models import Change, Comment, Item, WorkLog
from boards.serializers import ChangeSerializer, CommentSerializer, WorkLogSerializer
from boards.services import add_comment, add_log, delete_comment, delete_log, edit_comment, edit_log
from teams.errors import InvalidError
from teams.models import ApiToken, Person
from teams.permissions import RoleMissingError, can_configure

CHANGE_ORDERINGS = {"at": ("at", "id")}


class HistoryViewSet(mixins.ListModelMixin, BoardsViewSet):
    """`items/{id}/history/`: all that happened to an item, from its beginning."""

    serializer_class = ChangeSerializer
    queryset = Change.objects.none()
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Change]:
        """Return the changes of the item in the address."""
        changes = Change.objects.filter(item=self.get_item(self.kwargs["item_pk"])).select_related("by", "token")
        if field := self.request.query_params.get("field"):
            changes = changes.filter(field=field)
        return changes.order_by(*ordering_of(self.request, CHANGE_ORDERINGS, "at"))

    @extend_schema(
        parameters=[
            OpenApiParameter("ordering", str, enum=["at", "-at"]),
            OpenApiParameter("field", str, description="Only the changes of this field."),
        ]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List changes with before and after."""
        return super().list(request, *args, **kwargs)


class CommentViewSet(mixins.ListModelMixin, BoardsViewSet):
    """`items/{id}/comments/`: their authors, owners and tokens that may write change and delete them."""

    serializer_class = CommentSerializer
    queryset = Comment.objects.none()
    filter_backends = ()
    ordering = ("created_at", "id")

    def get_queryset(self) -> QuerySet[Comment]:
        """Return the comments on the item in the address."""
        item = self.get_item(self.kwargs["item_pk"])
        return Comment.objects.kept().filter(item=item).select_related("author")

    @extend_schema(responses=CommentSerializer)
    def retrieve(self, request: Request, item_pk: int, pk: int) -> Response:
        """Return one comment."""
        return Response(CommentSerializer(self._get(self.get_item(item_pk), pk)).data)

    @extend_schema(request=CommentSerializer, responses={201: CommentSerializer})
    def create(self, request: Request, item_pk: int) -> Response:
        """Say something about the item; what a program says has no author."""
        item = self.get_item(item_pk, to_change=True)
        given = CommentSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        comment = add_comment(item=item, body=given.validated_data["body"], by=self.actor, at=self.now)
        return Response(CommentSerializer(comment).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=CommentSerializer, responses=CommentSerializer)
    def partial_update(self, request: Request, item_pk: int, pk: int) -> Response:
        """Change what was said."""
        comment = self._to_change(item_pk, pk)
        given = CommentSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        body = given.validated_data.get("body", comment.body)
        return Response(CommentSerializer(edit_comment(comment=comment, body=body, by=self.actor, at=self.now)).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, item_pk: int, pk: int) -> Response:
        """Take a comment away; the history keeps it."""
        delete_comment(comment=self._to_change(item_pk, pk), by=self.actor, at=self.now)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _get(self, item: Item, pk: int) -> Comment:
        found = Comment.objects.kept().filter(item=item, pk=pk).select_related("author").first()
        return found or missing(_("There is no comment %s on this item.") % pk)

    def _to_change(self, item_pk: int, pk: int) -> Comment:
        item = self.get_item(item_pk, to_change=True)
        comment = self._get(item, pk)
        if not (can_configure(self.viewer, item.board.team) or is_own(self.viewer, comment.author)):
            raise RoleMissingError(_("Only its author or an owner of the team may change a comment."))
        return comment


class WorkLogViewSet(mixins.ListModelMixin, BoardsViewSet):
    """`items/{id}/logs/`: the work that people logged; members log their own, owners and tokens anybody's."""

    serializer_class = WorkLogSerializer
    queryset = WorkLog.objects.none()
    filter_backends = ()
    ordering = ("started_at", "id")

    def get_queryset(self) -> QuerySet[WorkLog]:
        """Return the logs on the item in the address."""
        item = self.get_item(self.kwargs["item_pk"])
        return WorkLog.objects.kept().filter(item=item).select_related("person")

    @extend_schema(responses=WorkLogSerializer)
    def retrieve(self, request: Request, item_pk: int, pk: int) -> Response:
        """Return one log."""
        return Response(WorkLogSerializer(self._get(self.get_item(item_pk), pk)).data)

    @extend_schema(request=WorkLogSerializer, responses={201: WorkLogSerializer})
    def create(self, request: Request, item_pk: int) -> Response:
        """Log work; without a person it is that of who asks."""
        item = self.get_item(item_pk, to_change=True)
        given = WorkLogSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields = {**given.validated_data}
        fields["person"] = self._person(item, fields.get("person"))
        log = add_log(item=item, **fields, by=self.actor, at=self.now)
        return Response(WorkLogSerializer(log).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=WorkLogSerializer, responses=WorkLogSerializer)
    def partial_update(self, request: Request, item_pk: int, pk: int) -> Response:
        """Change a log."""
        log = self._to_change(item_pk, pk)
        given = WorkLogSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changes = {**given.validated_data}
        if "person" in changes:
            changes["person"] = self._person(log.item, changes["person"])
        return Response(WorkLogSerializer(edit_log(log=log, changes=changes, by=self.actor, at=self.now)).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, item_pk: int, pk: int) -> Response:
        """Take a log away; the history keeps it."""
        delete_log(log=self._to_change(item_pk, pk), by=self.actor, at=self.now)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _person(self, item: Item, email: str | None) -> Person | str:
        own = self.actor.person
        if email is None:
            if own is None:
                message = _("Say whose work it is, by e-mail address.")
                raise InvalidError(message, fields={"person": [message]})
            return own
        is_own_address = own is not None and (own.email or "").casefold() == email.strip().casefold()
        if not is_own_address and not can_configure(self.viewer, item.board.team):
            raise RoleMissingError(_("Only an owner of the team may log the work of somebody else."))
        return email

    def _get(self, item: Item, pk: int) -> WorkLog:
        found = WorkLog.objects.kept().filter(item=item, pk=pk).select_related("person", "item__board__team").first()
        return found or missing(_("There is no log %s on this item.") % pk)

    def _to_change(self, item_pk: int, pk: int) -> WorkLog:
        item = self.get_item(item_pk, to_change=True)
        log = self._get(item, pk)
        if not (can_configure(self.viewer, item.board.team) or is_own(self.viewer, log.person)):
            raise RoleMissingError(_("Only who worked, or an owner of the team, may change a log."))
        return log


def is_own(viewer: Any, person: Person | None) -> bool:
    """Whether a person is the one that asks."""
    return person is not None and not isinstance(viewer, ApiToken) and person.user_id == viewer.pk
