"""Many workers who look at one team's budget at once: it fires once, and is told once."""

from datetime import UTC, datetime, timedelta

import pytest

from reports import tasks  # noqa: F401 - what is asked for by name is known, in whatever order tests run
from reports.models import BudgetAlert, Delivery, Notice, Recipient
from reports.services.alerts import evaluate_alerts
from teams.models import Team
from tests.boards.test_concurrency import PROCESSES, processes
from tests.factories import MembershipFactory, TeamFactory
from tests.reports.paths import board_of
from tests.reports.rows import ItemFactory, WorkLogFactory

pytestmark = pytest.mark.django_db(transaction=True)

MIDNIGHT = datetime(2026, 11, 16, tzinfo=UTC)


def look(team_id: int) -> int:
    """Look at a team's budget, and return how much fired by this call."""
    team = Team.objects.select_related("calendar").get(pk=team_id)
    return len(evaluate_alerts(team=team, at=MIDNIGHT))


def test_an_alert_that_eight_look_at_fires_once_and_is_told_once() -> None:
    team = TeamFactory()
    person, column = MembershipFactory(team=team).person, board_of(team)[1][1]
    Recipient.objects.create(team=team, email="lead@example.com", created_at=MIDNIGHT)
    for day in range(1, 4):
        item = ItemFactory(column=column, classification="toil")
        start = MIDNIGHT - timedelta(days=day)
        WorkLogFactory(item=item, person=person, started_at=start, ended_at=start + timedelta(hours=8))

    with processes() as pool:
        fired = list(pool.map(look, [team.pk] * PROCESSES))

    assert sorted(fired) == [0] * (PROCESSES - 1) + [3]
    assert BudgetAlert.objects.count() == 3
    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 1)
