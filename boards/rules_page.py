"""What the settings show of rules and toil types, in as many queries for many as for few."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from boards.models import Item, Priority, Rule, ToilType
from boards.ready_rules import READY_RULES, ReadyRule
from boards.services.ruling import open_to_rules
from boards.sources import source_name
from teams.models import Team

KEPT = Q(items__deleted_at__isnull=True, items__board__deleted_at__isnull=True)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule, what it asks for in words, and how many items it has decided about."""

    rule: Rule
    conditions: list[str]
    decided: int
    is_first: bool
    is_last: bool


def rules_of(team: Team) -> "QuerySet[Rule]":
    """Return a team's rules in their order."""
    return Rule.objects.filter(team=team).select_related("toil_type").order_by("position", "pk")


def rule_rows(team: Team) -> list[RuleRow]:
    """Return a team's rules in their order, as the settings list them."""
    rules = list(rules_of(team))
    counts = Item.objects.kept().filter(rule__team=team).values_list("rule").annotate(count=Count("pk")).order_by()
    decided: dict[Any, int] = dict(counts)
    last = len(rules) - 1
    return [
        RuleRow(rule, conditions_in_words(rule), decided.get(rule.pk, 0), place == 0, place == last)
        for place, rule in enumerate(rules)
    ]


def conditions_in_words(rule: Rule) -> list[str]:
    """Say what a rule asks for."""
    priority = Priority(rule.priority).label if rule.priority in Priority.values else rule.priority
    said = [
        (rule.title_contains, _("title contains “%s”")),
        (rule.title_matches, _("title matches %s")),
        (rule.label, _("label “%s”")),
        (rule.service, _("service “%s”")),
        (rule.source and source_name(rule.source), _("from %s")),
        (rule.project, _("project “%s”")),
        (rule.reporter, _("reporter “%s”")),
        (priority, _("priority “%s”")),
    ]
    words = [sentence % value for value, sentence in said if value]
    if rule.is_interrupt is not None:
        words.append(_("an interrupt") if rule.is_interrupt else _("no interrupt"))
    return words


def ready_rules_for(team: Team) -> list[ReadyRule]:
    """Return the ready-made rules that the team has not taken yet, as far as their conditions tell."""
    rows = Rule.objects.filter(team=team).values_list("source", "label", "title_matches")
    taken = {tuple(row) for row in rows}
    names = ("source", "label", "title_matches")
    return [rule for rule in READY_RULES if tuple(rule.fields.get(name, "") for name in names) not in taken]


def waiting_for_rules(team: Team) -> int:
    """Count the items that rules may decide about."""
    return open_to_rules(team).count()


def toil_types_of(team: Team) -> "QuerySet[ToilType]":
    """Return a team's toil types by name, each with its number of items (`item_count`)."""
    types = ToilType.objects.filter(team=team).annotate(item_count=Count("items", filter=KEPT, distinct=True))
    return types.order_by("name", "pk")


def items_of_type(toil_type: ToilType) -> "QuerySet[Item]":
    """Return the items of a toil type, the newest first."""
    items = Item.objects.kept().filter(toil_type=toil_type)
    return items.select_related("board", "column", "assignee").order_by("-created_at", "-pk")
