"""Forms of the import page."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from boards.models import Board, Column, Stay, WorkLog
from imports.columns import MANY, REQUIRED
from imports.models import ConnectionKind
from teams.models import Handle, Membership, Person, Team

FIELD_NAMES = {
    "external_id": _("Number of the ticket"),
    "title": _("Title"),
    "description": _("Description"),
    "url": _("Link"),
    "status": _("Status"),
    "classification": _("Class"),
    "labels": _("Labels"),
    "service": _("Service"),
    "assignee": _("Assignee"),
    "is_interrupt": _("Interrupt"),
    "priority": _("Priority"),
    "estimate_hours": _("Estimate in hours"),
    "due_date": _("Due date"),
    "created_at": _("Created"),
    "started_at": _("Started"),
    "finished_at": _("Finished"),
    "updated_at": _("Last changed"),
    "reporter": _("Reporter"),
    "project": _("Project"),
    "responder": _("Who answered"),
    "acknowledged_at": _("Answered"),
}


class UploadForm(forms.Form):
    """A file of tickets for a board."""

    board = forms.ModelChoiceField(Board.objects.none(), label=_("Board"), empty_label=None)
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "JSON or CSV of this API, of Jira, GitHub, GitLab, PagerDuty, Opsgenie, ServiceNow, Zendesk or Trello."
        ),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=50,
        required=False,
        help_text=_("Where the tickets live, such as “jira”: a later file of the same source updates them."),
    )
    is_atomic = forms.BooleanField(label=_("Take all rows or none"), required=False)

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boards = Board.objects.in_use().filter(team=team).order_by("name", "pk")
        self.has_boards = boards.exists()
        field = self.fields["board"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = boards


class SourceForm(forms.Form):
    """Whose words are looked at."""

    source = forms.CharField(label=_("Source"), max_length=50)


class WordsForm(forms.Form):
    """The status words of a source: a field for each column, the words separated by commas or lines."""

    def __init__(self, *args: Any, board: Board, words: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in Column.objects.filter(board=board).kept().in_order():
            own = [word for word, number in words.items() if number == column.pk]
            self.fields[f"column_{column.pk}"] = forms.CharField(
                label=column.name,
                required=False,
                max_length=10_000,
                initial=", ".join(own),
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        self.fields["shown"] = forms.JSONField(required=False, initial=dict(words), widget=forms.HiddenInput)

    def given(self) -> dict[int, list[str]]:
        """Return the words that were given for each column."""
        return {
            int(name.removeprefix("column_")): re.split(r"[,\n]", text)
            for name, text in self.cleaned_data.items()
            if name != "shown"
        }


class StatusForm(forms.Form):
    """Columns for status words that nothing else explains, one field for each."""

    def __init__(self, *args: Any, board: Board, words: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = list(words)
        columns = Column.objects.filter(board=board).kept().in_order()
        choices = [("", _("First column")), *((str(column.pk), column.name) for column in columns)]
        for place, word in enumerate(self.words):
            self.fields[f"word_{place}"] = forms.ChoiceField(label=word, choices=choices, required=False)

    def chosen(self) -> dict[str, int]:
        """Return the column that was chosen for each word that got one."""
        values = [self.cleaned_data[f"word_{place}"] for place in range(len(self.words))]
        return {word: int(value) for word, value in zip(self.words, values, strict=True) if value}


class ReadingForm(forms.Form):
    """How a file is read: which field each of its columns is, and the zone of times that name none."""

    zone = forms.ChoiceField(label=_("Time zone of times that name none"))

    def __init__(
        self,
        *args: Any,
        columns: Sequence[Sequence[str]],
        zones: Sequence[str],
        cells: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        zone = self.fields["zone"]
        if isinstance(zone, forms.ChoiceField):
            zone.choices = [(name, name) for name in zones]
        self.names = [name for name, __ in columns]
        choices = [("", _("Leave out")), *FIELD_NAMES.items()]
        for place, (name, field) in enumerate(columns):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=name,
                choices=choices,
                required=False,
                initial=field,
                help_text=_("such as “%s”") % cells[name] if cells and cells.get(name) else "",
            )

    def clean(self) -> dict[str, Any]:
        """Refuse a file without ids or titles, and two columns for a field that has room for one."""
        chosen = [field for __, field in self.chosen() if field]
        if self.names:
            for field in REQUIRED:
                if field not in chosen:
                    self.add_error(None, _("Say which column is “%s”.") % FIELD_NAMES[field])
        for field in dict.fromkeys(chosen):
            if chosen.count(field) > 1 and field not in MANY:
                self.add_error(None, _("Two columns cannot both be “%s”.") % FIELD_NAMES[field])
        return self.cleaned_data

    def chosen(self) -> list[list[str]]:
        """Return each column with the field that it is, empty where it is left out."""
        return [[name, self.cleaned_data.get(f"column_{place}", "")] for place, name in enumerate(self.names)]


class ConnectForm(forms.Form):
    """A source to connect to a board."""

    kind = forms.ChoiceField(label=_("System"), choices=ConnectionKind.choices)
    board = forms.ModelChoiceField(Board.objects.none(), label=_("Board"), empty_label=None)
    secret = forms.CharField(
        label=_("Secret"),
        max_length=500,
        required=False,
        help_text=_("What the system signs with. Empty: one is made, and shown once."),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=50,
        required=False,
        help_text=_("Under which its tickets are known; empty: the system’s own name."),
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boards = Board.objects.in_use().filter(team=team).order_by("name", "pk")
        self.has_boards = boards.exists()
        field = self.fields["board"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = boards


class NewSecretForm(forms.Form):
    """A secret in place of the one that holds."""

    secret = forms.CharField(
        label=_("New secret"),
        max_length=500,
        required=False,
        help_text=_("The one that the system shows. Empty: one is made, and shown once."),
    )


def known_people(team: Team) -> "QuerySet[Person]":
    """Return whom a team knows: its members, whom its sources name, and whose work stands on its boards."""
    ids = [
        rows.values(name)
        for name, rows in (
            ("person", Membership.objects.filter(team=team)),
            ("person", Handle.objects.filter(team=team)),
            ("assignee", Stay.objects.filter(item__board__team=team, assignee__isnull=False)),
            ("person", WorkLog.objects.filter(board__team=team)),
        )
    ]
    known = Q(pk__in=ids[0]) | Q(pk__in=ids[1]) | Q(pk__in=ids[2]) | Q(pk__in=ids[3])
    return Person.objects.filter(known).order_by("name", "email", "pk")


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Somebody whom the team knows, with what tells people of one name apart."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the name, with the address where there is one."""
        return f"{obj.display_name} ({obj.email})" if obj.email else f"{obj.display_name} (#{obj.pk})"


class HandleForm(forms.Form):
    """What a source calls a person."""

    source = forms.CharField(
        label=_("Source"), max_length=50, help_text=_("The name under which its tickets are known, such as “jira”.")
    )
    handle = forms.CharField(label=_("Handle"), max_length=255, help_text=_("A login, an account id or a name."))
    person = PersonField(Person.objects.none(), label=_("Person"), empty_label=None)

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = known_people(team)


class WhoForm(forms.Form):
    """Who is meant by one handle; many stand on one page, which reads the people once for all."""

    person = PersonField(Person.objects.none(), label=_("Person"), empty_label=None)

    def __init__(self, data: Any = None, *, team: Team, row: Handle, people: Sequence[Person] | None = None) -> None:
        super().__init__(data, prefix=f"handle-{row.pk}", initial={"person": row.person_id})
        self.row = row
        field = self.fields["person"]
        field.widget.attrs["class"] = "select"
        if isinstance(field, PersonField):
            field.queryset = known_people(team)
            if people is not None:
                field.choices = [(person.pk, field.label_from_instance(person)) for person in people]


class MergeForm(forms.Form):
    """Two people who are one: who goes, and who stays."""

    gone = PersonField(Person.objects.none(), label=_("This person"), empty_label=_("Choose …"))
    into = PersonField(Person.objects.none(), label=_("is really"), empty_label=_("Choose …"))

    def __init__(self, *args: Any, team: Team, people: Sequence[Person] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("gone", "into"):
            field = self.fields[name]
            if isinstance(field, PersonField):
                field.queryset = known_people(team)
                if people is not None:
                    shown = [each for each in people if name == "into" or each.user_id is None]
                    field.choices = [
                        ("", field.empty_label),
                        *((each.pk, field.label_from_instance(each)) for each in shown),
                    ]
