"""By what the lists of the API can be narrowed and ordered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django_filters.fields import IsoDateTimeField
from rest_framework import serializers
from rest_framework.request import Request

from boards.models import (
    Board,
    BoardQuerySet,
    Classification,
    Comment,
    Item,
    ItemQuerySet,
    Priority,
    Rule,
    Stage,
    ToilType,
)
from boards.services.values import MAX_ID

MAX_WORDS: Final = 10
MAX_LABELS: Final = 20  # each is a join
NOBODY: Final = "none"
ITEM_ORDERINGS: Final[dict[str, tuple[str, ...]]] = {
    "rank": ("board_id", "column__position", "column_id", "rank"),
    **{name: (name,) for name in ("id", "created_at", "updated_at", "started_at", "finished_at", "due_date", "title")},
}


class MomentFilterField(IsoDateTimeField):
    """A time within the years that every database can hold."""

    def clean(self, value: Any) -> datetime | None:
        """Return the time; without a zone it is UTC."""
        moment: datetime | None = super().clean(value)
        if moment is not None and not 1900 <= moment.year < 9999:
            raise ValidationError(_("The year has to be from 1900 to 9998."))
        return moment


class MomentFilter(django_filters.IsoDateTimeFilter):
    """Narrows by a time."""

    field_class = MomentFilterField


class NumbersFilter(django_filters.BaseInFilter, django_filters.NumberFilter):
    """Narrows to one of several ids, separated by commas."""


class ChoicesFilter(django_filters.BaseInFilter, django_filters.ChoiceFilter):
    """Narrows to one of several values, separated by commas."""


class TeamFilterSet(django_filters.FilterSet):
    """Narrows what belongs to a team to that team."""

    team = django_filters.CharFilter("team__slug")


class BoardFilter(TeamFilterSet):
    """Narrows boards."""

    deleted = django_filters.BooleanFilter("deleted_at", lookup_expr="isnull", exclude=True, label="In the trash")

    archived = django_filters.ChoiceFilter(
        method="by_archive",
        choices=[("true", "archived"), ("false", "not archived"), ("all", "both")],
        label="What is archived; all unless asked",
    )

    class Meta:
        model = Board
        fields = ["team", "slug", "deleted"]

    def by_archive(self, queryset: BoardQuerySet, name: str, value: str) -> BoardQuerySet:
        """Narrow to boards that are archived, or to those that are not."""
        return queryset if value == "all" else queryset.filter(archived_at__isnull=value == "false")


class RuleFilter(TeamFilterSet):
    """Narrows rules."""

    class Meta:
        model = Rule
        fields = ["team", "classification"]


class ToilTypeFilter(TeamFilterSet):
    """Narrows toil types."""

    class Meta:
        model = ToilType
        fields = ["team", "service"]


class ItemFilter(django_filters.FilterSet):
    """Narrows work items by their fields; what is archived or in the trash has to be asked for."""

    team = django_filters.CharFilter("board__team__slug")
    board = NumbersFilter("board", min_value=0, max_value=MAX_ID)
    column = NumbersFilter("column", min_value=0, max_value=MAX_ID)
    stage = ChoicesFilter("column__stage", choices=Stage.choices)
    classification = ChoicesFilter("classification", choices=Classification.choices)
    assignee = django_filters.CharFilter(method="by_assignee", label="An e-mail address, or none")
    label = django_filters.CharFilter("labels__name", label="A label's name")
    labels = django_filters.CharFilter(method="by_labels", label="Names of labels, separated by commas: all of them")
    toil_type = django_filters.CharFilter(method="by_toil_type", label="A toil type's name or id")
    priority = ChoicesFilter("priority", choices=Priority.choices)
    is_blocked = django_filters.BooleanFilter("is_blocked")
    is_interrupt = django_filters.BooleanFilter("is_interrupt")
    created_after = MomentFilter("created_at", lookup_expr="gte")
    created_before = MomentFilter("created_at", lookup_expr="lt")
    started_after = MomentFilter("started_at", lookup_expr="gte")
    started_before = MomentFilter("started_at", lookup_expr="lt")
    finished_after = MomentFilter("finished_at", lookup_expr="gte")
    finished_before = MomentFilter("finished_at", lookup_expr="lt")
    updated_since = MomentFilter("updated_at", lookup_expr="gte")
    search = django_filters.CharFilter(method="by_words", label="Words in title, description, external id, comments")
    deleted = django_filters.BooleanFilter(method="leave", label="What is in the trash, and nothing else")
    archived = django_filters.ChoiceFilter(
        method="leave",
        choices=[("true", "archived"), ("false", "not archived"), ("all", "both")],
        label="What is archived",
    )

    archived_unless_asked = "false"

    class Meta:
        model = Item
        fields = ["service", "source", "external_id", "classified_by"]

    def filter_queryset(self, queryset: ItemQuerySet) -> ItemQuerySet:
        """Leave out trash and archive unless they are asked for."""
        given = self.form.cleaned_data
        if given.get("deleted"):
            queryset = queryset.filter(deleted_at__isnull=False, board__deleted_at__isnull=True)
        else:
            queryset = queryset.kept()
            archived = given.get("archived") or self.archived_unless_asked
            if archived != "all":
                queryset = queryset.filter(archived_at__isnull=archived == "false")
        narrowed: ItemQuerySet = super().filter_queryset(queryset)
        return narrowed

    def by_assignee(self, queryset: ItemQuerySet, name: str, value: str) -> ItemQuerySet:
        """Narrow to somebody's items, or to nobody's."""
        if value == NOBODY:
            return queryset.filter(assignee__isnull=True)
        return queryset.filter(assignee__email__iexact=value)

    def by_labels(self, queryset: ItemQuerySet, name: str, value: str) -> ItemQuerySet:
        """Narrow to items that have all labels."""
        names = {name.strip() for name in value.split(",")} - {""}
        if len(names) > MAX_LABELS:
            raise serializers.ValidationError({"labels": [_("At most %d labels can be asked for.") % MAX_LABELS]})
        for label in sorted(names):
            queryset = queryset.filter(labels__name=label)
        return queryset

    def by_toil_type(self, queryset: ItemQuerySet, name: str, value: str) -> ItemQuerySet:
        """Narrow by a toil type's name, or its id."""
        if value == NOBODY:
            return queryset.filter(toil_type__isnull=True)
        same = Q(toil_type__name=value)
        if value.isascii() and value.isdigit() and int(value) <= MAX_ID:
            same |= Q(toil_type=int(value))
        return queryset.filter(same)

    def by_words(self, queryset: ItemQuerySet, name: str, value: str) -> ItemQuerySet:
        """Narrow to items in which every word stands somewhere."""
        for word in value.split()[:MAX_WORDS]:
            said = Comment.objects.filter(item=OuterRef("pk"), deleted_at__isnull=True, body__icontains=word)
            queryset = queryset.filter(
                Q(title__icontains=word)
                | Q(description__icontains=word)
                | Q(external_id__icontains=word)
                | Exists(said)
            )
        return queryset

    def leave(self, queryset: ItemQuerySet, name: str, value: Any) -> ItemQuerySet:
        """Change nothing: `filter_queryset` has looked at it."""
        return queryset


class ExportFilter(ItemFilter):
    """Narrows an export, in which what is archived is left out only on demand."""

    archived_unless_asked = "all"


def ordering_of(request: Request, orderings: Mapping[str, tuple[str, ...]], default: str) -> tuple[str, ...]:
    """Return what `?ordering=` asks for, a minus turning it round."""
    asked = request.query_params.get("ordering", default)
    is_descending, name = asked.startswith("-"), asked.removeprefix("-")
    if name not in orderings:
        known = ", ".join(orderings)
        raise serializers.ValidationError(
            {"ordering": [_("Lists can be ordered by %s; a minus turns it round.") % known]}
        )
    fields = orderings[name] if orderings[name][-1] == "id" else (*orderings[name], "id")
    return tuple(f"-{field}" for field in fields) if is_descending else fields
