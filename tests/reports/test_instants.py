"""Instants come from either database as the same whole microseconds."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boards.models import Stay
from reports.effort import microseconds
from reports.instants import Microseconds
from tests.reports.rows import StayFactory

pytestmark = pytest.mark.django_db

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.timedeltas(timedelta(days=-20_000), timedelta(days=80_000)).map(EPOCH.__add__))
def test_an_instant_is_the_same_number_in_the_database_and_here(instant: datetime) -> None:
    stay = StayFactory(started_at=instant)

    found = Stay.objects.values_list(Microseconds("started_at"), Microseconds("ended_at")).get(pk=stay.pk)

    assert found == (microseconds(instant), None)


@pytest.mark.parametrize("fraction", [0, 1, 10, 100_000, 999_999])
def test_fractions_of_a_second_are_kept(fraction: int) -> None:
    instant = datetime(2026, 11, 9, 8, 30, 1, fraction, tzinfo=UTC)

    found = Stay.objects.values_list(Microseconds("started_at"), flat=True).get(pk=StayFactory(started_at=instant).pk)

    assert found == microseconds(instant)
