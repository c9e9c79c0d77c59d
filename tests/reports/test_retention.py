"""What a team was told, and whom it went to, goes after its time; reports stay."""

from datetime import timedelta

import pytest

from reports.models import Delivery, DeliveryState, Letter, Notice, WeeklyReport
from reports.services.channels import ChannelSettings, create_channel
from reports.services.notices import send_notice, send_test_to_channel
from reports.services.retention import discard_old_deliveries
from reports.tasks import keep_past_weeks
from reports.words import Words
from teams.actors import SYSTEM
from teams.models import Team
from tests.reports.kept import MONDAY_W47, SECRET, DeliveryFactory, RecipientFactory

pytestmark = pytest.mark.django_db

MONTH, YEAR = timedelta(days=30), timedelta(days=365)
MOMENT = timedelta(seconds=1)


def tell(team: Team) -> Notice:
    words = Words(subject="Told", headline="Told", paragraphs=["It is so."], link_text="Open", url="https://x.example/")
    return send_notice(team=team, kind="budget.alert", key="1", write=lambda: words, data={}, at=MONDAY_W47)


def end_all() -> None:
    Delivery.objects.update(state=DeliveryState.SENT, next_attempt_at=None)


def test_a_test_of_a_report_goes_after_thirty_days_and_its_real_mail_stays() -> None:
    mail = DeliveryFactory(state=DeliveryState.SENT)
    DeliveryFactory(report=mail.report, is_test=True, state=DeliveryState.FAILED)

    discard_old_deliveries(at=MONDAY_W47 + MONTH)
    assert Delivery.objects.count() == 2

    discard_old_deliveries(at=MONDAY_W47 + MONTH + MOMENT)
    discard_old_deliveries(at=MONDAY_W47 + 9 * YEAR)
    assert list(Delivery.objects.all()) == [mail]
    assert WeeklyReport.objects.count() == 1


def test_a_test_of_a_channel_goes_after_thirty_days(team: Team) -> None:
    given = ChannelSettings(name="Ops", url="https://hooks.example.com/1")
    channel = create_channel(team=team, kind="webhook", secret=SECRET, given=given, by=SYSTEM, at=MONDAY_W47)
    send_test_to_channel(channel=channel, by=SYSTEM, at=MONDAY_W47)
    end_all()

    discard_old_deliveries(at=MONDAY_W47 + MONTH + MOMENT)

    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()


def test_what_a_team_was_told_goes_after_a_year_with_its_mails_and_addresses(team: Team, settings) -> None:
    settings.IS_MAIL_SENT = True
    RecipientFactory(team=team)
    tell(team)
    end_all()

    discard_old_deliveries(at=MONDAY_W47 + YEAR)
    assert (Notice.objects.count(), Letter.objects.count(), Delivery.objects.count()) == (1, 1, 1)

    discard_old_deliveries(at=MONDAY_W47 + YEAR + MOMENT)
    assert (Notice.objects.count(), Letter.objects.count(), Delivery.objects.count()) == (0, 0, 0)


def test_what_is_under_way_stays(team: Team, settings) -> None:
    settings.IS_MAIL_SENT = True
    RecipientFactory(team=team)
    tell(team)
    DeliveryFactory(is_test=True)

    discard_old_deliveries(at=MONDAY_W47 + 2 * YEAR)

    assert Notice.objects.count() == 1
    assert Delivery.objects.count() == 2


def test_the_worker_discards_when_it_looks_at_past_weeks() -> None:
    old = MONDAY_W47 - 2 * YEAR
    DeliveryFactory(is_test=True, state=DeliveryState.SENT, created_at=old)

    keep_past_weeks()

    assert not Delivery.objects.exists()
