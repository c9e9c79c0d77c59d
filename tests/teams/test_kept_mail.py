"""Mail without a mail server, and what goes by itself after its time."""

from datetime import timedelta

import pytest
from django.core.mail import send_mail
from django.utils import timezone

from teams.models import IdempotencyRecord, KeptMail
from teams.tasks import tick

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_server(settings):
    settings.EMAIL_BACKEND = "teams.mailbox.KeptMailBackend"


def test_without_a_server_an_invitation_can_be_read_in_the_application(
    client, root, no_server, django_capture_on_commit_callbacks
):
    client.force_login(root)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/administration/teams/new/", {"name": "SRE", "timezone": "UTC", "owner": "dora@example.com"})

    page = client.get("/administration/mail/").content.decode()

    assert "to dora@example.com" in page
    assert "/invitations/" in page
    assert "You are invited" in page or "invites you" in page


def test_kept_mail_is_for_superusers_only(client, alice, no_server):
    send_mail("Secret", "http://localhost/invitations/x/", None, ["dora@example.com"])
    client.force_login(alice)

    assert client.get("/administration/mail/").status_code == 403


def test_kept_mail_shows_no_markup_of_others(client, root, no_server):
    send_mail("<b>Hello</b>", "<script>alert(1)</script>", None, ["dora@example.com"])
    client.force_login(root)

    page = client.get("/administration/mail/").content.decode()

    assert "<b>Hello" not in page
    assert "<script>alert" not in page


def test_what_is_over_goes_by_itself(no_server):
    now = timezone.now()
    for age in (29, 31):
        KeptMail.objects.create(to="x@example.com", subject=str(age), body="", created_at=now - timedelta(days=age))
    for age in (23, 25):
        at = now - timedelta(hours=age)
        IdempotencyRecord.objects.create(caller="user:1", key=str(age), fingerprint="", created_at=at)

    tick()
    tick()

    assert [mail.subject for mail in KeptMail.objects.all()] == ["29"]
    assert [record.key for record in IdempotencyRecord.objects.all()] == ["23"]
