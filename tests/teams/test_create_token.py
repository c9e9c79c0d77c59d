"""`manage.py create_token`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from teams.models import ApiToken, Scope, User

pytestmark = pytest.mark.django_db


def test_it_prints_the_token_and_only_that(team):
    out = StringIO()

    call_command("create_token", team="sre", name="Jira sync", scope="write", stdout=out)

    secret = out.getvalue().removesuffix("\n")
    assert "\n" not in secret
    token = ApiToken.objects.get()
    assert (token.name, token.scope, token.expires_at) == ("Jira sync", Scope.WRITE, None)
    assert token.prefix in secret
    assert secret not in str(token.__dict__)
    client = APIClient(headers={"authorization": f"Bearer {secret}"})
    assert client.get("/api/v1/teams/sre/").status_code == 200


def test_a_team_that_is_not_there_is_one_sentence(db):
    with pytest.raises(CommandError, match=r"There is no team with the short name “ops”."):
        call_command("create_token", team="ops", name="Jira sync", scope="write")


def test_createsuperuser_works_by_email_and_makes_the_person(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "purple monkey dishwasher")

    call_command("createsuperuser", email="Root@Example.com", interactive=False, stdout=StringIO())

    user = User.objects.get(email="root@example.com")
    assert user.is_superuser
    assert user.check_password("purple monkey dishwasher")
    assert user.person.email == "root@example.com"
