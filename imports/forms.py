"""Forms of the import page."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boards.models import Board, Column
from imports.models import ConnectionKind
from teams.models import Team


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
