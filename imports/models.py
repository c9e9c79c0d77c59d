"""Tickets that come in: files and their rows, connected sources and what they sent, and what each said last."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from boards.models import Board, Column, Item
from teams.models import ApiToken, Membership, Person, Role, Scope, User


class State(models.TextChoices):
    """How far an import has come."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Stopped")


class Mode(models.TextChoices):
    """What happens to the good rows when there are bad ones."""

    PARTIAL = "partial", _("Take the good rows")
    ATOMIC = "atomic", _("Take all rows or none")


class Format(models.TextChoices):
    """In what form the rows of an upload stand."""

    NDJSON = "ndjson", _("One JSON object a line")
    CSV = "csv", _("CSV")
    JIRA = "jira", _("Jira issues, one a line")
    GITHUB = "github", _("GitHub issues, one a line")
    GITLAB = "gitlab", _("GitLab issues, one a line")
    PAGERDUTY = "pagerduty", _("PagerDuty incidents, one a line")
    OPSGENIE = "opsgenie", _("Opsgenie alerts, one a line")
    SERVICENOW = "servicenow", _("ServiceNow records, one a line")
    ZENDESK = "zendesk", _("Zendesk tickets, one a line")
    TRELLO = "trello", _("Trello cards, one a line")
    JIRA_CSV = "jira_csv", _("CSV of Jira")
    SERVICENOW_CSV = "snow_csv", _("CSV of ServiceNow")

    @property
    def is_csv(self) -> bool:
        """Whether its rows stand in a CSV file."""
        return self in {Format.CSV, Format.JIRA_CSV, Format.SERVICENOW_CSV}

    @property
    def system(self) -> str:
        """Whose form it is, empty for the API's own."""
        own = {Format.CSV: "", Format.NDJSON: "", Format.JIRA_CSV: "jira", Format.SERVICENOW_CSV: "servicenow"}
        return own.get(self, self.value)


class Phase(models.TextChoices):
    """An atomic job reads all its rows twice: it checks them, and only then takes them."""

    CHECK = "check", _("Checking")
    TAKE = "take", _("Importing")


class ImportQuerySet(models.QuerySet["Import"]):
    """Reads of imports."""

    def visible_to(self, viewer: object) -> Self:
        """Return the imports, once they were received completely, of the teams that an account or token may see."""
        return self.filter(board__in=Board.objects.visible_to(viewer).kept(), is_received=True)

    def unfinished(self) -> Self:
        """Return the jobs that were received completely and are not over."""
        return self.filter(state__in=(State.QUEUED, State.RUNNING), is_received=True)

    def being_undone(self) -> Self:
        """Return those whose items are to be taken back."""
        return self.filter(undo_asked_at__isnull=False, undone_at__isnull=True)


class Import(models.Model):
    """Tickets of one board from one source that came in together; a job is one that has its rows in UploadChunks."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="imports")
    source = models.CharField(max_length=50)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.PARTIAL)
    is_dry_run = models.BooleanField(default=False)
    format = models.CharField(max_length=10, choices=Format.choices, default=Format.NDJSON)
    file_name = models.CharField(max_length=255, blank=True, default="")
    columns: "models.JSONField[Any, Any]" = models.JSONField(
        default=list, help_text=_("Of a CSV file each column with the field that it is.")
    )
    zone = models.CharField(max_length=64, blank=True, default="", help_text=_("Of times that name none."))
    header: "models.JSONField[Any, Any]" = models.JSONField(
        default=list, help_text=_("The first row of a CSV file, as it stands there.")
    )
    delimiter = models.CharField(max_length=1, default=",")
    is_job = models.BooleanField(default=True)
    is_kept = models.BooleanField(default=False, help_text=_("The upload stays after a dry run, to be imported then."))
    is_received = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    phase = models.CharField(max_length=10, choices=Phase.choices, default=Phase.TAKE)
    rows = models.PositiveIntegerField(default=0, help_text=_("Rows done."))
    expected_rows = models.PositiveIntegerField(default=0, help_text=_("Rows in the upload, by its lines."))
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    unknown_statuses: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    status_stages: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    notes: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    results: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    preview: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    problem = models.TextField(blank=True, default="", help_text=_("Why the import as a whole failed."))
    cursor_row = models.PositiveIntegerField(default=0)
    cursor_byte = models.PositiveBigIntegerField(default=0)
    lease_owner = models.CharField(max_length=64, blank=True, default="")
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text=_("Claims since the last step that got through."))
    created_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    token = models.ForeignKey(ApiToken, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undo_asked_at = models.DateTimeField(null=True)
    undo_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    undo_token = models.ForeignKey(ApiToken, null=True, on_delete=models.SET_NULL, related_name="+")
    undo_cursor = models.PositiveBigIntegerField(default=0, help_text=_("Up to which item it was undone."))
    undo_problem = models.TextField(blank=True, default="", help_text=_("Why undoing it has stopped."))
    undone_at = models.DateTimeField(null=True)
    taken_back = models.PositiveIntegerField(
        default=0, help_text=_("Items that went into the trash when it was undone.")
    )

    objects = ImportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("board", "created_at", name="import_of_board"),
            models.Index("state", name="import_unfinished", condition=Q(state__in=("queued", "running"))),
            models.Index(
                "undo_asked_at",
                name="import_being_undone",
                condition=Q(undo_asked_at__isnull=False, undone_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.board_id}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in {State.FINISHED, State.FAILED, State.CANCELLED}

    @property
    def is_finished(self) -> bool:
        """Whether all its rows were read."""
        return self.state == State.FINISHED

    @property
    def is_failed(self) -> bool:
        """Whether it broke off, or was refused as a whole."""
        return self.state == State.FAILED

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody stopped it."""
        return self.state == State.CANCELLED

    @property
    def is_queued(self) -> bool:
        """Whether no worker has begun with it."""
        return self.state == State.QUEUED

    @property
    def can_be_undone(self) -> bool:
        """Whether it is over and made items that nobody has taken back yet, or is about to."""
        made_items = self.is_over and not self.is_dry_run and self.created > 0
        return made_items and self.undo_asked_at is None and self.undone_at is None

    @property
    def is_being_undone(self) -> bool:
        """Whether its items are being taken back, or will be as soon as a worker is free."""
        return self.undo_asked_at is not None and self.undone_at is None

    @property
    def is_bound(self) -> bool:
        """Whether it has promised to take all rows or none, and has begun to take them."""
        return self.is_atomic and not self.is_dry_run and self.phase == Phase.TAKE and self.rows > 0

    @property
    def rows_taken(self) -> int:
        """How many rows were not refused."""
        return self.rows - self.failed

    @property
    def name(self) -> str:
        """What to call it: the file's name, else by its source."""
        return self.file_name or gettext("Tickets from %s") % self.source

    @property
    def is_atomic(self) -> bool:
        """Whether it takes all rows or none."""
        return self.mode == Mode.ATOMIC

    @property
    def is_preview(self) -> bool:
        """Whether it is a finished dry run whose upload is still there to be imported."""
        return self.is_dry_run and self.is_kept and self.is_finished


class UploadChunk(models.Model):
    """A piece of what was uploaded; all but the last are equally long, so that a byte can be found."""

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="chunks")
    position = models.PositiveIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint("batch", "position", name="upload_chunk_once")]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.position}"


class RowKey(models.Model):
    """An external id that a running job has met, so that the second row of a key is found in constant memory."""

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="keys")
    external_id = models.CharField(max_length=255)

    class Meta:
        constraints = [models.UniqueConstraint("batch", "external_id", name="import_key_once")]

    def __str__(self) -> str:
        return self.external_id


class RowError(models.Model):
    """A row that was not taken, as it came, and why."""

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="row_errors")
    index = models.PositiveIntegerField()
    external_id = models.CharField(max_length=255, blank=True, default="")
    row = models.TextField(blank=True, default="")
    errors: "models.JSONField[Any, Any]" = models.JSONField()
    cells: "models.JSONField[Any, Any]" = models.JSONField(null=True, help_text=_("Of a CSV file, as they came."))

    class Meta:
        constraints = [models.UniqueConstraint("batch", "index", name="row_error_once")]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.index}"

    @property
    def by_field(self) -> list[tuple[str, list[str]]]:
        """What is wrong, field by field; in templates a field named “items” would stand for the method."""
        return list(self.errors.items())

    @property
    def in_words(self) -> str:
        """What is wrong, in one line."""
        return " ".join(f"{name}: {sentence}" for name, sentences in self.errors.items() for sentence in sentences)

    @property
    def number(self) -> int:
        """The row as people count them."""
        return self.index + 1


class Ticket(models.Model):
    """What the source of an item said last, to tell what has changed there from what was changed here."""

    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="ticket")
    said: "models.JSONField[Any, Any]" = models.JSONField()
    updated_at = models.DateTimeField(null=True)
    stages: "models.JSONField[Any, Any]" = models.JSONField(
        default=dict, help_text=_("What the source says of its own status words.")
    )
    batch = models.ForeignKey(
        Import,
        null=True,
        on_delete=models.SET_NULL,
        related_name="tickets",
        help_text=_("The import that made the item."),
    )

    def __str__(self) -> str:
        return str(self.item_id)


class StatusWord(models.Model):
    """A board's own word on which column a source's status means; the word is kept in its normal form."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="status_words")
    source = models.CharField(max_length=50)
    word = models.CharField(max_length=255)
    column = models.ForeignKey(Column, on_delete=models.CASCADE, related_name="status_words")

    class Meta:
        constraints = [models.UniqueConstraint("board", "source", "word", name="status_word_of_source")]

    def __str__(self) -> str:
        return f"{self.source}: {self.word}"


class Reading(models.Model):
    """How files of a source are read for a board: which field each column is, and the zone of times that name none."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="readings")
    source = models.CharField(max_length=50)
    columns: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    zone = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint("board", "source", name="reading_of_source")]

    def __str__(self) -> str:
        return f"{self.source} → {self.board_id}"


class ConnectionKind(models.TextChoices):
    """The systems that can be connected to a board."""

    GITHUB = "github", "GitHub"
    GITLAB = "gitlab", "GitLab"
    JIRA = "jira", "Jira"
    PAGERDUTY = "pagerduty", "PagerDuty"
    ALERTMANAGER = "alertmanager", "Alertmanager"
    GOOGLE_CLOUD_MONITORING = "google-cloud-monitoring", "Google Cloud Monitoring"
    ZENDESK = "zendesk", "Zendesk"
    SLACK = "slack", "Slack"
    GENERIC = "generic", _("Another program")


class ConnectionQuerySet(models.QuerySet["Connection"]):
    """Reads of connections."""

    def visible_to(self, viewer: object) -> Self:
        """Return the connections of the boards that an account or token may see."""
        return self.filter(board__in=Board.objects.visible_to(viewer).kept())

    def configurable_by(self, viewer: object) -> Self:
        """Return those of teams whose settings an account or token may change (as `can_configure` says of one)."""
        visible = self.visible_to(viewer)
        if isinstance(viewer, ApiToken):
            return visible if viewer.scope == Scope.WRITE else self.none()
        if not isinstance(viewer, User):
            return self.none()
        if viewer.is_superuser:
            return visible
        owned = Membership.objects.confirmed().filter(person__user=viewer, role=Role.OWNER)
        return visible.filter(board__team__in=owned.values("team"))

    def with_last_delivery(self) -> Self:
        """Add when something last came, and what became of it."""
        last = Delivery.objects.filter(connection=models.OuterRef("pk")).order_by("-pk")
        return self.annotate(
            last_received_at=models.Subquery(last.values("received_at")[:1]),
            last_state=models.Subquery(last.values("state")[:1]),
        )

    def with_work(self) -> Self:
        """Return those of whose deliveries some still wait."""
        waiting = Delivery.objects.filter(connection=models.OuterRef("pk"), state=DeliveryOutcome.WAITING)
        return self.filter(models.Exists(waiting))


class Connection(models.Model):
    """A source that sends webhooks to a board: its address, and the secrets that prove who sends.

    Deliveries are worked off in the order of their arrival, by the one worker that holds the lease.
    """

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="connections")
    kind = models.CharField(max_length=30, choices=ConnectionKind.choices)
    source = models.CharField(max_length=50)
    key = models.CharField(max_length=64, unique=True)
    secret = models.TextField(help_text=_("Sealed."))
    previous_secret = models.TextField(blank=True, default="", help_text=_("Sealed."))
    previous_until = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=64, blank=True, default="")
    lease_until = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refusal = models.TextField(blank=True, default="", help_text=_("Why a request was last refused."))
    created_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ConnectionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} → {self.board_id}"


class DeliveryOutcome(models.TextChoices):
    """What became of what a source sent."""

    WAITING = "waiting", _("Waiting")
    TAKEN = "taken", _("Taken")
    IGNORED = "ignored", _("Nothing to do")
    FAILED = "failed", _("Refused")


class Delivery(models.Model):
    """What a source sent, byte for byte, and what became of it; `headers` are those that prove nothing."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="deliveries")
    sender_id = models.CharField(max_length=255, null=True, help_text=_("The sender's own number of it."))
    headers: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    body = models.BinaryField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=DeliveryOutcome.choices, default=DeliveryOutcome.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    event = models.CharField(max_length=100, blank=True, default="")
    results: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    problem = models.TextField(blank=True, default="", help_text=_("Why it was ignored or refused as a whole."))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "connection", "sender_id", name="delivery_once", condition=Q(sender_id__isnull=False)
            ),
        ]
        indexes = [
            models.Index("connection", "id", name="delivery_waiting", condition=Q(state="waiting")),
            models.Index("received_at", name="delivery_received_at"),
        ]

    def __str__(self) -> str:
        return f"{self.connection_id}: {self.pk}"

    @property
    def is_waiting(self) -> bool:
        """Whether no worker has handled it."""
        return self.state == DeliveryOutcome.WAITING

    @property
    def is_taken(self) -> bool:
        """Whether its tickets went in."""
        return self.state == DeliveryOutcome.TAKEN

    @property
    def is_failed(self) -> bool:
        """Whether it, or a ticket of it, was refused."""
        return self.state == DeliveryOutcome.FAILED
