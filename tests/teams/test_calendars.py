"""Calendars of teams and people, and time off."""

from datetime import date, time

import pytest

from teams.errors import InvalidError
from teams.models import Calendar
from teams.queries import calendar_of_team, calendars_of_people, time_off_of_people
from teams.services.calendars import CalendarFields, add_time_off, set_person_calendar, set_team_calendar
from tests.factories import MembershipFactory, PersonFactory, TeamFactory


def test_what_is_not_given_of_a_team_calendar_stays(team):
    set_team_calendar(team=team, given=CalendarFields(timezone="Asia/Tokyo", holidays="JP"))
    set_team_calendar(team=team, given=CalendarFields(days_off=[date(2026, 12, 29)], end=time(18)))

    calendar = calendar_of_team(team)
    assert (calendar.timezone, calendar.holidays, calendar.start, calendar.end) == (
        "Asia/Tokyo",
        "JP",
        time(9),
        time(18),
    )
    assert calendar.days_off == {date(2026, 12, 29)}
    assert calendar.weekdays == {0, 1, 2, 3, 4}


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        (CalendarFields(timezone="Mars/Base"), "timezone", "“Mars/Base” is not a time zone"),
        (CalendarFields(holidays="XX"), "holidays", "No public holidays are known for “XX”"),
        (CalendarFields(holidays="DE-XX"), "holidays", "No public holidays are known for “DE-XX”"),
        (CalendarFields(start=time(17), end=time(9)), "end", "must end after it starts"),
        (CalendarFields(weekdays=[7]), "weekdays", "from 0 (Monday) to 6 (Sunday)"),
        (CalendarFields(weekdays=[]), "weekdays", "at least one day"),
    ],
)
def test_a_calendar_that_nobody_can_work_by_is_refused_and_changes_nothing(team, given, field, sentence):
    with pytest.raises(InvalidError) as refusal:
        set_team_calendar(team=team, given=given)

    assert sentence in refusal.value.fields[field][0]
    assert calendar_of_team(team).timezone == "UTC"


def test_what_a_person_leaves_open_is_that_of_the_team_joined_first(team):
    person = PersonFactory()
    MembershipFactory(person=person, team=team)
    MembershipFactory(person=person, team=TeamFactory())
    set_team_calendar(team=team, given=CalendarFields(timezone="Asia/Tokyo", start=time(10)))
    set_person_calendar(person=person, given=CalendarFields(timezone="Australia/Sydney"))

    calendar = calendars_of_people([person.pk])[person.pk]

    assert (calendar.timezone, calendar.start, calendar.end) == ("Australia/Sydney", time(10), time(17))


def test_who_joined_from_the_beginning_joined_before_who_joined_on_a_day(team):
    person = PersonFactory()
    MembershipFactory(person=person, first_date=date(2026, 1, 5))
    MembershipFactory(person=person, team=team)
    set_team_calendar(team=team, given=CalendarFields(timezone="Asia/Tokyo"))

    assert calendars_of_people([person.pk])[person.pk].timezone == "Asia/Tokyo"


def test_a_person_in_no_team_works_by_the_calendar_that_is_asked_about(team):
    person = PersonFactory()
    set_team_calendar(team=team, given=CalendarFields(timezone="Asia/Tokyo"))

    assert calendars_of_people([person.pk], fallback=calendar_of_team(team))[person.pk].timezone == "Asia/Tokyo"


def test_a_personal_start_after_the_end_of_the_team_is_refused(team):
    person = PersonFactory()
    MembershipFactory(person=person, team=team)

    with pytest.raises(InvalidError):
        set_person_calendar(person=person, given=CalendarFields(start=time(18)))


def test_an_empty_personal_calendar_is_the_teams_again(team):
    person = PersonFactory()
    set_person_calendar(person=person, given=CalendarFields(timezone="Asia/Tokyo"))

    set_person_calendar(person=person, given=CalendarFields())

    assert not Calendar.objects.filter(person=person).exists()


def test_time_off_is_kept_once_and_in_order():
    person = PersonFactory.build()
    person.save()
    add_time_off(person=person, first_date=date(2026, 12, 21), last_date=date(2026, 12, 24))
    add_time_off(person=person, first_date=date(2026, 8, 3), last_date=date(2026, 8, 3))
    add_time_off(person=person, first_date=date(2026, 12, 21), last_date=date(2026, 12, 24))

    assert time_off_of_people([person.pk]) == {
        person.pk: [
            (date(2026, 8, 3), date(2026, 8, 3)),
            (date(2026, 12, 21), date(2026, 12, 24)),
        ]
    }
    with pytest.raises(InvalidError):
        add_time_off(person=person, first_date=date(2026, 12, 24), last_date=date(2026, 12, 21))


def test_more_people_cost_no_more_queries(team, django_assert_num_queries):
    people = [MembershipFactory(team=team).person.pk for _ in range(20)]

    with django_assert_num_queries(3):
        calendars_of_people(people)


pytestmark = pytest.mark.django_db
