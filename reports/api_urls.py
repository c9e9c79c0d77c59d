"""The API resources of the reports room, below /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from reports.api import BudgetAlertViewSet, BudgetViewSet, FlowViewSet, ToilViewSet, WeeklyReportViewSet

router = SimpleRouter()

urlpatterns = [
    path("teams/<slug:slug>/toil/", ToilViewSet.as_view({"get": "retrieve"}), name="team-toil"),
    path("teams/<slug:slug>/flow/", FlowViewSet.as_view({"get": "retrieve"}), name="team-flow"),
    path("teams/<slug:slug>/budget/", BudgetViewSet.as_view({"get": "retrieve"}), name="team-budget"),
    path("teams/<slug:slug>/alerts/", BudgetAlertViewSet.as_view({"get": "list"}), name="team-alerts"),
    path(
        "teams/<slug:slug>/reports/",
        WeeklyReportViewSet.as_view({"get": "list", "post": "create"}),
        name="team-reports",
    ),
    path("teams/<slug:slug>/reports/<str:week>/", WeeklyReportViewSet.as_view({"get": "retrieve"}), name="team-report"),
    *router.urls,
]
