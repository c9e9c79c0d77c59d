"""What a superuser does in the application."""

import pytest
from django.core import mail
from django.test import Client

from teams.models import Invitation, Membership, Role, Team, User
from teams.queries import calendar_of_team
from tests.factories import PASSWORD, TeamFactory

pytestmark = pytest.mark.django_db

NEW = "purple monkey dishwasher"


@pytest.mark.parametrize("address", ["/administration/", "/administration/teams/new/"])
def test_the_administration_is_for_superusers(client, alice, root, address):
    anonymous = client.get(address)
    client.force_login(alice)
    owner = client.get(address)
    client.force_login(root)

    assert anonymous.url.startswith("/accounts/login/")
    assert owner.status_code == 403
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "address", ["/administration/teams/new/", "/administration/accounts/create/", "/administration/accounts/1/switch/"]
)
def test_nobody_else_creates_or_switches_anything(client, alice, address):
    client.force_login(alice)

    assert client.post(address, {"name": "Mine", "timezone": "UTC"}).status_code == 403
    assert Team.objects.count() == 1


def test_a_team_is_created_and_its_owner_invited(client, root, django_capture_on_commit_callbacks):
    client.force_login(root)

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(
            "/administration/teams/new/",
            {"name": "Data Platform", "timezone": "Asia/Tokyo", "owner": "dora@example.com"},
        )

    team = Team.objects.get()
    assert answer.url == "/t/data-platform/settings/"
    assert calendar_of_team(team).timezone == "Asia/Tokyo"
    assert Invitation.objects.get().role == Role.OWNER
    assert mail.outbox[0].to == ["dora@example.com"]


def test_an_owner_who_has_an_account_is_in_at_once(client, root, charlie):
    client.force_login(root)

    client.post("/administration/teams/new/", {"name": "Data", "timezone": "UTC", "owner": "Charlie@example.com"})

    assert Membership.objects.confirmed().get(team__slug="data").person == charlie.person
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "", "timezone": "UTC"}, "This field is required."),
        ({"name": "SRE", "timezone": "UTC"}, "There is a team with the short name “sre” already."),
        ({"name": "Data", "slug": "日本", "timezone": "UTC"}, "A short name has letters a to z"),
        ({"name": "Data", "timezone": "Mars"}, "“Mars” is not a time zone"),
    ],
)
def test_an_unacceptable_team_is_refused_with_the_reason(client, root, team, fields, sentence):
    client.force_login(root)

    answer = client.post("/administration/teams/new/", fields)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Team.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "slug"),
    [("日本", "team-2"), ("Operations " * 12, "operations-" * 5 + "opera"), ("SRE 東京", "sre")],
)
def test_a_short_name_can_be_made_of_any_name(client, root, name, slug):
    TeamFactory(slug="team")
    client.force_login(root)

    answer = client.post("/administration/teams/new/", {"name": name, "timezone": "UTC"})

    assert answer.url == f"/t/{slug}/settings/"


def test_an_account_is_created_with_a_password(client, root):
    client.force_login(root)

    client.post("/administration/accounts/create/", {"email": "Dora@example.com", "name": "Dora", "password": NEW})

    dora = User.objects.get(email="dora@example.com")
    assert dora.check_password(NEW)
    assert (dora.person.name, dora.is_superuser) == ("Dora", False)


def test_without_a_password_a_mail_asks_for_one(client, root):
    client.force_login(root)

    client.post("/administration/accounts/create/", {"email": "dora@example.com", "name": "Dora"})

    assert mail.outbox[0].to == ["dora@example.com"]
    assert "/first-password/" in mail.outbox[0].body
    assert not User.objects.filter(email="dora@example.com").exists()


def test_an_address_that_has_an_account_is_refused(client, root, alice):
    client.force_login(root)

    answers = [
        client.post("/administration/accounts/create/", {"email": "alice@example.com", "password": password})
        for password in ("", NEW)
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_an_account_is_switched_off_and_its_session_ends(client, root, alice):
    hers = Client()
    hers.force_login(alice)
    client.force_login(root)

    client.post(f"/administration/accounts/{alice.pk}/switch/")

    assert hers.get("/profile/").status_code == 302
    assert hers.get("/api/v1/teams/").status_code == 401


def test_nobody_switches_off_their_own_account(client, root):
    client.force_login(root)

    client.post(f"/administration/accounts/{root.pk}/switch/")

    root.refresh_from_db()
    assert root.is_active
