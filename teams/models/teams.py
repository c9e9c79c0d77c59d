"""Teams, who belongs to them in which role, and invitations."""

from datetime import time
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teams.models.people import Person, User


class Role(models.TextChoices):
    """What a member may do: read, work, or change settings too."""

    VIEWER = "viewer", _("Viewer")
    MEMBER = "member", _("Member")
    OWNER = "owner", _("Owner")


class Denominator(models.TextChoices):
    """What the toil share is a share of (docs/measurement.md)."""

    CLASSIFIED = "classified", _("classified work")
    TRACKED = "tracked", _("tracked work")
    ENGINEERING = "engineering", _("toil and engineering")
    CAPACITY = "capacity", _("capacity")


class TeamQuerySet(models.QuerySet["Team"]):
    """Who may see which team is decided here, once."""

    def visible_to(self, viewer: object) -> Self:
        """Return the teams that an account or an API token may see."""
        team_id = getattr(viewer, "token_team_id", None)
        if team_id is not None:
            return self.filter(pk=team_id)
        if not isinstance(viewer, User) or not viewer.is_active:
            return self.none()
        if viewer.is_superuser:
            return self
        return self.filter(memberships__person__user=viewer, memberships__confirmed_at__isnull=False)

    def worked_on_by(self, viewer: object) -> Self:
        """Return the teams whose things an account may change; a token's rights are told by its scope alone."""
        if not isinstance(viewer, User) or not viewer.is_active or viewer.is_superuser:
            return self.visible_to(viewer)
        return self.filter(
            memberships__person__user=viewer,
            memberships__confirmed_at__isnull=False,
            memberships__role__in=[Role.MEMBER, Role.OWNER],
        )


class Team(models.Model):
    """A group of people who run services together, with its target range and report time."""

    # The role of one account (its id), where it was loaded with the team: guards and views then ask only once.
    known_role: "tuple[int, Role | None] | None" = None

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    target_low = models.FloatField(_("target from"), default=0.05)
    target_high = models.FloatField(_("target to"), default=0.10)
    denominator = models.CharField(
        _("denominator"), max_length=20, choices=Denominator.choices, default=Denominator.CLASSIFIED
    )
    response_cap_hours = models.FloatField(
        _("longest answer to an alarm, in hours"),
        default=2.0,
        help_text=_("Work that is logged from an acknowledgement to the end of an alarm, at most."),
    )
    report_weekday = models.PositiveSmallIntegerField(_("report day"), default=0, help_text=_("Monday is 0."))
    report_time = models.TimeField(_("report time"), default=time(8, 0))
    is_sample = models.BooleanField(default=False, help_text=_("Made by the sample data, and removed with it."))
    created_at = models.DateTimeField(default=timezone.now)
    people = models.ManyToManyField(Person, through="teams.Membership", related_name="teams")

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(target_low__gte=0, target_low__lte=models.F("target_high"))
                & models.Q(target_high__gt=0, target_high__lte=1),
                name="team_target_is_a_range",
            ),
            models.CheckConstraint(condition=models.Q(report_weekday__lte=6), name="team_report_weekday"),
            models.CheckConstraint(
                condition=models.Q(response_cap_hours__gte=0, response_cap_hours__lte=24), name="team_response_cap"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TargetChange(models.Model):
    """A team's target range or denominator before and after; never edited: past weeks are judged by what held then."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="target_changes", db_index=False)
    low_before = models.FloatField()
    high_before = models.FloatField()
    denominator_before = models.CharField(max_length=20, choices=Denominator.choices)
    low_after = models.FloatField()
    high_after = models.FloatField()
    denominator_after = models.CharField(max_length=20, choices=Denominator.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index("team", "at", "id", name="target_change_of_team")]

    def __str__(self) -> str:
        return f"{self.team_id}: {self.low_after}–{self.high_after}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Reads of memberships."""

    def confirmed(self) -> Self:
        """Return the memberships that give rights: those that do not wait for an invitation to be accepted."""
        return self.filter(confirmed_at__isnull=False)

    def by_joining(self) -> Self:
        """Return the memberships with the team that was joined first in front."""
        return self.order_by(models.F("first_date").asc(nulls_first=True), "created_at", "pk")


class Membership(models.Model):
    """A person in a team, in a role, from a first to a last day (none given means always).

    It counts for capacity at once; it gives rights only when confirmed (an invitation is, by accepting it).
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    first_date = models.DateField(_("first day"), null=True, blank=True)
    last_date = models.DateField(_("last day"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True, default=timezone.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("team", "person", name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(first_date__isnull=True)
                | models.Q(last_date__isnull=True)
                | models.Q(last_date__gte=models.F("first_date")),
                name="membership_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.team} ({self.role})"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Reads of invitations."""

    def open(self) -> Self:
        """Return the invitations that were neither accepted nor revoked; they may have expired."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)


class Invitation(models.Model):
    """An e-mail that was asked to join a team; the token in the link is kept only as a hash."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True, help_text=_("When a mail server took the mail."))
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.email} → {self.team}"
