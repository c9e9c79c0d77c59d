"""One's own profile, and how it changes what one sees."""

from datetime import date, time

import pytest
from django.utils import timezone

from teams.middleware import zone_of_reader
from teams.models import Calendar, TimeOff
from teams.services.calendars import CalendarFields, set_team_calendar
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db

PROFILE = {"name": "Alice Liddell", "timezone": "Asia/Tokyo", "language": "", "theme": "dark"}


def test_a_profile_is_changed(client, alice):
    client.force_login(alice)

    answer = client.post("/profile/change/", PROFILE)

    alice.refresh_from_db()
    alice.person.refresh_from_db()
    assert answer.status_code == 302
    assert (alice.timezone, alice.theme, alice.has_single_key_shortcuts) == ("Asia/Tokyo", "dark", False)
    assert alice.person.name == "Alice Liddell"
    page = client.get("/profile/").content.decode()
    assert 'data-theme="dark"' in page
    assert "data-no-shortcuts" in page


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("timezone", "Mars/Base", "is not a time zone"),
        ("language", "tlh", "Select a valid choice."),
        ("theme", "pink", "Select a valid choice."),
        ("name", "x" * 201, "at most 200 characters"),
    ],
)
def test_an_unacceptable_profile_is_said_beside_its_field(client, alice, field, value, sentence):
    client.force_login(alice)

    answer = client.post("/profile/change/", {**PROFILE, field: value})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    alice.person.refresh_from_db()
    assert alice.person.name == "Alice"


def test_an_own_calendar_keeps_only_what_is_filled_in(client, alice):
    client.force_login(alice)

    answer = client.post("/profile/calendar/", {"timezone": "Australia/Sydney", "end": "16:00"})

    assert answer.status_code == 302
    calendar = Calendar.objects.get(person=alice.person)
    assert (calendar.timezone, calendar.end) == ("Australia/Sydney", time(16))
    assert (calendar.weekdays, calendar.start, calendar.holidays, calendar.days_off) == (None, None, None, None)


def test_emptied_fields_are_the_teams_again(client, alice):
    client.force_login(alice)
    client.post("/profile/calendar/", {"timezone": "Australia/Sydney"})

    client.post("/profile/calendar/", {})

    assert not Calendar.objects.filter(person=alice.person).exists()


def test_an_own_day_that_ends_before_the_teams_starts_is_refused(client, alice):
    client.force_login(alice)

    answer = client.post("/profile/calendar/", {"end": "08:00"})

    assert answer.status_code == 422
    assert "must end after it starts" in answer.content.decode()


def test_time_off_is_recorded_and_taken_back(client, alice):
    client.force_login(alice)

    client.post("/profile/time-off/", {"first_date": "2026-12-21", "last_date": "2026-12-24"})
    client.post("/profile/time-off/", {"first_date": "2026-08-03"})
    rows = list(TimeOff.objects.order_by("first_date").values_list("first_date", "last_date"))
    page = client.get("/profile/").content.decode()
    client.post(f"/profile/time-off/{TimeOff.objects.get(first_date='2026-08-03').pk}/remove/")

    assert rows == [(date(2026, 8, 3), date(2026, 8, 3)), (date(2026, 12, 21), date(2026, 12, 24))]
    assert "21 Dec 2026" in page
    assert TimeOff.objects.count() == 1


def test_time_off_that_ends_before_it_begins_is_refused(client, alice):
    client.force_login(alice)

    answer = client.post("/profile/time-off/", {"first_date": "2026-12-24", "last_date": "2026-12-21"})

    assert answer.status_code == 422
    assert "The last day is before the first day." in answer.content.decode()


def test_the_time_off_of_others_is_not_found(client, alice):
    theirs = TimeOff.objects.create(person=PersonFactory(), first_date="2026-12-21", last_date="2026-12-24")
    client.force_login(alice)

    assert client.post(f"/profile/time-off/{theirs.pk}/remove/").status_code == 404


@pytest.mark.parametrize("address", ["change/", "calendar/", "time-off/", "time-off/1/remove/"])
def test_a_profile_is_for_who_is_signed_in_and_changed_by_posts(client, alice, address):
    anonymous = client.post(f"/profile/{address}")
    client.force_login(alice)

    assert anonymous.url.startswith("/accounts/login/")
    assert client.get(f"/profile/{address}").status_code == 405


def test_times_are_shown_in_the_zone_of_the_profile_else_the_browsers_else_the_teams(alice, team):
    set_team_calendar(team=team, given=CalendarFields(timezone="Europe/Berlin"))
    of_team = zone_of_reader(alice, "")
    of_browser = zone_of_reader(alice, "America/New_York")
    alice.timezone = "Asia/Tokyo"
    of_profile = zone_of_reader(alice, "America/New_York")

    assert [str(zone) for zone in (of_team, of_browser, of_profile)] == [
        "Europe/Berlin",
        "America/New_York",
        "Asia/Tokyo",
    ]


@pytest.mark.parametrize("cookie", ["../../etc/passwd", "Mars/Base", "\0", "x" * 5000, "/", "Europe"])
def test_a_cookie_that_is_no_zone_is_ignored(client, cookie):
    assert zone_of_reader(None, cookie) is None


def test_a_zone_does_not_stay_for_the_next_request(client, alice):
    client.cookies["timezone"] = "Asia/Tokyo"
    client.get("/accounts/login/")

    assert timezone.get_current_timezone_name() == "UTC"
