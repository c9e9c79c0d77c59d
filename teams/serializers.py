"""What the API of this room takes and gives."""

from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from teams import worktime
from teams.models import Calendar, Denominator, Membership, Role, Team
from teams.queries import calendar_of_team
from teams.rest.serializers import StrictSerializer
from teams.services.calendars import CalendarFields
from teams.services.teams import TeamSettings
from teams.weekdays import NAMES, SHORT_NAMES, weekday_number


@extend_schema_field({"type": "string", "enum": list(SHORT_NAMES)})
class WeekdayField(serializers.Field[int, Any, str, Any]):
    """A day of the week: `mon` (or `monday`, or 0) in JSON, 0 to 6 here."""

    names: tuple[str, ...] = SHORT_NAMES

    def to_internal_value(self, data: Any) -> int:
        """Return the number; short and long names are the same day."""
        number = weekday_number(data) if isinstance(data, str) else data
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= 6:
            raise serializers.ValidationError(_("A day of the week is mon, tue, wed, thu, fri, sat or sun."))
        return number

    def to_representation(self, value: int) -> str:
        """Return the name."""
        return self.names[value]


@extend_schema_field({"type": "string", "enum": list(NAMES)})
class LongWeekdayField(WeekdayField):
    """The same with long names: `monday`."""

    names = NAMES


@extend_schema_field({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$", "example": "09:00"})
class ClockField(serializers.TimeField):
    """A time of day to the minute, `09:00`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M", "%H:%M:%S"], **kwargs)


class CalendarSerializer(StrictSerializer[Any]):
    """When a team or a person works."""

    timezone = serializers.CharField(required=False, max_length=64)
    weekdays = serializers.ListField(child=WeekdayField(), required=False, max_length=7)
    start = ClockField(required=False)
    end = ClockField(required=False)
    holidays = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=20)
    days_off = serializers.ListField(child=serializers.DateField(), required=False)

    def to_representation(self, instance: worktime.Calendar | Calendar) -> dict[str, Any]:
        """Return the calendar; no holidays are null, and what a person leaves to the team is too."""
        days_off = instance.days_off
        return {
            "timezone": instance.timezone,
            "weekdays": None
            if instance.weekdays is None
            else [SHORT_NAMES[number] for number in sorted(instance.weekdays)],
            "start": _clock(instance.start),
            "end": _clock(instance.end),
            "holidays": instance.holidays or None,
            "days_off": None if days_off is None else sorted(str(day) for day in days_off),
        }


class PersonCalendarSerializer(CalendarSerializer):
    """The own calendar of a person: null is the team's."""

    timezone = serializers.CharField(allow_null=True)
    weekdays = serializers.ListField(child=WeekdayField(), allow_null=True)
    start = ClockField(allow_null=True)
    end = ClockField(allow_null=True)
    days_off = serializers.ListField(child=serializers.DateField(), allow_null=True)


class ReportTimeSerializer(StrictSerializer[Any]):
    """When the weekly report is built, in the team's zone."""

    weekday = LongWeekdayField(required=False)
    at = ClockField(required=False)


class TeamSerializer(StrictSerializer[Team]):
    """A team and its settings."""

    id = serializers.IntegerField(read_only=True)
    slug = serializers.SlugField(read_only=True)
    name = serializers.CharField(max_length=200, required=False)
    timezone = serializers.CharField(max_length=64, required=False)
    calendar = CalendarSerializer(required=False)
    target_low = serializers.FloatField(required=False, min_value=0, max_value=1)
    target_high = serializers.FloatField(required=False, min_value=0, max_value=1)
    denominator = serializers.ChoiceField(choices=Denominator.choices, required=False)
    response_cap_hours = serializers.FloatField(
        required=False, min_value=0, max_value=24, help_text="What answering an alarm counts as, at most."
    )
    report = ReportTimeSerializer(required=False)

    def to_representation(self, instance: Team) -> dict[str, Any]:
        """Return the team; its zone stands beside the calendar too."""
        calendar = calendar_of_team(instance)
        return {
            "id": instance.pk,
            "slug": instance.slug,
            "name": instance.name,
            "timezone": calendar.timezone,
            "calendar": CalendarSerializer(calendar).data,
            "target_low": instance.target_low,
            "target_high": instance.target_high,
            "denominator": instance.denominator,
            "response_cap_hours": instance.response_cap_hours,
            "report": {"weekday": NAMES[instance.report_weekday], "at": _clock(instance.report_time)},
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse two zones at once."""
        inner = attrs.get("calendar", {}).get("timezone")
        if inner and attrs.get("timezone", inner) != inner:
            raise serializers.ValidationError(
                {"timezone": [_("The zone of the team is that of its calendar: give one of them, or the same.")]}
            )
        return attrs

    def settings(self) -> TeamSettings:
        """Return what the service takes of the team itself."""
        given = self.validated_data
        names = ("name", "target_low", "target_high", "denominator", "response_cap_hours")
        report = given.get("report", {})
        return TeamSettings(
            **{name: given[name] for name in names if name in given},
            report_weekday=report.get("weekday"),
            report_time=report.get("at"),
        )

    def calendar_fields(self) -> CalendarFields:
        """Return what the service takes of the calendar; null holidays are none."""
        given = dict(self.validated_data.get("calendar", {}))
        if "timezone" in self.validated_data:
            given["timezone"] = self.validated_data["timezone"]
        if "holidays" in given:
            given["holidays"] = given["holidays"] or ""
        return CalendarFields(**given)


class MemberSerializer(serializers.Serializer[Membership]):
    """A person in a team."""

    id = serializers.IntegerField(read_only=True)
    email = serializers.EmailField(allow_null=True)
    name = serializers.CharField(read_only=True)
    role = serializers.ChoiceField(choices=Role.choices)
    first_date = serializers.DateField(required=False, allow_null=True)
    last_date = serializers.DateField(required=False, allow_null=True)
    has_login = serializers.BooleanField(read_only=True)
    calendar = PersonCalendarSerializer(read_only=True, allow_null=True)
    time_off = serializers.SerializerMethodField()

    def to_representation(self, instance: Membership) -> dict[str, Any]:
        """Return the member; what somebody has not accepted yet shows nothing about them but the address."""
        person = instance.person
        is_known = instance.confirmed_at is not None
        calendar = getattr(person, "calendar", None) if is_known else None
        return {
            "id": instance.pk,
            "email": person.email,
            "name": person.display_name if is_known or person.user_id is None else (person.email or ""),
            "role": instance.role,
            "first_date": _day(instance.first_date),
            "last_date": _day(instance.last_date),
            "has_login": is_known and person.user_id is not None,
            "calendar": PersonCalendarSerializer(calendar).data if calendar else None,
            "time_off": self.get_time_off(instance) if is_known else [],
        }

    @extend_schema_field({"type": "array", "items": {"type": "array", "items": {"type": "string", "format": "date"}}})
    def get_time_off(self, instance: Membership) -> list[list[str]]:
        """Return first and last day of each absence."""
        absences = sorted((row.first_date, row.last_date) for row in instance.person.time_off.all())
        return [[str(first), str(last)] for first, last in absences]


class NewMemberSerializer(serializers.Serializer[Membership]):
    """Who is invited, as what, and from when to when they count."""

    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=Role.choices, default=Role.MEMBER)
    first_date = serializers.DateField(required=False, allow_null=True)
    last_date = serializers.DateField(required=False, allow_null=True)


class MemberChangeSerializer(serializers.Serializer[Membership]):
    """What can be changed of a member."""

    role = serializers.ChoiceField(choices=Role.choices, required=False)
    first_date = serializers.DateField(required=False, allow_null=True)
    last_date = serializers.DateField(required=False, allow_null=True)


def _clock(value: time | None) -> str | None:
    return None if value is None else value.strftime("%H:%M")


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
