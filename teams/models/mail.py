"""Mail that no server was there to take: kept, so that its links can be read in the application."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class KeptMail(models.Model):
    """A mail as it would have been sent."""

    to = models.CharField(_("to"), max_length=2000)
    subject = models.CharField(_("subject"), max_length=1000)
    body = models.TextField(_("text"))
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index("created_at", name="kept_mail_created")]

    def __str__(self) -> str:
        return self.subject
