"""Bodies as the systems send them, written anew for these tests, and each system's own proof."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

SECRET = "correct horse battery staple"


def hex_hmac(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def standard(body: bytes, *, secret: bytes = SECRET.encode(), identity: str = "msg_1", at: int | None = None) -> dict:
    moment = str(at if at is not None else int(time.time()))
    signed = f"{identity}.{moment}.".encode() + body
    digest = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    return {"webhook-id": identity, "webhook-timestamp": moment, "webhook-signature": f"v1,{digest}"}


def zendesk_proof(body: bytes, secret: str = SECRET, moment: str = "2026-11-23T09:00:00Z") -> dict:
    digest = hmac.new(secret.encode(), moment.encode() + body, hashlib.sha256).digest()
    name = "X-Zendesk-Webhook-Signature"
    return {name: base64.b64encode(digest).decode(), f"{name}-Timestamp": moment}


def slack_proof(body: bytes, secret: str = SECRET, at: int | None = None) -> dict:
    moment = str(at if at is not None else int(time.time()))
    digest = hex_hmac(f"v0:{moment}:".encode() + body, secret)
    return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={digest}"}


def proof(kind: str, body: bytes, secret: str = SECRET) -> dict[str, str]:
    """The headers that this kind of sender puts beside a body."""
    basic = base64.b64encode(f"toil:{secret}".encode()).decode()
    proofs: dict[str, Any] = {
        "github": {"X-Hub-Signature-256": "sha256=" + hex_hmac(body, secret), "X-GitHub-Event": "issues"},
        "gitlab": {"X-Gitlab-Token": secret},
        "jira": {"X-Hub-Signature": "sha256=" + hex_hmac(body, secret)},
        "pagerduty": {"X-PagerDuty-Signature": f"v1={'0' * 64},v1={hex_hmac(body, secret)}"},
        "alertmanager": {"Authorization": f"Bearer {secret}"},
        "google-cloud-monitoring": {"Authorization": f"Basic {basic}"},
        "zendesk": zendesk_proof(body, secret),
        "slack": slack_proof(body, secret),
        "generic": standard(body, secret=secret.encode()),
    }
    return proofs[kind]


def github_issue(number: int = 7, **fields: Any) -> dict[str, Any]:
    issue = {
        "number": number,
        "title": "Disk full on db-3",
        "body": "Again.",
        "state": "open",
        "html_url": f"https://github.com/acme/ops/issues/{number}",
        "repository_url": "https://api.github.com/repos/acme/ops",
        "labels": [{"name": "disk"}],
        "assignee": {"login": "ann"},
        "created_at": "2026-11-02T09:00:00Z",
        "updated_at": "2026-11-02T09:00:00Z",
        "closed_at": None,
        **fields,
    }
    return {"action": "opened", "issue": issue, "repository": {"full_name": "acme/ops"}}


def closed(at: str = "2026-11-02T11:00:00Z") -> dict[str, Any]:
    return {**github_issue(state="closed", closed_at=at, updated_at=at), "action": "closed"}


def alert(status: str = "firing", **fields: Any) -> dict[str, Any]:
    return {
        "status": status,
        "labels": {"alertname": "DiskFull", "instance": "db-3", "severity": "critical", "job": "postgres"},
        "annotations": {"description": "Less than 1 % is left."},
        "startsAt": "2026-11-02T09:00:00.123456789Z",
        "endsAt": "2026-11-02T09:30:00Z" if status == "resolved" else "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus:9090/graph",
        "fingerprint": "a1b2c3",
        **fields,
    }


def notification(*alerts: dict[str, Any]) -> dict[str, Any]:
    return {"version": "4", "status": "firing", "receiver": "board", "alerts": list(alerts)}


def jira_issue(event: str = "jira:issue_updated", status: str = "In Progress", **payload: Any) -> dict[str, Any]:
    category = {"To Do": "new", "In Progress": "indeterminate", "Done": "done"}[status]
    fields = {
        "summary": "Renew the certificate",
        "status": {"name": status, "statusCategory": {"key": category}},
        "labels": ["tls"],
        "created": "2026-11-02T09:00:00.000+0000",
        "updated": "2026-11-02T10:00:00.000+0000",
        "assignee": {"accountId": "5b10", "displayName": "Ann"},
    }
    issue = {"key": "OPS-1", "self": "https://jira.example.com/rest/api/2/issue/1", "fields": fields}
    return {"webhookEvent": event, "timestamp": 1793613600000, "issue": issue, **payload}


def pagerduty_event(event: str, status: str, at: str, **data: Any) -> dict[str, Any]:
    incident = {
        "id": "PX1",
        "type": "incident",
        "title": "Checkout is slow",
        "html_url": "https://acme.pagerduty.com/incidents/PX1",
        "status": status,
        "service": {"summary": "checkout"},
        "assignees": [] if status == "resolved" else [{"id": "PANN", "summary": "Ann Lee"}],
        "urgency": "high",
        **data,
    }
    return {"event": {"id": f"01-{event}", "event_type": event, "occurred_at": at, "data": incident}}


def gitlab_issue(action: str = "open", **attributes: Any) -> dict[str, Any]:
    return {
        "object_kind": "issue",
        "project": {"path_with_namespace": "acme/tools/ops"},
        "object_attributes": {
            "iid": 23,
            "title": "Rotate the logs",
            "description": "",
            "state": "opened",
            "action": action,
            "url": "https://gitlab.example.com/acme/tools/ops/-/issues/23",
            "created_at": "2026-11-02 09:00:00 UTC",
            "updated_at": "2026-11-02 09:00:00 UTC",
            "time_estimate": 5400,
            **attributes,
        },
        "labels": [{"title": "logs"}],
        "assignees": [{"username": "ann", "name": "Ann Lee", "email": "[REDACTED]"}],
    }


def incident(state: str = "open") -> dict[str, Any]:
    return {
        "version": "1.2",
        "incident": {
            "incident_id": "0.abc",
            "policy_name": "CPU of the web servers",
            "condition_name": "VM Instance - CPU utilization",
            "state": state,
            "started_at": 1793613600,
            "ended_at": 1793617200 if state == "closed" else None,
            "summary": "CPU is above 90 %.",
            "url": "https://console.cloud.google.com/monitoring/alerting/incidents/0.abc",
            "resource_type_display_name": "VM Instance",
        },
    }


def zendesk_event(event: str = "ticket.status_changed", **detail: Any) -> dict[str, Any]:
    return {
        "id": f"01-{event}",
        "type": f"zen:event-type:{event}",
        "detail": {
            "id": "35436",
            "subject": "Cannot sign in",
            "status": "OPEN",
            "priority": "HIGH",
            "assignee_id": "8447",
            "tags": ["login"],
            "created_at": "2026-11-02T09:00:00Z",
            "updated_at": "2026-11-02T10:00:00Z",
            **detail,
        },
        "event": {"current": "OPEN", "previous": "NEW"},
    }


def slack_command(said: str, trigger: str = "13345224609.738474920.8088930838d88f008e0") -> bytes:
    fields = {
        "team_id": "T1",
        "team_domain": "acme",
        "channel_id": "C1",
        "channel_name": "ops",
        "user_id": "U1",
        "user_name": "ann",
        "command": "/toil",
        "text": said,
        "response_url": "https://hooks.slack.com/commands/T1/1/x",
        "trigger_id": trigger,
    }
    return urlencode(fields).encode()


def slack_message(said: str, trigger: str = "1", **payload: Any) -> bytes:
    whole = {
        "type": "message_action",
        "callback_id": "make_item",
        "trigger_id": trigger,
        "action_ts": f"179361370{trigger}.000100",
        "team": {"id": "T1", "domain": "acme"},
        "user": {"id": "U2", "name": "bea"},
        "channel": {"id": "C1", "name": "ops"},
        "message": {"type": "message", "user": "U1", "ts": "1793613600.000200", "text": said},
        "response_url": f"https://hooks.slack.com/app/T1/{trigger}/x",
        **payload,
    }
    return urlencode({"payload": json.dumps(whole)}).encode()


PAYLOADS: dict[str, dict[str, Any]] = {
    "github": github_issue(),
    "gitlab": gitlab_issue(),
    "jira": jira_issue(),
    "pagerduty": pagerduty_event("incident.acknowledged", "acknowledged", "2026-11-02T09:05:00Z"),
    "alertmanager": notification(alert()),
    "google-cloud-monitoring": incident(),
    "zendesk": zendesk_event(),
    "generic": {"external_id": "A-1", "title": "Restart the queue"},
}


def encoded(payload: object) -> bytes:
    return json.dumps(payload).encode()
