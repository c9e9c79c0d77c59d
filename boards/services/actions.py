"""What a person does on a page in one go: its changes carry one number, by which they are undone together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from boards.models import Action, Change
from boards.services.feed import together
from teams.actors import Actor
from teams.models import Team


@dataclass(slots=True)
class Doing:
    """What is being done: `by` is for the services; `action` its number afterwards, None where nothing changed."""

    by: Actor
    action: int | None = None


@contextmanager
def one_action(*, team: Team, by: Actor, at: datetime) -> Iterator[Doing]:
    """Make all writes by `by` inside into one action, in one transaction; who is no person does nothing to undo."""
    with together():
        if by.person is None:
            yield Doing(by)
            return
        row = Action.objects.create(team=team, person=by.person, at=at)
        doing = Doing(replace(by, action=row.pk), row.pk)
        yield doing
        if not Change.objects.filter(action=row).exists():
            row.delete()
            doing.action = None
