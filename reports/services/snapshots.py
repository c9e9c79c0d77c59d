"""Keeping teams' past weeks: taking out what was edited, and computing what is missing.

No week is kept that was computed before an edit and written after it. Whoever takes edits out of the kept weeks counts
the epoch up, under the lock of its row; whoever computes weeks notes the epoch before he reads, and keeps what he
computed only if it is the same when he writes, under the same lock. So an edit that he did not see is either still
there, and concerns what he kept, or the epoch has changed, and nothing is kept.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Min
from django.db.models.functions import Now

from boards.models import Item
from reports import triggers
from reports.models import PastEdit, SnapshotEpoch, WeekSnapshot
from reports.periods import Period, Week, day_cuts, last_full_week, local_date, period_of_week, week_of
from reports.snapshots import BASIS, Edited, figures_in, mondays_kept, read_edits, snapshot_of
from reports.weeks import compute_days, compute_weeks
from teams.models import Team
from teams.queries import timezone_of_team

LEAST_WEEKS: Final = 62
"""So many past weeks are kept of every team, empty ones too: a year, and what is compared with it."""

MOST_WEEKS: Final = 1100
AT_ONCE: Final = 26
EDITS_AT_ONCE: Final = 20_000
IDS_AT_ONCE: Final = 900

SETTLED: Final = timedelta(hours=3)
"""A week is kept when it has been over for so long by the database's clock.

Triggers write down what changes something more than ten minutes ago; a transaction that wrote before and commits after
the week is read would have to last the rest of this time.
"""

BEGIN_KNOWN_FOR: Final = 86_400


@transaction.atomic
def settle_edits() -> bool:
    """Take some of the weeks that edits made other ones out of the kept ones; say whether any were."""
    epoch = _locked_epoch()
    if not WeekSnapshot.objects.exists():
        PastEdit.objects.all().delete()
        _next(epoch)
        return False
    edits = PastEdit.objects.order_by("pk").values_list("pk", "team_id", "person_id", "from_at", "until_at")
    rows = list(edits[:EDITS_AT_ONCE])
    if not rows:
        return False
    edited = Edited(row[1:] for row in rows)
    starts = [row[3] for row in rows if row[3] is not None]
    weeks = WeekSnapshot.objects.only("team_id", "start_at", "end_at", "people")
    if len(starts) == len(rows):
        weeks = weeks.filter(end_at__gt=min(starts))
    stale = [week.pk for week in weeks.iterator() if edited.concerns(week)]
    _delete(WeekSnapshot, stale)
    _delete(PastEdit, [row[0] for row in rows])
    _next(epoch)
    return bool(stale)


def keep_weeks(*, team: Team, at: datetime) -> int:
    """Compute and keep some of a team's past weeks that are missing, the newest first; return how many.

    Whoever gets more than 0 calls again.
    """
    periods = missing_weeks(team=team, at=at)[:AT_ONCE]
    if not periods:
        return 0
    epoch = SnapshotEpoch.objects.values_list("number", flat=True).first()
    if triggers.installed(connection) != triggers.names():
        return 0
    runs = _consecutive(sorted(periods, key=lambda period: period.start))
    rows = [row for run in runs for row in _computed(team, run)]
    return _keep(team, rows, epoch)


def _computed(team: Team, run: Sequence[Period]) -> list[WeekSnapshot]:
    cuts = {team.pk: [*(period.starts_at for period in run), run[-1].ends_at]}
    figures = compute_weeks(teams=[team], cuts=cuts, with_types=True)[team.pk]
    whole = Period(run[0].start, run[-1].end, run[0].timezone)
    days = compute_days(teams=[team], cuts={team.pk: day_cuts(whole)})[team.pk]
    return [
        snapshot_of(team=team.pk, period=period, figures=replace(each, days=tuple(days[index * 7 : index * 7 + 7])))
        for index, (period, each) in enumerate(zip(run, figures, strict=True))
    ]


@transaction.atomic
def _keep(team: Team, rows: Sequence[WeekSnapshot], epoch: int | None) -> int:
    if _locked_epoch().number != (epoch or 0):
        return 0
    WeekSnapshot.objects.filter(team=team, week_start__in=[row.week_start for row in rows]).delete()
    WeekSnapshot.objects.bulk_create(rows)
    return len(rows)


@transaction.atomic
def drop_weeks(*, team: Team | None = None) -> int:
    """Forget what is kept of a team's weeks, or of all teams'; they are computed again when they are asked for."""
    _next(_locked_epoch())
    weeks = WeekSnapshot.objects.all() if team is None else WeekSnapshot.objects.filter(team=team)
    return weeks.delete()[0]


def differing_weeks(*, team: Team) -> tuple[int, list[Week]]:
    """Compute all kept weeks of a team again; return how many there are, and those that differ though no edit says so.

    Nothing is written. There are none that differ, unless something wrote into the database around its triggers.
    """
    edited = read_edits()
    rows = [row for row in team.week_snapshots.filter(basis=BASIS).order_by("week_start") if not edited.concerns(row)]
    zone, different = timezone_of_team(team), []
    for row in rows:
        week = week_of(row.week_start)
        period = period_of_week(week, zone)
        if (period.starts_at, period.ends_at) == (row.start_at, row.end_at):
            [fresh] = _computed(team, [period])
            if replace(figures_in(fresh), people=frozenset(row.people)) != figures_in(row):
                different.append(week)
    return len(rows), different


def prepare_database(**_: Any) -> None:
    """Make the triggers where they are missing, or of another version, and forget what was kept without them.

    Called after every `migrate`, since SQLite drops the triggers of a table that is altered.
    """
    if not {PastEdit._meta.db_table, SnapshotEpoch._meta.db_table} <= set(connection.introspection.table_names()):
        return
    present = triggers.installed(connection)
    if present != triggers.names():
        with transaction.atomic():
            triggers.install(connection)
            WeekSnapshot.objects.all().delete()
    if PastEdit.objects.exists() and not WeekSnapshot.objects.exists():
        with transaction.atomic():
            _next(_locked_epoch())
            PastEdit.objects.all().delete()


def clear_the_way(*, plan: Sequence[object], **_: Any) -> None:
    """Take the triggers away on SQLite before it alters tables: it renames none of which a trigger speaks."""
    if plan and connection.vendor == "sqlite" and triggers.installed(connection):
        with transaction.atomic():
            WeekSnapshot.objects.all().delete()
            triggers.remove(connection)


def settle_all_edits() -> bool:
    """Take all weeks that edits made other ones out of the kept ones; say whether any were."""
    has_hit = False
    while PastEdit.objects.exists():
        has_hit |= settle_edits()
    return has_hit


def missing_weeks(*, team: Team, at: datetime) -> list[Period]:
    """Return the weeks of a team that are over and are not kept, the newest first.

    Of the current week there are the days that are over: budgets are told as of the last midnight.
    """
    zone = timezone_of_team(team)
    now = min(at, _database_clock() - SETTLED)
    last = last_full_week(now, zone)
    first = min(_begin(team, zone, last), last.shifted(1 - LEAST_WEEKS))
    kept = mondays_kept(team.pk)
    today, current = local_date(now, zone), last.next_monday
    weeks = [Period(current, today, zone)] if current < today else []
    while first <= last and len(weeks) < MOST_WEEKS:
        weeks.append(period_of_week(last, zone))
        last = last.shifted(-1)
    return [week for week in weeks if (week.start, week.starts_at, week.ends_at) not in kept]


def _begin(team: Team, zone: str, last: Week) -> Week:
    """The week of the team's oldest item, not later than the last; what is older is not kept but computed."""
    key = f"reports:begin:{team.pk}"
    begin: date | None = cache.get(key)
    if begin is None:
        oldest = Item.objects.filter(board__team=team).aggregate(at=Min("created_at"))["at"]
        begin = last.monday if oldest is None else local_date(oldest, zone)
        cache.set(key, begin, BEGIN_KNOWN_FOR)
    return min(week_of(begin), last)


def _consecutive(periods: Sequence[Period]) -> list[list[Period]]:
    runs: list[list[Period]] = []
    for period in periods:
        if runs and runs[-1][-1].end == period.start:
            runs[-1].append(period)
        else:
            runs.append([period])
    return runs


def _database_clock() -> datetime:
    SnapshotEpoch.objects.get_or_create(pk=1)
    return SnapshotEpoch.objects.annotate(now=Now()).values_list("now", flat=True).get(pk=1)


def _locked_epoch() -> SnapshotEpoch:
    SnapshotEpoch.objects.get_or_create(pk=1)
    return SnapshotEpoch.objects.select_for_update().get(pk=1)


def _next(epoch: SnapshotEpoch) -> None:
    epoch.number += 1
    epoch.save(update_fields=["number"])


def _delete(model: type[WeekSnapshot] | type[PastEdit], ids: Sequence[int]) -> None:
    for index in range(0, len(ids), IDS_AT_ONCE):
        model._default_manager.filter(pk__in=ids[index : index + IDS_AT_ONCE]).delete()
