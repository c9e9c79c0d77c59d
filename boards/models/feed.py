"""What changed on a board, in the order in which it was committed: what open boards follow, kept for a day."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from boards.models.boards import Board
from teams.models import Person


class FeedKind(models.TextChoices):
    """What an open board has to load again."""

    ITEMS = "items", _("The named items")
    MANY = "many", _("Its items, too many to be named")
    BOARD = "board", _("The board itself: its columns or its name")


class FeedHead(models.Model):
    """How far the feed of a board is; its row is the lock under which the next number is given out.

    Whoever announces holds it until the end of the transaction, and so the numbers are in the order of commits: who
    has read n finds n + 1 later, never something below n.
    """

    board = models.OneToOneField(Board, on_delete=models.CASCADE, primary_key=True, related_name="feed_head")
    seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.board_id}: {self.seq}"


class FeedEventQuerySet(models.QuerySet["FeedEvent"]):
    """Reads of the feed."""

    def after(self, seen: Mapping[int, int]) -> Self:
        """Return the events of boards (by id) behind the number that was seen of each, in their order."""
        wanted = Q(pk__in=[])
        for board, seq in seen.items():
            wanted |= Q(board=board, seq__gt=seq)
        return self.filter(wanted).order_by("board_id", "seq")

    def before(self, at: datetime) -> Self:
        """Return the events that were announced before an instant."""
        return self.filter(at__lt=at)


class FeedEvent(models.Model):
    """One write that changed what a board shows."""

    # No index of a key of its own: the constraint below begins with it.
    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="feed", db_index=False)
    seq = models.BigIntegerField()
    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=5, choices=FeedKind.choices, default=FeedKind.ITEMS)
    items: "models.JSONField[Any, Any]" = models.JSONField(default=list, help_text="Ids of items.")
    columns: "models.JSONField[Any, Any]" = models.JSONField(default=list, help_text="Ids of re-spaced columns.")
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    who = models.CharField(max_length=200, default="", help_text="The name of the person or the token.")
    via = models.CharField(max_length=10)

    objects = FeedEventQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("board", "seq", name="feed_event_once")]

    def __str__(self) -> str:
        return f"{self.board_id}: {self.seq} {self.kind}"
