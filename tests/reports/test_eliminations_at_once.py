"""Two who plan, carry out and take back one elimination at once: nobody overwrites what another decided."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from boards.models import Elimination, Stage, ToilType
from boards.services.eliminations import plan_elimination
from reports.services.eliminations import eliminate, take_back
from teams.actors import SYSTEM
from tests.factories import MembershipFactory, ToilTypeFactory
from tests.reports.rows import ColumnFactory
from tests.reports.test_toil_type_eliminations import work
from tests.waiting import beside

pytestmark = [pytest.mark.usefixtures("postgresql"), pytest.mark.django_db(transaction=True)]

AT = datetime(2026, 9, 30, 12, tzinfo=UTC)


def plan(toil_type: ToilType, way: str) -> Elimination:
    return plan_elimination(toil_type=toil_type, plan={"way": way, "build_hours": 8.0}, by=SYSTEM, at=AT)


def test_a_plan_that_waits_while_it_is_carried_out_leaves_the_baseline() -> None:
    column = ColumnFactory(stage=Stage.ACTIVE)
    toil_type, person = ToilTypeFactory(team=column.board.team), MembershipFactory(team=column.board.team).person
    for week in range(8):
        work(column, person, week, 6, toil_type=toil_type, classification="toil")
    first = plan(toil_type, "automate")

    with beside() as start:
        with transaction.atomic():
            eliminate(elimination=first, by=SYSTEM, at=AT)
            planning = start(lambda: plan(toil_type, "replace"))
        second = planning.result()

    first.refresh_from_db()
    assert (first.way, first.eliminated_at, first.baseline_hours) == ("automate", AT, 6.0)
    assert (second.pk != first.pk, second.way, second.eliminated_at) == (True, "replace", None)


def test_a_plan_that_waits_while_it_is_taken_back_changes_the_one_that_is_there() -> None:
    toil_type = ToilTypeFactory()
    done = Elimination.objects.create(
        toil_type=toil_type, way="reject", created_at=AT, eliminated_at=AT, baseline_hours=7, baseline_weeks=8
    )

    with beside() as start:
        with transaction.atomic():
            take_back(elimination=done, by=SYSTEM, at=AT)
            planning = start(lambda: plan(toil_type, "replace"))
        planning.result()

    assert list(Elimination.objects.values_list("pk", "way", "eliminated_at")) == [(done.pk, "replace", None)]
