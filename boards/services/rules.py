"""Making, changing, ordering and deleting classification rules; the first that matches wins."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from boards.models import Classification, Priority, Rule
from boards.patterns import PatternError, check_pattern
from boards.rules import CONDITIONS, has_condition
from boards.services.errors import RuleGoneError, invalid
from boards.services.values import checked_text, clean_item, resolve_toil_type
from teams.actors import Actor
from teams.models import Team

TEXTS: Final = {
    "name": 100,
    "title_contains": 200,
    "title_matches": 500,
    "label": 100,
    "service": 100,
    "source": 50,
    "project": 255,
    "reporter": 255,
    "sets_service": 100,
}
MAX_RULES: Final = 500
MAX_RULE_LABELS: Final = 20


@transaction.atomic
def create_rule(*, team: Team, fields: Mapping[str, Any], by: Actor, at: datetime) -> Rule:
    """Add a rule, behind the others unless a position is given."""
    present = _lock_rules(team)
    if len(present) >= MAX_RULES:
        raise invalid("name", _("A team has at most %d rules.") % MAX_RULES)
    last = max((rule.position for rule in present), default=0)
    rule = fill_rule(Rule(team=team, position=last + 1, created_at=at), {"name": "", **fields})
    return _save(rule)


@transaction.atomic
def edit_rule(*, rule: Rule, changes: Mapping[str, Any], by: Actor, at: datetime) -> Rule:
    """Change a rule; what it has classified already stays as it is."""
    current = Rule.objects.select_for_update(no_key=True).select_related(None).filter(pk=rule.pk).first()
    if current is None:
        raise RuleGoneError
    return _save(fill_rule(current, changes))


@transaction.atomic
def shift_rule(*, rule: Rule, step: int, by: Actor, at: datetime) -> list[Rule]:
    """Try a rule one place earlier (-1) or later (1), and return all in their order; at the end it stays."""
    order = _lock_rules(rule.team)
    place = next((place for place, each in enumerate(order) if each.pk == rule.pk), None)
    if place is None:
        raise RuleGoneError
    moved = order.pop(place)
    order.insert(min(max(place + (1 if step > 0 else -1), 0), len(order)), moved)
    for position, each in enumerate(order, start=1):
        each.position = position
    Rule.objects.bulk_update(order, ["position"])
    return order


@transaction.atomic
def delete_rule(*, rule: Rule, by: Actor, at: datetime) -> None:
    """Delete a rule; what it has classified stays as it is.

    It is locked before its items: who gives items to a rule holds that first (boards/services/ruling.py).
    """
    current = Rule.objects.select_for_update().filter(pk=rule.pk).first()
    if current is not None:
        current.delete()


def fill_rule(rule: Rule, changes: Mapping[str, Any]) -> Rule:
    """Put checked values into a rule, which is not saved yet."""
    for name, value in changes.items():
        setattr(rule, name, _checked(rule.team, name, value))
    if rule.classification not in set(Classification.values) - {Classification.UNCLASSIFIED}:
        raise invalid("classification", _("A rule gives one of toil, engineering and overhead."))
    if not has_condition({name: getattr(rule, name) for name in CONDITIONS}):
        raise invalid("title_contains", _("A rule needs a condition: without one it would speak of every item."))
    return rule


def _checked(team: Team, name: str, value: Any) -> Any:
    if name in TEXTS:
        text = checked_text(name, value, limit=TEXTS[name], required=name == "name")
        if name == "title_matches" and text:
            _check_pattern(text)
        return text
    if name == "toil_type":
        return resolve_toil_type(value, team=team)
    if name == "position":
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
            raise invalid("position", _("A position is a whole number, 0 or more."))
        return value
    if name == "labels":
        labels = clean_item({"labels": value})["labels"]
        if len(labels) > MAX_RULE_LABELS:
            raise invalid("labels", _("A rule gives at most %d labels.") % MAX_RULE_LABELS)
        return labels
    return _chosen(name, value)


def _chosen(name: str, value: Any) -> Any:
    if name == "priority" and value not in ("", *Priority.values):
        raise invalid("priority", _("This has to be one of %s.") % ", ".join(Priority.values))
    if name == "is_interrupt" and value not in (None, True, False):
        raise invalid("is_interrupt", _("This has to be true, false or left open."))
    if name not in ("classification", "priority", "is_interrupt"):
        raise invalid(name, _("There is no such field that can be changed."))
    return value


def _check_pattern(text: str) -> None:
    try:
        check_pattern(text)
    except PatternError as error:
        raise invalid("title_matches", str(error)) from error


def _lock_rules(team: Team) -> list[Rule]:
    """Let no other owner add or order rules of the team before the transaction ends; return them in their order.

    The team's row is locked, since a rule that another one is about to add has none yet.
    """
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    rules = Rule.objects.select_for_update(no_key=True).filter(team=team).order_by("pk")
    return sorted(rules, key=lambda rule: (rule.position, rule.pk))


def _save(rule: Rule) -> Rule:
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError as error:
        raise invalid("name", _("The team has a rule with this name.")) from error
    return rule
