"""Forms for calendars and time off."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.models import Calendar
from teams.services.calendars import CalendarFields

WEEKDAYS = [
    (0, gettext_lazy("Monday")),
    (1, gettext_lazy("Tuesday")),
    (2, gettext_lazy("Wednesday")),
    (3, gettext_lazy("Thursday")),
    (4, gettext_lazy("Friday")),
    (5, gettext_lazy("Saturday")),
    (6, gettext_lazy("Sunday")),
]


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """The browser's own time field."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class DaysField(forms.CharField):
    """Dates, one a line."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def to_python(self, value: Any) -> list[date]:  # type: ignore[override]  # a list instead of a text
        """Return the dates; the error names the line that is none."""
        days = []
        for line in str(value or "").replace(",", "\n").split():
            try:
                days.append(date.fromisoformat(line))
            except ValueError as error:
                raise ValidationError(_("“%s” is not a date like 2026-12-29.") % line) from error
        return days

    def prepare_value(self, value: Any) -> Any:
        """Return what the text area shows."""
        return "\n".join(str(day) for day in value) if isinstance(value, list) else value


class CalendarForm(forms.Form):
    """The calendar of a team: everything is given."""

    timezone = forms.CharField(label=gettext_lazy("Time zone"), max_length=64)
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Working days"),
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("A team works on at least one day of the week.")},
    )
    start = forms.TimeField(label=gettext_lazy("Work starts"), widget=TimeInput)
    end = forms.TimeField(label=gettext_lazy("Work ends"), widget=TimeInput)
    holidays = forms.CharField(
        label=gettext_lazy("Public holidays"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("A country such as JP, or a part of one such as DE-BY. Empty: none."),
    )
    days_off = DaysField(
        label=gettext_lazy("Days off"), required=False, help_text=gettext_lazy("Dates like 2026-12-29, one a line.")
    )

    def given(self) -> CalendarFields:
        """Return what the service takes."""
        return CalendarFields(**self.cleaned_data)

    @classmethod
    def initial_of(cls, calendar: Any) -> dict[str, Any]:
        """Return what the fields show of a calendar, stored or computed."""
        return {
            "timezone": calendar.timezone,
            "weekdays": sorted(calendar.weekdays or []),
            "start": calendar.start,
            "end": calendar.end,
            "holidays": calendar.holidays,
            "days_off": sorted(calendar.days_off or []),
        }


class PersonCalendarForm(CalendarForm):
    """The own calendar of a person: what is left empty is the team's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False
        self.fields["weekdays"].help_text = _("None ticked: the team’s.")
        self.fields["holidays"].help_text = _("A country such as JP, or a part of one such as DE-BY.")

    def given(self) -> CalendarFields:
        """Return what the service takes: empty fields are not given."""
        return CalendarFields(**{name: value or None for name, value in self.cleaned_data.items()})

    @classmethod
    def initial_of_person(cls, calendar: Calendar | None) -> dict[str, Any]:
        """Return what the fields show; without a calendar of one's own they are empty."""
        return cls.initial_of(calendar) if calendar else {}


class TimeOffForm(forms.Form):
    """Whole days on which a person does not work."""

    first_date = forms.DateField(label=gettext_lazy("First day"), widget=DateInput)
    last_date = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=DateInput,
        required=False,
        help_text=gettext_lazy("Empty: one day only."),
    )

    def clean(self) -> dict[str, Any]:
        """Take one day where no last one is given."""
        cleaned = super().clean() or {}
        if not cleaned.get("last_date"):
            cleaned["last_date"] = cleaned.get("first_date")
        return cleaned
