"""The team page: what it says of a week, who may see it, and that more work costs no more queries."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from boards.models import Column, Item, ToilType
from teams.actors import SYSTEM
from teams.models import Membership, Person, Team, User
from teams.services.teams import TeamSettings, change_team
from tests.factories import MembershipFactory, TeamFactory
from tests.reports.rows import BoardFactory, ColumnFactory, ItemFactory, StayFactory, WorkLogFactory

PAGE = "/t/sre/"


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.fixture(autouse=True)
def wednesday_after_the_week() -> Any:
    with time_machine.travel(at(18, 12), tick=False):
        yield


@pytest.fixture
def column(team: Team) -> Column:
    """The team's column for what is being worked on."""
    return ColumnFactory(board=BoardFactory(team=team))


@pytest.fixture
def engineer(alice: User) -> Person:
    """The one who did all the work."""
    return alice.person


@pytest.fixture
def reader(client: Client, alice: User) -> Client:
    """A browser in which alice is signed in."""
    client.force_login(alice)
    return client


def work(column: Column, person: Person, start: datetime, end: datetime | None, name: str, **fields: Any) -> Item:
    """An item that stood in the column from start to end."""
    item: Item = ItemFactory(column=column, classification=name, **fields)
    StayFactory(item=item, assignee=person, started_at=start, ended_at=end)
    return item


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def test_the_page_opens_with_the_verdict_on_the_last_full_week(
    reader: Client, column: Column, engineer: Person
) -> None:
    work(column, engineer, at(9, 9), at(9, 17), "toil", service="postgres")
    work(column, engineer, at(10, 9), at(12, 17), "engineering", service="postgres")

    response = reader.get(PAGE)

    shown = text_of(response)
    assert response.status_code == 200
    assert (
        'Toil was <span class="hot nowrap">25.0 %</span> of classified work, above the '
        '<span class="nowrap">5–10 %</span> target; <span class="q">80 % of capacity is explained.</span>' in shown
    )
    assert "week 46, 9–15 Nov 2026" in shown
    assert "everything has a class" in shown
    assert "32 of 40 h have an entry" in shown


def test_the_figures_tell_bounds_change_and_what_has_no_class(reader: Client, column: Column, engineer: Person) -> None:
    work(column, engineer, at(2, 9), at(2, 13), "toil")
    work(column, engineer, at(9, 9), at(9, 10), "toil")
    work(column, engineer, at(9, 10), at(10, 17), "engineering")
    work(column, engineer, at(11, 9), at(11, 11), "unclassified")

    shown = text_of(reader.get(PAGE))

    assert "could be 5.6–16.7 % (2 h unclassified)" in shown
    assert "less:</span> 3 h</span> on week 45" in shown
    assert "about 1 minute" in shown
    assert "The verdict is not certain" in shown


def test_the_charts_show_their_weeks_and_have_a_table_each(reader: Client, column: Column, engineer: Person) -> None:
    work(column, engineer, at(9, 9), at(9, 17), "toil", service="postgres")

    shown = text_of(reader.get(PAGE))

    assert "Toil share per week, 26 weeks. W46 100.0 %" in shown
    assert shown.count('<details class="astable">') == 6
    assert shown.count('role="img"') >= 6
    assert 'data-tip="W46: 100.0 % (100 %), 8 h of toil"' in shown
    assert "postgres: toil 8 h" in shown


def test_toil_is_summed_by_its_type_and_the_rest_stands_by_title(
    reader: Client, team: Team, column: Column, engineer: Person
) -> None:
    disk = ToilType.objects.create(team=team, name="Disk full", service="postgres")
    work(column, engineer, at(9, 9), at(9, 12), "toil", toil_type=disk)
    work(column, engineer, at(9, 12), at(9, 15), "toil", toil_type=disk)
    work(column, engineer, at(9, 15), at(9, 16), "toil", title="Rotate a key")

    response = reader.get(PAGE)

    causes = response.context["page"].causes
    assert [(cause.name, cause.hours, cause.items) for cause in causes] == [
        ("Disk full", 6.0, 2),
        ("Rotate a key", 1.0, 1),
    ]
    assert "“Disk full” causes 86 % of it" in text_of(response)


def test_a_week_is_chosen_in_the_address(reader: Client, column: Column, engineer: Person) -> None:
    work(column, engineer, at(2, 9), at(2, 17), "engineering")

    shown = text_of(reader.get(PAGE + "?week=2026-W45&weeks=12"))

    assert "week 45, 2–8 Nov 2026" in shown
    assert "below the" in shown
    assert 'href="?week=2026-W44&amp;weeks=12"' in shown
    assert 'href="?week=2026-W46&amp;weeks=12"' in shown
    assert 'href="?week=2026-W45&amp;weeks=12" aria-current="true"' in shown


def test_the_current_week_is_shown_as_far_as_it_is_over(reader: Client, column: Column, engineer: Person) -> None:
    work(column, engineer, at(16, 9), at(16, 11), "toil")
    work(column, engineer, at(16, 11), None, "engineering")

    response = reader.get(PAGE + "?week=2026-W47")

    shown = text_of(response)
    assert "Toil is" in shown
    assert "week 47 so far" in shown
    assert "so far; week 46 had 0 h" in shown
    assert 'rel="next"' not in shown
    assert response.context["page"].now.capacity == 8 + 8 + 3


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("week=yesterday", "“yesterday” is not a week; write it like “2026-W46”."),
        ("week=2026-W60", "“2026-W60” is not a week"),
        ("week=2026-W48", "Week 2026-W48 has not begun yet."),
        ("weeks=13", "The trend can show 12, 26 or 52 weeks."),
        ("weeks=%F0%9F%92%A3", "The trend can show 12, 26 or 52 weeks."),
        ("week=%00", "is not a week"),
    ],
)
def test_an_address_that_makes_no_sense_is_told_so_and_shows_the_usual(
    reader: Client, column: Column, query: str, sentence: str
) -> None:
    ItemFactory(column=column)

    response = reader.get(f"{PAGE}?{query}")

    assert response.status_code == 200
    assert sentence in text_of(response)
    assert "week 46, 9–15 Nov 2026" in text_of(response)


def test_weeks_of_two_years_are_named_by_their_own(reader: Client, column: Column) -> None:
    ItemFactory(column=column)

    shown = text_of(reader.get(PAGE + "?week=2026-W01"))

    assert "week 1, 29 Dec – 4 Jan 2026" in shown
    assert 'href="?week=2025-W52&amp;weeks=26"' in shown


def test_a_team_without_items_is_told_how_to_begin(reader: Client) -> None:
    shown = text_of(reader.get(PAGE))

    assert "Bring in the work your team does" in shown
    assert "Target for this team: 5–10 % toil." in shown
    assert "Key figures" not in shown


def test_a_viewer_of_a_team_without_items_is_not_offered_what_they_may_not_do(client: Client, bob: User) -> None:
    client.force_login(bob)

    shown = text_of(client.get(PAGE))

    assert "A member of the team can import tickets" in shown
    assert 'class="choice"' not in shown
    assert "Change the target" not in shown


def test_a_team_without_members_is_told_that_it_has_no_capacity(client: Client, root: User) -> None:
    team = TeamFactory(slug="ghosts")
    column = ColumnFactory(board=BoardFactory(team=team))
    ItemFactory(column=column)
    client.force_login(root)

    shown = text_of(client.get("/t/ghosts/"))

    assert "Nobody is a member of this team, so it has no capacity." in shown
    assert "nobody had working time" in shown


def test_items_without_hours_explain_where_hours_come_from(reader: Client, column: Column) -> None:
    ItemFactory(column=column)

    shown = text_of(reader.get(PAGE))

    assert "No work was classified, so there is no toil share" in shown
    assert "No hours in these weeks" in shown


def test_hours_without_a_class_lead_to_triage(reader: Client, column: Column, engineer: Person) -> None:
    work(column, engineer, at(9, 9), at(9, 17), "unclassified")

    shown = text_of(reader.get(PAGE))

    assert "No work was classified, so there is no toil share" in shown
    assert 'href="/t/sre/triage/">Classify them</a>' in shown


@pytest.mark.parametrize("denominator", ["classified", "tracked", "engineering", "capacity"])
def test_every_denominator_is_named(
    reader: Client, team: Team, column: Column, engineer: Person, denominator: str
) -> None:
    Team.objects.filter(pk=team.pk).update(denominator=denominator)
    work(column, engineer, at(9, 9), at(9, 17), "toil")
    work(column, engineer, at(10, 9), at(10, 17), "overhead")

    shown = text_of(reader.get(PAGE))

    words = {"classified": "16 h", "tracked": "16 h", "engineering": "8 h", "capacity": "40 h"}
    names = {"engineering": "toil and engineering", "capacity": "capacity"}
    assert f"<small>of {words[denominator]}</small>" in shown
    assert f"Toil share of {names.get(denominator, denominator + ' work')}</h2>" in shown


@pytest.mark.parametrize("address", [PAGE, "/t/sre/gauge/"])
def test_who_is_not_signed_in_is_asked_to(client: Client, team: Team, address: str) -> None:
    response = client.get(address)

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("address", [PAGE, "/t/sre/gauge/"])
def test_to_a_stranger_the_page_does_not_exist(client: Client, team: Team, charlie: User, address: str) -> None:
    client.force_login(charlie)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", [PAGE, "/t/sre/gauge/"])
def test_a_viewer_may_look(client: Client, bob: User, column: Column, address: str) -> None:
    ItemFactory(column=column)
    client.force_login(bob)

    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", [PAGE, "/t/sre/gauge/"])
def test_the_pages_only_answer_reading(reader: Client, address: str) -> None:
    assert reader.post(address).status_code == 405
    assert reader.head(address).status_code == 200


def test_more_work_costs_no_more_queries(reader: Client, team: Team, column: Column, engineer: Person) -> None:
    def some_more(count: int) -> None:
        other = ColumnFactory(board=BoardFactory(team=team))
        for index in range(count):
            person = MembershipFactory(team=team).person
            item = work(other, person, at(9, 9), at(10, 9), "toil", service=f"service {index}")
            WorkLogFactory(item=item, person=engineer, started_at=at(11, 9), ended_at=at(11, 10))

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            reader.get(PAGE)
        return len(queries)

    some_more(1)
    reader.get(PAGE)
    few = cost()
    some_more(12)

    assert cost() == few
    assert few < 70


def test_the_gauge_shows_the_week_so_far_and_is_kept_for_some_seconds(
    reader: Client, column: Column, engineer: Person
) -> None:
    work(column, engineer, at(16, 9), at(16, 11), "toil")
    work(column, engineer, at(16, 11), at(18, 12), "engineering")

    first = text_of(reader.get("/t/sre/gauge/"))
    Item.objects.filter(classification="toil").update(classification="engineering")
    with CaptureQueriesContext(connection) as queries:
        second = text_of(reader.get("/t/sre/gauge/"))

    assert "10.5 %" in first
    assert "Toil · W47 so far" in first
    assert "<b>above</b>" in first
    assert "<html" not in first
    assert second == first
    assert len(queries) < 6


def test_a_gauge_without_work_is_a_dash(reader: Client) -> None:
    shown = text_of(reader.get("/t/sre/gauge/"))

    assert "–" in shown
    assert "no data yet" in shown
    assert 'class="mark"' not in shown


def test_a_member_who_left_long_ago_does_not_break_the_page(reader: Client, column: Column, engineer: Person) -> None:
    Membership.objects.filter(person=engineer).update(last_date=at(1).date() - timedelta(days=400))
    work(column, engineer, at(9, 9), at(9, 17), "toil")

    assert "nobody had working time" in text_of(reader.get(PAGE))


def test_any_days_can_be_shown_beside_the_days_before(reader: Client, column: Column, engineer: Person) -> None:
    work(column, engineer, at(5, 9), at(5, 13), "toil")
    work(column, engineer, at(9, 9), at(9, 11), "toil")
    work(column, engineer, at(9, 11), at(9, 17), "engineering")

    shown = text_of(reader.get(PAGE + "?from=2026-11-08&to=2026-11-10&compare=1"))

    assert "3 days, 8–10 Nov 2026" in shown
    assert 'Toil was <span class="hot nowrap">25.0 %</span>' in shown
    assert "Down from 100.0 % in the 3 days before" in shown
    assert "3 days beside the 3 days before" in shown
    assert "−2 h" in shown


def test_the_denominator_can_be_switched_in_the_address(reader: Client, column: Column, engineer: Person) -> None:
    work(column, engineer, at(9, 9), at(9, 17), "toil")

    shown = text_of(reader.get(PAGE + "?denominator=capacity"))

    assert "Toil share of capacity" in shown
    assert 'Toil was <span class="hot nowrap">20.0 %</span> of capacity' in shown
    assert "denominator=capacity" in shown


def test_what_to_do_names_the_type_to_remove_first(
    reader: Client, team: Team, column: Column, engineer: Person
) -> None:
    disk = ToilType.objects.create(team=team, name="Disk full")
    work(column, engineer, at(9, 9), at(9, 17), "toil", toil_type=disk)
    work(column, engineer, at(10, 9), at(13, 17), "engineering")

    shown = text_of(reader.get(PAGE))

    assert "Remove “Disk full” first: it takes 8 h a week, 100 % of the toil, and more and more." in shown
    assert "The target is exceeded by 4 h a week." in shown
    assert f"/t/sre/toil-types/{disk.pk}/elimination/" in shown
    assert shown.count('href="/t/sre/toil-types/"') == 2  # beside what to do, and at the table of toil types


def test_what_to_do_asks_for_what_the_verdict_hangs_on(reader: Client, column: Column, engineer: Person) -> None:
    work(column, engineer, at(9, 9), at(9, 11), "toil")
    work(column, engineer, at(9, 11), at(11, 17), "engineering")
    work(column, engineer, at(12, 9), at(12, 17), "unclassified")

    shown = text_of(reader.get(PAGE))

    assert "Classify what has no class: the verdict hangs on these 8 h." in shown
    assert "/t/sre/hours/?from=2026-11-09&amp;to=2026-11-15&amp;class=unclassified" in shown


def test_little_recorded_work_is_said_before_the_share_is_believed(
    reader: Client, column: Column, engineer: Person
) -> None:
    work(column, engineer, at(9, 9), at(9, 17), "engineering")

    shown = text_of(reader.get(PAGE))

    assert "Only 20 % of capacity is explained: toil is more likely unrecorded than gone." in shown


def test_a_past_week_keeps_the_target_that_it_had_and_the_change_is_annotated(
    reader: Client, team: Team, column: Column, engineer: Person
) -> None:
    Team.objects.filter(pk=team.pk).update(created_at=at(1) - timedelta(days=90))
    team.refresh_from_db()
    work(column, engineer, at(2, 9), at(2, 17), "toil")
    work(column, engineer, at(3, 9), at(6, 17), "engineering")
    change_team(team=team, given=TeamSettings(target_high=0.5), by=SYSTEM, at=at(10, 9))

    before, now = (text_of(reader.get(f"{PAGE}?week=2026-{week}")) for week in ("W45", "W46"))

    assert 'above the <span class="nowrap">5–10 %</span> target' in before
    assert "The target was changed from 5–10 % to 5–50 %" in now
    assert "Target 5–50 %" in now


def test_the_budget_says_what_is_left_and_when_it_runs_out(reader: Client, column: Column, engineer: Person) -> None:
    work(column, engineer, at(9, 9), at(10, 17), "toil")
    work(column, engineer, at(11, 9), at(13, 17), "engineering")

    shown = text_of(reader.get(PAGE))

    assert "Toil budget, Q4" in shown
    assert "10 % of expected work" in shown
    assert "Burning 4.00×" in shown
    assert "of the quarter." in shown


def test_no_figure_of_one_person_stands_on_the_page(reader: Client, column: Column, engineer: Person) -> None:
    work(column, engineer, at(9, 9), at(9, 17), "toil")

    shown = reader.get(PAGE).content.decode().split("<main")[1].split("</main>")[0]

    assert engineer.email not in shown
    assert engineer.name not in shown
