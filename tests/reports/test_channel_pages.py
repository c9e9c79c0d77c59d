"""The pages on which owners choose further ways of sending, recipients' languages, and what a report says."""

import pytest
import time_machine
from django.utils import timezone

from reports.models import Channel, Delivery, DeliveryState, Recipient, ReportChoices
from reports.periods import Week
from reports.services.channels import address_of, new_secret, pause_channel, secrets_of
from reports.services.notices import send_test_to_channel
from reports.services.posts import configured_limits, post_due
from reports.services.reports import release_report
from teams.actors import SYSTEM
from tests.reports.kept import MONDAY_W47, ChannelFactory, RecipientFactory, ReportFactory
from tests.reports.web_receivers import LOOPBACK, Receiver, receiving

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

CHANNELS = "/t/sre/settings/channels/"
REPORT = "/t/sre/settings/report/"
SLACK = {"kind": "slack", "name": "ops", "url": "https://hooks.slack.com/services/T0/B0/secret", "gets_reports": "on"}


@pytest.fixture
def monday():
    with time_machine.travel(MONDAY_W47, tick=False):
        yield


@pytest.fixture
def channel(team, settings):
    settings.OUTGOING_NETWORKS = list(LOOPBACK)
    return ChannelFactory(team=team, name="Program")


def test_an_owner_adds_slack_and_its_address_is_not_shown_again(client, team, alice):
    client.force_login(alice)

    page = client.post(f"{CHANNELS}create/", SLACK, follow=True).content.decode()

    channel = Channel.objects.get()
    assert (channel.kind, channel.gets_reports, channel.gets_alerts) == ("slack", True, False)
    assert address_of(channel) == SLACK["url"]
    assert "hooks.slack.com" in page
    assert "T0/B0/secret" not in page + client.get(CHANNELS).content.decode()


def test_the_secret_of_a_webhook_is_shown_once(client, team, alice):
    client.force_login(alice)

    page = client.post(f"{CHANNELS}create/", {**SLACK, "kind": "webhook"})

    channel = Channel.objects.get()
    [secret] = secrets_of(channel, at=MONDAY_W47)
    assert secret in page.content.decode()
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert secret not in client.get(f"{CHANNELS}{channel.pk}/").content.decode()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"url": "http://example.com/"}, "has to begin with https://"),
        ({"url": "https://127.0.0.1/"}, "in a network that nothing is sent to"),
        ({"url": ""}, "This field is required."),
        ({"name": " "}, "This field is required."),
        ({"kind": "fax"}, "Select a valid choice."),
    ],
)
def test_what_cannot_work_is_refused_beside_its_field(client, team, alice, given, told):
    client.force_login(alice)

    page = client.post(f"{CHANNELS}create/", {**SLACK, **given})

    assert page.status_code == 422
    assert told in page.content.decode()
    assert not Channel.objects.exists()


def test_an_owner_changes_a_channel_and_its_address_stays(client, channel, alice):
    client.force_login(alice)
    before = address_of(channel)

    client.post(f"{CHANNELS}{channel.pk}/change/", {"name": "Other", "gets_alerts": "on"})
    refused = client.post(f"{CHANNELS}{channel.pk}/change/", {"name": "Other", "url": "ftp://x/"})

    channel.refresh_from_db()
    assert (channel.name, channel.gets_reports, channel.gets_alerts) == ("Other", False, True)
    assert address_of(channel) == before
    assert refused.status_code == 422


def test_a_test_is_posted_and_its_outcome_is_shown(client, channel, alice):
    receiver = Receiver(answers=["404 Not Found\r\n\r\nno_service"])
    client.force_login(alice)

    with receiving(receiver):
        client.post(f"{CHANNELS}{channel.pk}/change/", {"name": "Program", "url": receiver.url})
        client.post(f"{CHANNELS}{channel.pk}/test/")
        post_due(limits=configured_limits(), clock=timezone.now)
        page = client.get(f"{CHANNELS}{channel.pk}/").content.decode()
        listed = client.get(CHANNELS).content.decode()
        client.post(f"{CHANNELS}{channel.pk}/deliveries/{Delivery.objects.get().pk}/")
        post_due(limits=configured_limits(), clock=timezone.now)

    assert "404 Not Found: no_service" in page
    assert "1 not sent" in listed
    assert Delivery.objects.get().state == DeliveryState.SENT
    assert len(set(receiver.ids)) == 1


def test_what_arrived_is_not_sent_again(client, channel, alice):
    delivery = send_test_to_channel(channel=channel, by=SYSTEM, at=MONDAY_W47)
    Delivery.objects.update(state=DeliveryState.SENT)
    client.force_login(alice)

    page = client.post(f"{CHANNELS}{channel.pk}/deliveries/{delivery.pk}/", follow=True)

    assert "it is not sent twice" in page.content.decode()


def test_an_owner_rotates_pauses_resumes_and_takes_away(client, channel, alice):
    client.force_login(alice)
    own = new_secret()

    made = client.post(f"{CHANNELS}{channel.pk}/secret/", {"secret": ""})
    bad = client.post(f"{CHANNELS}{channel.pk}/secret/", {"secret": "short"})
    client.post(f"{CHANNELS}{channel.pk}/secret/", {"secret": own})
    channel.refresh_from_db()
    both = secrets_of(channel, at=MONDAY_W47)
    client.post(f"{CHANNELS}{channel.pk}/secret/end/")
    client.post(f"{CHANNELS}{channel.pk}/pause/")
    paused = client.get(f"{CHANNELS}{channel.pk}/").content.decode()
    client.post(f"{CHANNELS}{channel.pk}/resume/")
    channel.refresh_from_db()
    client.post(f"{CHANNELS}{channel.pk}/delete/")

    assert (made.status_code, bad.status_code) == (200, 422)
    assert (both[0], len(both), secrets_of(channel, at=MONDAY_W47)) == (own, 2, [own])
    assert "nothing is sent but tests" in paused
    assert channel.paused_at is None
    assert not Channel.objects.exists()


PATHS = ["change/", "test/", "secret/", "secret/end/", "pause/", "resume/", "delete/", "deliveries/1/"]


@pytest.mark.parametrize("path", ["create/", *[f"0/{path}" for path in PATHS]])
def test_only_owners_may_act(client, team, mallory, charlie, path):
    anonymous = client.post(CHANNELS + path)
    client.force_login(charlie)
    stranger = client.post(CHANNELS + path)
    client.force_login(mallory)
    member = client.post(CHANNELS + path)
    by_get = client.get(CHANNELS + path)

    assert (anonymous.status_code, stranger.status_code, member.status_code, by_get.status_code) == (302, 404, 403, 405)


def test_only_owners_may_look_and_nobody_at_another_teams(client, team, channel, alice, mallory, charlie):
    other = ChannelFactory()
    statuses = []
    for user in (mallory, charlie):
        client.force_login(user)
        statuses += [client.get(CHANNELS).status_code, client.get(f"{CHANNELS}{channel.pk}/").status_code]
    client.force_login(alice)
    statuses += [client.get(f"{CHANNELS}{other.pk}/").status_code, client.post(CHANNELS).status_code]

    assert statuses == [403, 403, 404, 404, 404, 405]


def test_more_channels_and_deliveries_cost_no_more_queries(client, channel, alice, django_assert_max_num_queries):
    for index in range(5):
        ChannelFactory(team=channel.team)
        release_report(report=ReportFactory(team=channel.team, of=Week(2026, 40 + index)), at=MONDAY_W47)
    client.force_login(alice)
    client.get(CHANNELS)

    with django_assert_max_num_queries(14):
        client.get(CHANNELS)
    with django_assert_max_num_queries(14):
        client.get(f"{CHANNELS}{channel.pk}/")


def test_a_paused_channel_gets_no_report(channel):
    pause_channel(channel=channel, by=SYSTEM, at=MONDAY_W47)

    assert release_report(report=ReportFactory(team=channel.team), at=MONDAY_W47) == []


def test_the_report_page_shows_what_was_posted_too(client, channel, alice):
    report = ReportFactory(team=channel.team)
    release_report(report=report, at=MONDAY_W47)
    client.force_login(alice)

    page = client.get(f"/t/sre/reports/{report.week}/").content.decode()

    assert "Program" in page
    assert "Webhook" in page


def test_an_owner_says_how_a_recipient_reads(client, team, alice):
    RecipientFactory(team=team, email="boss@example.com")
    client.force_login(alice)

    given = {"email": "boss@example.com", "timezone": "Asia/Tokyo", "language": "en"}
    client.post(f"{REPORT}add/", given)
    page = client.get(REPORT).content.decode()
    form = client.get(f"{REPORT}?recipient={Recipient.objects.get().pk}").content.decode()
    refused = client.post(f"{REPORT}add/", {**given, "timezone": "Mars/Base"})

    recipient = Recipient.objects.get()
    assert (recipient.timezone, recipient.language, recipient.gets_alerts) == ("Asia/Tokyo", "en", False)
    assert "English · Asia/Tokyo" in page
    assert "outside address" in page
    assert "Save the recipient" in form
    assert (refused.status_code, "is not a time zone" in refused.content.decode()) == (422, True)


def test_what_a_members_profile_says_holds(client, team, alice):
    alice.timezone = "Europe/Berlin"
    alice.save()
    RecipientFactory(team=team, email="alice@example.com", timezone="Asia/Tokyo")
    client.force_login(alice)

    page = client.get(REPORT).content.decode()

    assert "English · Europe/Berlin" in page
    assert "from their profile" in page


def test_an_owner_chooses_when_and_what(client, team, alice):
    client.force_login(alice)
    given = {"report_weekday": "1", "report_time": "07:30", "sections": ["trend", "services"], "empty_weeks": "none"}

    answer = client.post(f"{REPORT}choices/", given)
    refused = client.post(f"{REPORT}choices/", {**given, "sections": ["weather"], "report_time": "later"})

    team.refresh_from_db()
    choices = ReportChoices.objects.get()
    assert (answer.status_code, refused.status_code) == (302, 422)
    assert (team.report_weekday, f"{team.report_time:%H:%M}") == (1, "07:30")
    assert choices.left_out == ["removal", "toil_types", "classes", "unclassified", "ageing"]
    assert choices.empty_weeks == "none"


def test_choices_are_for_owners(client, team, mallory, charlie):
    client.force_login(mallory)
    member = client.post(f"{REPORT}choices/").status_code
    client.force_login(charlie)

    assert (member, client.post(f"{REPORT}choices/").status_code, client.get(f"{REPORT}choices/").status_code) == (
        403,
        404,
        405,
    )
