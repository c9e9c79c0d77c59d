"""`rules/` and `toil-types/`."""

from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.request import Request
from rest_framework.response import Response

from boards.api.base import BoardsViewSet, missing
from boards.filters import RuleFilter, ToilTypeFilter
from boards.models import Rule, ToilType
from boards.serializers import RuleSerializer, ToilTypeSerializer
from boards.services import (
    create_rule,
    create_toil_type,
    delete_rule,
    delete_toil_type,
    edit_rule,
    edit_toil_type,
)
from teams.errors import InvalidError
from teams.models import Role, Team
from teams.permissions import can_configure, require

Row = TypeVar("Row", Rule, ToilType)


class RuleViewSet(mixins.ListModelMixin, BoardsViewSet):
    """Classification rules of the caller's teams, in the order in which they are tried."""

    serializer_class = RuleSerializer
    queryset = Rule.objects.none()
    filterset_class = RuleFilter
    ordering = ("team_id", "position", "id")

    def get_queryset(self) -> QuerySet[Rule]:
        """Return the rules of the caller's teams."""
        teams = Team.objects.visible_to(self.viewer)
        return Rule.objects.filter(team__in=teams).select_related("team", "toil_type")

    @extend_schema(responses=RuleSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Return one rule."""
        return self._answer(self._get(pk))

    @extend_schema(request=RuleSerializer, responses={201: RuleSerializer})
    def create(self, request: Request) -> Response:
        """Add a rule, behind the others unless a position is given."""
        given = RuleSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        team = self.team_for_new(fields.pop("team", None))
        require(can_configure(self.viewer, team), Role.OWNER)
        rule = create_rule(team=team, fields=fields, by=self.actor, at=self.now)
        return self._answer(rule, status.HTTP_201_CREATED)

    @extend_schema(request=RuleSerializer, responses=RuleSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change a rule; what it has classified stays."""
        rule = self._to_change(pk)
        given = RuleSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changes = without_team(given.validated_data, rule.team)
        return self._answer(edit_rule(rule=rule, changes=changes, by=self.actor, at=self.now))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        """Delete a rule; what it has classified stays."""
        delete_rule(rule=self._to_change(pk), by=self.actor, at=self.now)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _get(self, pk: int) -> Rule:
        return self.get_queryset().filter(pk=pk).first() or missing(_("There is no rule %s that you may see.") % pk)

    def _to_change(self, pk: int) -> Rule:
        return to_change(self.viewer, self._get(pk))

    def _answer(self, rule: Rule, http_status: int = status.HTTP_200_OK) -> Response:
        return Response(RuleSerializer(rule).data, status=http_status)


class ToilTypeViewSet(mixins.ListModelMixin, BoardsViewSet):
    """Recurring pieces of toil of the caller's teams."""

    serializer_class = ToilTypeSerializer
    queryset = ToilType.objects.none()
    filterset_class = ToilTypeFilter
    ordering = ("name", "id")

    def get_queryset(self) -> QuerySet[ToilType]:
        """Return the toil types of the caller's teams."""
        return ToilType.objects.filter(team__in=Team.objects.visible_to(self.viewer)).select_related("team")

    @extend_schema(responses=ToilTypeSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Return one toil type."""
        return Response(ToilTypeSerializer(self._get(pk)).data)

    @extend_schema(request=ToilTypeSerializer, responses={201: ToilTypeSerializer})
    def create(self, request: Request) -> Response:
        """Give a recurring piece of toil its name."""
        given = ToilTypeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        team = self.team_for_new(fields.pop("team", None))
        require(can_configure(self.viewer, team), Role.OWNER)
        toil_type = create_toil_type(team=team, **fields, by=self.actor, at=self.now)
        return Response(ToilTypeSerializer(toil_type).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ToilTypeSerializer, responses=ToilTypeSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change name or service."""
        toil_type = to_change(self.viewer, self._get(pk))
        given = ToilTypeSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changes = without_team(given.validated_data, toil_type.team)
        edited = edit_toil_type(toil_type=toil_type, **changes, by=self.actor, at=self.now)
        return Response(ToilTypeSerializer(edited).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        """Delete a toil type; its items stay, and no longer have one."""
        delete_toil_type(toil_type=to_change(self.viewer, self._get(pk)), by=self.actor, at=self.now)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _get(self, pk: int) -> ToilType:
        found = self.get_queryset().filter(pk=pk).first()
        return found or missing(_("There is no toil type %s that you may see.") % pk)


def to_change(viewer: object, row: Row) -> Row:
    """Return something of a team whose settings the viewer may change."""
    require(can_configure(viewer, row.team), Role.OWNER)
    return row


def without_team(given: dict[str, Any], team: Team) -> dict[str, Any]:
    """Return changes without the team, which stays."""
    changes = dict(given)
    if changes.pop("team", team.slug) != team.slug:
        message = _("It stays with its team.")
        raise InvalidError(message, fields={"team": [message]})
    return changes
