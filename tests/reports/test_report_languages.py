"""Each recipient reads the report in their language and by their clock, and each letter is kept as it was sent."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from boards.models import Classification
from reports.models import Delivery, Letter, Recipient
from reports.periods import parse_week
from reports.services.deliveries import deliver_due
from reports.services.notices import send_notice
from reports.services.reports import build_report, release_report, send_test
from reports.words import Words
from teams.models import Team
from tests.factories import MembershipFactory, TeamFactory, UserFactory
from tests.reports.catalogues import write_catalogue
from tests.reports.kept import MONDAY_W47, ChannelFactory, RecipientFactory
from tests.reports.mail_servers import Sink, running
from tests.reports.test_weekly_report import CREATED, W46, work
from tests.reports.web_receivers import LOOPBACK

pytestmark = pytest.mark.django_db

IN_JA = {
    "%(team)s: toil %(share)s, above %(target)s · W%(week)s": "%(team)s：トイル%(share)s、目標%(target)s超 · W%(week)s",
    "How to read this.": "読み方",
    "As of %(moment)s, %(zone)s.": "%(zone)sの%(moment)s現在。",
}


@pytest.fixture
def sre(settings, tmp_path) -> Team:
    """A team in UTC, in an installation that speaks a bit of Japanese; one of its members does too."""
    write_catalogue(tmp_path, "ja", IN_JA)
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [("en", "English"), ("ja", "Japanese")]
    settings.IS_MAIL_SENT = True
    settings.OUTGOING_NETWORKS = list(LOOPBACK)
    team = TeamFactory(slug="sre", name="SRE", created_at=CREATED)
    hanako = UserFactory(email="hanako@example.com", language="ja", timezone="Asia/Tokyo")
    MembershipFactory(team=team, person=hanako.person)
    stranger = UserFactory(email="stranger@example.com", language="ja", timezone="Asia/Tokyo")
    RecipientFactory(team=team, email=stranger.email)
    RecipientFactory(team=team, email=hanako.email, language="en", timezone="America/New_York")
    RecipientFactory(team=team, email="outside@example.com", language="ja", timezone="America/New_York")
    RecipientFactory(team=team, email="plain@example.com")
    work(team, 10, 3, Classification.TOIL)
    work(team, 11, 7, Classification.ENGINEERING)
    return team


def delivered(team: Team) -> dict[str, object]:
    sink = Sink()
    with running(sink) as server:
        deliver_due(server=server, clock=lambda: MONDAY_W47)
    return {str(mail["To"]): mail for mail in sink.mails}


def test_each_reads_the_report_in_their_own_language_and_by_their_own_clock(sre: Team) -> None:
    release_report(report=build_report(team=sre, week=W46, at=MONDAY_W47), at=MONDAY_W47)

    mails = delivered(sre)

    texts = {address: mail.get_body(("plain",)).get_content() for address, mail in mails.items()}
    languages = {address: str(mail["Content-Language"]) for address, mail in mails.items()}
    assert languages == {
        "hanako@example.com": "ja",
        "outside@example.com": "ja",
        "plain@example.com": "en",
        "stranger@example.com": "en",
    }
    assert mails["hanako@example.com"]["Subject"] == "SRE：トイル30.0 %、目標5–10 %超 · W46"
    assert mails["plain@example.com"]["Subject"] == "SRE: toil 30.0 %, above 5–10 % · W46"
    assert "Asia/Tokyoの" in texts["hanako@example.com"]
    assert "17:00現在" in texts["hanako@example.com"]
    assert "03:00現在" in texts["outside@example.com"]
    assert "08:00, UTC." in " ".join(texts["plain@example.com"].split())
    assert '<html lang="ja"' in mails["hanako@example.com"].get_body(("html",)).get_content()
    assert translation.get_language() == "en"


def test_a_letter_in_another_language_says_what_was_kept_and_not_what_is_now(sre: Team) -> None:
    report = build_report(team=sre, week=W46, at=MONDAY_W47)
    work(sre, 12, 8, Classification.TOIL)
    Team.objects.update(name="Renamed", target_high=0.9)

    release_report(report=report, at=MONDAY_W47 + timedelta(hours=1))
    again = release_report(report=report, at=MONDAY_W47 + timedelta(hours=2))
    recipient = Recipient.objects.get(email="hanako@example.com")
    send_test(report=report, address=recipient.email, at=MONDAY_W47)

    letters = {(letter.language, letter.timezone): letter.subject for letter in Letter.objects.all()}
    assert again == []
    assert letters == {
        ("ja", "Asia/Tokyo"): "SRE：トイル30.0 %、目標5–10 %超 · W46",
        ("ja", "America/New_York"): "SRE：トイル30.0 %、目標5–10 %超 · W46",
    }


def test_alerts_and_channels_are_written_in_the_readers_language_too(sre: Team) -> None:
    ChannelFactory(team=sre, language="ja", kind="slack")

    def write() -> Words:
        told = translation.gettext("How to read this.")
        return Words(subject=told, headline=told, link_text=told, url="https://toil.example.net/")

    send_notice(team=sre, kind="budget.alert", key="1", write=write, data={}, at=MONDAY_W47)

    mails = delivered(sre)
    assert mails["hanako@example.com"]["Subject"] == "読み方"
    assert mails["plain@example.com"]["Subject"] == "How to read this."
    assert "読み方" in Delivery.objects.get(way="slack").body


def test_a_language_or_zone_that_is_gone_falls_back(sre: Team) -> None:
    Recipient.objects.filter(email="outside@example.com").update(language="eo", timezone="Mars/Base")

    release_report(report=build_report(team=sre, week=W46, at=MONDAY_W47), at=MONDAY_W47)

    assert Delivery.objects.get(address="outside@example.com").letter is None


@pytest.mark.parametrize(
    ("zone", "week", "hours", "now"),
    [
        ("Australia/Lord_Howe", "2026-W14", 168.5, "2026-04-07T00:00:00+00:00"),
        ("Australia/Lord_Howe", "2026-W40", 167.5, "2026-10-06T00:00:00+00:00"),
        ("Asia/Beirut", "2026-W13", 167.0, "2026-03-31T00:00:00+00:00"),
        ("America/Santiago", "2026-W36", 167.0, "2026-09-08T12:00:00+00:00"),
        ("Europe/Berlin", "2026-W43", 169.0, "2026-10-27T00:00:00+00:00"),
        ("UTC", "2026-W53", 168.0, "2027-01-05T00:00:00+00:00"),
        ("UTC", "2027-W01", 168.0, "2027-01-12T00:00:00+00:00"),
    ],
)
def test_weeks_are_whole_in_every_zone(zone: str, week: str, hours: float, now: str) -> None:
    at = datetime.fromisoformat(now).astimezone(UTC)
    team = TeamFactory(created_at=at - timedelta(days=5))
    team.calendar.timezone = zone
    team.calendar.save()
    MembershipFactory(team=team)

    report = build_report(team=team, week=parse_week(week), at=at)

    assert (report.end_at - report.start_at) / timedelta(hours=1) == hours
    assert report.figures["capacity_hours"] == pytest.approx(40.0)
    assert (report.week, report.timezone) == (week, zone)
    assert f"W{week[-2:]}" in report.subject
