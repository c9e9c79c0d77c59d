"""What goes by itself after its time: kept mail, kept answers to idempotency keys, sessions that have ended."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from teams.models import IdempotencyRecord, KeptMail

MAIL_KEPT_FOR = timedelta(days=30)
ANSWERS_KEPT_FOR = timedelta(hours=24)


def discard_what_is_over(*, at: datetime) -> None:
    """Delete what nobody can use any more; a second run finds nothing."""
    KeptMail.objects.filter(created_at__lt=at - MAIL_KEPT_FOR).delete()
    IdempotencyRecord.objects.filter(created_at__lt=at - ANSWERS_KEPT_FOR).delete()
    Session.objects.filter(expire_date__lt=at).delete()
