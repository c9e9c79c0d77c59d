"""Incidents of PagerDuty, as its V3 webhooks tell of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from imports.sources.mapped import Identity, Mapped
from imports.sources.payload import given, identifier, inner, name_of, objects, text, time_of, title_of, web_address
from imports.sources.signatures import Call, Event, Kind, check_signed

PRIORITIES: Final[Mapping[str, str]] = {
    "p1": "urgent",
    "sev1": "urgent",
    "sev-1": "urgent",
    "p2": "high",
    "sev2": "high",
    "sev-2": "high",
    "p3": "normal",
    "sev3": "normal",
    "sev-3": "normal",
    "p4": "low",
    "p5": "low",
    "sev4": "low",
    "sev5": "low",
    "sev-4": "low",
    "sev-5": "low",
}
URGENCIES: Final[Mapping[str, str]] = {"high": "high", "low": "low"}


def verify(call: Call, secrets: Sequence[str], at: datetime) -> None:
    """Check X-PagerDuty-Signature, which holds several signatures while PagerDuty's own secret is rotated."""
    check_signed(call, "X-PagerDuty-Signature", secrets, prefix="v1=")


def delivery_id(headers: Mapping[str, str], payload: Mapping[str, Any]) -> str:
    """Return the number of the event, which stays the same when it is sent again."""
    return identifier(inner(payload, "event").get("id"))


def read(headers: Mapping[str, str], payload: Mapping[str, Any]) -> Event:
    """Read an event: those of incidents tell how the incident stands now."""
    event = inner(payload, "event")
    name, incident = text(event.get("event_type")), inner(event, "data")
    if incident.get("type") != "incident":
        return Event(name, ignored=_("It does not tell how an incident stands."))
    at = time_of(event.get("occurred_at"))
    mapped = to_ticket(incident, updated_at=at)
    agent = inner(event, "agent")
    if name == "incident.acknowledged" and text(agent.get("type")) in {"user", "user_reference"}:
        handle = identifier(agent.get("id"))
        answered = {"responder": handle, "acknowledged_at": at, "started_at": at} if handle and at else {}
        known = {handle: Identity(text(agent.get("summary")), "")} if handle else {}
        mapped = mapped._replace(row={**mapped.row, **answered}, people={**known, **mapped.people})
    return Event(name, [mapped._replace(is_first=name == "incident.triggered")])


def to_ticket(incident: Mapping[str, Any], *, updated_at: str | None) -> Mapped:
    """Map an incident as it stood at an instant; when it is resolved nobody is assigned any more, which is no news."""
    assignees = objects(incident.get("assignees"))
    people = {
        handle: Identity(text(user.get("summary")), "") for user in assignees if (handle := identifier(user.get("id")))
    }
    status = text(incident.get("status"))
    row = given(
        external_id=identifier(incident.get("id")),
        title=title_of(incident.get("title"), incident.get("summary"), _("Incident")),
        url=web_address(incident.get("html_url")),
        status=status.capitalize(),
        service=name_of(inner(incident, "service").get("summary")),
        project=name_of(next((team.get("summary") for team in objects(incident.get("teams"))), "")),
        priority=priority_of(incident),
        is_interrupt=True,
        created_at=time_of(incident.get("created_at")),
        finished_at=updated_at if status == "resolved" else None,
        updated_at=updated_at,
    )
    if people or status != "resolved":
        row["assignee"] = next(iter(people), None)
    return Mapped(row, {}, people)


def priority_of(incident: Mapping[str, Any]) -> str | None:
    """Return the priority that an account gave, else what the urgency says."""
    priority = PRIORITIES.get(text(inner(incident, "priority").get("summary")).lower())
    return priority or URGENCIES.get(text(incident.get("urgency")))


KIND: Final = Kind(verify, delivery_id, read)
