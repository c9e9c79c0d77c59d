"""What people type about an item, turned into what the services take."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from boards.durations import parse_duration, write_hours
from boards.models import Column, Item, Priority, ToilType
from teams.models import Person

NO_DURATION = gettext_lazy("Write a length such as 30m, 1h 15m or 1.5 h.")


class ItemForm(forms.Form):
    """The fields of an item; a form on the page carries some of them and names them in `fields`."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=500)
    description = forms.CharField(label=gettext_lazy("Description"), required=False, max_length=100_000)
    column = forms.ModelChoiceField(Column.objects.none(), label=gettext_lazy("Column"), empty_label=None)
    assignee = forms.ModelChoiceField(
        Person.objects.none(), label=gettext_lazy("Assignee"), required=False, empty_label=gettext_lazy("Unassigned")
    )
    service = forms.CharField(label=gettext_lazy("Service"), required=False, max_length=100)
    labels = forms.CharField(label=gettext_lazy("Labels"), required=False, max_length=5000)
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), choices=Priority.choices)
    due_date = forms.DateField(
        label=gettext_lazy("Due"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    estimate_hours = forms.CharField(label=gettext_lazy("Estimate"), required=False, max_length=40)
    is_interrupt = forms.BooleanField(label=gettext_lazy("Interrupt"), required=False)
    is_blocked = forms.BooleanField(label=gettext_lazy("Blocked"), required=False)
    blocked_reason = forms.CharField(label=gettext_lazy("Because"), required=False, max_length=500)
    toil_type = forms.ModelChoiceField(
        ToilType.objects.none(), label=gettext_lazy("Toil type"), required=False, empty_label=gettext_lazy("None")
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, item: Item, names: list[str] | None = None) -> None:
        super().__init__(data, initial=written(item, names), auto_id="item_%s")
        if names is not None:
            for name in set(self.fields) - set(names):
                del self.fields[name]
        team = item.board.team
        members = Person.objects.filter(memberships__team=team)
        people = members | Person.objects.filter(pk=item.assignee_id) if item.assignee_id else members
        self._offer("column", item.board.columns.all().kept().in_order())
        self._offer("assignee", people.distinct().order_by("name", "email"))
        self._offer("toil_type", ToilType.objects.filter(team=team).order_by("name"))

    def clean_labels(self) -> list[str]:
        """Split the labels at commas."""
        return sorted({name.strip() for name in self.cleaned_data["labels"].split(",") if name.strip()})

    def clean_estimate_hours(self) -> float | None:
        """Read the estimate as a length of time."""
        text = self.cleaned_data["estimate_hours"]
        if not text:
            return None
        length = parse_duration(text)
        if length is None:
            raise forms.ValidationError(NO_DURATION)
        return length / timedelta(hours=1)

    def _offer(self, name: str, rows: Any) -> None:
        field = self.fields.get(name)
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows
            if not self.is_bound:
                read_once(field)


def read_once(field: "forms.ModelChoiceField[Any]") -> None:
    """Read what a field offers now: its widget would ask the database twice, once for whether one is required."""
    field.choices = list(field.choices)  # type: ignore[arg-type]  # an iterator over rows


def written(item: Item, names: list[str] | None = None) -> dict[str, Any]:
    """Return the fields of an item, or those named, as its form shows them."""
    labels = {} if names is not None and "labels" not in names else {"labels": ", ".join(label_names(item))}
    return {
        **labels,
        "title": item.title,
        "description": item.description,
        "column": item.column_id,
        "assignee": item.assignee_id,
        "service": item.service,
        "priority": item.priority,
        "due_date": item.due_date,
        "estimate_hours": write_hours(item.estimate_hours),
        "is_interrupt": item.is_interrupt,
        "is_blocked": item.is_blocked,
        "blocked_reason": item.blocked_reason,
        "toil_type": item.toil_type_id,
    }


def label_names(item: Item) -> list[str]:
    """Return the names of an item's labels in their order."""
    return sorted(item.labels.values_list("name", flat=True))


class CommentForm(forms.Form):
    """What somebody says about an item."""

    body = forms.CharField(label=gettext_lazy("Comment"), max_length=100_000)
