"""The list of my teams: most in need first, only what one may see, and no more queries for more teams."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from teams.models import Person, Team, User
from tests.factories import MembershipFactory, TeamFactory
from tests.reports.rows import BoardFactory, ColumnFactory, ItemFactory, StayFactory


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.fixture(autouse=True)
def wednesday_after_the_week() -> Any:
    with time_machine.travel(at(18, 12), tick=False):
        yield


def give_work(team: Team, person: Person, *, toil: int, engineering: int) -> None:
    """Let a person work so many hours from Monday morning on toil, then on engineering."""
    column = ColumnFactory(board=BoardFactory(team=team))
    ends = at(9, 9 + toil)
    for name, start, end in (("toil", at(9, 9), ends), ("engineering", ends, ends + timedelta(hours=engineering))):
        if start < end:
            StayFactory(
                item=ItemFactory(column=column, classification=name), assignee=person, started_at=start, ended_at=end
            )


def make_team(user: User, name: str, *, toil: int, engineering: int) -> Team:
    team = TeamFactory(name=name, slug=name.lower())
    MembershipFactory(team=team, person=user.person)
    give_work(team, MembershipFactory(team=team).person, toil=toil, engineering=engineering)
    return team


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def test_teams_stand_in_the_order_of_their_need(client: Client, alice: User) -> None:
    make_team(alice, "Calm", toil=0, engineering=8)
    make_team(alice, "Fair", toil=1, engineering=31)
    make_team(alice, "Worst", toil=7, engineering=1)
    make_team(alice, "Bad", toil=2, engineering=6)
    client.force_login(alice)

    response = client.get("/")

    assert [row.team.name for row in response.context["rows"]] == ["Worst", "Bad", "SRE", "Calm", "Fair"]
    shown = text_of(response)
    assert "2 of 4 teams were above their target last week." in shown
    assert "87.5 %" in shown
    assert "above the target" in shown
    assert shown.count('class="spark') == 5
    assert 'href="/t/worst/"' in shown


def test_one_team_is_told_by_its_name(client: Client, team: Team, alice: User) -> None:
    give_work(team, alice.person, toil=2, engineering=6)
    client.force_login(alice)

    assert "SRE had 25.0 % toil last week, above the target." in text_of(client.get("/"))


def test_no_team_above_its_target_is_good_news(client: Client, team: Team, alice: User) -> None:
    give_work(team, alice.person, toil=0, engineering=6)
    make_team(alice, "Calm", toil=0, engineering=8)
    client.force_login(alice)

    assert "No team was above its target last week." in text_of(client.get("/"))


def test_other_peoples_teams_are_not_listed(client: Client, alice: User, charlie: User) -> None:
    client.force_login(charlie)

    assert [row.team.slug for row in client.get("/").context["rows"]] == ["strangers"]


def test_a_viewer_sees_the_list_without_the_button_to_create(client: Client, bob: User) -> None:
    client.force_login(bob)

    shown = text_of(client.get("/"))

    assert "SRE" in shown
    assert "Create a team" not in shown


def test_a_superuser_sees_every_team_and_may_create_one(client: Client, team: Team, charlie: User, root: User) -> None:
    client.force_login(root)

    response = client.get("/")

    assert {row.team.slug for row in response.context["rows"]} == {"sre", "strangers"}
    assert 'href="/administration/teams/new/"' in text_of(response)


def test_a_superuser_of_an_empty_house_is_told_how_to_begin(client: Client, root: User) -> None:
    client.force_login(root)

    shown = text_of(client.get("/"))

    assert "Begin with a team" in shown
    assert "Try with sample data" in shown


def test_who_is_in_no_team_is_told_whom_to_ask(client: Client, team: Team, charlie: User) -> None:
    charlie.person.memberships.all().delete()
    client.force_login(charlie)

    assert "You are in no team yet" in text_of(client.get("/"))


def test_who_is_not_signed_in_is_asked_to(client: Client, db: None) -> None:
    response = client.get("/")

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_the_list_only_answers_reading(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert client.post("/").status_code == 405


def test_more_teams_cost_no_more_queries(client: Client, alice: User) -> None:
    client.force_login(alice)
    make_team(alice, "First", toil=1, engineering=7)
    client.get("/")
    with CaptureQueriesContext(connection) as few:
        client.get("/")

    for number in range(6):
        make_team(alice, f"More{number}", toil=number, engineering=8)
    with CaptureQueriesContext(connection) as many:
        client.get("/")

    assert len(many) == len(few)


def test_the_list_is_sorted_as_asked_for(client: Client, alice: User) -> None:
    make_team(alice, "Calm", toil=0, engineering=8)
    make_team(alice, "Worst", toil=7, engineering=1)
    make_team(alice, "Bad", toil=2, engineering=6)
    client.force_login(alice)

    def order(sort: str) -> list[str]:
        return [row.team.name for row in client.get(f"/?sort={sort}").context["rows"]]

    assert order("name") == ["Bad", "Calm", "SRE", "Worst"]
    assert order("-name") == ["Worst", "SRE", "Calm", "Bad"]
    assert order("share") == ["Worst", "Bad", "Calm", "SRE"]
    assert order("budget")[0] == "Worst"
    assert order("people") == order("need") == order("")
    shown = text_of(client.get("/?sort=share"))
    assert 'aria-sort="descending"><a class="teams-sort" href="?sort=-share">' in shown
    assert shown.count("aria-sort") == 1


def test_each_team_has_its_unclassified_work_and_its_budget(client: Client, team: Team, alice: User) -> None:
    give_work(team, alice.person, toil=2, engineering=6)
    ItemFactory(column=team.boards.get().columns.get())
    client.force_login(alice)

    [row] = client.get("/").context["rows"]
    shown = text_of(client.get("/"))

    assert row.unclassified == 1
    assert '<a href="/t/sre/triage/">1</a>' in shown
    assert row.budget.used == 2.0
    assert row.is_burning
    assert "burns at 2.5×" in shown
    assert "All together" not in shown


def test_a_sum_counts_a_person_once_in_the_capacity(client: Client, team: Team, alice: User) -> None:
    give_work(team, alice.person, toil=1, engineering=7)
    other = TeamFactory(slug="web", name="Web")
    MembershipFactory(team=other, person=alice.person)
    MembershipFactory(team=other)
    client.force_login(alice)

    total = client.get("/").context["total"]

    assert total.toil.share == 0.125
    assert total.toil.coverage == 8 / 80  # two people, though the teams have three members
    assert "All together" in text_of(client.get("/"))
