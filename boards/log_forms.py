"""Work that somebody logs, typed as people say it, and sentences for what cannot be read."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boards.forms import read_once
from boards.models import WorkLog
from boards.spans import NotUnderstoodError, Span, Trouble, parse_span, write_span
from teams.models import Person, Team

_SENTENCES = {
    Trouble.EMPTY: gettext_lazy("Write how long, such as 30m or 1h 15m yesterday 14:00."),
    Trouble.UNKNOWN: gettext_lazy("“%s” is not understood. Write 30m, 1h 15m yesterday 14:00, or mon 9:00-11:00."),
    Trouble.NO_LENGTH: gettext_lazy("How long was it? Write a length (30m, 1h 15m) or an end (14:00-15:30)."),
    Trouble.TWICE: gettext_lazy("“%s” is one too many: write one day, and one time or one from-to."),
    Trouble.NO_SUCH_TIME: gettext_lazy("“%s” is no time of day."),
    Trouble.NO_SUCH_DAY: gettext_lazy("“%s” is no day that can be meant."),
    Trouble.SKIPPED: gettext_lazy("There was no %s on that day: the clock was put forward."),
    Trouble.DISAGREES: gettext_lazy("The length and the times do not agree; leave one of them out."),
    Trouble.TOO_LONG: gettext_lazy("That is longer than 31 days."),
    Trouble.FUTURE: gettext_lazy("That would end in the future."),
    Trouble.BACKWARDS: gettext_lazy("The end has to be after the start."),
}


class LogForm(forms.Form):
    """When somebody worked on an item, in words; owners may log for others."""

    duration = forms.CharField(label=gettext_lazy("How long, and when"), max_length=200)
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=2000)
    person = forms.ModelChoiceField(Person.objects.none(), label=gettext_lazy("Whose work"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        at: datetime,
        log: WorkLog | None = None,
        team: Team | None = None,
        own: Person | None = None,
    ) -> None:
        initial: dict[str, Any] = {"person": own.pk if own else None}
        if log is not None:
            initial = {"duration": written(log), "note": log.note, "person": log.person_id}
        super().__init__(data, initial=initial, auto_id=f"log{log.pk if log else ''}_%s")
        self.at = at
        self.log = log
        if team is None:
            del self.fields["person"]
            return
        person = self.fields["person"]
        people = Person.objects.filter(memberships__team=team) | Person.objects.filter(
            pk__in=[one for one in (own and own.pk, log and log.person_id) if one]
        )
        if isinstance(person, forms.ModelChoiceField):
            person.queryset = people.distinct().order_by("name", "email")
            person.empty_label = None
            if not self.is_bound:
                read_once(person)

    def clean_duration(self) -> Span:
        """Read from when to when it was; the text that a log was shown with stands for its very times."""
        text = self.cleaned_data["duration"]
        if self.log is not None and text == written(self.log):
            return Span(self.log.started_at, self.log.ended_at)
        return read_span(text, at=self.at)

    @property
    def values(self) -> dict[str, Any]:
        """What `add_log` and `edit_log` take."""
        span: Span = self.cleaned_data["duration"]
        values = {"started_at": span.started_at, "ended_at": span.ended_at, "note": self.cleaned_data["note"]}
        person = self.cleaned_data.get("person")
        return {**values, "person": person} if person else values


def read_span(text: str, *, at: datetime) -> Span:
    """Read what the reader typed, in the reader's zone; a ValidationError says what cannot be read."""
    try:
        return parse_span(text, at=at, zone=timezone.get_current_timezone())
    except NotUnderstoodError as error:
        raise forms.ValidationError(sentence(error)) from error


def sentence(error: NotUnderstoodError) -> str:
    """Say why a text names no span of time."""
    text = str(_SENTENCES[error.trouble])
    return text % error.word if "%s" in text else text


def written(log: WorkLog) -> str:
    """Return when a log was, as its form shows it."""
    return write_span(Span(log.started_at, log.ended_at), timezone.get_current_timezone())


def understood(span: Span) -> str:
    """Say back what was understood: 1 h 15 min, Mon 23 Nov, 14:00–15:15."""
    start, end = timezone.localtime(span.started_at), timezone.localtime(span.ended_at)
    last = date_format(end, "H:i" if start.date() == end.date() else "D j M, H:i")
    return f"{write_length(span.ended_at - span.started_at)}, {date_format(start, 'D j M Y, H:i')}–{last}"


def write_length(length: timedelta) -> str:
    """Write a length of time in hours and minutes: 1 h 15 min."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    parts = [_("%d h") % hours] if hours else []
    if minutes or not hours:
        parts.append(_("%d min") % minutes)
    return " ".join(parts)
