"""Teams and members over the API."""

import pytest
from django.core import mail
from rest_framework.test import APIClient

from teams.models import Membership, Role
from tests.factories import ApiTokenFactory, MembershipFactory, PersonFactory, TeamFactory

pytestmark = pytest.mark.django_db

TEAM = "/api/v1/teams/sre/"
MEMBERS = "/api/v1/teams/sre/members/"


@pytest.fixture
def session(alice):
    client = APIClient()
    client.force_login(alice)
    return client


def test_a_team_is_given_with_its_calendar_target_and_report_time(api):
    answer = api.get(TEAM)

    assert answer.status_code == 200
    assert answer.json() == {
        "id": answer.json()["id"],
        "slug": "sre",
        "name": "SRE",
        "timezone": "UTC",
        "calendar": {
            "timezone": "UTC",
            "weekdays": ["mon", "tue", "wed", "thu", "fri"],
            "start": "09:00",
            "end": "17:00",
            "holidays": None,
            "days_off": [],
        },
        "target_low": 0.05,
        "target_high": 0.1,
        "denominator": "classified",
        "response_cap_hours": 2.0,
        "report": {"weekday": "monday", "at": "08:00"},
    }


def test_a_caller_lists_only_teams_of_their_own(api, session, charlie):
    TeamFactory()

    assert [team["slug"] for team in api.get("/api/v1/teams/").json()["results"]] == ["sre"]
    assert [team["slug"] for team in session.get("/api/v1/teams/").json()["results"]] == ["sre"]


def test_a_write_token_changes_settings_and_leaves_out_what_it_does_not_name(api):
    answer = api.patch(
        TEAM,
        {
            "target_high": 0.2,
            "calendar": {"timezone": "Asia/Tokyo", "weekdays": ["sun", "monday"], "holidays": "JP"},
            "report": {"weekday": "friday"},
        },
        format="json",
    )

    assert answer.status_code == 200
    changed = api.get(TEAM).json()
    assert (changed["target_low"], changed["target_high"], changed["timezone"]) == (0.05, 0.2, "Asia/Tokyo")
    assert changed["calendar"]["weekdays"] == ["mon", "sun"]
    assert changed["calendar"]["start"] == "09:00"
    assert changed["calendar"]["holidays"] == "JP"
    assert changed["report"] == {"weekday": "friday", "at": "08:00"}


def test_null_takes_the_holidays_away(api):
    api.patch(TEAM, {"calendar": {"holidays": "JP"}}, format="json")

    api.patch(TEAM, {"calendar": {"holidays": None}}, format="json")

    assert api.get(TEAM).json()["calendar"]["holidays"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"target_low": 0.5}, "target_high"),
        ({"target_high": 0}, "target_high"),
        ({"target_high": 1.5}, "target_high"),
        ({"target_high": "much"}, "target_high"),
        ({"denominator": "everything"}, "denominator"),
        ({"name": ""}, "name"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"timezone": "Asia/Tokyo", "calendar": {"timezone": "UTC"}}, "timezone"),
        ({"calendar": {"holidays": "XX"}}, "holidays"),
        ({"calendar": {"start": "17:00", "end": "09:00"}}, "end"),
        ({"calendar": {"weekdays": ["someday"]}}, "calendar.weekdays.0"),
        ({"calendar": {"days_off": ["2026-02-30"]}}, "calendar.days_off.0"),
        ({"calendar": "weekends"}, "calendar.non_field_errors"),
        ({"report": {"at": "25:00"}}, "report.at"),
    ],
)
def test_an_unacceptable_setting_is_named_and_changes_nothing(api, body, field):
    before = api.get(TEAM).json()

    answer = api.patch(TEAM, {"name": "Other", **body}, format="json")

    assert answer.status_code == 422
    assert field in answer.json()["error"]["fields"]
    assert api.get(TEAM).json() == before


def test_rights_decide_who_changes_settings(alice, mallory, bob, charlie, root):
    answers = {}
    for user in (alice, mallory, bob, charlie, root):
        client = APIClient()
        client.force_login(user)
        answers[user.email] = client.patch(TEAM, {"name": "New"}, format="json").status_code

    assert answers == {
        "alice@example.com": 200,
        "mallory@example.com": 403,
        "bob@example.com": 403,
        "charlie@example.com": 404,
        "root@example.com": 200,
    }


@pytest.mark.parametrize(("scope", "status"), [("read", 403), ("import", 403), ("write", 200)])
def test_a_scope_decides_whether_a_token_changes_settings(team, scope, status):
    ApiTokenFactory(team=team, scope=scope, secret="tt_x")
    client = APIClient(headers={"authorization": "Bearer tt_x"})

    assert client.patch(TEAM, {"name": "New"}, format="json").status_code == status


def test_a_session_needs_its_csrf_token(alice):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(alice)

    answer = client.patch(TEAM, {"name": "New"}, format="json")

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "not_allowed"


def test_members_are_given_with_calendar_and_time_off(api, alice, team, django_assert_max_num_queries):
    person = PersonFactory(email="kenji@example.com", name="Kenji")
    MembershipFactory(team=team, person=person, role=Role.VIEWER, first_date="2026-11-02")
    person.time_off.create(first_date="2026-12-21", last_date="2026-12-24")
    for _ in range(5):
        MembershipFactory(team=team)

    with django_assert_max_num_queries(8):
        members = api.get(MEMBERS).json()["results"]

    kenji = next(member for member in members if member["email"] == "kenji@example.com")
    assert kenji == {
        "id": kenji["id"],
        "email": "kenji@example.com",
        "name": "Kenji",
        "role": "viewer",
        "first_date": "2026-11-02",
        "last_date": None,
        "has_login": False,
        "calendar": None,
        "time_off": [["2026-12-21", "2026-12-24"]],
    }


def test_an_owner_invites_changes_and_removes_a_member(session, team, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        made = session.post(MEMBERS, {"email": "Dora@example.com", "role": "member"}, format="json")
    address = f"{MEMBERS}{made.json()['id']}/"
    changed = session.patch(address, {"last_date": "2026-12-31"}, format="json")
    removed = session.delete(address)

    assert made.status_code == 201
    assert made.json()["email"] == "dora@example.com"
    assert made.json()["has_login"] is False
    assert mail.outbox[0].to == ["dora@example.com"]
    assert (changed.json()["role"], changed.json()["last_date"]) == ("member", "2026-12-31")
    assert removed.status_code == 204
    assert session.get(address).status_code == 404


def test_who_was_only_invited_shows_nothing_but_the_address(session, charlie, django_capture_on_commit_callbacks):
    charlie.person.time_off.create(first_date="2026-12-21", last_date="2026-12-24")

    with django_capture_on_commit_callbacks(execute=True):
        member = session.post(MEMBERS, {"email": "charlie@example.com", "role": "member"}, format="json").json()

    assert (member["name"], member["has_login"], member["time_off"]) == ("charlie@example.com", False, [])
    client = APIClient()
    client.force_login(charlie)
    assert client.get(TEAM).status_code == 404


def test_a_token_changes_no_members(api, team, bob):
    address = f"{MEMBERS}{bob.person.memberships.get().pk}/"

    answers = [
        api.post(MEMBERS, {"email": "eve@example.com", "role": "owner"}, format="json"),
        api.patch(address, {"role": "owner"}, format="json"),
        api.delete(address),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert answers[0].json()["error"]["message"] == "A token cannot change members."
    assert Membership.objects.get(person=bob.person).role == Role.VIEWER


def test_only_owners_change_members(team, mallory, bob, charlie):
    address = f"{MEMBERS}{bob.person.memberships.get().pk}/"
    answers = {}
    for user in (mallory, bob, charlie):
        client = APIClient()
        client.force_login(user)
        answers[user.email] = [
            client.post(MEMBERS, {"email": "eve@example.com", "role": "owner"}, format="json").status_code,
            client.patch(address, {"role": "owner"}, format="json").status_code,
            client.delete(address).status_code,
        ]

    assert answers == {
        "mallory@example.com": [403, 403, 403],
        "bob@example.com": [403, 403, 403],
        "charlie@example.com": [404, 404, 404],
    }


def test_a_member_of_another_team_is_not_found_by_id(session, charlie):
    theirs = charlie.person.memberships.get().pk

    assert session.get(f"{MEMBERS}{theirs}/").status_code == 404
    assert session.patch(f"{MEMBERS}{theirs}/", {"role": "viewer"}, format="json").status_code == 404
    assert session.delete(f"{MEMBERS}{theirs}/").status_code == 404
    assert session.delete(f"{MEMBERS}{10**30}/").status_code == 404


def test_the_last_owner_stays(session, alice):
    address = f"{MEMBERS}{alice.person.memberships.get().pk}/"

    demoted = session.patch(address, {"role": "member"}, format="json")
    removed = session.delete(address)

    assert (demoted.status_code, removed.status_code) == (409, 409)
    assert demoted.json()["error"]["code"] == "last_owner"


def test_an_owner_who_cannot_sign_in_does_not_count_as_one(session, alice, team):
    MembershipFactory(team=team, role=Role.OWNER)
    address = f"{MEMBERS}{alice.person.memberships.get().pk}/"

    assert session.delete(address).status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"role": "member"}, "email"),
        ({"email": "nobody", "role": "member"}, "email"),
        ({"email": "dora@example.com", "role": "king"}, "role"),
        ({"email": "dora@example.com", "first_date": "2026-02-02", "last_date": "2026-02-01"}, "last_date"),
        ({"email": "alice@example.com", "role": "member"}, "email"),
    ],
)
def test_an_unacceptable_member_is_refused_with_the_field(session, body, field):
    answer = session.post(MEMBERS, body, format="json")

    assert answer.status_code in {409, 422}
    assert field in answer.json()["error"]["fields"]


def test_a_caller_without_proof_is_401(team):
    assert APIClient().get(TEAM).status_code == 401
    assert APIClient(headers={"authorization": "Bearer nonsense"}).get(TEAM).status_code == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"targt_high": 0.2}, "targt_high"),
        ({"calendar": {"time_zone": "Asia/Tokyo"}}, "calendar.time_zone"),
        ({"report": {"day": "friday"}}, "report.day"),
    ],
)
def test_a_misspelt_setting_is_refused_by_name(api, body, field):
    answer = api.patch(TEAM, {**body, "name": "Renamed"}, format="json")

    assert answer.status_code == 422
    assert answer.json()["error"]["fields"] == {field: ["There is no such field."]}
    assert api.get(TEAM).json()["name"] == "SRE"


def test_a_team_can_be_sent_back_as_it_was_given(api):
    given = api.get(TEAM).json()

    assert api.patch(TEAM, given, format="json").json() == given
