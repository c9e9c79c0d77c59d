"""Planning how a toil type is removed, and what builds that."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from boards.models import Elimination, EliminationItem, Item, Part, ToilType, Way
from boards.services.errors import ToilTypeGoneError, invalid
from teams.actors import Actor
from teams.errors import ConflictError

MOST_HOURS: Final = 1_000_000.0


class EliminationDoneError(ConflictError):
    """What was carried out is not planned any more."""

    code = "elimination_done"


class EliminationGoneError(ConflictError):
    """Somebody else gave the plan up meanwhile."""

    code = "elimination_gone"

    def __init__(self) -> None:
        super().__init__(_("The plan is not there any more: somebody gave it up meanwhile."))


@transaction.atomic
def plan_elimination(*, toil_type: ToilType, plan: Mapping[str, Any], by: Actor, at: datetime) -> Elimination:
    """Plan how a toil type is removed, or change the plan.

    `plan` has the way, and may have build_hours (None: not estimated), residual_hours, upkeep_hours and document_url.
    """
    cleaned = _cleaned(plan)
    current = ToilType.objects.select_for_update(no_key=True).filter(pk=toil_type.pk).first()
    if current is None:
        raise ToilTypeGoneError
    elimination = current.eliminations.select_for_update(no_key=True).filter(eliminated_at=None).first()
    if elimination is None:
        return Elimination.objects.create(toil_type=current, created_at=at, created_by=by.person, **cleaned)
    for name, value in cleaned.items():
        setattr(elimination, name, value)
    elimination.save(update_fields=list(cleaned))
    return elimination


@transaction.atomic
def withdraw_elimination(*, elimination: Elimination, by: Actor, at: datetime) -> None:
    """Give a plan up; what was carried out stays. Done twice it is done once."""
    current = lock_elimination(elimination)
    if current is None:
        return
    if current.is_done:
        raise EliminationDoneError(_("It was carried out already; take that back first."))
    current.delete()


def lock_elimination(elimination: Elimination) -> Elimination | None:
    """Lock an elimination for a transaction, its toil type before it as whoever plans does; None where it is gone."""
    if ToilType.objects.select_for_update(no_key=True).filter(pk=elimination.toil_type_id).first() is None:
        return None
    rows = Elimination.objects.select_for_update(no_key=True, of=("self",)).select_related("toil_type__team")
    return rows.filter(pk=elimination.pk).first()


@transaction.atomic
def add_part(*, elimination: Elimination, item: Item, part: str, by: Actor, at: datetime) -> EliminationItem:
    """Say that an item of the team builds what removes the toil, or keeps it alive; done twice it is done once."""
    if part not in Part.values:
        raise invalid("part", _("An item builds it or keeps it alive."))
    if item.board.team_id != elimination.toil_type.team_id:
        raise invalid("item", _("It is an item of another team."))
    if item.toil_type_id == elimination.toil_type_id:
        raise invalid("item", _("It is an item of this toil itself."))
    if lock_elimination(elimination) is None:
        raise EliminationGoneError
    row, __ = EliminationItem.objects.update_or_create(elimination=elimination, item=item, defaults={"part": part})
    return row


@transaction.atomic
def remove_part(*, part: EliminationItem, by: Actor, at: datetime) -> None:
    """Take back that an item has to do with an elimination."""
    part.delete()


def _cleaned(plan: Mapping[str, Any]) -> dict[str, Any]:
    cleaned = dict(plan)
    if cleaned.get("way") not in Way.values:
        raise invalid("way", _("Choose how the toil is removed."))
    for name in ("build_hours", "residual_hours", "upkeep_hours"):
        value = cleaned.get(name)
        if value is None:
            cleaned[name] = None if name == "build_hours" else 0.0
        elif not (math.isfinite(value) and 0 <= value <= MOST_HOURS):
            raise invalid(name, _("Hours are a number from 0 on."))
    cleaned["document_url"] = (cleaned.get("document_url") or "").strip()
    if cleaned["document_url"]:
        try:
            URLValidator(schemes=["http", "https"])(cleaned["document_url"])
        except ValidationError as error:
            raise invalid(
                "document_url", _("Give a whole address, such as “https://wiki.example.com/design”.")
            ) from error
    return cleaned
