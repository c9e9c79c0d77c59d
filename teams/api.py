"""The resources of this room in the REST API: teams and their members."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.request import Request
from rest_framework.response import Response

from teams.models import ApiToken, Membership, Role, Team
from teams.permissions import RoleMissingError, can_configure, can_own, get_team_or_404, refusal
from teams.rest.views import ApiViewSet
from teams.serializers import MemberChangeSerializer, MemberSerializer, NewMemberSerializer, TeamSerializer
from teams.services.calendars import set_team_calendar
from teams.services.invitations import invite
from teams.services.members import change_member, remove_member
from teams.services.teams import change_team


class TeamViewSet(mixins.ListModelMixin, ApiViewSet):
    """`teams/`: the teams that the caller may see."""

    serializer_class = TeamSerializer
    queryset = Team.objects.none()
    lookup_field = "slug"
    ordering = ("slug",)

    def get_queryset(self) -> QuerySet[Team]:
        """Return the caller's teams."""
        return Team.objects.visible_to(self.viewer).select_related("calendar")

    @extend_schema(responses=TeamSerializer)
    def retrieve(self, request: Request, slug: str) -> Response:
        """Return one team."""
        return Response(TeamSerializer(get_team_or_404(self.viewer, slug)).data)

    @extend_schema(request=TeamSerializer, responses=TeamSerializer)
    def partial_update(self, request: Request, slug: str) -> Response:
        """Change settings of a team: a write token, or the session of an owner."""
        team = get_team_or_404(self.viewer, slug)
        if not can_configure(self.viewer, team):
            raise RoleMissingError(_token_refusal(self.viewer, _("This token may not change the team’s settings.")))
        given = TeamSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        with transaction.atomic():
            change_team(team=team, given=given.settings(), by=self.actor, at=self.now)
            calendar = given.calendar_fields()
            if not calendar.is_empty:
                set_team_calendar(team=team, given=calendar)
        return Response(TeamSerializer(team).data)


class MemberViewSet(mixins.ListModelMixin, ApiViewSet):
    """`teams/{slug}/members/`: who belongs to a team; only owners who are signed in change it."""

    serializer_class = MemberSerializer
    queryset = Membership.objects.none()
    ordering = ("id",)

    def get_queryset(self) -> QuerySet[Membership]:
        """Return the members of the team in the address."""
        team = get_team_or_404(self.viewer, self.kwargs["slug"])
        members = Membership.objects.filter(team=team).select_related("person__calendar")
        return members.prefetch_related("person__time_off")

    @extend_schema(responses=MemberSerializer)
    def retrieve(self, request: Request, slug: str, pk: int) -> Response:
        """Return one member."""
        return Response(MemberSerializer(get_object_or_404(self.get_queryset(), pk=pk)).data)

    @extend_schema(request=NewMemberSerializer, responses={201: MemberSerializer})
    def create(self, request: Request, slug: str) -> Response:
        """Invite somebody: the membership counts at once, and gives rights when the invitation is accepted."""
        team = self._owned_team()
        given = NewMemberSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        invited = invite(team=team, **given.validated_data, by=self.actor, at=self.now)
        return Response(MemberSerializer(invited.membership).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=MemberChangeSerializer, responses=MemberSerializer)
    def partial_update(self, request: Request, slug: str, pk: int) -> Response:
        """Change role or dates of a member."""
        membership = self._owned_membership(pk)
        given = MemberChangeSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        before: dict[str, Any] = {name: getattr(membership, name) for name in ("role", "first_date", "last_date")}
        change_member(membership=membership, **{**before, **given.validated_data}, by=self.actor)
        return Response(MemberSerializer(membership).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, slug: str, pk: int) -> Response:
        """Take somebody out of the team."""
        remove_member(membership=self._owned_membership(pk), by=self.actor, at=self.now)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _owned_team(self) -> Team:
        team = get_team_or_404(self.viewer, self.kwargs["slug"])
        if not can_own(self.viewer, team):
            raise RoleMissingError(_token_refusal(self.viewer, _("A token cannot change members.")))
        return team

    def _owned_membership(self, pk: int) -> Membership:
        team = self._owned_team()
        return get_object_or_404(self.get_queryset().select_related("person__user"), team=team, pk=pk)


def _token_refusal(viewer: object, sentence: str) -> str:
    return sentence if isinstance(viewer, ApiToken) else refusal(Role.OWNER)
