"""How teams remove recurring toil: the plan, what builds it, and what was gained."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from boards.models.classification import ToilType
from boards.models.items import Item
from teams.models import Person


class Way(models.TextChoices):
    """How a piece of toil is removed."""

    AUTOMATE = "automate", _("Automate it")
    SELF_SERVICE = "self_service", _("Make it self-service")
    REPLACE = "replace", _("Replace the component")
    ENGINEER_OUT = "engineer_out", _("Engineer it out of the system")
    REJECT = "reject", _("Reject it")


class Elimination(models.Model):
    """A plan to remove a toil type, and since `eliminated_at` the fact; the baseline is frozen then."""

    toil_type = models.ForeignKey(ToilType, on_delete=models.CASCADE, related_name="eliminations")
    way = models.CharField(_("way"), max_length=12, choices=Way.choices)
    build_hours = models.FloatField(_("hours to build it"), null=True, blank=True)
    residual_hours = models.FloatField(_("hours a week that stay"), default=0)
    upkeep_hours = models.FloatField(_("hours a week of upkeep"), default=0)
    document_url = models.URLField(_("design document"), max_length=2000, blank=True, default="")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    eliminated_at = models.DateTimeField(null=True, blank=True)
    eliminated_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    baseline_hours = models.FloatField(null=True, blank=True, help_text=_("A week, as it was when it was eliminated."))
    baseline_weeks = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("toil_type", name="elimination_planned_once", condition=Q(eliminated_at=None)),
            models.CheckConstraint(
                condition=Q(eliminated_at__isnull=True) | Q(baseline_hours__isnull=False),
                name="elimination_has_baseline",
            ),
            models.CheckConstraint(
                condition=Q(residual_hours__gte=0)
                & Q(upkeep_hours__gte=0)
                & (Q(build_hours__isnull=True) | Q(build_hours__gte=0)),
                name="elimination_hours",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.toil_type_id}: {self.way}"

    @property
    def is_done(self) -> bool:
        """Whether it was carried out."""
        return self.eliminated_at is not None


class Part(models.TextChoices):
    """What an item does for an elimination."""

    BUILD = "build", _("builds it")
    UPKEEP = "upkeep", _("keeps it alive")


class EliminationItem(models.Model):
    """An item that builds what removes a toil type, or keeps it alive: its hours are what that took."""

    elimination = models.ForeignKey(Elimination, on_delete=models.CASCADE, related_name="parts", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="eliminations")
    part = models.CharField(max_length=6, choices=Part.choices, default=Part.BUILD)

    class Meta:
        constraints = [models.UniqueConstraint("elimination", "item", name="item_of_elimination_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.part} {self.elimination_id}"
