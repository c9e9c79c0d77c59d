"""How items stand to one another."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from boards.models.items import Item


class LinkKind(models.TextChoices):
    """What an item is to another one."""

    DUPLICATES = "duplicates", _("duplicates")
    PART_OF = "part_of", _("is part of")
    RELATES_TO = "relates_to", _("relates to")


class ItemLink(models.Model):
    """An item duplicates, is part of, or relates to another one; what relates is kept once, the older item first."""

    # No index of a key of its own where an index below begins with it.
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="links", db_index=False)
    to = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="links_to_it")
    kind = models.CharField(max_length=10, choices=LinkKind.choices)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("item", "to", "kind", name="item_link_once"),
            models.CheckConstraint(condition=~Q(item=F("to")), name="item_link_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.kind} {self.to_id}"
