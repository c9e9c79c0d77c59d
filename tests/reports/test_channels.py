"""Reports and notices reach each channel once, whatever the other side and the workers do."""

import json
import uuid
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from reports.models import Channel, Delivery, DeliveryState, Letter, Notice, Recipient
from reports.posting.http import Limits
from reports.posting.signature import signed_headers
from reports.services import channels
from reports.services.channels import ChannelSettings, InvalidChannelError
from reports.services.deliveries import deliver_due, mark_broken_off, send_again
from reports.services.leases import BACK_OFF
from reports.services.notices import send_notice, send_test_to_channel
from reports.services.posts import post_due
from reports.services.reports import release_report
from reports.words import Words
from teams.actors import SYSTEM
from teams.models import Team
from tests.reports.kept import MONDAY_W47, SECRET, ChannelFactory, RecipientFactory, ReportFactory
from tests.reports.mail_servers import Sink, running
from tests.reports.web_receivers import LOOPBACK, Receiver, receiving

pytestmark = pytest.mark.django_db


class Clock:
    """A clock that stands until it is set on."""

    def __init__(self) -> None:
        self.now = MONDAY_W47

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def loopback(settings) -> None:
    settings.OUTGOING_NETWORKS = list(LOOPBACK)


def states() -> list[str]:
    return list(Delivery.objects.order_by("id").values_list("state", flat=True))


def words() -> Words:
    return Words(
        subject="SRE: the toil budget is gone on 3 Dec",
        headline="At this rate the budget is gone on 3 Dec",
        paragraphs=["Burn rate 2.6 over one week."],
        figures=[("2.6", "burn rate")],
        link_text="Open the team page",
        url="https://toil.example.net/t/sre/",
    )


def notify(team: Team, key: str = "fast 2026-11-16") -> Notice:
    return send_notice(team=team, kind="budget.alert", key=key, write=words, data={"burn": 2.6}, at=MONDAY_W47)


def channel_at(receiver: Receiver, **fields: object) -> Channel:
    return ChannelFactory(url=receiver.url, **fields)


def run(limits: Limits, clock: Clock) -> int:
    return post_due(limits=limits, clock=clock)


def test_a_report_is_posted_to_each_channel_once_signed_and_whole(clock: Clock) -> None:
    receiver = Receiver()

    with receiving(receiver) as limits:
        report = ReportFactory()
        channel_at(receiver, team=report.team)
        channel_at(receiver, team=report.team, kind="slack")
        channel_at(receiver, team=report.team, gets_reports=False)
        for __ in range(2):
            release_report(report=report, at=MONDAY_W47)
            run(limits, clock)

    webhook, slack = receiver.requests
    headers = {name: value for name, value in webhook.headers.items() if name.startswith("webhook-")}
    event = json.loads(webhook.body)
    assert states() == [DeliveryState.SENT] * 2
    assert webhook.line == "POST /hook?key=1 HTTP/1.1"
    assert headers == signed_headers(
        message_id=Delivery.objects.order_by("id")[0].message_id,
        timestamp=int(MONDAY_W47.timestamp()),
        body=webhook.body,
        secrets=[SECRET],
    )
    assert (event["type"], event["data"]["week"], event["data"]["team"]) == (
        "report.weekly",
        "2026-W46",
        report.team.slug,
    )
    assert event["data"]["figures"] == report.figures
    assert "webhook-id" not in slack.headers
    assert json.loads(slack.body)["text"] == f"{report.team.name}: toil 9.1 %, within 5–10 % · W46"


def test_a_notice_goes_out_once_by_all_ways(clock: Clock, settings) -> None:
    settings.IS_MAIL_SENT = True
    receiver, sink = Receiver(), Sink()
    recipient = RecipientFactory()
    RecipientFactory(team=recipient.team, gets_alerts=False)

    with receiving(receiver) as limits, running(sink) as server:
        channel_at(receiver, team=recipient.team, gets_alerts=False)
        channel_at(receiver, team=recipient.team)
        for __ in range(2):
            notify(recipient.team)
            run(limits, clock)
            deliver_due(server=server, clock=clock)
        notify(recipient.team, key="fast 2026-12-01")

    (request,), (mail,) = receiver.requests, sink.mails
    assert json.loads(request.body)["data"]["burn"] == 2.6
    assert (mail["To"], mail["Subject"]) == (recipient.email, words().subject)
    assert mail["List-Id"] == f"<{recipient.team.slug}.alerts.127.0.0.1>"
    assert "Burn rate 2.6 over one week." in mail.get_body(("html",)).get_content()
    assert "2.6 burn rate" in mail.get_body(("plain",)).get_content()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (Notice.objects.count(), Delivery.objects.count(), Letter.objects.count()) == (2, 4, 2)


def test_a_notice_is_not_there_where_its_transaction_failed(team: Team) -> None:
    ChannelFactory(team=team)

    with transaction.atomic():
        notify(team)
        transaction.set_rollback(True)

    assert not Delivery.objects.exists()


def test_nothing_goes_out_in_quiet_hours(team: Team, clock: Clock) -> None:
    ChannelFactory(team=team)
    later = MONDAY_W47 + timedelta(hours=10)

    send_notice(team=team, kind="budget.alert", key="x", write=words, data={}, at=MONDAY_W47, not_before=later)

    assert run(Limits(allowed=LOOPBACK), clock) == 0
    assert Delivery.objects.get().next_attempt_at == later


@pytest.mark.parametrize("answer", ["503 Busy", "hang", "close"])
def test_a_webhook_is_posted_again_under_the_same_id_until_it_is_taken(answer: str, team: Team, clock: Clock) -> None:
    receiver = Receiver(answers=[answer])

    with receiving(receiver) as limits:
        channel_at(receiver, team=team)
        notify(team)
        run(Limits(timeout=0.4, whole=1.0, allowed=LOOPBACK), clock)
        at_once = run(limits, clock)
        clock.now += BACK_OFF[0]
        run(limits, clock)

    assert at_once == 0
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1
    assert receiver.requests[0].body == receiver.requests[1].body
    assert states() == [DeliveryState.SENT]


def test_what_may_have_reached_slack_is_posted_again_only_by_hand(team: Team, clock: Clock) -> None:
    receiver = Receiver(answers=["close"])

    with receiving(receiver) as limits:
        channel_at(receiver, team=team, kind="slack")
        notify(team)
        run(limits, clock)
        clock.now += timedelta(days=7)
        run(limits, clock)
        by_itself = (len(receiver.requests), states())
        send_again(delivery=Delivery.objects.get(), by=SYSTEM, at=clock.now)
        run(limits, clock)

    assert by_itself == (1, [DeliveryState.UNCERTAIN])
    assert states() == [DeliveryState.SENT]


def test_a_refusal_is_given_up_and_says_why(team: Team, clock: Clock) -> None:
    receiver = Receiver(answers=["404 Not Found\r\n\r\nno_service"])

    with receiving(receiver) as limits:
        channel_at(receiver, team=team, kind="slack")
        notify(team)
        run(limits, clock)

    delivery = Delivery.objects.in_trouble().get()
    assert (delivery.state, delivery.last_error) == (DeliveryState.FAILED, "404 Not Found: no_service")


def test_who_wants_to_be_left_alone_is(team: Team, clock: Clock) -> None:
    receiver = Receiver(answers=["429 Slow\r\nRetry-After: 3600"])

    with receiving(receiver) as limits:
        channel_at(receiver, team=team)
        notify(team)
        run(limits, clock)

    assert Delivery.objects.get().next_attempt_at == MONDAY_W47 + timedelta(hours=1)


def test_who_is_gone_for_good_is_paused_until_a_new_address_comes(team: Team, clock: Clock) -> None:
    receiver = Receiver(answers=["410 Gone"])

    with receiving(receiver) as limits:
        channel = channel_at(receiver, team=team)
        notify(team)
        run(limits, clock)
        notify(team, key="another")
        channel.refresh_from_db()
        paused = (channel.paused_at, channel.pause_reason)
        channels.change_channel(channel=channel, given=ChannelSettings(name="New", url=receiver.url), by=SYSTEM)
        notify(team, key="third")
        run(limits, clock)

    assert paused == (MONDAY_W47, "The other side answered 410: it wants nothing more.")
    assert states() == [DeliveryState.FAILED, DeliveryState.SENT]


def test_a_channel_that_hangs_costs_the_others_one_wait(team: Team, clock: Clock) -> None:
    slow, quick = Receiver(answers=["hang"] * 3), Receiver()

    with receiving(slow), receiving(quick):
        channel_at(slow, team=team)
        channel_at(quick, team=team)
        for key in ("a", "b", "c"):
            notify(team, key=key)
        run(Limits(timeout=0.3, whole=1.0, allowed=LOOPBACK), clock)

    assert len(slow.requests) == 1
    assert len(quick.requests) == 3


@pytest.mark.parametrize(("kind", "state"), [("webhook", "queued"), ("slack", "uncertain")])
def test_a_worker_that_died_while_posting_is_followed_as_safely_as_can_be(kind: str, state: str, clock: Clock) -> None:
    channel = ChannelFactory(kind=kind)
    notify(channel.team)
    ends_at = clock.now + timedelta(seconds=30)
    Delivery.objects.update(state=DeliveryState.SENDING, lease_token=uuid.uuid4(), lease_until=ends_at)

    while_it_may_live = mark_broken_off(at=clock.now)
    after = mark_broken_off(at=ends_at)

    assert (while_it_may_live, after, states()) == (0, 1, [state])


def test_what_another_worker_holds_is_not_posted(team: Team, clock: Clock) -> None:
    receiver = Receiver()

    with receiving(receiver) as limits:
        channel_at(receiver, team=team)
        notify(team)
        Delivery.objects.update(lease_token=uuid.uuid4(), lease_until=clock.now + timedelta(seconds=30))
        tried = run(limits, clock)

    assert (tried, receiver.requests) == (0, [])


def test_a_test_is_posted_also_while_a_channel_is_paused(team: Team, clock: Clock) -> None:
    receiver = Receiver()

    with receiving(receiver) as limits:
        channel = channel_at(receiver, team=team)
        channels.pause_channel(channel=channel, by=SYSTEM, at=clock.now)
        notify(team)
        send_test_to_channel(channel=channel, by=SYSTEM, at=clock.now)
        run(limits, clock)

    assert [json.loads(request.body)["type"] for request in receiver.requests] == ["test"]


def test_addresses_and_secrets_are_sealed_and_rotate(team: Team, clock: Clock) -> None:
    channel = ChannelFactory(team=team, url="http://127.0.0.1/secret-path")
    new = channels.new_secret()

    channel = channels.rotate_channel_secret(channel=channel, secret=new, by=SYSTEM, at=clock.now)

    row = Channel.objects.values().get()
    assert "secret-path" not in str(row)
    assert SECRET not in str(row)
    assert row["host"] == "127.0.0.1"
    assert channels.secrets_of(channel, at=clock.now) == [new, SECRET]
    assert channels.secrets_of(channel, at=clock.now + timedelta(days=7)) == [new]
    channels.end_previous_channel_secret(channel=channel, by=SYSTEM)
    channel.refresh_from_db()
    assert channels.secrets_of(channel, at=clock.now) == [new]


def test_a_new_secret_key_is_told_and_not_guessed(team: Team, clock: Clock, settings) -> None:
    ChannelFactory(team=team)
    notify(team)
    settings.SECRET_KEY = "another key, which opens nothing of what was sealed"

    run(Limits(allowed=LOOPBACK), clock)

    assert "SECRET_KEY has changed" in Delivery.objects.get().last_error


@pytest.mark.parametrize(
    ("kind", "given", "secret", "field"),
    [
        ("fax", ChannelSettings(name="A", url="https://example.com/"), SECRET, "kind"),
        ("webhook", ChannelSettings(name="", url="https://example.com/"), SECRET, "name"),
        ("webhook", ChannelSettings(name="Taken", url="https://example.com/"), SECRET, "name"),
        ("webhook", ChannelSettings(name="A", url="https://10.0.0.1/"), SECRET, "url"),
        ("webhook", ChannelSettings(name="A", url="example.com"), SECRET, "url"),
        ("webhook", ChannelSettings(name="A", url="https://example.com/"), "short", "secret"),
        ("webhook", ChannelSettings(name="A", url="https://example.com/"), "whsec_äö", "secret"),
        ("webhook", ChannelSettings(name="A", url="https://example.com/", language="xx"), SECRET, "language"),
    ],
)
def test_a_channel_that_cannot_work_is_refused_beside_its_field(
    kind: str, given: ChannelSettings, secret: str, field: str, team: Team
) -> None:
    ChannelFactory(team=team, name="taken")

    with pytest.raises(InvalidChannelError) as refusal:
        channels.create_channel(team=team, kind=kind, given=given, secret=secret, by=SYSTEM, at=MONDAY_W47)

    assert list(refusal.value.fields) == [field]


def test_what_waits_for_a_channel_that_is_taken_away_is_not_sent(team: Team, clock: Clock) -> None:
    channel = ChannelFactory(team=team)
    notify(team)

    channels.delete_channel(channel=channel, by=SYSTEM, at=clock.now)

    assert states() == [DeliveryState.SUPPRESSED]
    assert Recipient.objects.count() == 0


def test_a_channel_that_somebody_else_took_away_is_told_and_taking_it_away_again_is_done(team: Team) -> None:
    channel, same = ChannelFactory(team=team), Channel.objects.get()
    channels.delete_channel(channel=channel, by=SYSTEM, at=MONDAY_W47)

    channels.delete_channel(channel=same, by=SYSTEM, at=MONDAY_W47)
    with pytest.raises(channels.ChannelGoneError):
        channels.change_channel(channel=same, given=ChannelSettings(name="A"), by=SYSTEM)
    with pytest.raises(channels.ChannelGoneError):
        channels.rotate_channel_secret(channel=same, secret=SECRET, by=SYSTEM, at=MONDAY_W47)
