"""When people work: calendars of teams and people, and time off."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from teams.models.people import Person
from teams.models.teams import Team


class Calendar(models.Model):
    """Working hours of a team (complete) or of a person (null fields are the team's)."""

    team = models.OneToOneField(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="calendar")
    person = models.OneToOneField(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="calendar")
    timezone = models.CharField(_("time zone"), max_length=64, null=True, blank=True)
    weekdays: "models.JSONField[list[int] | None, list[int] | None]" = models.JSONField(
        _("working days"), null=True, blank=True, help_text=_("Monday is 0.")
    )
    start = models.TimeField(_("start"), null=True, blank=True)
    end = models.TimeField(_("end"), null=True, blank=True)
    holidays = models.CharField(
        _("public holidays"), max_length=20, null=True, blank=True, help_text=_("A country, or DE-BY.")
    )
    days_off: "models.JSONField[Any, Any]" = models.JSONField(_("days off"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(team__isnull=False, person__isnull=True)
                | models.Q(team__isnull=True, person__isnull=False),
                name="calendar_of_team_or_person",
            ),
            models.CheckConstraint(
                condition=models.Q(team__isnull=True)
                | models.Q(
                    timezone__isnull=False,
                    weekdays__isnull=False,
                    start__isnull=False,
                    end__isnull=False,
                    holidays__isnull=False,
                    days_off__isnull=False,
                ),
                name="calendar_of_team_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return str(self.team or self.person)


class TimeOff(models.Model):
    """Whole days, in the zone of the person's calendar, on which they do not work."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="time_off")
    first_date = models.DateField(_("first day"))
    last_date = models.DateField(_("last day"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_date__gte=models.F("first_date")), name="time_off_dates_in_order"
            ),
            models.UniqueConstraint("person", "first_date", "last_date", name="time_off_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.first_date} – {self.last_date}"
