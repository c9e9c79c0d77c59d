"""Forms for teams, their members, invitations and tokens."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.forms.calendars import WEEKDAYS, DateInput, TimeInput
from teams.models import Denominator, Membership, Role, Scope, Team
from teams.services.teams import TeamSettings
from teams.worktime import start_of_day


class TeamForm(forms.Form):
    """Name, target range, denominator and report time of a team."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    target_low = forms.FloatField(
        label=gettext_lazy("Target from, in percent"),
        widget=forms.NumberInput(attrs={"min": "0", "max": "100", "step": "any", "inputmode": "decimal"}),
    )
    target_high = forms.FloatField(
        label=gettext_lazy("to"),
        widget=forms.NumberInput(attrs={"min": "0", "max": "100", "step": "any", "inputmode": "decimal"}),
    )
    denominator = forms.ChoiceField(
        label=gettext_lazy("Toil is a share of"),
        choices=Denominator.choices,
        help_text=gettext_lazy("Classified work leaves out what nobody has classified yet."),
    )
    response_cap_hours = forms.FloatField(
        label=gettext_lazy("Answering an alarm counts at most, in hours"),
        required=False,
        widget=forms.NumberInput(attrs={"min": "0", "max": "24", "step": "any", "inputmode": "decimal"}),
        help_text=gettext_lazy(
            "PagerDuty and Opsgenie: from the acknowledgement to the end is logged for who acknowledged. "
            "0 logs nothing; it holds for what comes in from then on."
        ),
    )
    report_weekday = forms.TypedChoiceField(label=gettext_lazy("Report day"), choices=WEEKDAYS, coerce=int)
    report_time = forms.TimeField(label=gettext_lazy("Report time"), widget=TimeInput)

    def __init__(self, *args: Any, timezone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["report_time"].help_text = _("In the team’s time zone, %s.") % timezone

    def given(self) -> TeamSettings:
        """Return what the service takes: fractions instead of percentages."""
        cleaned = self.cleaned_data
        return TeamSettings(
            **{
                **cleaned,
                "target_low": round(cleaned["target_low"] / 100, 8),
                "target_high": round(cleaned["target_high"] / 100, 8),
            }
        )

    @classmethod
    def initial_of(cls, team: Team) -> dict[str, Any]:
        """Return what the fields show of a team."""
        return {
            "name": team.name,
            "target_low": f"{team.target_low * 100:.8g}",
            "target_high": f"{team.target_high * 100:.8g}",
            "denominator": team.denominator,
            "response_cap_hours": f"{team.response_cap_hours:.8g}",
            "report_weekday": team.report_weekday,
            "report_time": team.report_time,
        }


class NewTeamForm(forms.Form):
    """A team that a superuser creates."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    slug = forms.CharField(
        label=gettext_lazy("Short name"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Stands in addresses and cannot be changed later. Empty: made from the name."),
    )
    timezone = forms.CharField(label=gettext_lazy("Time zone"), max_length=64, initial="UTC")
    owner = forms.EmailField(
        label=gettext_lazy("Owner"),
        required=False,
        help_text=gettext_lazy("An e-mail address; who has no account yet is invited by mail."),
    )


class MemberForm(forms.Form):
    """Role and dates of a member."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices, initial=Role.MEMBER)
    first_date = forms.DateField(label=gettext_lazy("First day"), widget=DateInput, required=False)
    last_date = forms.DateField(label=gettext_lazy("Last day"), widget=DateInput, required=False)

    @classmethod
    def initial_of(cls, membership: Membership) -> dict[str, Any]:
        """Return what the fields show of a membership."""
        return {
            "role": membership.role,
            "first_date": membership.first_date,
            "last_date": membership.last_date,
        }


class InvitationForm(MemberForm):
    """Who is asked to join, as what, and from when to when they count."""

    email = forms.EmailField(label=gettext_lazy("E-mail"))

    field_order = ["email", "role", "first_date", "last_date"]


class TokenForm(forms.Form):
    """Name, scope and last day of an API token."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("What uses it, such as “Jira sync”.")
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("May"),
        choices=[
            (Scope.READ, gettext_lazy("read")),
            (Scope.IMPORT, gettext_lazy("read, and import tickets")),
            (Scope.WRITE, gettext_lazy("read, import, and change items and settings")),
        ],
    )
    last_date = forms.DateField(
        label=gettext_lazy("Last day"), widget=DateInput, required=False, help_text=gettext_lazy("Empty: no end.")
    )

    def clean_last_date(self) -> date | None:
        """Refuse the last day of all, which no instant follows."""
        last: date | None = self.cleaned_data["last_date"]
        if last is not None and last.year > 9998:
            raise forms.ValidationError(_("The year has to be 9998 or earlier."))
        return last

    def expires_at(self, timezone: str) -> datetime | None:
        """Return the end of the last day in the team's zone."""
        last = self.cleaned_data["last_date"]
        return start_of_day(last + timedelta(days=1), timezone) if last else None
