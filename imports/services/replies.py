"""What is said to the people who sent something by hand: at once that it is coming, later what became of it."""

import json
import logging
from datetime import datetime, timedelta
from http.client import HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from boards.models import Board, Item
from imports.models import Connection, Delivery
from imports.services.deliveries import event_of
from imports.sources.slack import answer, escaped, linked
from teams.errors import ToilTrackerError

# An address for an answer is taken from nobody but Slack, and holds for half an hour.
HOSTS: Final = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
HOLDS_FOR: Final = timedelta(minutes=30)
SECONDS: Final = 5

log = logging.getLogger(__name__)


def reply_at_once(delivery: Delivery) -> str:
    """Return what is said to who used a command; empty where an answer is shown to nobody.

    A worker makes the item, so that the link leads to where it will be.
    """
    connection = delivery.connection
    event = event_of(delivery, kind=connection.kind)
    if event.reply_to:
        return ""
    if not event.tickets:
        return escaped(event.ignored)
    if connection.board.archived_at is not None:
        return _("Nothing was made: the board %s is archived.") % escaped(connection.board.name)
    row = event.tickets[0].row
    words = {
        "title": linked(came_address(connection, row["external_id"]), row["title"]),
        "board": escaped(connection.board.name),
    }
    return _("%(title)s is put on %(board)s.") % words


def tell_outcome(*, delivery_id: int, at: datetime) -> None:
    """Tell who used a shortcut what became of it, as long as its address for that holds."""
    delivery = Delivery.objects.select_related("connection__board__team").filter(pk=delivery_id).first()
    if delivery is None or delivery.is_waiting or at - delivery.received_at > HOLDS_FOR:
        return
    try:
        reply_to = event_of(delivery, kind=delivery.connection.kind).reply_to
    except ToilTrackerError:
        return
    if reply_to:
        _post(reply_to, answer(_outcome(delivery)))


def came_address(connection: Connection, external_id: str) -> str:
    """Return where a ticket that came from a source can be looked at, also before it is there."""
    asked = urlencode({"board": connection.board_id, "source": connection.source, "id": external_id})
    path = reverse("imports:came", args=[connection.board.team.slug])
    return f"{settings.BASE_URL.rstrip('/')}{path}?{asked}"


def came_item(*, board: Board, source: str, external_id: str) -> Item | None:
    """Return the item of a ticket, None as long as it has not come in."""
    return Item.objects.filter(board=board, source=source, external_id=external_id).first()


def _outcome(delivery: Delivery) -> str:
    connection, results = delivery.connection, delivery.results
    numbers = [result.get("item") for result in results]
    item = Item.objects.filter(pk__in=[number for number in numbers if number]).first()
    if item is None:
        sentences = [sentence for result in results for sentence in _sentences(result)]
        return escaped(" ".join([delivery.problem, *sentences]).strip()) or _("Nothing was made of it.")
    words = {
        "title": linked(came_address(connection, item.external_id), item.title),
        "board": escaped(connection.board.name),
    }
    if any(result.get("outcome") == "created" for result in results):
        return _("%(title)s is on %(board)s.") % words
    return _("%(title)s is on %(board)s already.") % words


def _sentences(result: dict[str, Any]) -> list[str]:
    return [sentence for sentences in result.get("errors", {}).values() for sentence in sentences]


def _post(address: str, body: dict[str, Any]) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" or parts.netloc not in HOSTS:
        log.warning("An answer was not sent, since its address is not Slack's.")
        return
    connection = HTTPSConnection(parts.netloc, timeout=SECONDS)
    try:
        connection.request("POST", parts.path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        status = connection.getresponse().status
        if status >= 300:
            log.warning("Slack answered %d to what became of a shortcut.", status)
    except (OSError, HTTPException) as error:
        log.warning("Slack could not be told what became of a shortcut: %s", type(error).__name__)
    finally:
        connection.close()
