"""What is kept of the reports: each week's figures and mail, what they became, who is told what, and what arrived."""

from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from reports.budget import AlertKind
from teams.models import Denominator, Person, Team
from teams.secrets import new_secret


class WeeklyReportQuerySet(models.QuerySet["WeeklyReport"]):
    """Reads of weekly reports, shared by pages and API."""

    def visible_to(self, viewer: object) -> Self:
        """Return the reports of the teams that an account or token may see."""
        return self.filter(team__in=Team.objects.visible_to(viewer))

    def latest_first(self) -> Self:
        """Return the reports, the newest week first."""
        return self.order_by("-week_start", "-id")


class WeeklyReport(models.Model):
    """A team's week as it was reported: figures and mail are written once and do not change."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="weekly_reports")
    week = models.CharField(_("week"), max_length=8, help_text="2026-W46")
    week_start = models.DateField(help_text="The Monday.")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    timezone = models.CharField(max_length=64)
    denominator = models.CharField(max_length=20, choices=Denominator.choices)
    target_low = models.FloatField()
    target_high = models.FloatField()
    formula_version = models.PositiveSmallIntegerField()
    figures: "models.JSONField[Any, Any]" = models.JSONField(help_text="As the API's toil/ gives them.")
    language = models.CharField(max_length=16)
    subject = models.CharField(max_length=255)
    html = models.TextField()
    text = models.TextField()
    picture = models.BinaryField(default=b"", help_text="PNG.")
    facts: "models.JSONField[Any, Any]" = models.JSONField(
        default=dict, help_text=_("All that it says, without words: what it is written from in another language.")
    )
    built_at = models.DateTimeField()
    released_at = models.DateTimeField(
        null=True, blank=True, help_text="When its deliveries were made; null while it was only built by hand."
    )

    objects = WeeklyReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("team", "week_start", name="report_of_week_once"),
            models.CheckConstraint(condition=Q(end_at__gt=models.F("start_at")), name="report_has_length"),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.week}"

    @property
    def week_end(self) -> Any:
        """The Sunday."""
        return self.week_start + timedelta(days=6)


class ReportRevision(models.Model):
    """What later edits made of a reported week, beside what was reported."""

    report = models.ForeignKey(WeeklyReport, on_delete=models.CASCADE, related_name="revisions")
    figures: "models.JSONField[Any, Any]" = models.JSONField()
    causes: "models.JSONField[dict[str, int], dict[str, int]]" = models.JSONField(
        default=dict, help_text="How many edits of which kind: reclassified, logged, imported, moved …"
    )
    found_at = models.DateTimeField()
    told_in = models.ForeignKey(WeeklyReport, null=True, on_delete=models.SET_NULL, related_name="told_revisions")

    class Meta:
        indexes = [models.Index("report", "found_at", name="revision_of_report")]

    def __str__(self) -> str:
        return f"{self.report} ({self.found_at:%Y-%m-%d})"


def first_left_out() -> list[str]:
    """Return the sections that a report does without until its team wants them."""
    return ["classes", "services"]


class EmptyWeeks(models.TextChoices):
    """What goes out for a week in which nothing was recorded."""

    SHORT = "short", _("A short mail that says so")
    NONE = "none", _("No mail")


class ReportChoices(models.Model):
    """What a team chose of its weekly report; without a row it has what a new one has."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="report_choices")
    left_out: "models.JSONField[list[str], list[str]]" = models.JSONField(
        default=first_left_out, help_text=_("Sections that it does not want.")
    )
    empty_weeks = models.CharField(
        _("weeks without work"), max_length=10, choices=EmptyWeeks.choices, default=EmptyWeeks.SHORT
    )

    def __str__(self) -> str:
        return str(self.team)


class WeekSnapshotQuerySet(models.QuerySet["WeekSnapshot"]):
    """Reads of kept weeks."""

    def between(self, first: date, last: date) -> Self:
        """Return the weeks whose Mondays lie from the first to the last, both among them."""
        return self.filter(week_start__gte=first, week_start__lte=last)


class WeekSnapshot(models.Model):
    """A team's week that is over, as it was computed from stays and logs; goes when an edit makes it another week."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="week_snapshots", db_index=False)
    week_start = models.DateField(help_text="The Monday.")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    basis = models.CharField(max_length=100, help_text="The formula, and the releases of what it rests on.")
    toil = models.FloatField(help_text="Hours of effort, as those below.")
    engineering = models.FloatField()
    overhead = models.FloatField()
    unclassified = models.FloatField()
    covered = models.FloatField()
    capacity = models.FloatField()
    finished: "models.JSONField[Any, Any]" = models.JSONField(help_text="Items by class.")
    toil_types: "models.JSONField[Any, Any]" = models.JSONField(help_text="By id: hours, items and how many people.")
    days: "models.JSONField[Any, Any]" = models.JSONField(help_text="Hours by class, covered and of capacity.")
    people: "models.JSONField[Any, Any]" = models.JSONField(help_text="On whose edits it depends; not who did what.")

    objects = WeekSnapshotQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("team", "week_start", name="snapshot_of_week_once")]

    def __str__(self) -> str:
        return f"{self.team_id} {self.week_start}"


class PastEdit(models.Model):
    """What of the past was edited and not yet taken out of the kept weeks; written by triggers (reports/triggers.py).

    It names a team whose weeks are others now, or a person whose attention is, or both; null times are unbounded. What
    is named may be gone, so these are no foreign keys.
    """

    team_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    from_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.team_id} {self.person_id}: {self.from_at} – {self.until_at}"


class SnapshotEpoch(models.Model):
    """Counts how often edits were taken out of the kept weeks; its one row is locked by whoever writes those."""

    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)


class RecipientQuerySet(models.QuerySet["Recipient"]):
    """Reads of recipients."""

    def listed(self) -> Self:
        """Return those on their team's list, those who unsubscribed included."""
        return self.filter(is_listed=True)

    def subscribed(self) -> Self:
        """Return those who get the team's mail."""
        return self.filter(is_listed=True, unsubscribed_at__isnull=True)


class Recipient(models.Model):
    """An address that gets a team's weekly report; kept when taken off the list, so that its links stay good."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="recipients")
    email = models.EmailField(_("e-mail"))
    is_listed = models.BooleanField(default=True)
    unsubscribed_at = models.DateTimeField(null=True, blank=True)
    unsubscribe_key = models.CharField(max_length=64, unique=True, default=new_secret)
    language = models.CharField(_("language"), max_length=16, blank=True, default="")
    timezone = models.CharField(_("time zone"), max_length=64, blank=True, default="")
    gets_alerts = models.BooleanField(_("alerts"), default=True)
    created_at = models.DateTimeField(default=now)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("team", Lower("email"), name="recipient_of_team_once")]

    def __str__(self) -> str:
        return f"{self.email} ({self.team})"

    @property
    def is_subscribed(self) -> bool:
        """Whether mail goes to this address."""
        return self.is_listed and self.unsubscribed_at is None


class ChannelKind(models.TextChoices):
    """What takes what is posted."""

    SLACK = "slack", _("Slack")
    WEBHOOK = "webhook", _("Webhook")


class ChannelQuerySet(models.QuerySet["Channel"]):
    """Reads of channels."""

    def open(self) -> Self:
        """Return those that take what is posted: not paused, also not by their own receiver."""
        return self.filter(paused_at__isnull=True)


class Channel(models.Model):
    """A further way of sending: an address on the web that takes reports, alerts or both."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="channels")
    kind = models.CharField(_("kind"), max_length=10, choices=ChannelKind.choices)
    name = models.CharField(_("name"), max_length=100)
    url = models.TextField(help_text=_("Sealed."))
    host = models.CharField(max_length=255, help_text=_("The part of the address that is no secret."))
    secret = models.TextField(blank=True, default="", help_text=_("Sealed."))
    previous_secret = models.TextField(blank=True, default="", help_text=_("Sealed."))
    previous_until = models.DateTimeField(null=True, blank=True)
    gets_reports = models.BooleanField(_("weekly reports"), default=True)
    gets_alerts = models.BooleanField(_("alerts"), default=True)
    language = models.CharField(_("language"), max_length=16, blank=True, default="")
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=500, blank=True, default="")
    created_by = models.ForeignKey("teams.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    objects = ChannelQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("team", Lower("name"), name="channel_of_team_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.team})"

    @property
    def is_webhook(self) -> bool:
        """Whether it is signed, and may be posted to again where nobody knows if it arrived."""
        return self.kind == ChannelKind.WEBHOOK


class Notice(models.Model):
    """Something that a team is told once, by all of its ways: an alert, or a test of one of them."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=50, help_text="budget.alert")
    key = models.CharField(max_length=200, help_text=_("What it is about: a second one with it is not sent."))
    data: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("team", "kind", "key", name="notice_of_team_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} ({self.team})"


class Letter(models.Model):
    """A mail as it was sent, in one language and for one time zone; written once, and does not change."""

    report = models.ForeignKey(WeeklyReport, null=True, on_delete=models.CASCADE, related_name="letters")
    notice = models.ForeignKey(Notice, null=True, on_delete=models.CASCADE, related_name="letters")
    language = models.CharField(max_length=16)
    timezone = models.CharField(max_length=64)
    subject = models.CharField(max_length=255)
    html = models.TextField()
    text = models.TextField()
    picture = models.BinaryField(default=b"", help_text="PNG.")

    class Meta:
        constraints = [
            models.UniqueConstraint("report", "language", "timezone", name="letter_of_report_once"),
            models.UniqueConstraint("notice", "language", "timezone", name="letter_of_notice_once"),
            models.CheckConstraint(
                condition=Q(report__isnull=False, notice__isnull=True) | Q(report__isnull=True, notice__isnull=False),
                name="letter_of_report_or_notice",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class Way(models.TextChoices):
    """How something is sent."""

    MAIL = "mail", _("Mail")
    SLACK = "slack", _("Slack")
    WEBHOOK = "webhook", _("Webhook")


class DeliveryState(models.TextChoices):
    """Where one mail to one address stands (docs/reports.md has the diagram)."""

    QUEUED = "queued", _("Waiting to be sent")
    SENDING = "sending", _("Being handed over")
    SENT = "sent", _("Sent")
    KEPT = "kept", _("Kept, no mail server is set")
    UNCERTAIN = "uncertain", _("Uncertain")
    FAILED = "failed", _("Refused")
    SUPPRESSED = "suppressed", _("Not sent")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Reads of deliveries."""

    def due(self, at: datetime) -> Self:
        """Return what may be tried now: waiting, its time come, and in no other worker's hands."""
        free = Q(lease_until__isnull=True) | Q(lease_until__lte=at)
        return self.filter(free, state=DeliveryState.QUEUED, next_attempt_at__lte=at)

    def mailed(self) -> Self:
        """Return what goes by mail."""
        return self.filter(way=Way.MAIL)

    def posted(self) -> Self:
        """Return what goes over the web."""
        return self.exclude(way=Way.MAIL)

    def in_trouble(self) -> Self:
        """Return what asks for a person."""
        return self.filter(state__in=[DeliveryState.UNCERTAIN, DeliveryState.FAILED])

    def broken_off(self, at: datetime) -> Self:
        """Return what was handed over by a worker that did not live to hear the answer."""
        return self.filter(state=DeliveryState.SENDING, lease_until__lte=at)


class Delivery(models.Model):
    """One report or notice on its way to one recipient or channel, and how far it got.

    `address` is whom it goes to as people know them, `message_id` what makes doubles known: Message-ID or webhook-id.
    """

    report = models.ForeignKey(WeeklyReport, null=True, on_delete=models.CASCADE, related_name="deliveries")
    notice = models.ForeignKey(Notice, null=True, on_delete=models.CASCADE, related_name="deliveries")
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.MAIL)
    recipient = models.ForeignKey(Recipient, null=True, on_delete=models.SET_NULL, related_name="deliveries")
    channel = models.ForeignKey(Channel, null=True, on_delete=models.SET_NULL, related_name="deliveries")
    address = models.CharField(max_length=254)
    letter = models.ForeignKey(Letter, null=True, on_delete=models.RESTRICT, related_name="deliveries")
    body = models.TextField(blank=True, default="", help_text=_("What is posted, to the letter."))
    is_test = models.BooleanField(default=False)
    message_id = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    state_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "report", "address", condition=Q(is_test=False, way="mail"), name="delivery_to_address_once"
            ),
            models.UniqueConstraint("report", "channel", condition=Q(is_test=False), name="delivery_to_channel_once"),
            models.UniqueConstraint("notice", "address", condition=Q(way="mail"), name="notice_to_address_once"),
            models.UniqueConstraint("notice", "channel", name="notice_to_channel_once"),
            models.CheckConstraint(
                condition=Q(report__isnull=False, notice__isnull=True) | Q(report__isnull=True, notice__isnull=False),
                name="delivery_of_report_or_notice",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.QUEUED) | Q(next_attempt_at__isnull=False),
                name="delivery_queued_has_time",
            ),
        ]
        indexes = [
            models.Index(
                "next_attempt_at",
                name="delivery_open",
                condition=Q(state__in=["queued", "sending"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.report or self.notice} → {self.address}: {self.state}"

    @property
    def can_be_sent_again(self) -> bool:
        """Whether a person may have it sent (again)."""
        return self.state in {DeliveryState.UNCERTAIN, DeliveryState.FAILED, DeliveryState.KEPT}

    @property
    def can_go_out(self) -> bool:
        """Whether there is something to send it by: a mail server, or the channel that it was for."""
        return settings.IS_MAIL_SENT if self.way == Way.MAIL else self.channel_id is not None

    @property
    def is_waiting(self) -> bool:
        """Whether it is to be tried (again) by itself."""
        return self.state == DeliveryState.QUEUED

    @property
    def is_kept(self) -> bool:
        """Whether it was only kept, for want of a mail server."""
        return self.state == DeliveryState.KEPT

    @property
    def is_uncertain(self) -> bool:
        """Whether nobody knows if it arrived."""
        return self.state == DeliveryState.UNCERTAIN

    @property
    def is_in_trouble(self) -> bool:
        """Whether it asks for a person."""
        return self.state in {DeliveryState.UNCERTAIN, DeliveryState.FAILED}


class AlertSettings(models.Model):
    """Whether a team's toil budget is watched, when nobody is to be told, and up to which day it was looked at."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="alert_settings")
    is_on = models.BooleanField(_("watch the toil budget"), default=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True, default=time(20))
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True, default=time(8))
    evaluated_on = models.DateField(
        null=True, help_text="The day, in the team's zone, with whose midnight it was done."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="alert_quiet_hours_have_both_ends",
            )
        ]

    def __str__(self) -> str:
        return f"{self.team}"


class BudgetAlertQuerySet(models.QuerySet["BudgetAlert"]):
    """Reads of budget alerts."""

    def visible_to(self, viewer: object) -> Self:
        """Return the alerts of the teams that an account or token may see."""
        return self.filter(team__in=Team.objects.visible_to(viewer))

    def standing(self) -> Self:
        """Return the alerts that have not cleared."""
        return self.filter(cleared_at__isnull=True)

    def latest_first(self) -> Self:
        """Return the alerts, the latest first; of one day the most urgent first."""
        return self.order_by("-fired_at", "id")


class BudgetAlert(models.Model):
    """An alert of a team's toil budget: it fires once, and again only after it has cleared."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="budget_alerts", db_index=False)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in AlertKind])
    fired_on = models.DateField(help_text="The day, in the team's zone, with whose midnight it fired.")
    fired_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    figures: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(help_text="What it fired on.")
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = BudgetAlertQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("team", "kind", name="alert_stands_once", condition=Q(cleared_at__isnull=True))
        ]
        indexes = [models.Index("team", "fired_at", name="alert_of_team")]

    def __str__(self) -> str:
        return f"{self.team} {self.kind} {self.fired_on}"

    @property
    def is_standing(self) -> bool:
        """Whether its condition still held when it was last looked at."""
        return self.cleared_at is None

    @property
    def is_low_side(self) -> bool:
        """Whether it says that toil may be unrecorded."""
        return self.kind == AlertKind.LOW_SIDE
