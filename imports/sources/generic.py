"""Whatever signs as Standard Webhooks has it, and sends a ticket in the API's own form."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from imports.sources.mapped import Mapped
from imports.sources.signatures import Call, Event, Kind, check_standard


def verify(call: Call, secrets: Sequence[str], at: datetime) -> None:
    """Check the signature of Standard Webhooks."""
    check_standard(call, secrets, at=at)


def delivery_id(headers: Mapping[str, str], payload: Mapping[str, Any]) -> str:
    """Return the sender's number of the message."""
    return headers.get("webhook-id", "")


def read(headers: Mapping[str, str], payload: Mapping[str, Any]) -> Event:
    """Read a body that is one ticket."""
    return Event("ticket", [Mapped(payload, {}, {})])


KIND: Final = Kind(verify, delivery_id, read)
