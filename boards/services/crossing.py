"""What changes in items that have come to another team: their labels and toil type become that team's, by name."""

from collections import defaultdict
from collections.abc import Sequence

from boards.models import ItemLabel, ToilType
from boards.services.bulk import label_ids
from boards.services.record import Edit
from boards.services.values import hold_toil_types

BATCH = 500


def settle_in(edits: Sequence[Edit]) -> None:
    """Give locked items whose new board is another team's what that team calls so; a toil type it has not is lost.

    Rules are the former team's, so none stands behind their class any more.
    """
    came: dict[int, list[Edit]] = defaultdict(list)
    for edit in edits:
        if edit.left is not None and edit.left.team_id != edit.board.team_id:
            came[edit.board.team_id].append(edit)
    for team_id, some in came.items():
        _find_toil_types(team_id, some)
        _relabel(team_id, some)
        for edit in some:
            edit.put("rule_id", None)


def _find_toil_types(team_id: int, edits: Sequence[Edit]) -> None:
    types = ToilType.objects.in_bulk({edit.item.toil_type_id for edit in edits} - {None})
    strange = {pk: row.name for pk, row in types.items() if row.team_id != team_id}
    if not strange:
        return
    known = {row.name: row for row in ToilType.objects.filter(team=team_id, name__in=set(strange.values()))}
    held = hold_toil_types([row.pk for row in known.values()])
    for edit in edits:
        if edit.item.toil_type_id in strange:
            edit.item.toil_type = types[edit.item.toil_type_id]
            row = known.get(strange[edit.item.toil_type_id])
            edit.set("toil_type", row if row is not None and row.pk in held else None)


def _relabel(team_id: int, edits: Sequence[Edit]) -> None:
    worn = ItemLabel.objects.filter(item__in=[edit.item.pk for edit in edits]).exclude(label__team=team_id)
    rows = list(worn.values_list("pk", "item_id", "label__name", "is_by_rule"))
    if not rows:
        return
    ids = label_ids(team_id, {name for __, __, name, __ in rows})
    ItemLabel.objects.filter(pk__in=[row[0] for row in rows]).delete()
    new = [ItemLabel(item_id=item, label_id=ids[name], is_by_rule=by_rule) for __, item, name, by_rule in rows]
    ItemLabel.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
