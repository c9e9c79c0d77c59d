"""Letting the team's rules decide about items that an update changes while nobody has decided about them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from boards.models import Classification, ClassifiedBy, ItemLabel, ToilType
from boards.rules import RuleSpec, Traits, first_match, project_of
from boards.services.bulk import label_ids
from boards.services.record import plain
from boards.services.rows import insert_rows
from boards.services.values import MAX_LABELS
from imports.services.known import Target
from imports.services.revision import Revision

# What rules look at: where nothing of it changed, they had their say already.
LOOKED_AT: Final = frozenset({"title", "labels", "service", "priority", "is_interrupt", "reporter", "project"})


def let_rules_decide(*, target: Target, revisions: Sequence[Revision]) -> None:
    """Give what the first matching rule gives to each item about which nobody and nothing has decided.

    A ticket is often opened first, and labelled then. The caller holds the rules and the items.
    """
    waiting = [each for each in revisions if _is_open(each)]
    if not target.rules or not waiting:
        return
    labels: dict[int, set[str]] = defaultdict(set)
    stuck = ItemLabel.objects.filter(item__in=[each.item.pk for each in waiting])
    for item_id, name in stuck.values_list("item_id", "label__name"):
        labels[item_id].add(name)
    decided = [
        (each, rule)
        for each in waiting
        if (rule := first_match(target.rules, _traits(each, labels[each.item.pk]))) is not None
    ]
    types = ToilType.objects.in_bulk({rule.toil_type_id for __, rule in decided if rule.toil_type_id is not None})
    for each, rule in decided:
        _decide(target, each, rule, types)
    _stick(target, decided, labels)


def _is_open(revision: Revision) -> bool:
    item = revision.item
    return item.is_unclassified and item.classified_by is None and bool(revision.changed & LOOKED_AT)


def _traits(revision: Revision, labels: set[str]) -> Traits:
    item = revision.item
    return Traits(
        title=item.title,
        labels=frozenset(labels),
        service=item.service,
        source=item.source,
        project=item.project or project_of(item.external_id),
        reporter=item.reporter,
        priority=item.priority,
        is_interrupt=item.is_interrupt,
    )


def _decide(target: Target, revision: Revision, rule: RuleSpec, types: dict[int, ToilType]) -> None:
    """Put what a rule gives into a revision; its labels come after."""
    item = revision.item
    if rule.classification == Classification.UNCLASSIFIED:
        return
    revision.set("classification", rule.classification)
    revision.set("classified_by", ClassifiedBy.RULE.value)
    item.classified_at, item.rule_id = target.at, rule.id
    if item.toil_type_id is None and rule.toil_type_id in types:
        revision.note("toil_type", None, plain(types[rule.toil_type_id]))
        item.toil_type_id = rule.toil_type_id
    if rule.sets_service and not item.service:
        revision.set("service", rule.sets_service)


def _stick(target: Target, decided: Sequence[tuple[Revision, RuleSpec]], labels: dict[int, set[str]]) -> None:
    """Give the labels of the rules to the items; one that would have too many is left as it is."""
    wanted = {name for __, rule in decided for name in rule.labels}
    if not wanted:
        return
    ids = label_ids(target.board.team_id, wanted)
    rows: list[tuple[int, int, bool]] = []
    for each, rule in decided:
        before = labels[each.item.pk]
        new = sorted(set(rule.labels) - before)
        if new and len(before) + len(new) <= MAX_LABELS:
            each.note("labels", sorted(before), sorted({*before, *new}))
            rows += [(each.item.pk, ids[name], True) for name in new]
    insert_rows(ItemLabel, ("item", "label", "is_by_rule"), rows)
