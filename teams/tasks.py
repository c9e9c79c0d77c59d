"""What the worker does for the teams room."""

from celery import shared_task
from django.utils import timezone

from teams.services.retention import discard_what_is_over


@shared_task
def tick() -> None:
    """Discard what is over; beat calls it every minute."""
    discard_what_is_over(at=timezone.now())
