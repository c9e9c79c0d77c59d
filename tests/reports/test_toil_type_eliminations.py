"""Toil types by week, what to remove next, and what was gained: from stays to what the page says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from boards.models import Column, Elimination, EliminationItem, Item, Stage, ToilType
from boards.services.eliminations import (
    EliminationDoneError,
    EliminationGoneError,
    add_part,
    plan_elimination,
    withdraw_elimination,
)
from reports.elimination import Saving
from reports.events import EventKind, events_of_team
from reports.services.eliminations import PlannedAgainError, TooFewWeeksError, eliminate, take_back
from reports.toil_types import gains_of, weekly_toil_types, what_to_remove_next
from teams.actors import SYSTEM
from teams.errors import InvalidError
from teams.models import Person, Team, User
from tests.factories import MembershipFactory, TeamFactory, ToilTypeFactory
from tests.reports.rows import BoardFactory, ColumnFactory, ItemFactory, StayFactory, WorkLogFactory

MONDAY = datetime(2026, 8, 3, tzinfo=UTC)  # of 2026-W32
AT = datetime(2026, 9, 30, 12, tzinfo=UTC)  # a Wednesday, W40


@pytest.fixture
def column(team: Team) -> Column:
    return ColumnFactory(board=BoardFactory(team=team), stage=Stage.ACTIVE)


@pytest.fixture
def person(team: Team) -> Person:
    return MembershipFactory(team=team).person


def work(column: Column, person: Person, week: int, hours: float, **fields: Any) -> Item:
    """An item on which the person works so long from 09:00 of the Monday of the week with that number after W32."""
    start = MONDAY + timedelta(weeks=week, hours=9)
    item = ItemFactory(column=column, created_at=start, **fields)
    StayFactory(item=item, assignee=person, started_at=start, ended_at=start + timedelta(hours=hours))
    return item


@pytest.fixture
def disk_full(team: Team, column: Column, person: Person) -> ToilType:
    """A toil type that took 6 hours in each of the weeks W32 to W39, and 2 in W40 so far."""
    toil_type = ToilTypeFactory(team=team, name="Disk full")
    for week in range(8):
        work(column, person, week, 6, toil_type=toil_type, classification="toil")
    work(column, person, 8, 2, toil_type=toil_type, classification="toil")
    return toil_type


def plan(toil_type: ToilType, **fields: Any) -> Elimination:
    given = {"way": "automate", "build_hours": 40.0, "residual_hours": 0.5, "upkeep_hours": 0.5, **fields}
    return plan_elimination(toil_type=toil_type, plan=given, by=SYSTEM, at=AT)


def test_a_type_has_hours_items_and_people_in_each_week(team: Team, column: Column, disk_full: ToilType) -> None:
    other = MembershipFactory(team=team).person
    work(column, other, 7, 1, toil_type=disk_full, classification="toil")
    work(column, other, 7, 1, classification="toil")
    work(column, other, 6, 4, toil_type=disk_full, classification="engineering")
    ItemFactory(column=column, toil_type=disk_full)

    weeks = weekly_toil_types(team=team, weeks=3, at=AT)[disk_full.pk]

    assert [str(week) for week in weeks.weeks] == ["2026-W37", "2026-W38", "2026-W39"]
    assert [(week.hours, week.items, week.people) for week in weeks.figures] == [(6, 1, 1), (6, 1, 1), (6.5, 2, 2)]


def test_what_pays_most_comes_first_and_what_is_gone_not_at_all(
    team: Team, column: Column, person: Person, disk_full: ToilType
) -> None:
    access, cert, gone = (ToilTypeFactory(team=team, name=name) for name in ("Access", "Certificate", "Gone"))
    for day, (toil_type, hours) in enumerate([(access, 2), (cert, 1), (gone, 7)]):
        for week in range(5, 8):
            start = MONDAY + timedelta(weeks=week, days=1 + day, hours=9)
            item = ItemFactory(column=column, created_at=start, toil_type=toil_type, classification="toil")
            StayFactory(item=item, assignee=None, started_at=start, ended_at=start + timedelta(hours=hours))
    plan(disk_full)
    plan(cert, build_hours=100.0)
    Elimination.objects.create(
        toil_type=gone, way="reject", created_at=AT, eliminated_at=AT, baseline_hours=7, baseline_weeks=8
    )

    found = what_to_remove_next(team=team, at=AT)

    assert [(each.toil_type.name, round(each.worth, 6)) for each in found] == [
        ("Disk full", 220.0),
        ("Access", 104.0),
        ("Certificate", 52 * (1 - 1) - 100.0),
    ]
    assert (found[0].weekly, found[0].weekly_items, found[0].break_even_weeks) == (6.0, 1.0, 8.0)
    assert (found[1].break_even_weeks, found[1].is_rough) == (None, True)
    assert found[2].break_even_weeks is None


def test_more_types_cost_no_more_queries(team: Team, column: Column, person: Person, disk_full: ToilType) -> None:
    with CaptureQueriesContext(connection) as few:
        what_to_remove_next(team=team, at=AT)
    for number in range(5):
        work(column, person, 6, 1, toil_type=ToilTypeFactory(team=team), classification="toil", service=f"s{number}")
    with CaptureQueriesContext(connection) as many:
        what_to_remove_next(team=team, at=AT)

    assert len(many) == len(few)


def test_the_baseline_is_frozen_when_it_is_eliminated(team: Team, disk_full: ToilType) -> None:
    done = eliminate(elimination=plan(disk_full), by=SYSTEM, at=AT)
    Item.objects.filter(toil_type=disk_full).update(toil_type=None)

    again = eliminate(elimination=done, by=SYSTEM, at=AT + timedelta(days=30))

    assert (again.baseline_hours, again.baseline_weeks, again.eliminated_at) == (6.0, 8, AT)
    [event] = events_of_team(team=team, start=AT, end=AT + timedelta(days=1))
    assert (event.kind, event.short) == (EventKind.ELIMINATED, "“Disk full” eliminated")
    assert event.url == f"/t/sre/toil-types/{disk_full.pk}/elimination/"


def test_it_must_have_been_seen_for_four_weeks(team: Team, disk_full: ToilType) -> None:
    elimination = plan(disk_full)

    with pytest.raises(TooFewWeeksError, match="3 full weeks; at least 4"):
        eliminate(elimination=elimination, by=SYSTEM, at=MONDAY + timedelta(weeks=3, days=2))

    done = eliminate(elimination=elimination, by=SYSTEM, at=MONDAY + timedelta(weeks=4, hours=1))
    assert (done.baseline_hours, done.baseline_weeks) == (6.0, 4)


def test_what_was_gained_is_told_after_four_weeks(
    team: Team, column: Column, person: Person, disk_full: ToilType
) -> None:
    elimination = plan(disk_full)
    built = work(column, person, 8, 5, classification="engineering")
    cared = work(column, person, 10, 5, classification="engineering")
    logged_from = MONDAY + timedelta(weeks=10, hours=9)
    WorkLogFactory(item=cared, person=person, started_at=logged_from, ended_at=logged_from + timedelta(hours=3))
    add_part(elimination=elimination, item=built, part="build", by=SYSTEM, at=AT)
    add_part(elimination=elimination, item=cared, part="upkeep", by=SYSTEM, at=AT)
    done = eliminate(elimination=elimination, by=SYSTEM, at=AT)
    work(column, person, 11, 2, toil_type=disk_full, classification="toil")

    [early] = gains_of(team=team, eliminations=[done], at=AT + timedelta(weeks=3))
    [later] = gains_of(team=team, eliminations=[done], at=AT + timedelta(weeks=5))

    assert (early.weeks_over, early.savings[0]) == (2, Saving(4, None))
    assert later.weeks_over == 4
    assert later.spent == [0.0, 0.0, 2.0, 0.0]
    assert later.upkeep == [0.0, 3.0, 0.0, 0.0]
    assert later.savings[0] == Saving(4, 6.0 * 4 - 2.0 - 3.0)
    assert later.built == pytest.approx(4.0)  # it shared two hours with the last of the toil


def test_it_can_be_taken_back_unless_it_is_planned_again(disk_full: ToilType) -> None:
    done = eliminate(elimination=plan(disk_full), by=SYSTEM, at=AT)
    with pytest.raises(EliminationDoneError):
        withdraw_elimination(elimination=done, by=SYSTEM, at=AT)
    other = plan(disk_full, way="replace")

    with pytest.raises(PlannedAgainError):
        take_back(elimination=done, by=SYSTEM, at=AT)
    withdraw_elimination(elimination=other, by=SYSTEM, at=AT)
    back = take_back(elimination=done, by=SYSTEM, at=AT)

    assert (back.eliminated_at, back.baseline_hours, back.way) == (None, None, "automate")


def test_what_somebody_else_gave_up_is_told_and_giving_it_up_again_is_done(disk_full: ToilType) -> None:
    elimination = plan(disk_full)
    same = Elimination.objects.select_related("toil_type__team").get()
    item = disk_full.items.first()
    withdraw_elimination(elimination=elimination, by=SYSTEM, at=AT)

    withdraw_elimination(elimination=same, by=SYSTEM, at=AT)
    with pytest.raises(EliminationGoneError):
        eliminate(elimination=same, by=SYSTEM, at=AT)
    with pytest.raises(EliminationGoneError):
        take_back(elimination=same, by=SYSTEM, at=AT)
    Item.objects.filter(pk=item.pk).update(toil_type=None)
    with pytest.raises(EliminationGoneError):
        add_part(elimination=same, item=Item.objects.get(pk=item.pk), part="build", by=SYSTEM, at=AT)


@pytest.mark.django_db(transaction=True)
def test_the_weeks_are_computed_before_anything_is_locked(disk_full: ToilType) -> None:
    elimination, locked = plan(disk_full), []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if connection.in_atomic_block:
            locked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        eliminate(elimination=elimination, by=SYSTEM, at=AT)

    assert any("UPDATE" in sql for sql in locked)
    assert not [sql for sql in locked if "boards_stay" in sql]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("way", "magic"),
        ("build_hours", -1.0),
        ("residual_hours", float("nan")),
        ("upkeep_hours", 1e9),
        ("document_url", "javascript:alert(1)"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(disk_full: ToilType, field: str, value: object) -> None:
    with pytest.raises(InvalidError) as refused:
        plan(disk_full, **{field: value})

    assert list(refused.value.fields) == [field]
    assert not Elimination.objects.exists()


def test_only_items_of_the_team_that_are_not_the_toil_itself_take_part(
    team: Team, column: Column, person: Person, disk_full: ToilType
) -> None:
    elimination = plan(disk_full)
    stranger = ItemFactory(column=ColumnFactory(board=BoardFactory(team=TeamFactory())))

    for item in (stranger, disk_full.items.first()):
        with pytest.raises(InvalidError):
            add_part(elimination=elimination, item=item, part="build", by=SYSTEM, at=AT)
    mine = work(column, person, 1, 1)
    add_part(elimination=elimination, item=mine, part="build", by=SYSTEM, at=AT)
    add_part(elimination=elimination, item=mine, part="upkeep", by=SYSTEM, at=AT)

    assert list(EliminationItem.objects.values_list("item", "part")) == [(mine.pk, "upkeep")]


# The pages


@pytest.fixture
def page(disk_full: ToilType) -> str:
    return f"/t/sre/toil-types/{disk_full.pk}/elimination/"


@pytest.fixture(autouse=True)
def now(time_machine_at: None) -> None:
    """All pages are looked at on the same Wednesday."""


@pytest.fixture
def time_machine_at() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def test_a_member_plans_carries_out_and_takes_back(
    client: Client, mallory: User, page: str, disk_full: ToilType, column: Column
) -> None:
    client.force_login(mallory)
    builds = ItemFactory(column=column, external_id="OPS-17", title="Rotate the logs")
    before = text_of(client.get(page))
    given = {"way": "automate", "build_hours": "40", "residual_hours": "0.5", "upkeep_hours": "0.5"}

    planned = client.post(page + "plan/", given)
    plan_pk = Elimination.objects.get().pk
    added = client.post(f"{page}{plan_pk}/items/add/", {"item": "OPS-17", "part": "build"})
    in_plan = text_of(client.get(page))
    listed = text_of(client.get("/t/sre/toil-types/"))
    done = client.post(f"{page}{plan_pk}/carry-out/")
    after = text_of(client.get(page))

    assert "It takes 6 h a week, 312 h a year." in before
    assert [answer.status_code for answer in (planned, added, done)] == [302] * 3
    assert "what is planned pays after 8 weeks and brings 220 h in the first year" in in_plan
    assert "Rotate the logs" in in_plan
    assert 'Automate it <span class="muted">pays after 8 weeks</span>' in listed
    assert "Eliminated on 30 Sep 2026" in after
    assert "Before, it took 6 h a week (mean of 8 weeks)." in after
    assert Elimination.objects.get().eliminated_by == mallory.person
    assert "Disk full" in text_of(client.get("/t/sre/toil-types/"))

    client.post(f"{page}{plan_pk}/take-back/")
    client.post(f"{page}items/{EliminationItem.objects.get().pk}/remove/")
    client.post(f"{page}{plan_pk}/withdraw/")

    assert builds.eliminations.count() == 0
    assert not Elimination.objects.exists()


@pytest.mark.parametrize(
    ("address", "given", "told"),
    [
        ("plan/", {"way": "automate", "build_hours": "-1"}, "greater than or equal to 0"),
        ("plan/", {"way": ""}, "This field is required"),
        ("plan/", {"way": "automate", "document_url": "ftp://x"}, "Give a whole address"),
        ("{plan}/items/add/", {"item": "99999999999999999999", "part": "build"}, "The team has no item “99999"),
        ("{plan}/items/add/", {"item": "OPS-99", "part": "build"}, "The team has no item “OPS-99”"),
    ],
)
def test_what_cannot_be_is_said_in_the_form(
    client: Client, mallory: User, page: str, disk_full: ToilType, address: str, given: dict[str, str], told: str
) -> None:
    client.force_login(mallory)
    elimination = plan(disk_full)

    answer = client.post(page + address.format(plan=elimination.pk), given)

    assert answer.status_code == 422
    assert told in text_of(answer)


def test_too_few_weeks_are_told_on_the_page(client: Client, mallory: User, team: Team) -> None:
    fresh = ToilTypeFactory(team=team)
    elimination = plan(fresh)
    client.force_login(mallory)

    answer = client.post(f"/t/sre/toil-types/{fresh.pk}/elimination/{elimination.pk}/carry-out/")

    assert answer.status_code == 422
    assert "seen in 0 full weeks; at least 4" in text_of(answer)


def test_a_viewer_looks_and_changes_nothing(client: Client, bob: User, page: str, disk_full: ToilType) -> None:
    client.force_login(bob)
    elimination = plan(disk_full)

    shown = client.get(page)

    assert shown.status_code == 200
    assert "<form" not in shown.content.decode().partition("<main")[2].partition("</main>")[0]
    assert client.get("/t/sre/toil-types/").status_code == 200
    for address in ("plan/", *(f"{elimination.pk}/{name}/" for name in ("withdraw", "carry-out", "items/add"))):
        assert client.post(page + address).status_code == 403


def test_strangers_find_nothing_and_who_is_signed_out_signs_in(client: Client, charlie: User, page: str) -> None:
    assert client.get(page).status_code == 302
    client.force_login(charlie)
    for address in (page, "/t/sre/toil-types/"):
        assert client.get(address).status_code == 404
    assert client.post(page + "plan/").status_code == 404
    assert client.post(f"/t/strangers/toil-types/{page.split('/')[4]}/elimination/plan/").status_code == 404


def test_wrong_methods_are_refused(client: Client, mallory: User, page: str) -> None:
    client.force_login(mallory)

    assert client.get(page + "plan/").status_code == 405
    assert client.post(page).status_code == 405


def test_a_team_without_toil_is_told_what_to_do(client: Client, mallory: User) -> None:
    client.force_login(mallory)

    assert "No toil type took any hours lately" in text_of(client.get("/t/sre/toil-types/"))
