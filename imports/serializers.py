"""What comes in over the API, but for the tickets themselves, and what is said about an import."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rest_framework import serializers

from boards.serializers import moment_text
from imports.models import Connection, ConnectionKind, Import, Mode
from teams.rest.serializers import StrictSerializer


class ImportOptionsSerializer(serializers.Serializer[Any]):
    """Of which board and source the tickets are, and what to do with them."""

    board = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    source = serializers.CharField(max_length=50)  # type: ignore[assignment]  # the API's name for it
    mode = serializers.ChoiceField(choices=Mode.choices, default=Mode.PARTIAL)
    dry_run = serializers.BooleanField(default=False)


class LogSerializer(serializers.Serializer[Any]):
    """Logged work."""

    person = serializers.CharField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField()
    note = serializers.CharField(required=False, allow_blank=True)


class HistoryEntrySerializer(serializers.Serializer[Any]):
    """What changed at an instant; what is left out stays as it was."""

    at = serializers.DateTimeField()
    status = serializers.CharField(required=False)
    assignee = serializers.CharField(required=False, allow_null=True)
    blocked = serializers.BooleanField(required=False)


class TicketSerializer(serializers.Serializer[Any]):
    """A ticket, as the schema shows it; `imports.tickets` reads it, ten times as fast."""

    external_id = serializers.CharField(max_length=255)
    title = serializers.CharField(max_length=500)
    description = serializers.CharField(required=False, allow_blank=True)
    url = serializers.URLField(required=False, allow_blank=True)
    status = serializers.CharField(required=False)
    classification = serializers.ChoiceField(
        choices=["toil", "engineering", "overhead", "unclassified"], required=False, allow_null=True
    )
    labels = serializers.ListField(child=serializers.CharField(max_length=100), required=False)
    service = serializers.CharField(max_length=100, required=False, allow_blank=True)
    assignee = serializers.CharField(required=False, allow_null=True)
    reporter = serializers.CharField(required=False, allow_blank=True, help_text="Who opened it; rules may ask for it.")
    project = serializers.CharField(required=False, allow_blank=True, help_text="Rules may ask for it.")
    responder = serializers.CharField(
        required=False, allow_null=True, help_text="Who answered an alarm: logged from `acknowledged_at` to its end."
    )
    is_interrupt = serializers.BooleanField(required=False)
    priority = serializers.ChoiceField(choices=["low", "normal", "high", "urgent"], required=False)
    estimate_hours = serializers.FloatField(min_value=0, required=False, allow_null=True)
    due_date = serializers.DateField(required=False, allow_null=True)
    created_at = serializers.DateTimeField(required=False)
    started_at = serializers.DateTimeField(required=False)
    finished_at = serializers.DateTimeField(required=False)
    updated_at = serializers.DateTimeField(required=False)
    acknowledged_at = serializers.DateTimeField(required=False)
    history = HistoryEntrySerializer(many=True, required=False)
    logs = LogSerializer(many=True, required=False)


class ImportRequestSerializer(ImportOptionsSerializer):
    """A whole import in one JSON body."""

    items = TicketSerializer(many=True)


class ResultSerializer(serializers.Serializer[Any]):
    """What became of a row: `item` where there is one, `errors` where it was refused."""

    index = serializers.IntegerField()
    external_id = serializers.CharField(allow_null=True)
    outcome = serializers.ChoiceField(choices=["created", "updated", "unchanged", "skipped", "failed"])
    item = serializers.IntegerField(required=False, allow_null=True)
    errors = serializers.DictField(  # type: ignore[assignment]  # the API's name for it
        child=serializers.ListField(child=serializers.CharField()), required=False
    )


class ImportSerializer(serializers.ModelSerializer[Import]):
    """An import: how far it has come, and what became of its rows."""

    dry_run = serializers.BooleanField(source="is_dry_run")
    progress = serializers.IntegerField(source="rows", required=False, help_text="Rows done; of jobs only.")
    results = ResultSerializer(many=True, required=False, help_text="Of imports that were handled at once.")
    warnings = serializers.SerializerMethodField()
    error = serializers.CharField(source="problem", required=False)
    taken_back = serializers.IntegerField(read_only=True, help_text="Items that undoing it has put into the trash.")

    class Meta:
        model = Import
        fields = [
            "id", "state", "board", "source", "mode", "dry_run", "format", "rows", "created", "updated", "unchanged",
            "skipped", "failed", "progress", "results", "warnings", "error", "created_at", "started_at", "finished_at",
            "undone_at", "taken_back",
        ]  # fmt: skip

    def get_warnings(self, batch: Import) -> list[str]:
        """Return what whoever sent the tickets should know."""
        return warnings_of(batch)

    def to_representation(self, batch: Import) -> dict[str, Any]:
        """Leave out what does not belong to this kind of import."""
        shown = super().to_representation(batch)
        shown["results"] = batch.results or []  # as they were kept: a row without an item has no key for it
        if batch.is_job:
            del shown["results"]
            shown["rows"] = batch.rows if batch.is_over else max(batch.expected_rows, batch.rows)
        else:
            del shown["progress"]
        if not batch.problem:
            del shown["error"]
        return shown


class ImportSummarySerializer(ImportSerializer):
    """An import in a list: without its rows."""

    def to_representation(self, batch: Import) -> dict[str, Any]:
        """Leave out what became of each row."""
        batch.results = []
        shown = super().to_representation(batch)
        shown.pop("results", None)
        return shown


class ConnectionSerializer(StrictSerializer[Connection]):
    """A source that sends webhooks to a board; its secret goes in and never comes out."""

    id = serializers.IntegerField(read_only=True)
    board = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    kind = serializers.ChoiceField(choices=ConnectionKind.choices)
    source = serializers.CharField(  # type: ignore[assignment]  # the API's name for it
        required=False, max_length=50, help_text="Under which its tickets are known; the kind unless given."
    )
    secret = serializers.CharField(write_only=True, max_length=500, help_text="A new one holds beside the old.")
    url = serializers.URLField(read_only=True, help_text="Where the source sends to.")
    previous_secret_until = serializers.DateTimeField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)

    def to_representation(self, instance: Connection) -> dict[str, Any]:
        """Return the connection, without any secret."""
        return {
            "id": instance.pk,
            "board": instance.board_id,
            "kind": instance.kind,
            "source": instance.source,
            "url": hook_address(instance),
            "previous_secret_until": moment_text(instance.previous_until if instance.previous_secret else None),
            "created_at": moment_text(instance.created_at),
        }


class NewSecretSerializer(StrictSerializer[Connection]):
    """What can be changed in a connection."""

    secret = serializers.CharField(max_length=500)


def hook_address(connection: Connection) -> str:
    """Return where a source sends to."""
    return settings.BASE_URL.rstrip("/") + reverse("imports:hook", args=[connection.key])


def warnings_of(batch: Import) -> list[str]:
    """Return what went in, but not as its sender may have meant it."""
    warnings = [
        ngettext(
            "%(count)d ticket has the unknown status “%(word)s”.",
            "%(count)d tickets have the unknown status “%(word)s”.",
            count,
        )
        % {"count": count, "word": word}
        for word, count in batch.unknown_statuses.items()
    ]
    if count := batch.notes.get("trash"):
        sentence = ngettext(
            "%(count)d ticket was skipped: its item is in the trash.",
            "%(count)d tickets were skipped: their items are in the trash.",
            count,
        )
        warnings.append(sentence % {"count": count})
    if count := batch.notes.get("stale"):
        sentence = ngettext(
            "%(count)d ticket was skipped: a newer state of it is known already.",
            "%(count)d tickets were skipped: a newer state of them is known already.",
            count,
        )
        warnings.append(sentence % {"count": count})
    if count := batch.notes.get("gone"):
        sentence = ngettext(
            "%(count)d ticket was skipped: it was deleted at its source, and never was here.",
            "%(count)d tickets were skipped: they were deleted at their source, and never were here.",
            count,
        )
        warnings.append(sentence % {"count": count})
    return warnings


def unknown_names(names: set[str]) -> dict[str, list[str]]:
    """Return the errors for names that a body may not have."""
    return {name: [_("There is no field of this name.")] for name in sorted(names)}
