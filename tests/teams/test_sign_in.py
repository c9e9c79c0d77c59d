"""Sign-in, sign-out and passwords."""

import re

import pytest
from django.core import mail
from django.test import Client

from teams.models import Membership, User
from tests.factories import PASSWORD, MembershipFactory, PersonFactory

pytestmark = pytest.mark.django_db

NEW = "purple monkey dishwasher"


def sign_in(client, email="alice@example.com", password=PASSWORD, **fields):
    return client.post("/accounts/login/", {"login": email, "password": password, **fields})


def reset_link() -> str:
    return re.search(r"http://[^/]+(/\S+)", mail.outbox[-1].body)[1]


def test_somebody_signs_in_with_their_address_in_any_case(client, alice):
    answer = sign_in(client, "Alice@Example.com")

    assert (answer.status_code, answer.url) == (302, "/")
    assert client.session["_auth_user_id"] == str(alice.pk)


def test_a_wrong_password_and_an_unknown_address_are_told_in_the_same_words(client, alice):
    wrong = sign_in(client, password="wrong").content.decode()
    unknown = sign_in(client, "nobody@example.com", "wrong").content.decode()

    assert "E-mail or password is wrong." in wrong
    assert "E-mail or password is wrong." in unknown
    assert "_auth_user_id" not in client.session


def test_after_five_failed_attempts_even_the_right_password_waits(client, alice):
    for _ in range(5):
        sign_in(client, password="wrong")

    answer = sign_in(client)

    assert "Too many failed sign-ins" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_an_account_that_was_switched_off_cannot_sign_in(client, alice):
    User.objects.update(is_active=False)

    sign_in(client)

    assert "_auth_user_id" not in client.session


def test_one_lands_where_one_wanted_to_go(client, alice):
    asked = client.get("/t/sre/settings/")
    answer = sign_in(client, next="/t/sre/settings/")

    assert asked.url == "/accounts/login/?next=/t/sre/settings/"
    assert answer.url == "/t/sre/settings/"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil"])
def test_sign_in_leads_nowhere_else(client, alice, target):
    assert sign_in(client, next=target).url == "/"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/"])
def test_sign_out_leads_nowhere_else(client, alice, target):
    client.force_login(alice)

    assert client.post("/accounts/logout/", {"next": target}).url == "/accounts/login/"


def test_a_session_from_before_the_sign_in_is_worth_nothing_after_it(client, alice):
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key

    sign_in(client)

    assert client.session.session_key != session.session_key
    thief = Client()
    thief.cookies["sessionid"] = session.session_key
    assert thief.get("/profile/").status_code == 302


def test_sign_out_is_a_post_and_ends_the_session(client, alice):
    client.force_login(alice)

    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/profile/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/profile/").status_code == 302


def test_nobody_signs_up_by_themselves(client, db):
    page = client.get("/accounts/signup/")
    answer = client.post("/accounts/signup/", {"email": "eve@example.com", "password1": NEW, "password2": NEW})

    assert "Accounts come by invitation" in page.content.decode()
    assert "Accounts come by invitation" in answer.content.decode()
    assert not User.objects.exists()


def test_a_password_is_reset_by_mail_once(client, alice):
    client.post("/accounts/password/reset/", {"email": "Alice@example.com"})
    link = reset_link()

    form = client.get(link, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})

    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert "not valid any more" in Client().get(link, follow=True).content.decode()


def test_a_new_password_ends_all_other_sessions(client, alice):
    other = Client()
    other.force_login(alice)
    client.post("/accounts/password/reset/", {"email": "alice@example.com"})

    form = client.get(reset_link(), follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})

    assert other.get("/profile/").status_code == 302


def test_a_reset_does_not_tell_who_has_an_account(client, alice):
    known = client.post("/accounts/password/reset/", {"email": "alice@example.com"}, follow=True)
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.com"}, follow=True)

    assert known.redirect_chain == unknown.redirect_chain
    assert _without_csrf(known) == _without_csrf(unknown)
    assert [message.to for message in mail.outbox] == [["alice@example.com"], ["nobody@example.com"]]


def test_a_reset_link_never_has_the_host_of_the_request(client, alice, settings):
    settings.ALLOWED_HOSTS = ["*"]

    client.post("/accounts/password/reset/", {"email": "alice@example.com"}, headers={"host": "evil.example"})

    assert "evil.example" not in mail.outbox[0].body
    assert settings.BASE_URL + "/accounts/password/reset/key/" in mail.outbox[0].body


def test_a_host_that_is_not_ours_is_refused(client):
    assert client.get("/accounts/login/", headers={"host": "evil.example"}).status_code == 400


def test_a_declared_member_gets_to_a_first_password_by_the_same_form(client, team):
    person = PersonFactory(email="dora@example.com", name="Dora")
    MembershipFactory(team=team, person=person)

    client.post("/accounts/password/reset/", {"email": "dora@example.com"})
    link = reset_link()
    page = client.get(link)
    answer = client.post(link + "choose/", {"name": "Dora", "password": NEW})

    assert "You will sign in as dora@example.com" in page.content.decode()
    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.user.check_password(NEW)
    assert client.get("/t/sre/settings/members/").status_code == 200
    assert client.get(link).status_code == 410


def test_a_person_from_tickets_who_is_in_no_team_gets_no_account(client, db):
    PersonFactory(email="dora@example.com")

    client.post("/accounts/password/reset/", {"email": "dora@example.com"})

    assert "no account with this address" in mail.outbox[0].body


def test_a_forged_or_old_link_to_a_first_password_leads_nowhere(client, team, time_machine):
    membership = MembershipFactory(team=team, person__email="dora@example.com")
    client.post("/accounts/password/reset/", {"email": "dora@example.com"})
    link = reset_link()

    assert client.get(link[:-2] + "x/").status_code == 410
    time_machine.move_to("2126-01-01T00:00:00+00:00")
    assert client.get(link).status_code == 410
    assert Membership.objects.get().person == membership.person


def test_a_password_is_changed_by_who_knows_the_current_one(client, alice):
    client.force_login(alice)

    wrong = client.post("/accounts/password/change/", {"oldpassword": "x", "password1": NEW, "password2": NEW})
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})

    assert wrong.status_code == 200
    alice.refresh_from_db()
    assert alice.check_password(NEW)


def test_passwords_are_kept_with_argon2():
    from toiltracker import settings  # noqa: PLC0415 - the suite itself hashes faster

    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def _without_csrf(response) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value|X-CSRFToken": )"[^"]+"', "", response.content.decode())
