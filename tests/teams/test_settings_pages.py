"""Settings of a team in the browser: general, calendar, members, tokens."""

from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from teams.models import ApiToken, Invitation, Membership, Role, Team, User
from teams.queries import calendar_of_team
from tests.factories import ApiTokenFactory, InvitationFactory, MembershipFactory

pytestmark = pytest.mark.django_db

GENERAL = {
    "name": "SRE Tokyo",
    "target_low": "4",
    "target_high": "7.5",
    "denominator": "tracked",
    "report_weekday": "4",
    "report_time": "09:30",
}
CALENDAR = {
    "timezone": "Asia/Tokyo",
    "weekdays": ["0", "1", "2"],
    "start": "10:00",
    "end": "18:00",
    "holidays": "JP",
    "days_off": "2026-12-29\n2026-12-30",
}
OWNERS_PAGES = ["/t/sre/settings/", "/t/sre/settings/calendar/", "/t/sre/settings/tokens/"]
OWNERS_POSTS = [
    "/t/sre/settings/change/",
    "/t/sre/settings/calendar/change/",
    "/t/sre/settings/members/invite/",
    "/t/sre/settings/members/1/change/",
    "/t/sre/settings/members/1/remove/",
    "/t/sre/settings/invitations/1/resend/",
    "/t/sre/settings/invitations/1/revoke/",
    "/t/sre/settings/tokens/create/",
    "/t/sre/settings/tokens/1/revoke/",
]


@pytest.mark.parametrize("page", [*OWNERS_PAGES, "/t/sre/settings/members/"])
def test_pages_ask_for_a_sign_in_and_do_not_exist_for_strangers(client, team, charlie, page):
    assert client.get(page).url == f"/accounts/login/?next={page}"
    client.force_login(charlie)
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("page", OWNERS_PAGES)
def test_pages_of_owners_are_closed_to_others(client, alice, mallory, bob, page):
    statuses = []
    for user in (alice, mallory, bob):
        client.force_login(user)
        statuses.append(client.get(page).status_code)

    assert statuses == [200, 403, 403]


@pytest.mark.parametrize("address", OWNERS_POSTS)
def test_only_owners_post_and_only_posts_count(client, request, address):
    statuses = []
    for name in ("mallory", "bob", "charlie"):
        client.force_login(request.getfixturevalue(name))
        statuses.append(client.post(address).status_code)
    client.force_login(request.getfixturevalue("alice"))

    assert statuses == [403, 403, 404]
    assert client.get(address).status_code == 405


@pytest.mark.parametrize("page", [*OWNERS_PAGES, "/t/sre/settings/members/", "/t/sre/settings/report/"])
def test_the_way_to_the_settings_is_marked_on_each_of_their_pages(client, alice, page):
    client.force_login(alice)

    shown = client.get(page).content.decode()

    assert '<a href="/t/sre/settings/" aria-current="page" class="d-only">Settings</a>' in shown


def test_the_zone_of_the_report_time_is_named(client, alice, team):
    client.force_login(alice)
    client.post("/t/sre/settings/calendar/change/", CALENDAR)

    assert "In the team’s time zone, Asia/Tokyo." in client.get("/t/sre/settings/").content.decode()


def test_the_general_settings_are_changed(client, alice):
    client.force_login(alice)

    answer = client.post("/t/sre/settings/change/", {**GENERAL, "response_cap_hours": "1.5"})

    team = Team.objects.get(slug="sre")
    assert (answer.status_code, answer.url) == (302, "/t/sre/settings/")
    assert team.response_cap_hours == 1.5
    assert (team.name, team.target_low, team.target_high, team.denominator) == ("SRE Tokyo", 0.04, 0.075, "tracked")
    assert (team.report_weekday, team.report_time) == (4, time(9, 30))
    assert 'value="7.5"' in client.get("/t/sre/settings/").content.decode()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "  ", "This field is required."),
        ("target_low", "8", "The target ends before it begins."),
        ("target_high", "101", "at most at 100"),
        ("target_low", "nan", "Enter a number."),
        ("denominator", "all", "Select a valid choice."),
        ("report_time", "25:00", "Enter a valid time."),
        ("response_cap_hours", "25", "0 to 24 hours"),
    ],
)
def test_an_unacceptable_setting_is_said_beside_its_field_and_nothing_is_lost(client, alice, field, value, sentence):
    client.force_login(alice)

    answer = client.post("/t/sre/settings/change/", {**GENERAL, field: value})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert 'value="09:30"' in answer.content.decode() or field == "report_time"
    assert Team.objects.get(slug="sre").name == "SRE"


def test_the_calendar_is_changed(client, alice, team):
    client.force_login(alice)

    answer = client.post("/t/sre/settings/calendar/change/", CALENDAR)

    assert answer.status_code == 302
    calendar = calendar_of_team(Team.objects.get(slug="sre"))
    assert (calendar.timezone, calendar.weekdays, calendar.start) == ("Asia/Tokyo", {0, 1, 2}, time(10))
    assert calendar.days_off == {date(2026, 12, 29), date(2026, 12, 30)}
    assert "2026-12-29\n2026-12-30" in client.get("/t/sre/settings/calendar/").content.decode()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("timezone", "Mars/Base", "“Mars/Base” is not a time zone"),
        ("holidays", "XX", "No public holidays are known for “XX”"),
        ("end", "09:00", "The working day must end after it starts."),
        ("weekdays", [], "A team works on at least one day of the week."),
        ("days_off", "Christmas", "“Christmas” is not a date like 2026-12-29."),
    ],
)
def test_an_unacceptable_calendar_is_said_beside_its_field(client, alice, field, value, sentence):
    client.force_login(alice)

    answer = client.post("/t/sre/settings/calendar/change/", {**CALENDAR, field: value})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert calendar_of_team(Team.objects.get(slug="sre")).timezone == "UTC"


def test_members_see_who_is_in_the_team_but_change_nothing(client, bob, alice):
    client.force_login(bob)

    page = client.get("/t/sre/settings/members/").content.decode()

    assert "Alice" in page
    assert "Invite somebody" not in page
    assert "/settings/members/invite/" not in page


def test_who_has_not_accepted_yet_is_only_an_address(client, alice, charlie, team):
    MembershipFactory(team=team, person=charlie.person, confirmed_at=None)
    client.force_login(alice)

    page = client.get("/t/sre/settings/members/").content.decode()

    assert "<span>charlie@example.com</span>" in page
    assert "<span>Charlie</span>" not in page


def test_more_members_cost_no_more_queries(client, alice, team, django_assert_max_num_queries):
    client.force_login(alice)
    for _ in range(15):
        MembershipFactory(team=team)
        InvitationFactory(team=team)

    with django_assert_max_num_queries(22):
        client.get("/t/sre/settings/members/")


def test_an_owner_changes_and_removes_a_member(client, alice, bob, team):
    client.force_login(alice)
    address = f"/t/sre/settings/members/{bob.person.memberships.get().pk}/"

    shown = client.get(address)
    changed = client.post(address + "change/", {"role": "member", "last_date": "2026-12-31"})
    membership = Membership.objects.get(person=bob.person)
    removed = client.post(address + "remove/")

    assert shown.status_code == 200
    assert changed.status_code == removed.status_code == 302
    assert (membership.role, membership.last_date) == (Role.MEMBER, date(2026, 12, 31))
    assert not Membership.objects.filter(person=bob.person).exists()


def test_the_last_owner_is_told_why_they_stay(client, alice):
    client.force_login(alice)
    address = f"/t/sre/settings/members/{alice.person.memberships.get().pk}/"

    demoted = client.post(address + "change/", {"role": "viewer"})
    removed = client.post(address + "remove/")

    for answer in (demoted, removed):
        assert answer.status_code == 422
        assert "Alice is the last owner" in answer.content.decode()
    assert Membership.objects.get(person=alice.person).role == Role.OWNER


def test_a_superuser_may_take_the_last_owner_away(client, alice, root):
    client.force_login(root)

    client.post(f"/t/sre/settings/members/{alice.person.memberships.get().pk}/remove/")

    assert not Membership.objects.filter(person=alice.person).exists()


def test_an_owner_who_steps_down_lands_where_they_may_be(client, alice, team):
    MembershipFactory(team=team, role=Role.OWNER, person__user=_user("second@example.com"))
    client.force_login(alice)

    answer = client.post(f"/t/sre/settings/members/{alice.person.memberships.get().pk}/remove/")

    assert answer.url == "/"


def test_rows_of_another_team_are_not_found_by_their_ids(client, alice, charlie):
    other = Team.objects.get(slug="strangers")
    membership = charlie.person.memberships.get()
    token = ApiTokenFactory(team=other)
    invitation = InvitationFactory(team=other)
    client.force_login(alice)

    statuses = [
        client.get(f"/t/sre/settings/members/{membership.pk}/").status_code,
        client.post(f"/t/sre/settings/members/{membership.pk}/change/", {"role": "viewer"}).status_code,
        client.post(f"/t/sre/settings/members/{membership.pk}/remove/").status_code,
        client.post(f"/t/sre/settings/tokens/{token.pk}/revoke/").status_code,
        client.post(f"/t/sre/settings/invitations/{invitation.pk}/resend/").status_code,
        client.post(f"/t/sre/settings/invitations/{invitation.pk}/revoke/").status_code,
    ]

    assert statuses == [404] * 6
    token.refresh_from_db()
    assert token.revoked_at is None


def test_an_address_that_no_database_can_hold_is_refused(client, alice, team):
    client.force_login(alice)
    fields = {"email": f"{'x' * 280}@example.com", "role": "viewer"}

    answer = client.post("/t/sre/settings/members/invite/", fields)

    assert answer.status_code == 422
    assert "is not an e-mail address" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_a_token_is_shown_once_and_works(client, alice):
    client.force_login(alice)

    answer = client.post("/t/sre/settings/tokens/create/", {"name": "Jira sync", "scope": "import"})
    page = client.get("/t/sre/settings/tokens/").content.decode()

    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert secret not in page
    assert "Jira sync" in page
    assert APIClient(headers={"authorization": f"Bearer {secret}"}).get("/api/v1/teams/sre/").status_code == 200


def test_a_revoked_token_is_refused_at_once(client, alice, team):
    token = ApiTokenFactory(team=team, secret="tt_x")
    program = APIClient(headers={"authorization": "Bearer tt_x"})
    client.force_login(alice)
    before = program.get("/api/v1/teams/sre/").status_code

    client.post(f"/t/sre/settings/tokens/{token.pk}/revoke/")

    assert (before, program.get("/api/v1/teams/sre/").status_code) == (200, 401)
    assert "revoked" in client.get("/t/sre/settings/tokens/").content.decode()


def test_a_token_ends_after_its_last_day_in_the_zone_of_the_team(client, alice, team):
    client.force_login(alice)
    client.post("/t/sre/settings/calendar/change/", CALENDAR)
    last = timezone.now().date() + timedelta(days=30)

    client.post("/t/sre/settings/tokens/create/", {"name": "Sync", "scope": "read", "last_date": last.isoformat()})

    assert ApiToken.objects.get().expires_at.isoformat() == f"{last.isoformat()}T15:00:00+00:00"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "", "scope": "read"}, "This field is required."),
        ({"name": "Sync", "scope": "all"}, "Select a valid choice."),
        ({"name": "Sync", "scope": "read", "last_date": "2020-01-01"}, "would have expired already"),
        ({"name": "Sync", "scope": "read", "last_date": "9999-12-31"}, "The year has to be 9998 or earlier."),
    ],
)
def test_an_unacceptable_token_is_refused(client, alice, fields, sentence):
    client.force_login(alice)

    answer = client.post("/t/sre/settings/tokens/create/", fields)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_posts_need_the_csrf_token(alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)

    assert client.post("/t/sre/settings/change/", GENERAL).status_code == 403


def _user(email):
    return User.objects.create_user(email)
