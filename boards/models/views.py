"""Saved views: what somebody looks for on a board, under a name."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from boards.models.boards import Board
from teams.models import Person, Team, User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Reads of saved views."""

    def visible_to(self, viewer: object) -> Self:
        """Return the views of the teams that somebody may see: the team's, and their own."""
        mine = Q(person__isnull=True)
        if isinstance(viewer, User):
            mine |= Q(person__user=viewer)
        return self.filter(mine, board__team__in=Team.objects.visible_to(viewer))


class SavedView(models.Model):
    """Filters and rows of a board under a name: a person's, or the team's where `person` is nobody."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="saved_views")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.CASCADE, related_name="saved_views", verbose_name=_("owner")
    )
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    query = models.TextField()
    created_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("board", "person", "name", name="view_of_person_once"),
            models.UniqueConstraint("board", "name", name="view_of_team_once", condition=Q(person__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        """Whether it is the team's."""
        return self.person_id is None


class OpeningView(models.Model):
    """With which view a board opens for a person, where its address asks for nothing."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="opening_views", db_index=False)
    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="+")
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="opens_for")

    class Meta:
        constraints = [models.UniqueConstraint("person", "board", name="opening_view_once")]

    def __str__(self) -> str:
        return f"{self.view_id} for {self.person_id}"
