"""Alerts of Prometheus' Alertmanager: an occurrence is a fingerprint and the instant at which it began to fire."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from imports.sources.mapped import Mapped
from imports.sources.payload import given, inner, labels_of, name_of, objects, text, time_of, title_of, web_address
from imports.sources.signatures import Call, Event, Kind, bearer_or_basic, check_shared
from imports.statuses import QUEUE

PRIORITIES: Final[Mapping[str, str]] = {
    "critical": "urgent",
    "page": "urgent",
    "emergency": "urgent",
    "error": "high",
    "high": "high",
    "major": "high",
    "warning": "normal",
    "info": "low",
    "information": "low",
    "none": "low",
}
SERVICES: Final = ("service", "app", "application", "job")
PLACES: Final = ("instance", "host", "pod", "node")


def verify(call: Call, secrets: Sequence[str], at: datetime) -> None:
    """Check the bearer token, or the password of basic authentication."""
    check_shared(bearer_or_basic(call), secrets)


def delivery_id(headers: Mapping[str, str], payload: Mapping[str, Any]) -> str:
    """Alertmanager gives its deliveries no number."""
    return ""


def read(headers: Mapping[str, str], payload: Mapping[str, Any]) -> Event:
    """Read a notification: a ticket for each alert."""
    alerts = objects(payload.get("alerts"))
    if not alerts:
        return Event("alerts", ignored=_("It holds no alerts."))
    return Event("alerts", [to_ticket(alert) for alert in alerts])


def to_ticket(alert: Mapping[str, Any]) -> Mapped:
    """Map one alert; one that is resolved is closed at its end."""
    labels, notes = inner(alert, "labels"), inner(alert, "annotations")
    started_at = time_of(alert.get("startsAt"))
    ended_at = time_of(alert.get("endsAt")) if alert.get("status") == "resolved" else None
    severity = text(labels.get("severity"))
    fingerprint = _fingerprint(alert, labels)
    row = given(
        external_id=f"{fingerprint}@{text(alert.get('startsAt'))}",
        title=_title(labels, notes),
        description=_description(labels, notes),
        url=web_address(alert.get("generatorURL")),
        status="Resolved" if alert.get("status") == "resolved" else "Firing",
        labels=labels_of([text(labels.get("alertname")), f"severity={severity}" if severity else ""]),
        service=next((name for key in SERVICES if (name := name_of(labels.get(key)))), ""),
        priority=PRIORITIES.get(severity.lower()),
        is_interrupt=True,
        created_at=started_at,
        finished_at=ended_at,
        updated_at=ended_at or started_at,
    )
    return Mapped(row, {"firing": QUEUE}, {}, series=fingerprint)


def _fingerprint(alert: Mapping[str, Any], labels: Mapping[str, Any]) -> str:
    """Return what tells alerts apart; before 0.19 Alertmanager left that to whoever reads the labels."""
    known = text(alert.get("fingerprint"))
    return known or hashlib.sha256(json.dumps(labels, sort_keys=True).encode()).hexdigest()[:16]


def _title(labels: Mapping[str, Any], notes: Mapping[str, Any]) -> str:
    place = next((found for key in PLACES if (found := text(labels.get(key)))), "")
    name = text(labels.get("alertname"))
    named = f"{name} ({place})" if name and place else name
    return title_of(notes.get("summary"), notes.get("title"), named, _("Alert"))


def _description(labels: Mapping[str, Any], notes: Mapping[str, Any]) -> str:
    parts = [text(notes.get("description")) or text(notes.get("message")), text(notes.get("runbook_url"))]
    parts.append("\n".join(f"- {name}: {text(value)}" for name, value in sorted(labels.items())))
    return "\n\n".join(part for part in parts if part)


KIND: Final = Kind(verify, delivery_id, read)
