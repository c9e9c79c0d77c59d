"""What lets a client program in: API tokens and the answers kept for idempotency keys."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teams.models.people import Person
from teams.models.teams import Team


class Scope(models.TextChoices):
    """What a token may do; each includes the ones before it."""

    READ = "read", _("Read")
    IMPORT = "import", _("Import")
    WRITE = "write", _("Write")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Reads of API tokens."""

    def alive(self, at: datetime) -> Self:
        """Return the tokens that are neither revoked nor expired."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at), revoked_at__isnull=True)


class ApiToken(models.Model):
    """A key of one team, stored only as SHA-256 of its 256 random bits."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=100)
    scope = models.CharField(_("scope"), max_length=10, choices=Scope.choices, default=Scope.READ)
    prefix = models.CharField(max_length=16)
    token_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.team}: {self.name}"

    @property
    def token_team_id(self) -> int:
        """The one team that this token may see (querysets' `visible_to` asks for it)."""
        return self.team_id

    @property
    def is_authenticated(self) -> bool:
        """True: a token stands for a program that has proved who it is."""
        return True


class IdempotencyRecord(models.Model):
    """The first answer to a write with an Idempotency-Key, kept for 24 hours and replayed."""

    caller = models.CharField(max_length=64, help_text=_("token:1 or user:1"))
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True, default="")
    headers: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("caller", "key", name="idempotency_key_once")]
        indexes = [models.Index("created_at", name="idempotency_created")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
