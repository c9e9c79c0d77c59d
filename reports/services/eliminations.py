"""Writing down that a toil type was eliminated, with the baseline that it had."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from boards.models import Elimination
from boards.services.eliminations import EliminationGoneError, lock_elimination
from reports.elimination import BASELINE_WEEKS, LEAST_BASELINE_WEEKS, baseline
from reports.toil_types import hours_before
from teams.actors import Actor
from teams.errors import ConflictError

FROZEN: Final = ("eliminated_at", "eliminated_by", "baseline_hours", "baseline_weeks")


class TooFewWeeksError(ConflictError):
    """The toil was not seen for long enough to say what it took."""

    code = "too_few_weeks"


class PlannedAgainError(ConflictError):
    """The toil is to be removed in another way already."""

    code = "planned_again"


def eliminate(*, elimination: Elimination, by: Actor, at: datetime) -> Elimination:
    """Carry a plan out: what the toil took in the weeks before is frozen; done twice it is done once.

    The weeks are computed before anything is locked: that takes long, and SQLite lets nobody else write meanwhile.
    """
    weekly = [] if elimination.is_done else hours_before(toil_type=elimination.toil_type, at=at)
    return _freeze(elimination, weekly, by, at)


@transaction.atomic
def _freeze(elimination: Elimination, weekly: Sequence[float], by: Actor, at: datetime) -> Elimination:
    locked = lock_elimination(elimination)
    if locked is None:
        raise EliminationGoneError
    if locked.is_done:
        return locked
    base = baseline(weekly)
    if base is None:
        message = _("The toil was seen in %(weeks)d full weeks; at least %(least)d are needed to say what it took.")
        raise TooFewWeeksError(message % {"weeks": len(weekly), "least": LEAST_BASELINE_WEEKS})
    locked.eliminated_at, locked.eliminated_by = at, by.person
    locked.baseline_hours, locked.baseline_weeks = base, min(len(weekly), BASELINE_WEEKS)
    locked.save(update_fields=FROZEN)
    return locked


@transaction.atomic
def take_back(*, elimination: Elimination, by: Actor, at: datetime) -> Elimination:
    """Say that a toil type is not gone after all: it is planned again, and has no baseline."""
    locked = lock_elimination(elimination)
    if locked is None:
        raise EliminationGoneError
    others = Elimination.objects.filter(toil_type=locked.toil_type_id, eliminated_at=None).exclude(pk=locked.pk)
    if others.exists():
        raise PlannedAgainError(_("It is planned in another way already; give that plan up first."))
    locked.eliminated_at = locked.eliminated_by = locked.baseline_hours = locked.baseline_weeks = None
    locked.save(update_fields=FROZEN)
    return locked
