"""What another stage of a column would do to the past: counted from the history, before anything is written."""

from dataclasses import dataclass

from boards.models import Column, Item, Stay
from boards.queries import events_of_items, stages_of
from boards.timeline import UNCHANGED, Milestones, StateEvent, milestones


@dataclass(frozen=True, slots=True)
class StageChange:
    """How many items ever stood in a column, in how many stays, and how many would have other milestones."""

    items: int = 0
    stays: int = 0
    restarted: int = 0
    refinished: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether the column has no past that could count otherwise."""
        return self.stays == 0


def stage_change(*, column: Column, stage: str) -> StageChange:
    """Count what would mean something else if a column had another stage, in four queries."""
    kept = Item.objects.kept().values("pk")
    stood = list(Stay.objects.filter(column=column, item__in=kept).values_list("item_id", flat=True))
    ids = set(stood)
    events = dict(events_of_items(ids))
    columns = {event.column for past in events.values() for event in past if event.column is not UNCHANGED}
    now = stages_of(columns)
    then = {**now, column.pk: stage}
    pairs = [_both(past, now, then) for past in events.values()]
    return StageChange(
        items=len(ids),
        stays=len(stood),
        restarted=sum(before.started_at != after.started_at for before, after in pairs),
        refinished=sum(before.finished_at != after.finished_at for before, after in pairs),
    )


def has_past(column: Column) -> bool:
    """Whether anything ever stood in a column."""
    return Stay.objects.filter(column=column).exists()


def _both(past: list[StateEvent], now: dict[int, str], then: dict[int, str]) -> tuple[Milestones, Milestones]:
    return milestones(past, now), milestones(past, then)
