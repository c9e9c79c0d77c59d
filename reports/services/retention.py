"""What goes by itself after its time: tests of ways of sending, and what a team was told, with whom it went to."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from reports.models import Delivery, DeliveryState, Notice
from reports.services.notices import TEST

TESTS_KEPT_FOR: Final = timedelta(days=30)
NOTICES_KEPT_FOR: Final = timedelta(days=365)
UNDER_WAY: Final = (DeliveryState.QUEUED, DeliveryState.SENDING)


@transaction.atomic
def discard_old_deliveries(*, at: datetime) -> None:
    """Delete old tests and notices with their mails and addresses; what is under way stays until it has come to an end.

    Reports stay as they were sent, and past alerts (`BudgetAlert`) stay too. A second run finds nothing.
    """
    tests = Delivery.objects.filter(is_test=True, report__isnull=False, created_at__lt=at - TESTS_KEPT_FOR)
    tests.exclude(state__in=UNDER_WAY).delete()
    busy = Delivery.objects.filter(notice__isnull=False, state__in=UNDER_WAY).values("notice")
    over = Notice.objects.exclude(pk__in=busy)
    over.filter(kind=TEST, created_at__lt=at - TESTS_KEPT_FOR).delete()
    over.filter(created_at__lt=at - NOTICES_KEPT_FOR).delete()
