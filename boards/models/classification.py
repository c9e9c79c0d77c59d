"""The classes of work, the rules that give them, and the recurring toil behind them."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teams.models import Team


class Classification(models.TextChoices):
    """The kinds of work of Site Reliability Engineering (Google, 2016), chapter 5."""

    TOIL = "toil", _("Toil")
    ENGINEERING = "engineering", _("Engineering")
    OVERHEAD = "overhead", _("Overhead")
    UNCLASSIFIED = "unclassified", _("Unclassified")


class ClassifiedBy(models.TextChoices):
    """Who decided the class of an item."""

    PERSON = "person", _("a person")
    RULE = "rule", _("a rule")
    IMPORT = "import", _("an import")
    SUGGESTION = "suggestion", _("a suggestion that a person accepted")


class ToilType(models.Model):
    """A recurring piece of toil with a name, such as “Disk full”."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="toil_types")
    name = models.CharField(_("name"), max_length=100)
    service = models.CharField(_("service"), max_length=100, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("team", "name", name="toil_type_name_in_team")]

    def __str__(self) -> str:
        return self.name


class Rule(models.Model):
    """Classifies what comes in without a class; the first match of a team wins."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="rules")
    name = models.CharField(_("name"), max_length=100)
    position = models.PositiveIntegerField()
    title_contains = models.CharField(_("title contains"), max_length=200, blank=True, default="")
    label = models.CharField(_("label"), max_length=100, blank=True, default="")
    service = models.CharField(_("service"), max_length=100, blank=True, default="")
    source = models.CharField(_("source"), max_length=50, blank=True, default="")
    title_matches = models.CharField(_("title matches"), max_length=500, blank=True, default="")
    project = models.CharField(_("project"), max_length=255, blank=True, default="")
    reporter = models.CharField(_("reporter"), max_length=255, blank=True, default="")
    priority = models.CharField(_("priority"), max_length=10, blank=True, default="")
    is_interrupt = models.BooleanField(_("interrupt"), null=True, blank=True)
    classification = models.CharField(_("class"), max_length=12, choices=Classification.choices)
    toil_type = models.ForeignKey(ToilType, null=True, blank=True, on_delete=models.SET_NULL, related_name="rules")
    labels: "models.JSONField[Any, Any]" = models.JSONField(_("labels"), default=list, blank=True)
    sets_service = models.CharField(_("sets service"), max_length=100, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("team", "name", name="rule_name_in_team")]

    def __str__(self) -> str:
        return self.name
