"""Work items and their labels."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from boards.models.boards import Board, Column
from boards.models.classification import Classification, ClassifiedBy, Rule, ToilType
from teams.models import Person, Team


class Priority(models.TextChoices):
    """How urgent an item is."""

    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    URGENT = "urgent", _("Urgent")


class Label(models.Model):
    """A word that a team sticks on items."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="labels")
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint("team", "name", name="label_name_in_team")]

    def __str__(self) -> str:
        return self.name


class ItemQuerySet(models.QuerySet["Item"]):
    """Reads of work items, shared by pages, API, events and export."""

    def visible_to(self, viewer: object) -> Self:
        """Return the items, trash included, of the teams that an account or token may see."""
        return self.filter(board__team__in=Team.objects.visible_to(viewer))

    def kept(self) -> Self:
        """Return the items that are not in the trash, and on no board that is."""
        return self.filter(deleted_at__isnull=True, board__deleted_at__isnull=True)

    def on_board(self) -> Self:
        """Return the items that stand on their board: neither in the trash nor archived."""
        return self.kept().filter(archived_at__isnull=True)

    def in_use(self) -> Self:
        """Return the items that stand on a board which is not archived: those that can be worked on."""
        return self.on_board().filter(board__archived_at__isnull=True)

    def unclassified(self) -> Self:
        """Return the items that nobody and no rule has classified yet."""
        return self.filter(classification=Classification.UNCLASSIFIED)

    def for_reading(self) -> Self:
        """Return the items with what stands on a card and in the API, in two queries."""
        return self.select_related("board", "column", "assignee", "toil_type").prefetch_related("labels")

    def in_board_order(self) -> Self:
        """Return the items with columns from left to right and cards from top to bottom."""
        return self.order_by("column__position", "column_id", "rank", "id")


class Item(models.Model):
    """A work item: a card on a board, with its class and who decided it."""

    # No index of a key of its own where an index below begins with it.
    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="items", db_index=False)
    column = models.ForeignKey(Column, on_delete=models.RESTRICT, related_name="items", db_index=False)
    rank = models.BigIntegerField()
    title = models.CharField(_("title"), max_length=500)
    description = models.TextField(_("description"), blank=True, default="")
    classification = models.CharField(
        _("class"), max_length=12, choices=Classification.choices, default=Classification.UNCLASSIFIED
    )
    classified_by = models.CharField(max_length=10, choices=ClassifiedBy.choices, null=True, blank=True)
    classified_at = models.DateTimeField(null=True, blank=True)
    rule = models.ForeignKey(Rule, null=True, blank=True, on_delete=models.SET_NULL, related_name="items")
    service = models.CharField(_("service"), max_length=100, blank=True, default="")
    labels = models.ManyToManyField(Label, through="boards.ItemLabel", related_name="items")
    assignee = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="items")
    toil_type = models.ForeignKey(ToilType, null=True, blank=True, on_delete=models.SET_NULL, related_name="items")
    is_interrupt = models.BooleanField(_("interrupt"), default=False)
    priority = models.CharField(_("priority"), max_length=10, choices=Priority.choices, default=Priority.NORMAL)
    estimate_hours = models.FloatField(_("estimate in hours"), null=True, blank=True)
    due_date = models.DateField(_("due"), null=True, blank=True)
    is_blocked = models.BooleanField(_("blocked"), default=False)
    blocked_reason = models.CharField(_("blocked because"), max_length=500, blank=True, default="")
    source = models.CharField(max_length=50, blank=True, default="")
    external_id = models.CharField(max_length=255, blank=True, default="")
    url = models.URLField(max_length=2000, blank=True, default="")
    reporter = models.CharField(_("reporter"), max_length=255, blank=True, db_default="", default="")
    project = models.CharField(_("project"), max_length=255, blank=True, db_default="", default="")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()
    entered_column_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("column", "rank", name="item_rank_in_column"),
            models.UniqueConstraint(
                "board", "source", "external_id", name="item_of_source_on_board", condition=~Q(external_id="")
            ),
        ]
        indexes = [
            models.Index("board", "updated_at", name="item_board_updated"),
            models.Index("board", "finished_at", name="item_board_finished"),
            models.Index("deleted_at", name="item_in_trash", condition=Q(deleted_at__isnull=False)),
            # Every page counts these.
            models.Index(
                "board",
                name="item_to_classify",
                condition=Q(
                    classification=Classification.UNCLASSIFIED, deleted_at__isnull=True, archived_at__isnull=True
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """What people call the item: its name at the source, else its number."""
        return self.external_id or f"#{self.pk}"

    @property
    def is_toil(self) -> bool:
        """Whether it counts as toil."""
        return self.classification == Classification.TOIL

    @property
    def is_engineering(self) -> bool:
        """Whether it counts as engineering."""
        return self.classification == Classification.ENGINEERING

    @property
    def is_overhead(self) -> bool:
        """Whether it counts as overhead."""
        return self.classification == Classification.OVERHEAD

    @property
    def is_unclassified(self) -> bool:
        """Whether nobody and no rule has decided its class yet."""
        return self.classification == Classification.UNCLASSIFIED


class ItemLabel(models.Model):
    """A label on an item."""

    item = models.ForeignKey(
        Item, on_delete=models.CASCADE, related_name="item_labels", db_index=False
    )  # unique, below
    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="item_labels")
    is_by_rule = models.BooleanField(
        db_default=False, default=False, help_text=_("A rule gave it: it stays when the source changes its labels.")
    )

    class Meta:
        constraints = [models.UniqueConstraint("item", "label", name="label_on_item_once")]

    def __str__(self) -> str:
        return f"{self.item_id} · {self.label_id}"
