"""Takes the sample out again: its team with all that is in it, and the people whom only the sample knew."""

from django.db import transaction
from django.db.models import QuerySet

from boards.models import Board, Item, Stay, WorkLog
from teams.models import Person, Team
from toiltracker.demo.cast import OWNER, PEOPLE
from toiltracker.demo.loading import sample_team
from toiltracker.demo.sign_in import forget_account


def remove_sample() -> bool:
    """Remove the sample team for good, and return whether it was there; what other teams own stays."""
    team = sample_team()
    if team is None:
        return False
    with transaction.atomic():
        Team.objects.select_for_update().get(pk=team.pk)
        boards = Board.objects.filter(team=team)
        WorkLog.objects.filter(board__in=boards).delete()
        Item.objects.filter(board__in=boards).delete()
        boards.delete()
        team.delete()
        emails = [colleague.email for colleague in PEOPLE]
        forgotten = _known_nowhere_else(emails)
        forget_account(unless_known=not forgotten.filter(email=OWNER.email).exists())
        Person.objects.filter(pk__in=list(forgotten.values_list("pk", flat=True)), user__isnull=True).delete()
    return True


def _known_nowhere_else(emails: list[str]) -> QuerySet[Person]:
    """Return those of the people whom no other team has as a member, an assignee or in a log."""
    return (
        Person.objects.filter(email__in=emails, memberships__isnull=True, logs__isnull=True)
        .exclude(pk__in=Item.objects.filter(assignee__isnull=False).values("assignee"))
        .exclude(pk__in=Stay.objects.filter(assignee__isnull=False).values("assignee"))
    )
