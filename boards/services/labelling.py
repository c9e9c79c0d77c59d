"""Giving labels to many items and taking them, in a handful of statements."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from boards.models import ItemLabel
from boards.services.bulk import label_ids
from boards.services.errors import invalid
from boards.services.record import Edit
from boards.services.values import MAX_LABELS

BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Relabelling:
    """An item gets some labels and loses others; those it has, or has not, anyway are no change."""

    edit: Edit
    give: frozenset[str]
    take: frozenset[str]


def relabel(wishes: Sequence[Relabelling], *, skips_full: bool = False, by_rule: bool = False) -> None:
    """Write the labels of locked items, and note in their edits what changed.

    An item that would have too many is refused or, with `skips_full`, left as it is. What is given `by_rule` stays
    when the item's source changes its labels.
    """
    standing: dict[int, dict[str, int]] = defaultdict(dict)
    rows = ItemLabel.objects.filter(item__in=[wish.edit.item.pk for wish in wishes])
    for item, label, name in rows.values_list("item_id", "label_id", "label__name"):
        standing[item][name] = label
    ids: dict[int, dict[str, int]] = {}
    for team_id in {wish.edit.board.team_id for wish in wishes}:
        given = {name for wish in wishes if wish.edit.board.team_id == team_id for name in wish.give}
        ids[team_id] = label_ids(team_id, given)
    gone = Q()
    new: list[ItemLabel] = []
    for wish in wishes:
        edit, has = wish.edit, standing[wish.edit.item.pk]
        before = sorted(has)
        after = sorted((has.keys() - wish.take) | wish.give)
        if len(after) > MAX_LABELS and skips_full:
            continue
        if len(after) > MAX_LABELS:
            raise invalid("labels", _("An item has at most %d labels.") % MAX_LABELS)
        if before == after:
            continue
        edit.note("labels", before, after)
        if lost := [has[name] for name in before if name not in after]:
            gone |= Q(item=edit.item.pk, label__in=lost)
        known = ids[edit.board.team_id]
        new += [
            ItemLabel(item=edit.item, label_id=known[name], is_by_rule=by_rule) for name in after if name not in has
        ]
    if gone:
        ItemLabel.objects.filter(gone).delete()
    ItemLabel.objects.bulk_create(new, batch_size=BATCH)
