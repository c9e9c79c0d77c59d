"""Comments on items, the work that people logged on them, and the timers that run."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from boards.models.boards import Board
from boards.models.items import Item
from teams.models import Person


class CommentQuerySet(models.QuerySet["Comment"]):
    """Reads of comments."""

    def kept(self) -> Self:
        """Return the comments that were not deleted."""
        return self.filter(deleted_at__isnull=True)


class Comment(models.Model):
    """What somebody said about an item, here or at its source, where it has a number by which it is known once."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="comments")
    body = models.TextField()
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=50, blank=True, default="")
    external_id = models.CharField(max_length=255, blank=True, default="")
    said_at = models.DateTimeField(null=True, blank=True, help_text=_("When it was last said or changed there."))

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "item", "source", "external_id", name="comment_of_source_once", condition=~Q(external_id="")
            )
        ]

    def __str__(self) -> str:
        return self.body[:50]

    @property
    def is_of_source(self) -> bool:
        """Whether it was said at the item's source, and is changed only there."""
        return bool(self.external_id)


class WorkLogQuerySet(models.QuerySet["WorkLog"]):
    """Reads of work logs."""

    def kept(self) -> Self:
        """Return the logs that were not deleted."""
        return self.filter(deleted_at__isnull=True)

    def overlapping(self, start: datetime, end: datetime) -> Self:
        """Return the logs of which a part lies in `[start, end)`."""
        return self.filter(ended_at__gt=start, started_at__lt=end)

    def measured(self) -> Self:
        """Return the logs that count as effort: not deleted, and of items outside the trash."""
        return self.kept().filter(item__deleted_at__isnull=True, item__board__deleted_at__isnull=True)


class WorkLog(models.Model):
    """A person worked on an item in `[started_at, ended_at)`; counts for the board that the item was on then."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="logs")
    # No index of a key of its own where an index below begins with it.
    board = models.ForeignKey(Board, on_delete=models.RESTRICT, related_name="logs", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="logs", db_index=False)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    note = models.TextField(blank=True, default="")
    source = models.CharField(max_length=50, blank=True, default="")
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = WorkLogQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(ended_at__gt=F("started_at")), name="log_has_length")]
        indexes = [
            models.Index("board", "ended_at", name="log_of_board"),
            models.Index("person", "ended_at", name="log_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.item_id}"


class Timer(models.Model):
    """A person works on an item since `started_at`; stopping it makes a log of it. One runs for each person."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="timer")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="timers")
    started_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id} on {self.item_id}"
