"""Rows of boards straight into the tables, for measures of histories that a test lays out to the minute."""

from datetime import timedelta

import factory
from django.utils import timezone

from boards import models as boards
from tests.factories import PersonFactory, TeamFactory


class BoardFactory(factory.django.DjangoModelFactory[boards.Board]):
    """A board without columns."""

    class Meta:
        model = boards.Board

    team = factory.SubFactory(TeamFactory)
    slug = factory.Sequence(lambda n: f"board-{n}")
    name = factory.LazyAttribute(lambda board: board.slug.title())


class ColumnFactory(factory.django.DjangoModelFactory[boards.Column]):
    """A column of a board."""

    class Meta:
        model = boards.Column

    board = factory.SubFactory(BoardFactory)
    name = factory.LazyAttribute(lambda column: column.stage.title())
    stage = boards.Stage.ACTIVE
    position = factory.Sequence(lambda n: n)


class ItemFactory(factory.django.DjangoModelFactory[boards.Item]):
    """A card in a column; its stays and changes are for the services, or the test, to write."""

    class Meta:
        model = boards.Item

    column = factory.SubFactory(ColumnFactory)
    board = factory.SelfAttribute("column.board")
    rank = factory.Sequence(lambda n: n)
    title = factory.Sequence(lambda n: f"Item {n}")
    created_at = factory.LazyFunction(timezone.now)
    updated_at = factory.SelfAttribute("created_at")
    entered_column_at = factory.SelfAttribute("created_at")


class StayFactory(factory.django.DjangoModelFactory[boards.Stay]):
    """An item's stay in its column, still open."""

    class Meta:
        model = boards.Stay

    item = factory.SubFactory(ItemFactory)
    column = factory.SelfAttribute("item.column")
    started_at = factory.SelfAttribute("item.created_at")
    ended_at = None


class WorkLogFactory(factory.django.DjangoModelFactory[boards.WorkLog]):
    """An hour that somebody logged on an item."""

    class Meta:
        model = boards.WorkLog

    item = factory.SubFactory(ItemFactory)
    board = factory.SelfAttribute("item.board")
    person = factory.SubFactory(PersonFactory)
    started_at = factory.LazyFunction(timezone.now)
    ended_at = factory.LazyAttribute(lambda log: log.started_at + timedelta(hours=1))
    created_at = factory.SelfAttribute("ended_at")
