"""Each mail goes out once, whatever the mail server and the workers do."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from reports.mailing.server import MailServer
from reports.models import Delivery, DeliveryState
from reports.services.deliveries import NotSendableError, deliver_due, mark_broken_off, send_again
from reports.services.leases import BACK_OFF
from reports.services.recipients import remove_recipient, unsubscribe
from teams.actors import SYSTEM
from tests.reports.kept import MONDAY_W47, DeliveryFactory, ReportFactory
from tests.reports.mail_servers import Rude, Sink, at, running, running_rude

pytestmark = pytest.mark.django_db


class Clock:
    """A clock that stands until it is set on."""

    def __init__(self) -> None:
        self.now = MONDAY_W47

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def states() -> list[str]:
    return list(Delivery.objects.order_by("id").values_list("state", flat=True))


def deliver(server: MailServer, clock: Callable[[], datetime]) -> int:
    return deliver_due(server=server, clock=clock)


def test_who_unsubscribes_while_others_get_their_mail_gets_none(clock: Clock) -> None:
    sink = Sink()
    report = ReportFactory()
    DeliveryFactory(report=report)
    second = DeliveryFactory(report=report)

    def now() -> datetime:
        if sink.recipients:
            unsubscribe(recipient=second.recipient, at=clock.now)
        return clock.now

    with running(sink) as server:
        deliver(server, now)

    assert len(sink.mails) == 1
    assert states() == [DeliveryState.SENT, DeliveryState.SUPPRESSED]


def test_each_recipient_gets_a_mail_of_their_own(clock: Clock) -> None:
    sink = Sink()
    report = ReportFactory()
    deliveries = [DeliveryFactory(report=report) for __ in range(3)]

    with running(sink) as server:
        deliver(server, clock)
        deliver(server, clock)

    assert sink.recipients == [delivery.address for delivery in deliveries]
    assert [mail["To"] for mail in sink.mails] == sink.recipients
    assert [mail["Message-ID"] for mail in sink.mails] == [delivery.message_id for delivery in deliveries]
    assert states() == [DeliveryState.SENT] * 3
    assert len(sink.sessions) == 1


def test_a_server_that_asks_for_patience_is_asked_again_later(clock: Clock) -> None:
    sink = Sink(answers=["451 Greylisted", "451 Greylisted"])
    DeliveryFactory()

    with running(sink) as server:
        deliver(server, clock)
        at_once = deliver(server, clock)
        clock.now += BACK_OFF[0]
        deliver(server, clock)
        clock.now += BACK_OFF[1]
        deliver(server, clock)

    delivery = Delivery.objects.get()
    assert at_once == 0
    assert (delivery.state, delivery.attempts, delivery.last_error) == (DeliveryState.SENT, 3, "")
    assert len(sink.mails) == 1


def test_a_server_that_stays_impatient_is_given_up_after_two_days(clock: Clock) -> None:
    tries = len(BACK_OFF) + 1
    DeliveryFactory()

    with running(Sink(answers=["451 Busy"] * tries)) as server:
        for __ in range(tries):
            clock.now = Delivery.objects.get().next_attempt_at or clock.now
            deliver(server, clock)

    assert states() == [DeliveryState.FAILED]
    assert clock.now - MONDAY_W47 > timedelta(days=2)


def test_a_refusal_is_final_and_names_its_reason(clock: Clock) -> None:
    with running(Sink(answers=["550 5.7.1 Spam"])) as server:
        DeliveryFactory()
        deliver(server, clock)
        clock.advance(days=1)
        tried = deliver(server, clock)

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.last_error, tried) == (DeliveryState.FAILED, "550 5.7.1 Spam", 0)


def test_one_bad_address_holds_up_nobody(clock: Clock) -> None:
    sink = Sink(refused={"gone@example.com": "550 Unknown", "full@example.com": "452 Full"})
    report = ReportFactory()
    for name in ("gone", "full", "lead"):
        DeliveryFactory(report=report, recipient__email=f"{name}@example.com", address=f"{name}@example.com")

    with running(sink) as server:
        deliver(server, clock)

    assert states() == [DeliveryState.FAILED, DeliveryState.QUEUED, DeliveryState.SENT]


def test_a_server_that_hangs_at_one_recipient_holds_up_nobody(clock: Clock) -> None:
    report = ReportFactory()
    for name in ("stuck", "lead"):
        DeliveryFactory(report=report, recipient__email=f"{name}@example.com", address=f"{name}@example.com")

    with running_rude(Rude("RCPT", "hang", only="stuck")) as server:
        deliver(replace(server, timeout=0.3), clock)

    assert states() == [DeliveryState.QUEUED, DeliveryState.SENT]


def test_a_dead_server_is_not_asked_for_each_recipient(clock: Clock) -> None:
    for __ in range(3):
        DeliveryFactory()

    deliver(at(1), clock)

    assert states() == [DeliveryState.QUEUED] * 3
    assert {delivery.attempts for delivery in Delivery.objects.all()} == {1}
    assert not Delivery.objects.due(clock.now).exists()
    assert Delivery.objects.due(clock.now + BACK_OFF[0]).count() == 3


@pytest.mark.parametrize("manner", ["hang", "close"])
def test_what_broke_off_after_the_message_was_handed_over_is_sent_again_only_by_hand(manner: str, clock: Clock) -> None:
    sink = Sink()
    delivery = DeliveryFactory()

    with running_rude(Rude("end", manner)) as server:
        deliver(replace(server, final_timeout=0.3), clock)
    with running(sink) as server:
        clock.advance(days=7)
        deliver(server, clock)
        by_itself = list(sink.mails)
        send_again(delivery=delivery, by=SYSTEM, at=clock.now)
        deliver(server, clock)

    assert by_itself == []
    assert [mail["Message-ID"] for mail in sink.mails] == [delivery.message_id]
    assert states() == [DeliveryState.SENT]


def test_what_broke_off_before_is_sent_again_by_itself(clock: Clock) -> None:
    sink = Sink()
    DeliveryFactory()

    with running_rude(Rude("middle", "close")) as server:
        deliver(replace(server, settle=0.5), clock)
    with running(sink) as server:
        clock.advance(minutes=1)
        deliver(server, clock)

    assert len(sink.mails) == 1
    assert states() == [DeliveryState.SENT]


def test_a_worker_that_died_before_handing_over_is_followed_by_another(clock: Clock) -> None:
    sink = Sink()
    DeliveryFactory(lease_token=uuid.uuid4(), lease_until=clock.now + timedelta(seconds=45))

    with running(sink) as server:
        while_it_may_live = deliver(server, clock)
        clock.advance(seconds=45)
        deliver(server, clock)

    assert while_it_may_live == 0
    assert states() == [DeliveryState.SENT]


def test_a_worker_that_died_while_handing_over_leaves_an_uncertain_mail(clock: Clock) -> None:
    sink = Sink()
    until = clock.now + timedelta(seconds=75)
    DeliveryFactory(state=DeliveryState.SENDING, lease_token=uuid.uuid4(), lease_until=until)

    with running(sink) as server:
        deliver(server, clock)
        meanwhile = states()
        clock.advance(seconds=75)
        deliver(server, clock)

    assert (meanwhile, states()) == ([DeliveryState.SENDING], [DeliveryState.UNCERTAIN])
    assert sink.mails == []


def test_who_lost_the_lease_does_not_hand_over(clock: Clock) -> None:
    sink = Sink()
    DeliveryFactory()

    def stolen() -> datetime:
        Delivery.objects.filter(lease_token__isnull=False).update(lease_token=uuid.UUID(int=1))
        return clock.now

    with running(sink) as server:
        deliver(server, stolen)

    assert sink.mails == []
    assert states() == [DeliveryState.QUEUED]


def test_who_unsubscribed_meanwhile_gets_nothing(clock: Clock) -> None:
    sink = Sink()
    gone, removed = DeliveryFactory(), DeliveryFactory()
    unsubscribe(recipient=gone.recipient, at=clock.now)
    remove_recipient(recipient=removed.recipient, by=SYSTEM, at=clock.now)

    with running(sink) as server:
        deliver(server, clock)

    assert sink.mails == []
    assert states() == [DeliveryState.SUPPRESSED] * 2


def test_a_domain_in_other_letters_is_reached(clock: Clock) -> None:
    sink = Sink()
    DeliveryFactory(recipient__email="lead@bücher.example")

    with running(sink) as server:
        deliver(server, clock)

    assert sink.recipients == ["lead@xn--bcher-kva.example"]


def test_a_mail_that_cannot_be_written_stands_in_nobodys_way(clock: Clock) -> None:
    sink = Sink()
    DeliveryFactory(address="ü" * 70 + "@" + "ü" * 70 + ".example")
    DeliveryFactory()

    with running(sink) as server:
        deliver(server, clock)

    assert states() == [DeliveryState.FAILED, DeliveryState.SENT]
    assert "cannot be written" in Delivery.objects.order_by("id")[0].last_error


@pytest.mark.parametrize(
    "state", [DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.SUPPRESSED]
)
def test_what_is_on_its_way_or_arrived_is_not_sent_again(state: DeliveryState, clock: Clock) -> None:
    delivery = DeliveryFactory(state=state)

    with pytest.raises(NotSendableError):
        send_again(delivery=delivery, by=SYSTEM, at=clock.now)


def test_marking_what_broke_off_touches_nothing_else(clock: Clock) -> None:
    for state in DeliveryState:
        DeliveryFactory(state=state, lease_until=clock.now + timedelta(seconds=1))

    assert mark_broken_off(at=clock.now) == 0
    assert mark_broken_off(at=clock.now + timedelta(seconds=1)) == 1
