"""The reports' resources of the REST API: they validate, ask the queries, and answer with the figures."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.request import Request
from rest_framework.response import Response

from reports.budget_figures import budget_figures
from reports.budget_queries import budget_of_team
from reports.budget_serializers import BudgetAlertSerializer, BudgetSerializer
from reports.figures import toil_figures
from reports.flow_figures import flow_figures
from reports.flow_queries import flow_of_team
from reports.flow_serializers import FlowQuerySerializer, FlowSerializer
from reports.models import BudgetAlert, Delivery, ReportRevision, WeeklyReport
from reports.periods import InvalidWeekError, local_date, parse_week
from reports.queries import toil_of_team
from reports.serializers import BuildSerializer, ToilQuerySerializer, ToilSerializer, WeeklyReportSerializer
from reports.services.queue import ask_for_delivery
from reports.services.reports import build_report, release_report
from teams.models import Role, Team
from teams.permissions import can_configure, get_team_or_404, require
from teams.queries import timezone_of_team
from teams.rest.views import ApiViewSet


class ToilViewSet(ApiViewSet):
    """`teams/{slug}/toil/`: the measures of a team in a period."""

    queryset = Team.objects.none()
    serializer_class = ToilSerializer
    filter_backends: list[Any] = []
    pagination_class = None

    @extend_schema(parameters=[ToilQuerySerializer], responses=ToilSerializer)
    def retrieve(self, request: Request, slug: str) -> Response:
        """Return the toil share of the days `[start, end)` with what it must never be shown without."""
        team = get_team_or_404(self.viewer, slug)
        query = ToilQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        return Response(toil_figures(toil_of_team(team=team, at=self.now, **query.validated_data)))


class FlowViewSet(ApiViewSet):
    """`teams/{slug}/flow/`: how work flows through a team's boards."""

    queryset = Team.objects.none()
    serializer_class = FlowSerializer
    filter_backends: list[Any] = []
    pagination_class = None

    @extend_schema(parameters=[FlowQuerySerializer], responses=FlowSerializer)
    def retrieve(self, request: Request, slug: str) -> Response:
        """Return the flow of the days `[start, end)`, what is in progress now, and a forecast."""
        team = get_team_or_404(self.viewer, slug)
        today = local_date(self.now, timezone_of_team(team))
        query = FlowQuerySerializer(data=request.query_params.dict(), context={"today": today})
        query.is_valid(raise_exception=True)
        return Response(flow_figures(flow_of_team(team=team, at=self.now, **query.asked)))


class BudgetViewSet(ApiViewSet):
    """`teams/{slug}/budget/`: the toil budget of the quarter."""

    queryset = Team.objects.none()
    serializer_class = BudgetSerializer
    filter_backends: list[Any] = []
    pagination_class = None

    @extend_schema(responses=BudgetSerializer)
    def retrieve(self, request: Request, slug: str) -> Response:
        """Return the budget as it stood at the team's last midnight, and how the windows of its alerts burn."""
        team = get_team_or_404(self.viewer, slug)
        return Response(budget_figures(budget_of_team(team=team, at=self.now)))


class BudgetAlertViewSet(mixins.ListModelMixin, ApiViewSet):
    """`teams/{slug}/alerts/`: the budget alerts of a team, the latest first."""

    queryset = BudgetAlert.objects.none()
    serializer_class = BudgetAlertSerializer
    filter_backends: list[Any] = []
    ordering = ("-fired_at", "id")

    def get_queryset(self) -> QuerySet[BudgetAlert]:
        """Return the alerts of the team in the address."""
        return BudgetAlert.objects.filter(team=get_team_or_404(self.viewer, self.kwargs["slug"]))


class WeeklyReportViewSet(mixins.ListModelMixin, ApiViewSet):
    """`teams/{slug}/reports/`: the weekly reports of a team, the newest week first."""

    queryset = WeeklyReport.objects.none()
    serializer_class = WeeklyReportSerializer
    filter_backends: list[Any] = []
    ordering = ("-week_start",)

    def get_queryset(self) -> QuerySet[WeeklyReport]:
        """Return the reports of the team in the address."""
        return _whole(WeeklyReport.objects.filter(team=get_team_or_404(self.viewer, self.kwargs["slug"])))

    @extend_schema(responses=WeeklyReportSerializer)
    def retrieve(self, request: Request, slug: str, week: str) -> Response:
        """Return the report of a week as it was kept."""
        try:
            monday = parse_week(week).monday
        except InvalidWeekError as error:
            raise Http404 from error
        return Response(WeeklyReportSerializer(get_object_or_404(self.get_queryset(), week_start=monday)).data)

    @extend_schema(request=BuildSerializer, responses={200: WeeklyReportSerializer, 201: WeeklyReportSerializer})
    def create(self, request: Request, slug: str) -> Response:
        """Build the report of a past week now (201); one that is kept already is given as it is (200)."""
        team = get_team_or_404(self.viewer, slug)
        require(can_configure(self.viewer, team), Role.OWNER)
        given = BuildSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        report = build_report(team=team, week=given.given_week, at=self.now)
        if given.validated_data["send"]:
            release_report(report=report, at=self.now)
            ask_for_delivery()
        is_new = report.built_at == self.now
        answer = WeeklyReportSerializer(_whole(WeeklyReport.objects.all()).get(pk=report.pk)).data
        return Response(answer, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


def _whole(reports: QuerySet[WeeklyReport]) -> QuerySet[WeeklyReport]:
    """Read with each report its revisions and deliveries, and not its mail."""
    revisions = Prefetch("revisions", ReportRevision.objects.order_by("found_at", "id"))
    deliveries = Prefetch("deliveries", Delivery.objects.filter(is_test=False).order_by("address"))
    return reports.defer("html", "text").prefetch_related(revisions, deliveries)
