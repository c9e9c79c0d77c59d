"""What the worker does for the boards room."""

from celery import shared_task
from django.utils import timezone

from boards.services import purge_feed, purge_trash


@shared_task
def tick() -> None:
    """Delete for good a batch of what has lain in the trash for 30 days, and of what the feed has said a day ago."""
    now = timezone.now()
    purge_trash(at=now)
    purge_feed(at=now)
