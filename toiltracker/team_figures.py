"""Whose figures `/metrics` gives: those of the team whose token asks, besides those of the processes."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils import timezone
from prometheus_client.metrics_core import Metric
from rest_framework.request import Request

from reports.team_metrics import figures_of_team
from teams.models import Team
from teams.rest.authentication import TokenAuthentication


def figures_of_token(request: HttpRequest) -> Iterable[Metric]:
    """Return the figures of the token's team; nothing without a token. A bad one is refused, as in the API."""
    found = TokenAuthentication().authenticate(Request(request))
    if found is None:
        return []
    team = Team.objects.select_related("calendar").get(pk=found[0].team_id)
    return figures_of_team(team=team, at=timezone.now())
