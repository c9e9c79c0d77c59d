"""Makes kept reports, recipients and deliveries, with every field defaulted."""

from datetime import UTC, datetime, timedelta
from typing import Any

import factory

from reports.models import Channel, Delivery, DeliveryState, Recipient, ReportRevision, WeeklyReport
from reports.periods import Week
from reports.services.channels import ChannelSettings, create_channel
from teams.actors import SYSTEM
from tests.factories import TeamFactory
from tests.reports.facts import figures

MONDAY_W47 = datetime(2026, 11, 16, 8, tzinfo=UTC)
SECRET = "whsec_" + "c2VjcmV0" * 4


class RecipientFactory(factory.django.DjangoModelFactory[Recipient]):
    """An address on a team's list."""

    class Meta:
        model = Recipient

    team = factory.SubFactory(TeamFactory)
    email = factory.Sequence(lambda n: f"lead{n}@example.com")


class ReportFactory(factory.django.DjangoModelFactory[WeeklyReport]):
    """The kept report of W46 2026, unreleased."""

    class Meta:
        model = WeeklyReport
        exclude = ["of"]

    of = Week(2026, 46)
    team = factory.SubFactory(TeamFactory)
    week = factory.LazyAttribute(lambda report: str(report.of))
    week_start = factory.LazyAttribute(lambda report: report.of.monday)
    start_at = factory.LazyAttribute(lambda report: datetime.combine(report.week_start, datetime.min.time(), UTC))
    end_at = factory.LazyAttribute(lambda report: report.start_at + timedelta(days=7))
    timezone = "UTC"
    denominator = "classified"
    target_low = 0.05
    target_high = 0.1
    formula_version = 1
    figures = factory.LazyFunction(figures)
    language = "en"
    subject = factory.LazyAttribute(lambda report: f"{report.team.name}: toil 9.1 %, within 5–10 % · W46")
    html = '<html><head></head><body><a href="https://unsubscribe.invalid/">Unsubscribe</a></body></html>'
    text = "Toil was 9.1 % of classified work, within the 5–10 % target.\n\nUnsubscribe: https://unsubscribe.invalid/\n"
    built_at = MONDAY_W47


class RevisionFactory(factory.django.DjangoModelFactory[ReportRevision]):
    """What later edits made of a report."""

    class Meta:
        model = ReportRevision

    report = factory.SubFactory(ReportFactory)
    figures = factory.LazyFunction(lambda: figures(toil_share=0.096))
    causes = {"reclassified": 3}
    found_at = MONDAY_W47 + timedelta(days=7)


class DeliveryFactory(factory.django.DjangoModelFactory[Delivery]):
    """A mail that waits to be sent."""

    class Meta:
        model = Delivery

    report = factory.SubFactory(ReportFactory)
    recipient = factory.SubFactory(RecipientFactory, team=factory.SelfAttribute("..report.team"))
    address = factory.LazyAttribute(lambda delivery: delivery.recipient.email)
    message_id = factory.Sequence(lambda n: f"<{n}@toil.example.net>")
    state = DeliveryState.QUEUED
    state_at = MONDAY_W47
    next_attempt_at = MONDAY_W47
    created_at = MONDAY_W47


class ChannelFactory(factory.django.DjangoModelFactory[Channel]):
    """A webhook on loopback; made through its service, so that its secrets are sealed."""

    class Meta:
        model = Channel

    team = factory.SubFactory(TeamFactory)
    kind = "webhook"
    name = factory.Sequence(lambda n: f"Way {n}")
    url = "http://127.0.0.1/hook"
    secret = SECRET

    @classmethod
    def _create(cls, model_class: type[Channel], *args: Any, **kwargs: Any) -> Channel:
        named = {name: kwargs.pop(name) for name in ("team", "kind", "secret")}
        return create_channel(**named, given=ChannelSettings(**kwargs), by=SYSTEM, at=MONDAY_W47)
