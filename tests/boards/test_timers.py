"""The timer: one for each person, and one log when it stops, however often and from wherever that is asked for."""

from datetime import timedelta

import pytest
from django.db import transaction

from boards import services
from boards.models import Timer, WorkLog
from boards.services import InTrashError, TimerRunningError, TimerStoppedError, TooLongAgoError, TooShortError
from teams.actors import SYSTEM, Actor, Via
from teams.errors import InvalidError
from teams.models import User
from tests.boards.conftest import hour
from tests.factories import ItemFactory
from tests.waiting import beside

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(backlog):
    return ItemFactory(column=backlog)


@pytest.fixture
def other(backlog):
    return ItemFactory(column=backlog)


def test_a_timer_that_stops_becomes_a_log(item, by_alice):
    timer = services.start_timer(item=item, by=by_alice, at=hour(1))

    log = services.stop_timer(timer_id=timer.pk, by=by_alice, at=hour(2.5), note="Purged")

    assert (log.person, log.started_at, log.ended_at, log.note) == (by_alice.person, hour(1), hour(2.5), "Purged")
    assert not Timer.objects.exists()
    assert item.changes.filter(field="log").count() == 1


def test_stopped_twice_it_is_logged_once(item, by_alice):
    timer = services.start_timer(item=item, by=by_alice, at=hour(1))
    services.stop_timer(timer_id=timer.pk, by=by_alice, at=hour(2))

    with pytest.raises(TimerStoppedError):
        services.stop_timer(timer_id=timer.pk, by=by_alice, at=hour(3))

    assert WorkLog.objects.count() == 1


def test_started_twice_on_an_item_it_goes_on(item, by_alice):
    first = services.start_timer(item=item, by=by_alice, at=hour(1))

    again = services.start_timer(item=item, by=by_alice, at=hour(2))

    assert (again, again.started_at) == (first, hour(1))


def test_a_second_item_has_to_say_what_happens_to_the_first(item, other, by_alice):
    timer = services.start_timer(item=item, by=by_alice, at=hour(1))

    with pytest.raises(TimerRunningError, match=item.key):
        services.start_timer(item=other, by=by_alice, at=hour(2))
    log = services.stop_timer(timer_id=timer.pk, by=by_alice, at=hour(2), then=other)

    assert (log.item, log.ended_at) == (item, hour(2))
    assert (Timer.objects.get().item, Timer.objects.get().started_at) == (other, hour(2))


def test_going_on_to_another_item_within_a_minute_logs_nothing(item, other, by_alice):
    timer = services.start_timer(item=item, by=by_alice, at=hour(1))

    log = services.stop_timer(timer_id=timer.pk, by=by_alice, at=hour(1) + timedelta(seconds=30), then=other)

    assert log is None
    assert Timer.objects.get().item == other
    assert not WorkLog.objects.exists()


def test_less_than_a_minute_is_not_logged(item, by_alice):
    timer = services.start_timer(item=item, by=by_alice, at=hour(1))

    with pytest.raises(TooShortError):
        services.stop_timer(timer_id=timer.pk, by=by_alice, at=hour(1) + timedelta(seconds=59))

    assert Timer.objects.exists()


def test_a_timer_that_was_forgotten_asks_for_the_end(item, by_alice):
    timer = services.start_timer(item=item, by=by_alice, at=hour(1))

    with pytest.raises(TooLongAgoError):
        services.stop_timer(timer_id=timer.pk, by=by_alice, at=hour(20))
    log = services.stop_timer(timer_id=timer.pk, by=by_alice, at=hour(20), started_at=hour(1), ended_at=hour(3))

    assert (log.started_at, log.ended_at) == (hour(1), hour(3))


def test_a_discarded_timer_leaves_nothing_and_can_be_taken_up_again(item, by_alice):
    timer = services.start_timer(item=item, by=by_alice, at=hour(1))

    services.discard_timer(timer_id=timer.pk, by=by_alice)
    services.discard_timer(timer_id=timer.pk, by=by_alice)
    again = services.start_timer(item=item, by=by_alice, at=hour(2), since=hour(1))

    assert again.started_at == hour(1)
    assert not WorkLog.objects.exists()


def test_nobody_stops_or_discards_the_timer_of_another(item, by_alice, by_mallory):
    timer = services.start_timer(item=item, by=by_alice, at=hour(1))

    with pytest.raises(TimerStoppedError):
        services.stop_timer(timer_id=timer.pk, by=by_mallory, at=hour(2))
    services.discard_timer(timer_id=timer.pk, by=by_mallory)

    assert Timer.objects.get() == timer


def test_timers_of_two_people_run_at_once(item, by_alice, by_mallory):
    services.start_timer(item=item, by=by_alice, at=hour(1))
    services.start_timer(item=item, by=by_mallory, at=hour(1))

    assert Timer.objects.count() == 2


def test_a_timer_needs_a_person_a_past_and_an_item_outside_the_trash(item, by_alice):
    with pytest.raises(InvalidError):
        services.start_timer(item=item, by=SYSTEM, at=hour(1))
    with pytest.raises(InvalidError):
        services.start_timer(item=item, by=by_alice, at=hour(1), since=hour(2))
    timer = services.start_timer(item=item, by=by_alice, at=hour(1))
    services.delete_item(item=item, by=by_alice, at=hour(2))

    with pytest.raises(InTrashError):
        services.stop_timer(timer_id=timer.pk, by=by_alice, at=hour(3))
    services.discard_timer(timer_id=timer.pk, by=by_alice)
    with pytest.raises(InTrashError):
        services.start_timer(item=item, by=by_alice, at=hour(3))


@pytest.mark.django_db(transaction=True)
def test_two_who_stop_it_at_once_log_it_once(postgresql: None, alice: User, backlog) -> None:
    by = Actor(person=alice.person, via=Via.PAGE)
    timer = services.start_timer(item=ItemFactory(column=backlog), by=by, at=hour(1))

    def stop() -> str:
        try:
            services.stop_timer(timer_id=timer.pk, by=by, at=hour(2))
        except TimerStoppedError:
            return "stopped already"
        return "logged"

    with beside() as start:
        with transaction.atomic():
            services.stop_timer(timer_id=timer.pk, by=by, at=hour(2))
            second = start(stop)
        said = second.result()

    assert said == "stopped already"
    assert WorkLog.objects.count() == 1
