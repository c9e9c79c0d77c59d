"""What the worker does for the boards room."""

from celery import shared_task
from django.utils import timezone

from boards.models import Rule
from boards.services import apply_rules, purge_feed, purge_trash
from teams.actors import Actor, Via
from teams.models import Person, Team


@shared_task
def tick() -> None:
    """Delete for good a batch of what has lain in the trash for 30 days, and of what the feed has said a day ago."""
    now = timezone.now()
    purge_trash(at=now)
    purge_feed(at=now)


@shared_task
def apply_rules_of_team(team_id: int, rule_id: int | None, person_id: int | None) -> None:
    """Let a team's rules, or one of them, decide about all items that nobody has decided about."""
    team = Team.objects.filter(pk=team_id).first()
    rule = Rule.objects.filter(pk=rule_id).first() if rule_id else None
    if team is None or (rule_id and rule is None):
        return
    person = Person.objects.filter(pk=person_id).first() if person_id else None
    by = Actor(person=person, via=Via.PAGE)
    apply_rules(team=team, rule=rule, by=by, at=timezone.now())
