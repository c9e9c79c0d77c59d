"""Makes rows for tests, with every field defaulted; what a test is about, it says."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import factory
from django.utils import timezone

from boards import models as boards
from boards import services
from teams import models
from teams.actors import SYSTEM
from teams.secrets import hash_secret

PASSWORD = "correct horse battery"
MONDAY = datetime(2026, 11, 9, 9, 0, tzinfo=UTC)


class UserFactory(factory.django.DjangoModelFactory[models.User]):
    """An account with its person, that signs in with PASSWORD."""

    class Meta:
        model = models.User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@example.com")

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> models.User:
        kwargs.setdefault("password", PASSWORD)
        return models.User.objects.create_user(*args, **kwargs)

    @factory.post_generation
    def person(self, create: bool, extracted: Any, **fields: Any) -> None:
        if create and extracted is not False:
            PersonFactory(email=self.email, user=self, **fields)


class PersonFactory(factory.django.DjangoModelFactory[models.Person]):
    """A person without a login."""

    class Meta:
        model = models.Person

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = factory.LazyAttribute(lambda person: (person.email or "nobody").split("@")[0].title())


class TeamFactory(factory.django.DjangoModelFactory[models.Team]):
    """A team with its calendar: Monday to Friday, 09:00 to 17:00, UTC."""

    class Meta:
        model = models.Team
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"team-{n}")
    name = factory.LazyAttribute(lambda team: team.slug.title())
    calendar = factory.RelatedFactory("tests.factories.CalendarFactory", factory_related_name="team")


class CalendarFactory(factory.django.DjangoModelFactory[models.Calendar]):
    """A complete calendar of a team."""

    class Meta:
        model = models.Calendar

    team = factory.SubFactory(TeamFactory, calendar=None)
    timezone = "UTC"
    weekdays = [0, 1, 2, 3, 4]
    start = time(9)
    end = time(17)
    holidays = ""
    days_off: list[str] = []


class MembershipFactory(factory.django.DjangoModelFactory[models.Membership]):
    """A person in a team."""

    class Meta:
        model = models.Membership

    team = factory.SubFactory(TeamFactory)
    person = factory.SubFactory(PersonFactory)
    role = models.Role.MEMBER


class ApiTokenFactory(factory.django.DjangoModelFactory[models.ApiToken]):
    """A token of a team; `secret` is what its program sends."""

    class Meta:
        model = models.ApiToken
        exclude = ["secret"]

    secret = factory.Sequence(lambda n: f"tt_secret-{n}")
    team = factory.SubFactory(TeamFactory)
    name = "Pipeline"
    scope = models.Scope.WRITE
    prefix = factory.LazyAttribute(lambda token: token.secret[:9])
    token_hash = factory.LazyAttribute(lambda token: hash_secret(token.secret))


class InvitationFactory(factory.django.DjangoModelFactory[models.Invitation]):
    """An invitation that is open for two weeks; `secret` stands in its link."""

    class Meta:
        model = models.Invitation
        exclude = ["secret"]

    secret = factory.Sequence(lambda n: f"invitation-secret-{n}")
    team = factory.SubFactory(TeamFactory)
    email = factory.Sequence(lambda n: f"invited{n}@example.com")
    token_hash = factory.LazyAttribute(lambda invitation: hash_secret(invitation.secret))
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))


class BoardFactory(factory.django.DjangoModelFactory[boards.Board]):
    """A board with the usual columns, or those of `columns`; made through its service."""

    class Meta:
        model = boards.Board

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"Board {n}")
    at = MONDAY

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> boards.Board:
        return services.create_board(by=SYSTEM, **kwargs)


class ItemFactory(factory.django.DjangoModelFactory[boards.Item]):
    """An item with its change and its stay; what is no argument of `create_item` is one of the item's fields."""

    class Meta:
        model = boards.Item

    column = None
    board = factory.Maybe("column", factory.SelfAttribute("column.board"), factory.SubFactory(BoardFactory))
    title = factory.Sequence(lambda n: f"Item {n}")
    at = MONDAY
    by = SYSTEM
    force = True

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> boards.Item:
        named = {name: kwargs.pop(name) for name in ("board", "title", "column", "at", "by", "force")}
        return services.create_item(**named, fields=kwargs)


class ToilTypeFactory(factory.django.DjangoModelFactory[boards.ToilType]):
    """A toil type of a team."""

    class Meta:
        model = boards.ToilType

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"Toil type {n}")


class RuleFactory(factory.django.DjangoModelFactory[boards.Rule]):
    """A rule of a team: what has “disk full” in its title is toil."""

    class Meta:
        model = boards.Rule

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"Rule {n}")
    position = factory.Sequence(lambda n: n)
    title_contains = "disk full"
    classification = "toil"
