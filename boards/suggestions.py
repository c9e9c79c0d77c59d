"""Rows turned into what `suggest` takes: a team's rules and the items that people classified last."""

from boards.models import Classification, ClassifiedBy, Item
from boards.queries import rule_specs
from boards.rules import Traits, first_match
from boards.suggest import Known, Suggestion, suggest
from teams.models import Team

REMEMBERED = 1000


def suggestion_for(*, team: Team, traits: Traits) -> Suggestion | None:
    """Suggest a class for an item of a team."""
    rule = first_match(rule_specs(team.pk), traits)
    return suggest(
        title=traits.title,
        service=traits.service,
        rule=(rule.classification, rule.name) if rule else None,
        known=[] if rule else classified_items(team),
    )


def classified_items(team: Team) -> list[Known]:
    """Return the items of a team that somebody, not a rule, classified last."""
    rows = (
        Item.objects.kept()
        .filter(board__team=team)
        .exclude(classification=Classification.UNCLASSIFIED)
        .exclude(classified_by=ClassifiedBy.RULE)
        .order_by("-classified_at", "-pk")
        .values_list("pk", "external_id", "title", "service", "classification")[:REMEMBERED]
    )
    return [
        Known(id=pk, key=key or f"#{pk}", title=title, service=service, classification=classification)
        for pk, key, title, service, classification in rows
    ]
