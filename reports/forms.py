"""Forms for weekly reports and their recipients."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from reports.periods import InvalidWeekError, Week, parse_week


class WeekField(forms.CharField):
    """A week such as 2026-W46."""

    def to_python(self, value: Any) -> Any:
        """Return the week, or None where none is given."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return parse_week(text.upper())
        except InvalidWeekError as error:
            raise forms.ValidationError(str(error)) from error

    def prepare_value(self, value: Any) -> Any:
        """Write a week into the control."""
        return str(value) if isinstance(value, Week) else value


class BuildForm(forms.Form):
    """Which week's report to build, and whether to send it."""

    week = WeekField(
        label=gettext_lazy("Week"),
        widget=forms.TextInput(attrs={"type": "week", "placeholder": "2026-W46", "pattern": "[0-9]{4}-W[0-9]{2}"}),
    )
    send = forms.BooleanField(label=gettext_lazy("Send it to the recipients"), required=False)


class RecipientForm(forms.Form):
    """An address to put on the list."""

    email = forms.CharField(
        label=gettext_lazy("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
