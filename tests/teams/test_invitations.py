"""Invitations: the link from the mail proves the address; effort and memberships stay with the person."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from teams.models import Invitation, Membership, Person, Role, User
from tests.factories import InvitationFactory, MembershipFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "purple monkey dishwasher"


def invite(client, capture, **fields):
    with capture(execute=True):
        return client.post("/t/sre/settings/members/invite/", {"role": "member", **fields})


def link_in_mail() -> str:
    return re.search(r"http://\S+(/invitations/\S+)", mail.outbox[-1].body)[1]


def test_an_invitation_is_mailed_and_makes_a_member_with_an_account(
    client, alice, team, django_capture_on_commit_callbacks
):
    client.force_login(alice)

    response = invite(client, django_capture_on_commit_callbacks, email="Dora@Example.com")
    client.logout()
    page = client.get(link_in_mail())
    answer = client.post(link_in_mail() + "account/", {"name": "Dora", "password": PASSWORD})

    assert response.status_code == 302
    assert mail.outbox[-1].to == ["dora@example.com"]
    assert "Alice invites dora@example.com as Member" in page.content.decode()
    assert answer.status_code == 302
    dora = User.objects.get(email="dora@example.com")
    assert dora.check_password(PASSWORD)
    assert client.session["_auth_user_id"] == str(dora.pk)
    assert Membership.objects.confirmed().get(team=team, person=dora.person).role == Role.MEMBER


def test_only_the_hash_of_the_link_is_kept(client, alice, django_capture_on_commit_callbacks):
    client.force_login(alice)

    invite(client, django_capture_on_commit_callbacks, email="dora@example.com")

    secret = link_in_mail().split("/")[2]
    row = Invitation.objects.get()
    assert secret not in str(row.__dict__)
    assert row.sent_at is not None
    assert row.expires_at - row.created_at == timedelta(days=14)


def test_who_is_invited_counts_at_once_but_has_no_rights(client, alice, team, django_capture_on_commit_callbacks):
    client.force_login(alice)

    invite(client, django_capture_on_commit_callbacks, email="dora@example.com", first_date="2026-11-02")

    membership = Membership.objects.get(person__email="dora@example.com")
    assert membership.first_date == date(2026, 11, 2)
    assert membership.confirmed_at is None


def test_a_person_from_tickets_becomes_the_members_own(client, alice, team, django_capture_on_commit_callbacks):
    from_tickets = PersonFactory(email="dora@example.com", name="Dora from Jira")
    client.force_login(alice)
    invite(client, django_capture_on_commit_callbacks, email="dora@example.com")
    client.logout()

    page = client.get(link_in_mail()).content.decode()
    client.post(link_in_mail() + "account/", {"name": "Dora", "password": PASSWORD})

    assert 'value="Dora from Jira"' in page
    from_tickets.refresh_from_db()
    assert from_tickets.user == User.objects.get(email="dora@example.com")
    assert from_tickets.name == "Dora"
    assert Person.objects.filter(email="dora@example.com").count() == 1


def test_somebody_with_an_account_signs_in_and_joins_only_then(
    client, alice, charlie, team, django_capture_on_commit_callbacks
):
    client.force_login(alice)
    invite(client, django_capture_on_commit_callbacks, email="charlie@example.com", role="owner")
    link = link_in_mail()
    client.logout()

    asked = client.get(link).content.decode()
    client.force_login(charlie)
    before = client.get("/t/sre/settings/members/")
    joined = client.post(link + "join/")
    after = client.get("/t/sre/settings/members/")

    assert f"/accounts/login/?next={link}" in asked
    assert (before.status_code, joined.status_code, after.status_code) == (404, 302, 200)


def test_an_invitation_works_once(client, team):
    invitation = InvitationFactory(team=team, email="dora@example.com", secret="once")
    client.post("/invitations/once/account/", {"name": "Dora", "password": PASSWORD})
    client.logout()

    page = client.get("/invitations/once/")
    again = client.post("/invitations/once/account/", {"name": "Eve", "password": PASSWORD})

    assert page.status_code == again.status_code == 410
    assert "was accepted already" in page.content.decode()
    invitation.refresh_from_db()
    assert User.objects.filter(email="dora@example.com").count() == 1


def test_an_invitation_expires(client, team):
    InvitationFactory(team=team, secret="old", expires_at=timezone.now() - timedelta(seconds=1))

    page = client.get("/invitations/old/")
    answer = client.post("/invitations/old/account/", {"name": "Dora", "password": PASSWORD})

    assert page.status_code == answer.status_code == 410
    assert "has expired" in page.content.decode()


def test_a_link_that_was_never_made_leads_nowhere(client, db):
    page = client.get("/invitations/guessed/")

    assert page.status_code == 404
    assert "is not known" in page.content.decode()


def test_an_invitation_is_only_for_its_address(client, team, charlie):
    InvitationFactory(team=team, email="dora@example.com", secret="doras")
    client.force_login(charlie)

    page = client.get("/invitations/doras/").content.decode()
    answer = client.post("/invitations/doras/join/")

    assert "is for dora@example.com, and you are signed in as charlie@example.com" in page
    assert answer.status_code == 403
    assert not Membership.objects.filter(team=team, person=charlie.person).exists()


def test_a_link_does_not_take_over_an_account_that_exists(client, team):
    dora = UserFactory(email="dora@example.com")
    InvitationFactory(team=team, email="dora@example.com", secret="doras")

    answer = client.post("/invitations/doras/account/", {"name": "Eve", "password": PASSWORD})

    assert answer.status_code == 422
    assert "Sign in to join" in answer.content.decode()
    dora.refresh_from_db()
    assert not dora.check_password(PASSWORD)


def test_a_guessable_password_is_refused_with_the_reason(client, team):
    InvitationFactory(team=team, email="dora@example.com", secret="doras")

    answer = client.post("/invitations/doras/account/", {"name": "Dora", "password": "password"})

    assert answer.status_code == 422
    assert "too common" in answer.content.decode()
    assert not User.objects.filter(email="dora@example.com").exists()


def test_a_newer_mail_replaces_the_link(client, alice, team, django_capture_on_commit_callbacks):
    InvitationFactory(team=team, email="dora@example.com", secret="first")
    MembershipFactory(team=team, person__email="dora@example.com", confirmed_at=None)
    client.force_login(alice)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/t/sre/settings/invitations/{Invitation.objects.get().pk}/resend/")
    client.logout()

    assert client.get("/invitations/first/").status_code == 410
    assert client.get(link_in_mail()).status_code == 200


def test_a_withdrawn_invitation_takes_the_waiting_membership_with_it(client, alice, team):
    invitation = InvitationFactory(team=team, email="dora@example.com", secret="doras")
    MembershipFactory(team=team, person__email="dora@example.com", confirmed_at=None)
    client.force_login(alice)

    client.post(f"/t/sre/settings/invitations/{invitation.pk}/revoke/")

    client.logout()
    assert "was withdrawn" in client.get("/invitations/doras/").content.decode()
    assert not Membership.objects.filter(person__email="dora@example.com").exists()
    assert Person.objects.filter(email="dora@example.com").exists()


def test_a_member_cannot_be_invited_again(client, alice, bob, django_capture_on_commit_callbacks):
    client.force_login(alice)

    response = invite(client, django_capture_on_commit_callbacks, email="bob@example.com")

    assert response.status_code == 422
    assert "Bob is a member of this team already" in response.content.decode()
    assert mail.outbox == []


def test_a_mail_that_could_not_be_sent_is_said(client, alice, settings, django_capture_on_commit_callbacks):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    client.force_login(alice)

    invite(client, django_capture_on_commit_callbacks, email="dora@example.com")

    page = client.get("/t/sre/settings/members/").content.decode()
    assert "Mail not sent" in page


def test_a_link_in_a_mail_never_has_the_host_of_the_request(
    client, alice, settings, django_capture_on_commit_callbacks
):
    settings.ALLOWED_HOSTS = ["*"]
    client.force_login(alice)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            "/t/sre/settings/members/invite/",
            {"role": "member", "email": "dora@example.com"},
            headers={"host": "evil.example"},
        )

    assert "evil.example" not in mail.outbox[-1].body
    assert settings.BASE_URL in mail.outbox[-1].body
