"""What another stage of a column would do to past figures: shown before it is done, and then done as it was shown."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest

from boards import services
from reports.pages.stage import stage_preview
from reports.queries import toil_of_team
from teams.actors import SYSTEM
from tests.factories import MONDAY, BoardFactory, ItemFactory

NOW = datetime(2026, 11, 17, 12, tzinfo=UTC)
BOARD = "/t/sre/settings/boards/operations/"


@pytest.fixture
def columns(team, alice):
    """The columns of a board on which Alice has had toil in progress and engineering waiting for a week."""
    board = BoardFactory(team=team, name="Operations")
    columns = {column.name: column for column in board.columns.all()}
    for name, classification in (("In progress", "toil"), ("Waiting", "engineering")):
        fields = {"classification": classification, "assignee": alice.person}
        item = ItemFactory(column=columns["Backlog"], at=MONDAY, **fields)
        services.move_item(item=item, to=columns[name], by=SYSTEM, at=MONDAY)
    return columns


@pytest.fixture
def owner(client, alice, columns, time_machine):
    """Alice, signed in, in the week after."""
    time_machine.move_to(NOW, tick=False)
    client.force_login(alice)
    return client


def address(column, **asked):
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"{BOARD}columns/{column.pk}/stage/?{query}"


def post(client, column, **given):
    """Send the form of a column as it was shown before anything was changed."""
    shown = {"shown_name": column.name, "shown_stage": column.stage, "shown_wip_limit": ""}
    fields = {"name": column.name, "stage": column.stage, "wip_limit": "", **shown, **given}
    return client.post(f"{BOARD}columns/{column.pk}/change/", fields)


def share(team, weeks=4):
    end = datetime(2026, 11, 16, tzinfo=UTC).date()
    return toil_of_team(team=team, start=end.fromordinal(end.toordinal() - 7 * weeks), end=end, at=NOW).toil.share


def test_what_is_shown_is_what_then_happens(team, columns):
    waiting = columns["Waiting"]

    preview = stage_preview(team=team, column=waiting, stage="active", at=NOW)
    services.edit_column(column=waiting, name="Waiting", stage="active", wip_limit=None, by=SYSTEM, at=NOW)

    assert [shift.weeks for shift in preview.shifts] == [4, 26]
    for shift in preview.shifts:
        assert shift.before.toil.share == pytest.approx(1.0)
        assert shift.after.toil.share == pytest.approx(0.5)
        assert shift.after.toil.share == share(team, shift.weeks)
        assert not shift.is_same
    assert (preview.change.items, preview.change.stays, preview.change.restarted) == (1, 1, 1)


def test_a_column_that_is_active_no_more_takes_its_hours_along(team, columns):
    preview = stage_preview(team=team, column=columns["In progress"], stage="waiting", at=NOW)

    assert preview.shifts[0].before.effort.toil == pytest.approx(40.0)
    assert preview.shifts[0].after.effort.toil == 0
    assert share(team) == pytest.approx(1.0)


def test_a_change_between_stages_that_take_no_time_moves_no_share(team, columns):
    preview = stage_preview(team=team, column=columns["Waiting"], stage="queue", at=NOW)

    assert all(shift.is_same for shift in preview.shifts)


def test_the_page_shows_the_figures_and_its_form_changes_the_stage(owner, columns):
    waiting = columns["Waiting"]

    asked = post(owner, waiting, stage="active", name="In review", wip_limit="5")
    page = owner.get(asked.url)
    seen = page.context["seen"]
    answer = post(owner, waiting, stage="active", name="In review", wip_limit="5", seen=seen)

    text = page.content.decode()
    assert dict(parse_qsl(urlsplit(asked.url).query)) == {"name": "In review", "stage": "active", "wip_limit": "5"}
    assert "100.0\u00a0%" in text
    assert "50.0\u00a0%" in text
    assert answer.url == BOARD
    waiting.refresh_from_db()
    assert (waiting.name, waiting.stage, waiting.wip_limit) == ("In review", "active", 5)


def test_who_confirms_what_has_changed_meanwhile_is_shown_it_again(owner, columns):
    waiting = columns["Waiting"]
    seen = owner.get(address(waiting, stage="active")).context["seen"]
    services.place_column(column=columns["Done"], before=columns["Backlog"], by=SYSTEM, at=NOW)

    answer = post(owner, waiting, stage="active", seen=seen)
    again = owner.get(answer.url)

    waiting.refresh_from_db()
    assert waiting.stage == "waiting"
    assert "The columns have been changed meanwhile" in again.content.decode()
    assert again.context["seen"] != seen


def test_a_stage_that_does_not_exist_has_no_page(owner, columns):
    assert owner.get(address(columns["Waiting"], stage="somewhere")).status_code == 404
    assert owner.get(address(columns["Waiting"])).status_code == 404


def test_only_owners_see_what_it_would_do(client, columns, alice, mallory, bob, charlie):
    url = address(columns["Waiting"], stage="active")
    assert client.get(url).url.startswith("/accounts/login/")
    statuses = []
    for user in (alice, mallory, bob, charlie):
        client.force_login(user)
        statuses.append(client.get(url).status_code)

    assert statuses == [200, 403, 403, 404]
    assert client.post(url).status_code == 405
    client.force_login(alice)
    assert client.post(url).status_code == 405


def test_more_items_take_no_more_queries(owner, columns, django_assert_max_num_queries):
    url = address(columns["Waiting"], stage="active")
    with django_assert_max_num_queries(80) as few:
        owner.get(url)
    ItemFactory.create_batch(20, column=columns["Waiting"], at=MONDAY)

    with django_assert_max_num_queries(len(few.captured_queries)):
        owner.get(url)
