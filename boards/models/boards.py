"""Boards and their columns."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teams.models import Team


class Stage(models.TextChoices):
    """What standing in a column means for the measures (docs/measurement.md)."""

    QUEUE = "queue", _("Not started")
    ACTIVE = "active", _("Being worked on")
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")


class BoardQuerySet(models.QuerySet["Board"]):
    """Reads of boards."""

    def visible_to(self, viewer: object) -> Self:
        """Return the boards, trash included, of the teams that an account or token may see."""
        return self.filter(team__in=Team.objects.visible_to(viewer))

    def worked_on_by(self, viewer: object) -> Self:
        """Return the boards, trash included, of the teams whose things an account may change."""
        return self.filter(team__in=Team.objects.worked_on_by(viewer))

    def kept(self) -> Self:
        """Return the boards that are not in the trash."""
        return self.filter(deleted_at__isnull=True)

    def in_use(self) -> Self:
        """Return the boards that are neither in the trash nor archived."""
        return self.kept().filter(archived_at__isnull=True)

    def in_order(self) -> Self:
        """Return a team's boards as its owners ordered them, else by name."""
        return self.order_by("position", "name", "id")


class Board(models.Model):
    """A kanban board of a team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="boards")
    slug = models.SlugField(_("short name"), max_length=60)
    name = models.CharField(_("name"), max_length=200)
    position = models.PositiveIntegerField(
        default=0, help_text="Among the team's boards; all 0 until an owner orders them: then they stand by name."
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = BoardQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("team", "slug", name="board_slug_in_team")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_archived(self) -> bool:
        """Whether it can only be read."""
        return self.archived_at is not None


class FormerAddress(models.Model):
    """A short name that a board had: its old links still lead to it."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", db_index=False)  # unique, below
    slug = models.SlugField(max_length=60)
    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="former_addresses")

    class Meta:
        constraints = [models.UniqueConstraint("team", "slug", name="former_address_in_team")]

    def __str__(self) -> str:
        return self.slug


class ColumnQuerySet(models.QuerySet["Column"]):
    """Reads of columns."""

    def kept(self) -> Self:
        """Return the columns that are not in the trash."""
        return self.filter(deleted_at__isnull=True)

    def in_order(self) -> Self:
        """Return the columns from left to right."""
        return self.order_by("position", "id")


class Column(models.Model):
    """A column of a board: a stage of work, with a WIP limit where one is set."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="columns")
    name = models.CharField(_("name"), max_length=100)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices)
    wip_limit = models.PositiveIntegerField(_("WIP limit"), null=True, blank=True)
    position = models.PositiveIntegerField()
    spacing = models.PositiveIntegerField(
        default=0, help_text="How often all ranks were made anew; ranks of another spacing say nothing about this one."
    )
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = ColumnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wip_limit__isnull=True) | models.Q(wip_limit__gte=1), name="column_wip_limit"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_queue(self) -> bool:
        """Whether nothing here has been started."""
        return self.stage == Stage.QUEUE

    @property
    def is_active(self) -> bool:
        """Whether what stands here is being worked on."""
        return self.stage == Stage.ACTIVE

    @property
    def is_waiting(self) -> bool:
        """Whether what stands here was started, but nobody works on it."""
        return self.stage == Stage.WAITING

    @property
    def is_done(self) -> bool:
        """Whether what stands here is finished."""
        return self.stage == Stage.DONE
