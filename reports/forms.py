"""Forms for weekly reports, their recipients, and further ways of sending."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.mailing.facts import Section
from reports.models import AlertSettings, Channel, ChannelKind, EmptyWeeks, ReportChoices
from reports.periods import InvalidWeekError, Week, parse_week
from reports.services.channels import ChannelSettings
from reports.services.recipients import RecipientSettings
from teams.forms.calendars import WEEKDAYS, TimeInput
from teams.models import Team

SECTIONS = (
    (Section.REMOVAL.value, gettext_lazy("What to remove next")),
    (Section.TREND.value, gettext_lazy("The last 13 weeks")),
    (Section.TOIL_TYPES.value, gettext_lazy("Top toil types")),
    (Section.CLASSES.value, gettext_lazy("Hours by class")),
    (Section.SERVICES.value, gettext_lazy("Services with the most toil")),
    (Section.UNCLASSIFIED.value, gettext_lazy("Items without a class")),
    (Section.AGEING.value, gettext_lazy("Items older than usual")),
)


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


class ReportForm(forms.Form):
    """When a team's report comes, what it says, and what goes out for a week without work."""

    report_weekday = forms.TypedChoiceField(label=gettext_lazy("Report day"), choices=WEEKDAYS, coerce=int)
    report_time = forms.TimeField(label=gettext_lazy("Report time"), widget=TimeInput)
    sections = forms.MultipleChoiceField(
        label=gettext_lazy("Sections"),
        choices=SECTIONS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Verdict, figures, changed numbers and how to read them are always there."),
    )
    empty_weeks = forms.ChoiceField(
        label=gettext_lazy("For a week without work"), choices=EmptyWeeks.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, timezone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["report_time"].help_text = _("In the team’s time zone, %s.") % timezone

    def left_out(self) -> list[str]:
        """Return the sections that were not ticked."""
        return [name for name, __ in SECTIONS if name not in self.cleaned_data["sections"]]

    @classmethod
    def initial_of(cls, team: Team, choices: ReportChoices) -> dict[str, Any]:
        """Return what the fields show of a team."""
        return {
            "report_weekday": team.report_weekday,
            "report_time": team.report_time,
            "sections": [name for name, __ in SECTIONS if name not in choices.left_out],
            "empty_weeks": choices.empty_weeks,
        }


class RecipientForm(forms.Form):
    """An address to put on the list, and how whoever reads there wants it."""

    email = forms.CharField(
        label=gettext_lazy("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    timezone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("Empty: the team’s. For members with an account, what their profile says holds."),
    )
    gets_alerts = forms.BooleanField(
        label=gettext_lazy("Gets alerts too, not only the weekly report"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_languages(self.fields["language"])

    def given(self) -> RecipientSettings:
        """Return what the service takes beside the address."""
        return RecipientSettings(**{name: value for name, value in self.cleaned_data.items() if name != "email"})


class ChannelForm(forms.Form):
    """A further way of sending; the address of one that is there is never shown, and stays where none is given."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ChannelKind.choices)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=2000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
        help_text=gettext_lazy("The address that Slack gives for an incoming webhook, or one of your own, with https."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    gets_reports = forms.BooleanField(label=gettext_lazy("Weekly reports"), required=False, initial=True)
    gets_alerts = forms.BooleanField(label=gettext_lazy("Alerts"), required=False, initial=True)

    def __init__(self, *args: Any, channel: Channel | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_languages(self.fields["language"])
        if channel is not None:
            del self.fields["kind"]
            self.fields["url"].required = False
            self.fields["url"].label = _("New address")
            self.fields["url"].help_text = _("Empty: the one on %s stays.") % channel.host

    def given(self) -> ChannelSettings:
        """Return what the service takes beside the kind."""
        return ChannelSettings(**{name: value for name, value in self.cleaned_data.items() if name != "kind"})

    @classmethod
    def initial_of(cls, channel: Channel) -> dict[str, Any]:
        """Return what the fields show of a channel: all but its address."""
        names = ("name", "language", "gets_reports", "gets_alerts")
        return {name: getattr(channel, name) for name in names}


class ChannelSecretForm(forms.Form):
    """A new secret of a webhook."""

    secret = forms.CharField(
        label=gettext_lazy("New secret"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("Empty: one is made, and shown once. Else “whsec_” and 24 to 64 bytes in Base64."),
    )


def _offer_languages(field: Any) -> None:
    field.choices = [("", gettext_lazy("As usual here")), *settings.LANGUAGES]


class AlertSettingsForm(forms.Form):
    """Whether a team's toil budget is watched, and in which hours nobody is told."""

    is_on = forms.BooleanField(label=gettext_lazy("Watch the toil budget"), required=False)
    quiet_from = forms.TimeField(label=gettext_lazy("Quiet from"), required=False, widget=TimeInput)
    quiet_until = forms.TimeField(label=gettext_lazy("Quiet until"), required=False, widget=TimeInput)

    @staticmethod
    def initial_of(settings: AlertSettings) -> dict[str, Any]:
        """Return what the form shows of settings."""
        return {name: getattr(settings, name) for name in ("is_on", "quiet_from", "quiet_until")}
