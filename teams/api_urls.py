"""The API resources of the teams room, below /api/v1/."""

from django.urls import path

from teams.api import MemberViewSet, TeamViewSet

urlpatterns = [
    path("teams/", TeamViewSet.as_view({"get": "list"}), name="team-list"),
    path(
        "teams/<slug:slug>/",
        TeamViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="team-detail",
    ),
    path(
        "teams/<slug:slug>/members/",
        MemberViewSet.as_view({"get": "list", "post": "create"}),
        name="team-members",
    ),
    path(
        "teams/<slug:slug>/members/<int:pk>/",
        MemberViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="team-member",
    ),
]
