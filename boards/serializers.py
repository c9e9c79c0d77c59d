"""What the API of this room takes and gives; what values may be is the services' business."""

from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from boards.models import (
    Board,
    Change,
    Classification,
    ClassifiedBy,
    Column,
    Comment,
    Item,
    Priority,
    Rule,
    Stage,
    ToilType,
    WorkLog,
)
from boards.rules import CONDITIONS, project_of
from boards.services import ColumnSpec
from boards.services.values import MAX_DESCRIPTION, MAX_ID
from teams.rest.serializers import StrictSerializer

MAX_CLASSIFIED = 1000


class MomentField(serializers.DateTimeField):
    """A time with its zone; without one it would be anybody's guess."""

    def to_internal_value(self, value: Any) -> datetime:
        """Return the time in UTC."""
        try:
            moment = parse_datetime(value) if isinstance(value, str) else None
        except ValueError:
            moment = None
        if moment is None:
            raise serializers.ValidationError(_("This has to be a time, as in 2026-11-23T09:00:00Z."))
        if moment.tzinfo is None:
            raise serializers.ValidationError(_("The time needs its zone, as in 2026-11-23T09:00:00Z."))
        if not 1900 <= moment.year < 9999:
            raise serializers.ValidationError(_("The year has to be from 1900 to 9998."))
        return moment.astimezone(UTC)

    def to_representation(self, value: Any) -> str:
        """Return UTC with a Z."""
        return moment_text(value) or ""


class RowIdField(serializers.IntegerField):
    """The id of a row."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_ID, **kwargs)


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "integer"}], "nullable": True})
class NameOrIdField(serializers.Field[Any, Any, str, Any]):
    """Something of the team by its name or its id; given back by name."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the name or number; whether there is such a thing, the service says."""
        if isinstance(data, bool) or not isinstance(data, str | int):
            raise serializers.ValidationError(_("This has to be a name or an id."))
        return data

    def to_representation(self, value: str) -> str:
        """Return the name."""
        return value


class ColumnSerializer(StrictSerializer[Column]):
    """A column of a board."""

    id = RowIdField(required=False)
    name = serializers.CharField(max_length=100)
    stage = serializers.ChoiceField(choices=Stage.choices)
    wip_limit = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=1_000_000)

    def to_representation(self, instance: Column) -> dict[str, Any]:
        """Return the column."""
        return {"id": instance.pk, "name": instance.name, "stage": instance.stage, "wip_limit": instance.wip_limit}


class BoardSerializer(StrictSerializer[Board]):
    """A board with its columns from left to right.

    A list of columns in a change is the whole: with id to change, without to add, left out to delete (if empty).
    """

    id = serializers.IntegerField(read_only=True)
    team = serializers.CharField(required=False, max_length=60, help_text="Needed where the caller has several teams.")
    slug = serializers.CharField(required=False, max_length=60)
    name = serializers.CharField(max_length=200)
    columns = ColumnSerializer(many=True, required=False)
    created_at = MomentField(read_only=True)
    updated_at = MomentField(read_only=True)
    archived_at = MomentField(read_only=True, allow_null=True)

    def to_representation(self, instance: Board) -> dict[str, Any]:
        """Return the board; its kept columns are prefetched in their order."""
        return {
            "id": instance.pk,
            "team": instance.team.slug,
            "slug": instance.slug,
            "name": instance.name,
            "columns": [ColumnSerializer(column).data for column in instance.columns.all()],
            "created_at": moment_text(instance.created_at),
            "updated_at": moment_text(instance.updated_at),
            "archived_at": moment_text(instance.archived_at),
        }

    def specs(self) -> list[ColumnSpec] | None:
        """Return the columns as the services take them, None where none were given."""
        given = self.validated_data.get("columns")
        return None if given is None else [ColumnSpec(**column) for column in given]


class ItemSerializer(StrictSerializer[Item]):
    """A work item."""

    id = serializers.IntegerField(read_only=True)
    board = RowIdField(required=False)
    column = RowIdField(required=False)
    stage = serializers.ChoiceField(choices=Stage.choices, read_only=True)
    title = serializers.CharField(max_length=500)
    description = serializers.CharField(
        required=False, allow_blank=True, max_length=MAX_DESCRIPTION, trim_whitespace=False
    )
    classification = serializers.ChoiceField(choices=Classification.choices, required=False)
    classified_by = serializers.ChoiceField(choices=ClassifiedBy.choices, read_only=True, allow_null=True)
    service = serializers.CharField(required=False, allow_blank=True, max_length=100)
    labels = serializers.ListField(child=serializers.CharField(max_length=100), required=False, max_length=100)
    assignee = serializers.CharField(required=False, allow_null=True, max_length=254, help_text="An e-mail address.")
    toil_type = NameOrIdField(required=False, allow_null=True)
    is_interrupt = serializers.BooleanField(required=False)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)
    estimate_hours = serializers.FloatField(required=False, allow_null=True, min_value=0, max_value=1_000_000)
    due_date = serializers.DateField(required=False, allow_null=True)
    blocked_reason = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=500,
        help_text="Text blocks the item, null or nothing in it unblocks.",
    )
    source = serializers.CharField(required=False, allow_blank=True, max_length=50)  # type: ignore[assignment]  # of the API, not of Field
    external_id = serializers.CharField(required=False, allow_blank=True, max_length=255)
    url = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    created_at = MomentField(read_only=True)
    started_at = MomentField(read_only=True, allow_null=True)
    finished_at = MomentField(read_only=True, allow_null=True)
    updated_at = MomentField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    reporter = serializers.CharField(read_only=True, help_text="Who opened the ticket, as its source says.")
    project = serializers.CharField(read_only=True, help_text="As its source says; else what its number begins with.")

    def to_representation(self, instance: Item) -> dict[str, Any]:
        """Return the item, read with `for_reading()`."""
        return item_json(instance)


class NewItemSerializer(ItemSerializer):
    """A new work item; `force` passes the column's WIP limit."""

    board = RowIdField()
    force = serializers.BooleanField(required=False, default=False, write_only=True)


class MoveSerializer(StrictSerializer[Any]):
    """Where an item goes: beside a neighbour in a column, else to its end."""

    column = RowIdField()
    before = RowIdField(required=False, allow_null=True)
    after = RowIdField(required=False, allow_null=True)
    force = serializers.BooleanField(required=False, default=False)


class MovedSerializer(ItemSerializer):
    """The moved item, and where it landed: `end` also where the neighbour has left the column."""

    landed = serializers.ChoiceField(choices=["before", "after", "end"], read_only=True)


class ClassifySerializer(StrictSerializer[Any]):
    """A class for several items at once."""

    items = serializers.ListField(child=RowIdField(), min_length=1, max_length=MAX_CLASSIFIED)
    classification = serializers.ChoiceField(choices=Classification.choices)


class ClassifiedSerializer(serializers.Serializer[Any]):
    """How many items changed, and all that were named as they are now."""

    changed = serializers.IntegerField()
    results = ItemSerializer(many=True)


class CommentSerializer(StrictSerializer[Comment]):
    """What somebody said about an item; the author is null for a program."""

    id = serializers.IntegerField(read_only=True)
    author = serializers.CharField(read_only=True, allow_null=True)
    author_name = serializers.CharField(read_only=True, allow_null=True)
    body = serializers.CharField(max_length=100_000)
    created_at = MomentField(read_only=True)
    edited_at = MomentField(read_only=True, allow_null=True)

    def to_representation(self, instance: Comment) -> dict[str, Any]:
        """Return the comment."""
        return {
            "id": instance.pk,
            "author": instance.author and instance.author.email,
            "author_name": instance.author and instance.author.display_name,
            "body": instance.body,
            "created_at": moment_text(instance.created_at),
            "edited_at": moment_text(instance.edited_at),
        }


class WorkLogSerializer(StrictSerializer[WorkLog]):
    """Work of a person on an item in `[started_at, ended_at)`."""

    id = serializers.IntegerField(read_only=True)
    person = serializers.CharField(
        required=False, max_length=254, allow_null=True, help_text="An e-mail address; left out: who asks."
    )
    person_name = serializers.CharField(read_only=True)
    started_at = MomentField()
    ended_at = MomentField()
    note = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    source = serializers.CharField(read_only=True)  # type: ignore[assignment]  # of the API, not of Field
    created_at = MomentField(read_only=True)

    def to_representation(self, instance: WorkLog) -> dict[str, Any]:
        """Return the log."""
        return {
            "id": instance.pk,
            "person": instance.person.email,
            "person_name": instance.person.display_name,
            "started_at": moment_text(instance.started_at),
            "ended_at": moment_text(instance.ended_at),
            "note": instance.note,
            "source": instance.source,
            "created_at": moment_text(instance.created_at),
        }


class ChangeSerializer(serializers.Serializer[Change]):
    """One field of an item before and after; what stands for a row elsewhere has its id and its name."""

    id = serializers.IntegerField()
    at = MomentField()
    recorded_at = MomentField()
    field = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)
    by = serializers.CharField(allow_null=True)
    by_name = serializers.CharField(allow_null=True)
    token = serializers.CharField(allow_null=True)
    via = serializers.CharField()
    version = serializers.IntegerField()

    def to_representation(self, instance: Change) -> dict[str, Any]:
        """Return the change."""
        return {
            "id": instance.pk,
            "at": moment_text(instance.at),
            "recorded_at": moment_text(instance.recorded_at),
            "field": instance.field,
            "before": instance.before,
            "after": instance.after,
            "by": instance.by and instance.by.email,
            "by_name": instance.by and instance.by.display_name,
            "token": instance.token and instance.token.name,
            "via": instance.via,
            "version": instance.version,
        }


class RuleSerializer(StrictSerializer[Rule]):
    """A rule that classifies what comes in without a class; the first that matches wins."""

    id = serializers.IntegerField(read_only=True)
    team = serializers.CharField(required=False, max_length=60, help_text="Needed where the caller has several teams.")
    name = serializers.CharField(max_length=100)
    position = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    title_contains = serializers.CharField(required=False, allow_blank=True, max_length=200)
    label = serializers.CharField(required=False, allow_blank=True, max_length=100)  # type: ignore[assignment]  # of the API, not of Field
    service = serializers.CharField(required=False, allow_blank=True, max_length=100)
    source = serializers.CharField(required=False, allow_blank=True, max_length=50)  # type: ignore[assignment]  # of the API, not of Field
    title_matches = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="A regular expression (RE2), found anywhere."
    )
    project = serializers.CharField(
        required=False, allow_blank=True, max_length=255, help_text="OPS of OPS-12, acme/shop of acme/shop#7."
    )
    reporter = serializers.CharField(
        required=False, allow_blank=True, max_length=255, help_text="Who opened the ticket, in any case."
    )
    priority = serializers.ChoiceField(required=False, allow_blank=True, choices=Priority.choices)
    is_interrupt = serializers.BooleanField(required=False, allow_null=True, help_text="null: either.")
    classification = serializers.ChoiceField(choices=Classification.choices, help_text="But not unclassified.")
    toil_type = NameOrIdField(required=False, allow_null=True)
    labels = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, help_text="What the rule sticks on."
    )
    sets_service = serializers.CharField(
        required=False, allow_blank=True, max_length=100, help_text="Given to what has no service."
    )

    def to_representation(self, instance: Rule) -> dict[str, Any]:
        """Return the rule."""
        texts = ("name", *CONDITIONS, "classification", "labels", "sets_service")
        return {
            "id": instance.pk,
            "team": instance.team.slug,
            **{name: getattr(instance, name) for name in texts},
            "position": instance.position,
            "toil_type": instance.toil_type and instance.toil_type.name,
        }


class ToilTypeSerializer(StrictSerializer[ToilType]):
    """A recurring piece of toil."""

    id = serializers.IntegerField(read_only=True)
    team = serializers.CharField(required=False, max_length=60, help_text="Needed where the caller has several teams.")
    name = serializers.CharField(max_length=100)
    service = serializers.CharField(required=False, allow_blank=True, max_length=100)
    created_at = MomentField(read_only=True)

    def to_representation(self, instance: ToilType) -> dict[str, Any]:
        """Return the toil type."""
        return {
            "id": instance.pk,
            "team": instance.team.slug,
            "name": instance.name,
            "service": instance.service,
            "created_at": moment_text(instance.created_at),
        }


def item_json(item: Item) -> dict[str, Any]:
    """Return an item, read with `for_reading()`, as the API, the export and events give it."""
    return {
        "id": item.pk,
        "board": item.board_id,
        "column": item.column_id,
        "stage": item.column.stage,
        "title": item.title,
        "description": item.description,
        "classification": item.classification,
        "classified_by": item.classified_by,
        "service": item.service,
        "labels": sorted(label.name for label in item.labels.all()),
        "assignee": item.assignee and item.assignee.email,
        "toil_type": item.toil_type and item.toil_type.name,
        "is_interrupt": item.is_interrupt,
        "priority": item.priority,
        "estimate_hours": item.estimate_hours,
        "due_date": item.due_date and item.due_date.isoformat(),
        "blocked_reason": item.blocked_reason if item.is_blocked else None,
        "source": item.source,
        "external_id": item.external_id,
        "url": item.url,
        "created_at": moment_text(item.created_at),
        "started_at": moment_text(item.started_at),
        "finished_at": moment_text(item.finished_at),
        "updated_at": moment_text(item.updated_at),
        "version": item.version,
        "reporter": item.reporter,
        "project": item.project or project_of(item.external_id),
    }


def moment_text(value: datetime | None) -> str | None:
    """Return a time in UTC as RFC 3339, with a Z."""
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")
