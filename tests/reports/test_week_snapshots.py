"""Past weeks read from their snapshots are what they are computed anew, whatever was edited meanwhile and however."""

import random
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from boards.models import Board, Column, Item, Stay, ToilType, WorkLog
from boards.services.toil_types import delete_toil_type
from reports import triggers
from reports.models import PastEdit, WeekSnapshot
from reports.periods import Period, Week, day_cuts, period_of_week
from reports.queries import weekly_series, weekly_series_of_teams
from reports.services import snapshots
from reports.services.snapshots import drop_weeks, keep_weeks, settle_all_edits
from reports.snapshots import figures_of_weeks, hours_of_days
from reports.tasks import keep_past_weeks
from reports.weeks import compute_days, compute_weeks
from teams.actors import SYSTEM
from teams.models import Calendar, Membership, Person, Team, TimeOff
from tests.factories import CalendarFactory, MembershipFactory, PersonFactory, TeamFactory, ToilTypeFactory
from tests.reports.rows import BoardFactory, ColumnFactory, ItemFactory, StayFactory, WorkLogFactory

pytestmark = pytest.mark.django_db

# Long ago, so that the database's own clock lets all of it be kept. The clocks of Europe change on 29 March 2020.
FIRST, LAST = datetime(2020, 3, 9, tzinfo=UTC), datetime(2020, 4, 13, 12, tzinfo=UTC)
UNTIL = Week(2020, 15)
WEEKS = 5
STAGES = ("queue", "active", "active", "waiting", "done")
CLASSES = ("toil", "engineering", "overhead", "unclassified")


class World:
    """Teams that share people, with boards, items, stays and logs; and what can be done to them."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        for zone in ("Europe/Berlin", "Asia/Tokyo", "UTC"):
            team = TeamFactory(calendar=None)
            CalendarFactory(team=team, timezone=zone)
            board = BoardFactory(team=team)
            for stage in STAGES:
                ColumnFactory(board=board, stage=stage)
            ToilTypeFactory(team=team)
        for team in self.teams():
            for _ in range(3):
                MembershipFactory(team=team, first_date=self.maybe(self.day()))
        for _ in range(30):
            self.make_item()
        for _ in range(12):
            self.make_log()

    def teams(self) -> list[Team]:
        return list(Team.objects.select_related("calendar").order_by("pk"))

    def instant(self) -> datetime:
        return FIRST + self.dice.randrange((LAST - FIRST) // timedelta(minutes=1)) * timedelta(minutes=1)

    def day(self) -> date:
        return self.instant().date()

    def maybe(self, value: Any, chance: float = 0.5) -> Any:
        return value if self.dice.random() < chance else None

    def any(self, model: Any) -> Any:
        rows = list(model.objects.order_by("pk"))
        return self.dice.choice(rows) if rows else None

    def edit(self) -> str:
        """Do one thing, and return what."""
        actions = sorted(name for name in dir(self) if name.startswith(("make_", "change_")))
        name = self.dice.choice(actions)
        getattr(self, name)()
        return name

    # What is made

    def make_item(self) -> None:
        column, start = self.any(Column), self.instant()
        finished = self.maybe(self.instant(), 0.4)
        item = ItemFactory(
            column=column,
            rank=Item.objects.count() * 7 + self.dice.randrange(7),
            classification=self.dice.choice(CLASSES),
            created_at=start,
            finished_at=finished,
            toil_type=self.maybe(ToilType.objects.filter(team=column.board.team).first(), 0.3),
        )
        for _ in range(self.dice.randrange(1, 4)):
            end = start + timedelta(hours=self.dice.randrange(1, 200))
            StayFactory(
                item=item,
                column=self.any(Column) if self.dice.random() < 0.1 else column,
                assignee=self.maybe(self.any(Person), 0.8),
                started_at=start,
                ended_at=end,
            )
            start = end
        if self.dice.random() < 0.3:
            StayFactory(item=item, column=column, assignee=self.any(Person), started_at=start, ended_at=None)

    def make_log(self) -> None:
        item, start = self.any(Item), self.instant()
        end = start + timedelta(minutes=self.dice.randrange(1, 600))
        board = self.dice.choice([item.board, self.any(Board)])
        WorkLogFactory(item=item, board=board, person=self.any(Person), started_at=start, ended_at=end)

    def make_membership(self) -> None:
        Membership.objects.get_or_create(team=self.any(Team), person=self.any(Person))

    def make_time_off(self) -> None:
        first = self.day()
        last = first + timedelta(days=self.dice.randrange(5))
        TimeOff.objects.get_or_create(person=self.any(Person), first_date=first, last_date=last)

    def make_calendar(self) -> None:
        fields = {"timezone": self.maybe("America/New_York"), "start": time(8), "end": time(14)}
        Calendar.objects.update_or_create(person=self.any(Person), defaults=fields)

    def make_person(self) -> None:
        MembershipFactory(team=self.any(Team), person=PersonFactory(), last_date=self.maybe(self.day()))

    # What is changed

    def change_stay(self) -> None:
        stay = self.any(Stay)
        if stay is None:
            return
        if stay.ended_at is None or self.dice.random() < 0.4:
            stay.ended_at = stay.started_at + timedelta(hours=self.dice.randrange(1, 300))
        else:
            what = self.dice.choice(["column", "assignee", "blocked", "start", "gone"])
            if what == "gone":
                stay.delete()
                return
            stay.column = self.any(Column) if what == "column" else stay.column
            stay.assignee = self.maybe(self.any(Person), 0.7) if what == "assignee" else stay.assignee
            stay.is_blocked ^= what == "blocked"
            stay.started_at -= timedelta(hours=30) * (what == "start")
        stay.save()

    def change_log(self) -> None:
        log = self.any(WorkLog)
        if log is None:
            return
        what = self.dice.choice(["person", "times", "trash", "gone"])
        if what == "gone":
            log.delete()
            return
        log.person = self.any(Person) if what == "person" else log.person
        log.ended_at += timedelta(hours=5) * (what == "times")
        log.deleted_at = LAST if what == "trash" and log.deleted_at is None else None
        log.save()

    def change_class(self) -> None:
        Item.objects.filter(pk=self.any(Item).pk).update(classification=self.dice.choice(CLASSES))

    def change_many_classes(self) -> None:
        Item.objects.filter(classification="unclassified").update(classification="toil")

    def change_type(self) -> None:
        item = self.any(Item)
        kept = ToilType.objects.filter(team=item.board.team).first()
        Item.objects.filter(pk=item.pk).update(toil_type=None if item.toil_type_id else kept)

    def change_trash(self) -> None:
        item = self.any(Item)
        Item.objects.filter(pk=item.pk).update(deleted_at=None if item.deleted_at else LAST)

    def change_finish(self) -> None:
        Item.objects.filter(pk=self.any(Item).pk).update(finished_at=self.maybe(self.instant(), 0.7))

    def change_board_of_item(self) -> None:
        column = self.any(Column)
        rank = Item.objects.count() * 7 + self.dice.randrange(100_000)
        Item.objects.filter(pk=self.any(Item).pk).update(board=column.board, column=column, rank=rank)

    def change_item_is_gone(self) -> None:
        if Item.objects.count() > 15:
            self.any(Item).delete()

    def change_stage(self) -> None:
        Column.objects.filter(pk=self.any(Column).pk).update(stage=self.dice.choice(STAGES))

    def change_board(self) -> None:
        board = self.any(Board)
        Board.objects.filter(pk=board.pk).update(deleted_at=None if board.deleted_at else LAST)

    def change_team_of_board(self) -> None:
        Board.objects.filter(pk=self.any(Board).pk).update(team=self.any(Team))

    def change_calendar(self) -> None:
        calendar = self.any(Calendar)
        calendar.start, calendar.end = self.dice.choice([(time(9), time(17)), (time(7), time(12))])
        calendar.save()

    def change_zone(self) -> None:
        zone = self.dice.choice(["Europe/Berlin", "Australia/Lord_Howe", "UTC"])
        Calendar.objects.filter(team=self.any(Team)).update(timezone=zone)

    def change_calendar_is_gone(self) -> None:
        Calendar.objects.filter(person=self.any(Person)).delete()

    def change_time_off(self) -> None:
        absence = self.any(TimeOff)
        if absence is not None:
            absence.last_date += timedelta(days=4)
            absence.save()

    def change_time_off_is_gone(self) -> None:
        if (absence := self.any(TimeOff)) is not None:
            absence.delete()

    def change_membership(self) -> None:
        membership = self.any(Membership)
        membership.first_date, membership.last_date = self.maybe(date(2020, 3, 20)), self.maybe(date(2020, 4, 8))
        membership.save()

    def change_membership_is_gone(self) -> None:
        if Membership.objects.count() > 4:
            self.any(Membership).delete()

    def change_whose_it_is(self) -> None:
        gone, into = self.any(Person), self.any(Person)
        Stay.objects.filter(assignee=gone).update(assignee=into)
        WorkLog.objects.filter(person=gone).update(person=into)


def periods_of(teams: list[Team]) -> dict[int, list[Period]]:
    weeks = [UNTIL.shifted(number) for number in range(1 - WEEKS, 1)]
    return {team.pk: [period_of_week(week, team.calendar.timezone) for week in weeks] for team in teams}


def keep_all(teams: list[Team]) -> None:
    settle_all_edits()
    for team in teams:
        while keep_weeks(team=team, at=LAST):
            pass


def assert_agree(teams: list[Team], told: object) -> None:
    """Compare what is read with what is computed, figure by figure and to the last bit."""
    periods = periods_of(teams)
    cuts = {pk: [*(week.starts_at for week in weeks), weeks[-1].ends_at] for pk, weeks in periods.items()}
    read = figures_of_weeks(teams=teams, periods=periods, at=LAST)
    computed = compute_weeks(teams=teams, cuts=cuts)
    for team in teams:
        for week, is_read, is_computed in zip(periods[team.pk], read[team.pk], computed[team.pk], strict=True):
            what = (told, team.pk, week)
            assert is_read.effort == is_computed.effort, what
            assert is_read.capacity == is_computed.capacity, what
            assert is_read.covered == is_computed.covered, what
            assert is_read.finished == is_computed.finished, what
    of_days = {
        pk: Period(weeks[0].start + timedelta(days=2), weeks[-1].end - timedelta(days=1), weeks[0].timezone)
        for pk, weeks in periods.items()
    }
    by_day = compute_days(teams=teams, cuts={pk: day_cuts(period) for pk, period in of_days.items()})
    assert hours_of_days(teams=teams, periods=of_days, at=LAST) == by_day, told


@pytest.fixture
def keeping(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep only as many weeks as the tests look at."""
    monkeypatch.setattr(snapshots, "LEAST_WEEKS", WEEKS)


@pytest.mark.usefixtures("keeping")
@pytest.mark.parametrize("seed", range(2))
def test_after_any_edits_what_is_read_is_what_is_computed(seed: int) -> None:
    world, done, held = World(seed), [], 0
    for step in range(60):
        if step % 3 == 0:
            keep_all(world.teams())
            held += WeekSnapshot.objects.count()
        done.append(world.edit())
        if world.dice.random() < 0.3:
            settle_all_edits()
        assert_agree(world.teams(), done[-3:])
        held += WeekSnapshot.objects.count()
    keep_all(world.teams())
    assert_agree(world.teams(), "in the end")

    assert held > 700
    assert not PastEdit.objects.exists()


# How it is kept


@pytest.fixture
def team(keeping: None) -> Team:
    """A team of one person who had an item all the time."""
    made = TeamFactory(slug="sre")
    person = MembershipFactory(team=made).person
    column = ColumnFactory(board=BoardFactory(team=made))
    item = ItemFactory(column=column, classification="toil", created_at=FIRST)
    StayFactory(item=item, assignee=person, started_at=FIRST, ended_at=LAST)
    team = Team.objects.select_related("calendar").get(pk=made.pk)
    keep_all([team])
    return team


def series(team: Team) -> list[float]:
    return [week.effort.toil for week in weekly_series(team=team, weeks=WEEKS, at=LAST, until=UNTIL)]


def test_weeks_that_are_kept_are_read_in_as_many_queries_as_one(team: Team) -> None:
    with CaptureQueriesContext(connection) as queries:
        hours = series(team)

    assert hours == [40.0] * WEEKS
    assert len(queries) == 2


def test_an_edit_of_one_week_leaves_the_others_kept(team: Team) -> None:
    Stay.objects.update(ended_at=datetime(2020, 4, 8, 13, tzinfo=UTC))

    assert series(team) == [40.0, 40.0, 40.0, 40.0, 20.0]
    settle_all_edits()
    assert WeekSnapshot.objects.filter(week_start__gte=FIRST.date()).count() == 4
    assert series(team) == [40.0, 40.0, 40.0, 40.0, 20.0]


def test_a_week_that_is_not_over_is_never_read_as_if_it_were(team: Team) -> None:
    noon = datetime(2020, 4, 8, 13, tzinfo=UTC)

    [before, now] = weekly_series(team=team, weeks=2, at=noon, until=UNTIL)

    assert (before.effort.toil, now.effort.toil) == (40.0, 20.0)


def test_ordinary_work_of_today_writes_nothing_down(team: Team) -> None:
    now = datetime.now(UTC)
    item = ItemFactory(column=Column.objects.get(), created_at=now)
    stay = StayFactory(item=item, assignee=Person.objects.get(), started_at=now, ended_at=None)
    stay.ended_at = now + timedelta(seconds=1)
    stay.save()
    Item.objects.filter(pk=item.pk).update(classification="toil", finished_at=now, rank=99)

    assert not PastEdit.objects.exists()


def test_a_week_computed_before_an_edit_is_not_kept_after_it_was_settled(team: Team) -> None:
    drop_weeks(team=team)
    epoch = snapshots.SnapshotEpoch.objects.get().number
    run = periods_of([team])[team.pk]
    rows = snapshots._computed(team, run)
    Item.objects.update(classification="engineering")
    settle_all_edits()

    kept = snapshots._keep(team, rows, epoch)

    assert kept == 0
    assert series(team) == [0.0] * WEEKS


def test_a_week_computed_before_an_edit_and_kept_before_it_is_settled_is_not_read(team: Team) -> None:
    drop_weeks(team=team)
    epoch = snapshots.SnapshotEpoch.objects.get().number
    rows = snapshots._computed(team, periods_of([team])[team.pk])
    Item.objects.update(classification="engineering")

    kept = snapshots._keep(team, rows, epoch)

    assert kept == WEEKS
    assert series(team) == [0.0] * WEEKS
    settle_all_edits()
    assert not WeekSnapshot.objects.exists()


def test_very_many_edits_are_not_read_one_by_one(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.snapshots.EDITS_READ", 3)
    for hours in range(1, 8):
        Stay.objects.update(ended_at=datetime(2020, 4, 6, tzinfo=UTC) + timedelta(hours=10 - hours / 10))

    assert PastEdit.objects.count() == 7
    with CaptureQueriesContext(connection) as queries:
        hours = series(team)
    assert hours == [40.0] * 4 + [pytest.approx(0.3)]
    assert len(queries) > 2
    settle_all_edits()
    assert WeekSnapshot.objects.filter(toil=40.0).count() == 4


def test_another_release_of_public_holidays_computes_anew(team: Team) -> None:
    WeekSnapshot.objects.update(basis="1 holidays-0.1 tzdata-2019", toil=1.0)

    assert series(team) == [40.0] * WEEKS
    keep_all([team])
    assert set(WeekSnapshot.objects.values_list("toil", flat=True)) == {40.0}


def test_a_toil_type_that_is_deleted_is_not_told_of(team: Team) -> None:
    toil_type = ToilTypeFactory(team=team)
    Item.objects.update(toil_type=toil_type)
    keep_all([team])
    kept = WeekSnapshot.objects.order_by("week_start").first()

    delete_toil_type(toil_type=toil_type, by=SYSTEM, at=LAST)
    keep_all([team])

    assert kept is not None
    assert kept.toil_types == {str(toil_type.pk): [40.0, 1, 1]}
    assert not any(WeekSnapshot.objects.values_list("toil_types", flat=True))


def test_several_teams_cost_no_more_queries_than_one(team: Team) -> None:
    others = [TeamFactory() for _ in range(4)]
    teams = list(Team.objects.select_related("calendar").order_by("pk"))
    keep_all(teams)

    with CaptureQueriesContext(connection) as queries:
        found = weekly_series_of_teams(teams=teams, weeks=WEEKS, at=LAST, until=UNTIL)

    assert len(found) == len(others) + 1
    assert len(queries) == 2


def test_triggers_that_were_lost_are_made_again_and_what_was_kept_is_forgotten(team: Team) -> None:
    snapshots.clear_the_way(plan=[object()])
    snapshots.prepare_database()
    assert triggers.installed(connection) == triggers.names()
    keep_all([team])
    triggers.remove(connection)
    Item.objects.update(classification="engineering")
    assert keep_weeks(team=team, at=LAST) == 0

    snapshots.prepare_database()

    assert triggers.installed(connection) == triggers.names()
    assert series(team) == [0.0] * WEEKS


def test_nothing_is_kept_while_the_database_has_no_triggers(team: Team) -> None:
    drop_weeks()
    triggers.remove(connection)

    kept = keep_weeks(team=team, at=LAST)

    assert kept == 0
    snapshots.prepare_database()


def test_the_command_computes_anew_and_finds_what_was_written_around_the_triggers(team: Team) -> None:
    out = StringIO()
    call_command("rebuild_snapshots", "--check", stdout=out)
    WeekSnapshot.objects.filter(week_start="2020-03-16").update(toil=1.0)

    with pytest.raises(CommandError, match=r"1 of them differ .*: sre 2020-W12$"):
        call_command("rebuild_snapshots", "--check", "--team", "sre")
    with pytest.raises(CommandError, match="There is no team"):
        call_command("rebuild_snapshots", "--team", "none")
    call_command("rebuild_snapshots", "--team", "sre", stdout=out)

    assert "5 kept weeks, 0 of them differ" in out.getvalue()
    assert series(team) == [40.0] * WEEKS
    call_command("rebuild_snapshots", "--check", stdout=out)


def test_the_worker_keeps_what_is_missing_and_takes_out_what_was_edited(team: Team) -> None:
    drop_weeks()

    keep_past_weeks()
    kept = set(WeekSnapshot.objects.values_list("pk", flat=True))
    Stay.objects.update(ended_at=datetime(2020, 4, 8, 13, tzinfo=UTC))
    keep_past_weeks()

    assert kept
    assert not PastEdit.objects.exists()
    assert WeekSnapshot.objects.get(week_start="2020-04-06").toil == 20.0
    assert kept & set(WeekSnapshot.objects.values_list("pk", flat=True))


def test_a_zone_that_is_not_known_keeps_no_other_team_from_its_weeks(team: Team) -> None:
    other, out = TeamFactory(), StringIO()
    ItemFactory(column=ColumnFactory(board=BoardFactory(team=other)), created_at=FIRST)
    Calendar.objects.filter(team=team).update(timezone="Mars/Olympus")
    drop_weeks()

    keep_past_weeks()

    assert WeekSnapshot.objects.filter(team=other).exists()
    with pytest.raises(CommandError, match="weeks of some teams cannot be told: sre: "):
        call_command("rebuild_snapshots", stdout=out)
    assert WeekSnapshot.objects.filter(team=other).exists()


def test_of_a_week_that_is_not_over_the_days_that_are_can_be_read(team: Team) -> None:
    thursday = datetime(2020, 4, 9, 5, tzinfo=UTC)
    drop_weeks()
    keep_weeks(team=team, at=thursday)
    period = Period(date(2020, 4, 3), date(2020, 4, 9), "UTC")

    with CaptureQueriesContext(connection) as queries:
        days = hours_of_days(teams=[team], periods={team.pk: period}, at=thursday)[team.pk]
    of_part = WeekSnapshot.objects.get(week_start="2020-04-06")
    [week] = weekly_series(team=team, weeks=1, at=LAST, until=UNTIL)

    assert [day.effort.toil for day in days] == [8, 0, 0, 8, 8, 8]
    assert len(queries) == 2
    assert (len(of_part.days), of_part.toil, week.effort.toil) == (3, 24.0, 40.0)
    keep_all([team])
    assert WeekSnapshot.objects.get(week_start="2020-04-06").toil == 40.0
