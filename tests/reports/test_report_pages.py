"""The pages of the weekly reports, their recipients, and the unsubscribe link."""

import pytest
import time_machine
from django.test import Client

from reports.models import Delivery, DeliveryState, Recipient, WeeklyReport
from reports.periods import Week
from tests.reports.kept import MONDAY_W47, DeliveryFactory, RecipientFactory, ReportFactory, RevisionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

REPORTS = "/t/sre/reports/"
W46 = "/t/sre/reports/2026-W46/"
SETTINGS = "/t/sre/settings/report/"


@pytest.fixture
def monday():
    with time_machine.travel(MONDAY_W47, tick=False):
        yield


@pytest.fixture
def report(team):
    return ReportFactory(team=team)


def test_the_archive_lists_the_reports(client, team, report, bob):
    ReportFactory(team=team, of=Week(2026, 45))
    RevisionFactory(report=report)
    DeliveryFactory(report=report, state=DeliveryState.UNCERTAIN)
    client.force_login(bob)

    page = client.get(REPORTS)

    assert page.status_code == 200
    assert '<span class="tag-state good">' in page.content.decode()
    for text in ("2026-W46", "2026-W45", "9.1 %", "now 9.6 %", "9–10 %", "within", "1 uncertain", "not mailed"):
        assert text in page.content.decode()


def test_an_empty_archive_says_when_the_first_report_comes(client, bob):
    client.force_login(bob)

    assert "No report yet" in client.get(REPORTS).content.decode()


def test_more_reports_cost_no_more_queries(client, team, alice, django_assert_max_num_queries):
    for index in range(8):
        DeliveryFactory(report=ReportFactory(team=team, of=Week(2026, 39 + index)))
    client.force_login(alice)
    client.get(REPORTS)

    with django_assert_max_num_queries(16):
        client.get(REPORTS)


def test_a_report_is_shown_as_it_was_sent(client, report, bob):
    client.force_login(bob)

    page, mail, text = client.get(W46), client.get(W46 + "mail/"), client.get(W46 + "mail.txt")

    assert "Toil was 9.1 % of classified work, within the 5–10 % target" in page.content.decode()
    assert 'src="/t/sre/reports/2026-W46/mail/"' in page.content.decode()
    assert "Unsubscribe" in mail.content.decode()
    assert text.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_the_mail_in_the_frame_can_neither_run_nor_load_anything(client, report, bob):
    client.force_login(bob)

    mail = client.get(W46 + "mail/")

    policy = mail.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script-src" not in policy
    assert mail.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_nobodys_unsubscribe_link_is_in_the_archive(client, report, bob):
    delivery = DeliveryFactory(report=report, state=DeliveryState.SENT)
    client.force_login(bob)

    shown = client.get(W46 + "mail/").content.decode() + client.get(W46 + "mail.txt").content.decode()

    assert delivery.recipient.unsubscribe_key not in shown
    assert "unsubscribe.invalid" not in shown


def test_only_owners_see_what_became_of_the_mail(client, report, alice, bob):
    DeliveryFactory(report=report, recipient__email="lead@example.com", state=DeliveryState.FAILED, last_error="550 No")

    client.force_login(bob)
    to_viewer = client.get(W46).content.decode()
    client.force_login(alice)
    to_owner = client.get(W46).content.decode()

    assert "lead@example.com" not in to_viewer
    assert "lead@example.com" in to_owner
    assert "550 No" in to_owner


def test_an_owner_sends_again_what_is_uncertain(client, report, alice):
    delivery = DeliveryFactory(report=report, state=DeliveryState.UNCERTAIN)
    client.force_login(alice)

    answer = client.post(f"{W46}deliveries/{delivery.pk}/")

    delivery.refresh_from_db()
    assert answer.status_code == 302
    assert (delivery.state, delivery.next_attempt_at) == (DeliveryState.QUEUED, MONDAY_W47)


def test_what_was_sent_is_not_sent_again(client, report, alice):
    delivery = DeliveryFactory(report=report, state=DeliveryState.SENT)
    client.force_login(alice)

    page = client.post(f"{W46}deliveries/{delivery.pk}/", follow=True)

    assert "it is not sent twice" in page.content.decode()
    assert Delivery.objects.get().state == DeliveryState.SENT


def test_an_owner_builds_and_sends_a_past_week(client, team, alice):
    RecipientFactory(team=team)
    client.force_login(alice)

    answer = client.post(f"{REPORTS}build/", {"week": "2026-W40", "send": "on"})

    assert answer.headers["Location"] == "/t/sre/reports/2026-W40/"
    assert WeeklyReport.objects.get().deliveries.count() == 1


def test_a_week_that_was_reported_already_says_that_it_stays(client, report, alice):
    client.force_login(alice)

    page = client.post(f"{REPORTS}build/", {"week": report.week}, follow=True)

    assert "This week was reported already, and its report stays as it is." in page.content.decode()
    assert WeeklyReport.objects.get().built_at == report.built_at


@pytest.mark.parametrize(
    ("week", "sentence"),
    [("2026-W47", "The week 2026-W47 is not over yet"), ("soon", "is not a week"), ("", "required")],
)
def test_a_week_that_cannot_be_built_is_named(client, alice, week, sentence):
    client.force_login(alice)

    page = client.post(f"{REPORTS}build/", {"week": week})

    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not WeeklyReport.objects.exists()


def test_a_report_can_be_sent_to_who_came_later(client, team, report, alice):
    DeliveryFactory(report=report, recipient__email="lead@example.com", state=DeliveryState.SENT)
    RecipientFactory(team=team, email="new@example.com")
    client.force_login(alice)

    client.post(f"{W46}send/")

    assert sorted(report.deliveries.values_list("address", "state")) == [
        ("lead@example.com", "sent"),
        ("new@example.com", "kept"),
    ]


def test_recipients_are_added_and_removed(client, team, alice):
    client.force_login(alice)

    client.post(f"{SETTINGS}add/", {"email": " Lead@Example.com "})
    client.post(f"{SETTINGS}add/", {"email": "lead@example.com"})
    listed = client.get(SETTINGS).content.decode()
    client.post(f"{SETTINGS}{Recipient.objects.get().pk}/remove/")

    assert "lead@example.com" in listed
    assert "The report of week 2026-W47 goes out on Monday 23 November, 08:00 (UTC)." in " ".join(listed.split())
    assert not team.recipients.listed().exists()


@pytest.mark.parametrize(
    "email", ["nobody", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", f"a@{'ü' * 60}.example"]
)
def test_what_is_no_address_is_refused(client, alice, email):
    client.force_login(alice)

    page = client.post(f"{SETTINGS}add/", {"email": email})

    assert page.status_code == 422
    assert "is not an e-mail address" in page.content.decode()
    assert not Recipient.objects.exists()


def test_a_preview_and_a_test_show_last_weeks_report(client, alice):
    client.force_login(alice)

    preview = client.get(f"{SETTINGS}preview/")
    was_kept = WeeklyReport.objects.exists()
    tested = client.post(f"{SETTINGS}test/")

    delivery = Delivery.objects.get()
    assert "week 46, 9–15 Nov" in preview.content.decode()
    assert not was_kept
    assert tested.headers["Location"] == W46
    assert (delivery.address, delivery.is_test, delivery.state) == ("alice@example.com", True, DeliveryState.KEPT)


# The unsubscribe link


def test_a_get_shows_a_page_and_only_a_post_acts(team):
    recipient = RecipientFactory(team=team, email="lead@example.com")
    link = f"/unsubscribe/{recipient.unsubscribe_key}/"
    client = Client(enforce_csrf_checks=True)

    shown = client.get(link)
    after_get = Recipient.objects.get().is_subscribed
    posted = client.post(link, {"List-Unsubscribe": "One-Click"})

    assert "lead@example.com gets the weekly report of SRE." in shown.content.decode()
    assert after_get
    assert posted.status_code == 200
    assert "You are unsubscribed" in posted.content.decode()
    assert Recipient.objects.get().unsubscribed_at == MONDAY_W47


def test_one_click_takes_one_address_off_one_teams_list(team):
    here, other = RecipientFactory(team=team), RecipientFactory(team=team)
    elsewhere = RecipientFactory(email=here.email)

    Client().post(f"/unsubscribe/{here.unsubscribe_key}/", {"List-Unsubscribe": "One-Click"})

    assert set(Recipient.objects.subscribed()) == {other, elsewhere}


def test_who_unsubscribed_can_take_it_back_but_no_owner_can(client, team, alice):
    recipient = RecipientFactory(team=team, email="lead@example.com")
    link = f"/unsubscribe/{recipient.unsubscribe_key}/"
    client.post(link)
    client.force_login(alice)

    client.post(f"{SETTINGS}{recipient.pk}/remove/")
    told = client.post(f"{SETTINGS}add/", {"email": "lead@example.com"}, follow=True).content.decode()
    by_owner = Recipient.objects.get().is_subscribed
    client.post(link, {"again": "1"})

    assert "has unsubscribed" in told
    assert not by_owner
    assert Recipient.objects.get().is_subscribed


def test_a_link_that_leads_nowhere_is_not_found(client, db):
    page = client.get("/unsubscribe/nonsense/")

    assert page.status_code == 404
    assert "This link leads nowhere" in page.content.decode()
    assert client.get("/unsubscribe/non%00sense/").status_code == 404
    assert client.post("/unsubscribe/nonsense/").status_code == 404


PAGES = [REPORTS, W46, f"{W46}mail/", f"{W46}mail.txt"]
OWNERS_PAGES = [SETTINGS, f"{SETTINGS}preview/"]
OWNERS_POSTS = [f"{REPORTS}build/", f"{W46}send/", f"{W46}deliveries/1/", f"{SETTINGS}add/", f"{SETTINGS}test/"]


@pytest.mark.parametrize("url", [*PAGES, *OWNERS_PAGES])
def test_nobody_looks_without_signing_in(client, report, url):
    assert client.get(url).status_code == 302


@pytest.mark.parametrize("url", [*PAGES, *OWNERS_PAGES])
def test_strangers_find_nothing(client, report, charlie, url):
    client.force_login(charlie)

    assert client.get(url).status_code == 404


@pytest.mark.parametrize("url", OWNERS_PAGES)
def test_viewers_see_no_settings(client, report, bob, url):
    client.force_login(bob)

    assert client.get(url).status_code == 403


@pytest.mark.parametrize("url", OWNERS_POSTS)
def test_only_owners_act_and_only_by_post(client, report, bob, charlie, url):
    client.force_login(bob)
    by_viewer, by_get = client.post(url), client.get(url)
    client.force_login(charlie)
    by_stranger = client.post(url)

    assert (by_viewer.status_code, by_get.status_code, by_stranger.status_code) == (403, 405, 404)
