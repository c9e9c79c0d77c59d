"""Making, changing and deleting classification rules; the first that matches wins, in the order of their positions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from boards.models import Classification, Rule
from boards.services.errors import invalid
from boards.services.values import checked_text, resolve_toil_type
from teams.actors import Actor
from teams.models import Team

_TEXTS: Final = {"name": 100, "title_contains": 200, "label": 100, "service": 100, "source": 50}
_CONDITIONS: Final = ("title_contains", "label", "service", "source")


@transaction.atomic
def create_rule(*, team: Team, fields: Mapping[str, Any], by: Actor, at: datetime) -> Rule:
    """Add a rule, behind the others unless a position is given."""
    last = Rule.objects.filter(team=team).aggregate(last=Max("position"))["last"] or 0
    return _save(Rule(team=team, position=last + 1, created_at=at), {"name": "", **fields})


@transaction.atomic
def edit_rule(*, rule: Rule, changes: Mapping[str, Any], by: Actor, at: datetime) -> Rule:
    """Change a rule; what it has classified already stays as it is."""
    return _save(Rule.objects.select_for_update(no_key=True).get(pk=rule.pk), changes)


@transaction.atomic
def delete_rule(*, rule: Rule, by: Actor, at: datetime) -> None:
    """Delete a rule; what it has classified stays as it is."""
    rule.delete()


def _save(rule: Rule, changes: Mapping[str, Any]) -> Rule:
    for name, value in changes.items():
        if name in _TEXTS:
            setattr(rule, name, checked_text(name, value, limit=_TEXTS[name], required=name == "name"))
        elif name == "toil_type":
            rule.toil_type = resolve_toil_type(value, team=rule.team)
        elif name == "position":
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
                raise invalid("position", _("A position is a whole number, 0 or more."))
            rule.position = value
        elif name == "classification":
            rule.classification = value
        else:
            raise invalid(name, _("There is no such field that can be changed."))
    if rule.classification not in set(Classification.values) - {Classification.UNCLASSIFIED}:
        raise invalid("classification", _("A rule gives one of toil, engineering and overhead."))
    if not any(getattr(rule, name) for name in _CONDITIONS):
        raise invalid("title_contains", _("A rule needs a condition: a title, label, service or source."))
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError as error:
        raise invalid("name", _("The team has a rule with this name.")) from error
    return rule
