"""What happened: append-only changes, and the stays that are measured."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from boards.models.boards import Column
from boards.models.items import Item
from teams.models import ApiToken, Person, Team


class Action(models.Model):
    """What a person did on a page in one go, to one item or to many: it is undone as a whole."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    undone_by = models.OneToOneField("self", null=True, on_delete=models.SET_NULL, related_name="undoes")

    def __str__(self) -> str:
        return f"{self.pk} by {self.person_id}"


class Change(models.Model):
    """One field of an item before and after; never edited, never deleted but with its item.

    What stands for a row elsewhere (board, column, assignee, toil type) is `{"id": 3, "name": "Review"}`: the id for
    the rebuilding of stays, the name, as it was then, for people. `created` (after: board, column, assignee,
    is_blocked …), `column`, `assignee`, `is_blocked`, `deleted_at`, `archived_at`, `board_deleted_at` and
    `board_archived_at` drive the stays (boards/timeline.py); all others are for people to read.
    """

    # No index of a key of its own where an index below begins with it.
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="changes", db_index=False)
    field = models.CharField(max_length=40)
    before: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    after: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    at = models.DateTimeField(help_text="When it happened; for imported history, at the source.")
    recorded_at = models.DateTimeField(help_text="When it was written down.")
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    token = models.ForeignKey(ApiToken, null=True, on_delete=models.SET_NULL, related_name="+")
    via = models.CharField(max_length=10)
    version = models.PositiveIntegerField(help_text="The item's version that this change led to.")
    action = models.ForeignKey(Action, null=True, on_delete=models.SET_NULL, related_name="changes", db_index=False)
    # Of a move: the rank that the item had, and the spacing of the column in which it had it.
    rank_before = models.BigIntegerField(null=True)
    spacing_before = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index("item", "at", "id", name="change_of_item"),
            models.Index("action", name="change_of_action", condition=Q(action__isnull=False)),
            models.Index("item", name="change_of_board", condition=Q(field="board")),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.field}"


class StayQuerySet(models.QuerySet["Stay"]):
    """Reads of stays."""

    def overlapping(self, start: datetime, end: datetime) -> Self:
        """Return the stays of which a part lies in `[start, end)`."""
        return self.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=start), started_at__lt=end)

    def worked_on(self, active_columns: Collection[int]) -> Self:
        """Return the stays that draw attention: in these active columns, not blocked, of items outside the trash.

        The columns are given by their ids, and not asked for by a join on their stage, because PostgreSQL would walk
        through all active columns of all teams.
        """
        kept = Q(item__deleted_at__isnull=True, item__board__deleted_at__isnull=True)
        return self.filter(kept, column__in=active_columns, is_blocked=False)


class Stay(models.Model):
    """An item stood in a column, with an assignee, blocked or not, from one instant to another (null: still)."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="stays")
    # No index of a key of its own where an index below begins with it.
    column = models.ForeignKey(Column, on_delete=models.RESTRICT, related_name="stays", db_index=False)
    assignee = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="stays", db_index=False)
    is_blocked = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = StayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("item", name="stay_open_once", condition=Q(ended_at__isnull=True)),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("started_at")), name="stay_has_length"
            ),
        ]
        indexes = [
            models.Index("column", "ended_at", name="stay_of_column"),
            models.Index("assignee", "column", "ended_at", name="stay_of_assignee"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} in {self.column_id}"
