"""The systems that a team's items come from."""

from django.db import models

from teams.models import Team


class TeamSource(models.Model):
    """A source that tickets of a team have come from, since they first did; written once, never edited."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="sources", db_index=False)  # unique, below
    name = models.CharField(max_length=50)
    first_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("team", "name", name="source_of_team_once")]

    def __str__(self) -> str:
        return f"{self.team_id}: {self.name}"
