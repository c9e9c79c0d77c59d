"""Incidents of Google Cloud Monitoring, which tells when one opens and when it closes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from imports.sources.mapped import Mapped
from imports.sources.payload import (
    given,
    identifier,
    inner,
    labels_of,
    name_of,
    text,
    time_of_seconds,
    title_of,
    web_address,
)
from imports.sources.signatures import Call, Event, Kind, bearer_or_basic, check_shared

PRIORITIES: Final[Mapping[str, str]] = {"critical": "urgent", "error": "high", "warning": "normal"}
TOKENS: Final = ("auth_token", "token")


def verify(call: Call, secrets: Sequence[str], at: datetime) -> None:
    """Check the token in the address, or the password of basic authentication."""
    token = next((call.query[name] for name in TOKENS if call.query.get(name)), "")
    check_shared(token or bearer_or_basic(call), secrets)


def delivery_id(headers: Mapping[str, str], payload: Mapping[str, Any]) -> str:
    """Google numbers incidents, but not what it sends of them."""
    return ""


def read(headers: Mapping[str, str], payload: Mapping[str, Any]) -> Event:
    """Read a notification of an incident."""
    incident = inner(payload, "incident")
    state = text(incident.get("state"))
    if not identifier(incident.get("incident_id")) or state not in {"open", "closed"}:
        return Event("test", ignored=_("It tells of no incident that is open or closed."))
    return Event(f"incident.{state}", [to_ticket(incident)])


def to_ticket(incident: Mapping[str, Any]) -> Mapped:
    """Map one incident."""
    started_at = time_of_seconds(incident.get("started_at"))
    is_closed = incident.get("state") == "closed"
    ended_at = time_of_seconds(incident.get("ended_at")) if is_closed else None
    notes = inner(incident, "documentation")
    names = (notes.get("subject"), incident.get("policy_name"), incident.get("condition_name"))
    row = given(
        external_id=identifier(incident.get("incident_id")),
        title=title_of(*names, _("Incident")),
        description="\n\n".join(filter(None, (text(incident.get("summary")), text(notes.get("content"))))),
        url=web_address(incident.get("url")),
        status="Closed" if is_closed else "Open",
        labels=labels_of([incident.get("condition_name")]),
        service=name_of(inner(incident, "policy_user_labels").get("service"))
        or name_of(incident.get("resource_display_name"))
        or name_of(incident.get("resource_type_display_name")),
        priority=PRIORITIES.get(text(incident.get("severity")).lower()),
        is_interrupt=True,
        created_at=started_at,
        finished_at=ended_at,
        updated_at=ended_at or started_at,
    )
    return Mapped(row, {}, {})


KIND: Final = Kind(verify, delivery_id, read)
