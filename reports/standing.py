"""The items behind a point of the flow: what stood where at the end of a day, and how long columns usually take."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.db.models import Max, Min, Q

from boards.ageing import UsualDays, usual_days
from boards.models import Column, Item, ItemQuerySet, Stage, Stay
from reports.periods import ONE_DAY
from teams.models import Team
from teams.queries import timezone_of_team
from teams.worktime import start_of_day

LOOK_BACK = timedelta(weeks=26)
SECONDS_KEPT = 600


def items_in_progress(*, team: Team) -> ItemQuerySet:
    """Return the items that are in an active or a waiting column now; archived ones are left out."""
    return Item.objects.in_use().filter(board__team=team, column__stage__in=[Stage.ACTIVE, Stage.WAITING])


def items_standing(*, team: Team, day: date, column: int | None, at: datetime) -> ItemQuerySet:
    """Return the team's items that stood in a column at the end of a day, or, without one, in any that is not done."""
    return _standing(team, day, column, at).filter(board__team=team)


def count_left(*, team: Team, day: date, column: int | None, at: datetime) -> int:
    """Return how many items stood there, too, and are another team's by now: more of them is not told."""
    return _standing(team, day, column, at).exclude(board__team=team).count()


def _standing(team: Team, day: date, column: int | None, at: datetime) -> ItemQuerySet:
    instant = min(start_of_day(day + ONE_DAY, timezone_of_team(team)), at)
    stays = Stay.objects.filter(column__board__team=team, started_at__lt=instant)
    stays = stays.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=instant))
    stays = stays.exclude(column__stage=Stage.DONE) if column is None else stays.filter(column=column)
    return Item.objects.kept().filter(pk__in=stays.values("item"))


def items_finished(*, team: Team, start: date, end: date, classification: str | None, at: datetime) -> ItemQuerySet:
    """Return the items that were finished in the days `[start, end)`."""
    zone = timezone_of_team(team)
    until = min(start_of_day(end, zone), at)
    items = Item.objects.kept().filter(board__team=team)
    items = items.filter(finished_at__gte=start_of_day(start, zone), finished_at__lt=until)
    return items if classification is None else items.filter(classification=classification)


def usual_days_of_team(*, team: Team, at: datetime) -> Mapping[int, UsualDays]:
    """Return in how many days items usually left each column in the last half year, kept for ten minutes."""
    key = f"reports:usual-days:{team.pk}"
    kept: Mapping[int, UsualDays] | None = cache.get(key)
    if kept is None:
        columns = Column.objects.filter(board__team=team).exclude(stage=Stage.DONE).values_list("pk", flat=True)
        stays = Stay.objects.filter(column__in=list(columns), ended_at__gte=at - LOOK_BACK)
        stays = stays.filter(item__finished_at__isnull=False, item__deleted_at__isnull=True)
        durations: dict[int, list[timedelta]] = defaultdict(list)
        visits = stays.values_list("item_id", "column_id").annotate(first=Min("started_at"), last=Max("ended_at"))
        for _item, column, first, last in visits:
            durations[column].append(last - first)
        kept = usual_days(durations)
        cache.set(key, kept, SECONDS_KEPT)
    return kept
