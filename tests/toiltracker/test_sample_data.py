"""The sample data: what is put in, through the doors of real work, and that it goes again without a trace."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.test.utils import override_settings

from boards.models import Board, Change, Elimination, Item, Label, Rule, Stay, TeamSource, WorkLog
from boards.services import rebuild_stays
from imports.models import Import
from reports.events import events_of_team
from reports.models import Delivery, WeeklyReport
from reports.queries import weekly_series
from reports.toil_types import gains_of, what_to_remove_next
from teams.models import Person, TargetChange, Team, User
from tests.factories import MembershipFactory, TeamFactory
from toiltracker.demo import demo_credentials
from toiltracker.demo.loading import load_sample
from toiltracker.demo.removal import remove_sample

AT = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The sample, put in once for this module and taken back at its end; the folder that it keeps its password in."""
    folder = tmp_path_factory.mktemp("sample")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(DATA_DIR=folder), time_machine.travel(AT, tick=False):
            load_sample(at=AT)
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def folder(loaded: Path, settings: Any, tmp_path: Path) -> Path:
    """A copy of that folder, so that each test may do with it what it likes."""
    settings.DATA_DIR = tmp_path
    shutil.copy(loaded / "sample-sign-in.json", tmp_path)
    return tmp_path


@pytest.fixture
def sample(folder: Path, db: None) -> Team:
    """The sample team."""
    return Team.objects.get()


def everything() -> dict[str, list[Any]]:
    """What is there, without what the database makes up."""
    items = Item.objects.order_by("board__slug", "column__position", "rank")
    logs = WorkLog.objects.order_by("started_at", "item__external_id", "person__email")
    return {
        "items": list(items.values_list("external_id", "title", "column__name", "classification", "classified_by")),
        "logs": list(logs.values_list("item__external_id", "person__email", "started_at", "ended_at")),
        "reports": list(WeeklyReport.objects.order_by("week").values_list("week", "figures", "subject")),
    }


def test_a_team_with_half_a_year_of_work_and_reports_is_there(sample: Team) -> None:
    assert sample.is_sample
    assert sample.people.count() == 6
    assert [board.name for board in Board.objects.order_by("name")] == ["On-call and platform", "Requests"]
    assert 1000 < Item.objects.count() < 1400
    assert 65 <= Item.objects.filter(board__slug="operations").exclude(column__stage="done").count() <= 95
    assert WeeklyReport.objects.count() == 26
    assert not Delivery.objects.exclude(state="kept").exists()
    assert set(Import.objects.values_list("failed", flat=True)) == {0}


def test_its_figures_are_those_of_the_plan(sample: Team) -> None:
    series = weekly_series(team=sample, weeks=26, at=AT)

    shares = [week.toil.share for week in series]
    assert sum(shares[:13]) / 13 > 0.12
    assert sum(shares[14:19]) / 5 < 0.11
    assert 0.1 < shares[-1] < 0.18
    coverage = sum(week.toil.coverage for week in series) / 26
    assert 0.6 < coverage < 0.8
    assert all(week.toil.low < week.toil.share < week.toil.high for week in series[:8])


def test_what_the_team_decided_is_annotated_and_its_saving_told(sample: Team) -> None:
    events = events_of_team(team=sample, start=AT - timedelta(weeks=26), end=AT)
    done = Elimination.objects.get(eliminated_at__isnull=False)

    (gain,) = gains_of(team=sample, eliminations=[done], at=AT)

    assert [(event.kind.value, event.short) for event in events] == [
        ("source", "first from alertmanager"),
        ("eliminated", "“Certificate renewal” eliminated"),
        ("target", "target 5–10 %"),
    ]
    assert gain.built > 8
    assert gain.savings[0].hours is not None
    assert gain.savings[0].hours > 20
    assert what_to_remove_next(team=sample, at=AT)[0].toil_type.name == "Disk full"
    assert Elimination.objects.get(eliminated_at=None).parts.count() == 1
    early, late = WeeklyReport.objects.earliest("week"), WeeklyReport.objects.latest("week")
    assert (early.figures["target_high"], late.figures["target_high"]) == (0.15, 0.1)


def test_its_history_bears_its_stays(sample: Team) -> None:
    rows = ("item_id", "column_id", "assignee_id", "is_blocked", "started_at", "ended_at")
    before = sorted(Stay.objects.values_list(*rows), key=str)

    rebuild_stays(item_ids=list(Item.objects.values_list("pk", flat=True)))

    assert sorted(Stay.objects.values_list(*rows), key=str) == before
    assert Change.objects.filter(via="import").exists()
    assert Change.objects.filter(via="page", field="classification").exists()
    assert set(Item.objects.values_list("classified_by", flat=True)) == {None, "rule", "import", "person"}


def test_its_owner_can_sign_in_with_the_password_that_is_printed(sample: Team, client: Client, folder: Path) -> None:
    email, password = demo_credentials()

    signed_in = client.post("/accounts/login/", {"login": email, "password": password})

    assert email == "alice@example.com"
    assert signed_in.status_code == 302
    assert client.get("/t/core-sre/").status_code == 200
    assert (folder / "sample-sign-in.json").stat().st_mode & 0o077 == 0


def test_a_changed_password_is_not_printed(sample: Team) -> None:
    user = User.objects.get(email="alice@example.com")
    user.set_password("something else entirely")
    user.save()

    assert demo_credentials() is None


def test_a_second_time_changes_nothing(sample: Team) -> None:
    before = everything()

    assert load_sample(at=AT) == sample
    assert everything() == before


def test_removed_it_leaves_nothing_behind(sample: Team, folder: Path) -> None:
    assert remove_sample() is True

    work = (Board, Item, Change, Stay, WorkLog, Label, Rule, Elimination, Import, WeeklyReport, Delivery)
    kept = (Team, Person, User, TargetChange, TeamSource, *work)
    assert {model.__name__: model.objects.count() for model in kept if model.objects.exists()} == {}
    assert not (folder / "sample-sign-in.json").exists()


def test_a_person_whom_another_team_knows_stays(sample: Team) -> None:
    bob = Person.objects.get(email="bob@example.com")
    MembershipFactory(team=TeamFactory(slug="others"), person=bob)

    remove_sample()

    assert list(Person.objects.values_list("email", flat=True)) == ["bob@example.com"]


def test_its_owner_removes_it_with_one_button(sample: Team, client: Client) -> None:
    client.force_login(User.objects.get(email="alice@example.com"))

    assert "Remove the sample data" in client.get("/t/core-sre/settings/").content.decode()
    response = client.post("/t/core-sre/sample-data/remove/")

    assert response.status_code == 302
    assert not Team.objects.exists()


def test_what_is_kept_for_signing_in_may_be_damaged(sample: Team, folder: Path) -> None:
    (folder / "sample-sign-in.json").write_text(json.dumps(["no"]))

    assert demo_credentials() is None
