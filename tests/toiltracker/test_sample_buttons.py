"""Putting the sample in and taking it out: by command, by button, once, and never in the way of real work."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from boards.models import Item, WorkLog
from reports.models import WeeklyReport
from teams.models import Team, User
from tests.factories import TeamFactory, UserFactory
from toiltracker.demo import demo_credentials
from toiltracker.demo.loading import SampleRefusedError, load_sample
from toiltracker.demo.removal import remove_sample

AT = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_data_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def everything() -> dict[str, list[Any]]:
    """What is there, without what the database makes up."""
    items = Item.objects.order_by("board__slug", "column__position", "rank")
    logs = WorkLog.objects.order_by("started_at", "item__external_id", "person__email")
    return {
        "items": list(items.values_list("external_id", "title", "column__name", "classification", "classified_by")),
        "logs": list(logs.values_list("item__external_id", "person__email", "started_at", "ended_at")),
        "reports": list(WeeklyReport.objects.order_by("week").values_list("week", "figures", "subject")),
    }


def test_the_same_instant_gives_the_same_sample(db: None) -> None:
    with time_machine.travel(AT, tick=False):
        load_sample(at=AT)
    first = everything()
    remove_sample()

    with time_machine.travel(AT, tick=False):
        load_sample(at=AT)

    assert everything() == first


def test_a_team_of_that_name_that_is_not_the_sample_is_left_alone(db: None) -> None:
    team = TeamFactory(slug="core-sre")

    with pytest.raises(SampleRefusedError, match="“core-sre”"):
        load_sample(at=AT)

    assert remove_sample() is False
    assert Team.objects.get() == team


def test_an_account_that_is_there_already_keeps_its_password_and_stays(db: None) -> None:
    alice = UserFactory(email="alice@example.com")
    password = alice.password

    load_sample(at=AT)
    assert demo_credentials() is None
    remove_sample()

    alice.refresh_from_db()
    assert alice.password == password


def test_the_commands_put_it_in_and_take_it_out(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_demo", at="2026-11-25T14:00:00Z")
    assert "Sign in as alice@example.com, password: " in capsys.readouterr().out

    call_command("remove_demo")
    call_command("remove_demo")
    assert capsys.readouterr().out.splitlines() == ["The sample is removed.", "There is no sample."]


@pytest.mark.parametrize("at", ["yesterday", "2026-11-25T14:00:00"])
def test_the_command_refuses_an_instant_that_is_none(db: None, at: str) -> None:
    with pytest.raises(CommandError, match="a time with an offset"):
        call_command("load_demo", at=at)


def test_a_superuser_puts_it_in_with_one_button(client: Client, root: User) -> None:
    client.force_login(root)

    response = client.post("/sample-data/load/")

    assert response["Location"] == "/t/core-sre/"
    assert Team.objects.get().is_sample


def test_other_teams_cannot_be_removed_in_this_way(client: Client, team: Team, alice: User) -> None:
    client.force_login(alice)

    assert client.post("/t/sre/sample-data/remove/").status_code == 403
    assert "Remove the sample data" not in client.get("/t/sre/settings/").content.decode()


def test_nobody_else_may_press_these_buttons(client: Client, team: Team, alice: User, bob: User, charlie: User) -> None:
    assert client.post("/sample-data/load/").status_code == 302
    client.force_login(alice)
    assert client.post("/sample-data/load/").status_code == 403
    assert client.get("/sample-data/load/").status_code == 405
    assert client.get("/t/sre/sample-data/remove/").status_code == 405
    client.force_login(bob)
    assert client.post("/t/sre/sample-data/remove/").status_code == 403
    client.force_login(charlie)
    assert client.post("/t/sre/sample-data/remove/").status_code == 404
    assert Team.objects.filter(slug="sre").exists()
