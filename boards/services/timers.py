"""The timer that runs while somebody works: one for each person, and a log when it stops.

A timer's row is locked before the item that it runs on.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from boards.models import Item, Timer, WorkLog
from boards.services.errors import TimerRunningError, TimerStoppedError, TooLongAgoError, TooShortError, invalid
from boards.services.feed import together
from boards.services.logs import add_log
from boards.services.record import begin, refuse_trash
from teams.actors import Actor
from teams.models import Person

SHORTEST: Final = timedelta(minutes=1)
LONGEST_BELIEVED: Final = timedelta(hours=10)
"""A timer that ran longer was forgotten; its end has to be said."""


@transaction.atomic
def start_timer(*, item: Item, by: Actor, at: datetime, since: datetime | None = None) -> Timer:
    """Let a person's timer run on an item, from now or `since`; on the item where it runs already, it goes on."""
    person = _person(by)
    started_at = at if since is None else since
    if started_at > at:
        raise invalid("since", _("A timer cannot have begun in the future."))
    standing = Item.objects.select_related("board").get(pk=item.pk)
    refuse_trash(begin(standing, at=at, board=standing.board), archived=False)
    timer, __ = Timer.objects.get_or_create(person=person, defaults={"item": item, "started_at": started_at})
    if timer.item_id != item.pk:
        raise TimerRunningError(timer)
    return timer


@together()
def stop_timer(
    *,
    timer_id: int,
    by: Actor,
    at: datetime,
    started_at: datetime | None = None,
    ended_at: datetime | None = None,
    note: str = "",
    then: Item | None = None,
) -> WorkLog | None:
    """Log what a timer measured, or what the person says it was, and take the timer away: both or neither.

    Posted twice, the second finds no timer. Less than a minute, or more than can be believed, is logged only where
    the person says from when to when it was. Another timer begins on `then`; for that a minute is just let go.
    """
    timer = _locked(timer_id, by)
    is_said = started_at is not None and ended_at is not None
    length = at - timer.started_at
    if not is_said and length < SHORTEST and then is not None:
        timer.delete()
        start_timer(item=then, by=by, at=at)
        return None
    if not is_said and length < SHORTEST:
        raise TooShortError(_("The timer has run for less than a minute. Discard it, or say when you worked."))
    if not is_said and length > LONGEST_BELIEVED:
        raise TooLongAgoError(_("The timer ran for very long. Say until when you worked."))
    log = add_log(
        item=timer.item,
        person=timer.person,
        started_at=started_at or timer.started_at,
        ended_at=ended_at or at,
        note=note,
        by=by,
        at=at,
    )
    timer.delete()
    if then is not None:
        start_timer(item=then, by=by, at=at)
    return log


@transaction.atomic
def discard_timer(*, timer_id: int, by: Actor) -> None:
    """Take a timer away without a log; done twice it is done once."""
    Timer.objects.filter(pk=timer_id, person=_person(by)).delete()


def _person(by: Actor) -> Person:
    if by.person is None:
        raise invalid("person", _("A timer needs the person who works."))
    return by.person


def _locked(timer_id: int, by: Actor) -> Timer:
    rows = Timer.objects.select_for_update(of=("self",)).select_related("item", "person")
    timer = rows.filter(pk=timer_id, person=_person(by)).first()
    if timer is None:
        raise TimerStoppedError(_("This timer does not run any more; nothing was logged twice."))
    return timer
