"""Which of a team's items the measures of flow are about."""

from dataclasses import dataclass

from django.db.models import Q

from boards.models import Item, ItemQuerySet
from teams.models import Team


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFilter:
    """Items of one class, service, label or toil type (by name), or on one board (by id).

    None lets all through, "" those without a service, label or toil type.
    """

    classification: str | None = None
    service: str | None = None
    label: str | None = None
    toil_type: str | None = None
    board: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it lets all items of its board, or of all boards, through."""
        return all(value is None for value in (self.classification, self.service, self.label, self.toil_type))

    def condition(self, item: str = "") -> Q:
        """What it asks of items but their board; `item` is the name by which a row points to its item."""
        prefix = f"{item}__" if item else ""
        condition = Q()
        for name in ("classification", "service"):
            if (value := getattr(self, name)) is not None:
                condition &= Q(**{prefix + name: value})
        for name, path in (("label", "labels"), ("toil_type", "toil_type")):
            if (value := getattr(self, name)) is not None:
                asked = {f"{prefix}{path}__name": value} if value else {f"{prefix}{path}__isnull": True}
                condition &= Q(**asked)
        return condition

    def items_of(self, team: Team) -> ItemQuerySet:
        """Return the team's items that it lets through; none from the trash."""
        items = Item.objects.kept().filter(self.condition(), board__team=team)
        return items if self.board is None else items.filter(board=self.board)


EVERYTHING = FlowFilter()
