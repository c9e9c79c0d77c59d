"""The systems that can be connected to a board, by name."""

from collections.abc import Mapping
from typing import Final

from imports.sources import (
    alertmanager,
    generic,
    github,
    gitlab,
    google_cloud_monitoring,
    jira_hooks,
    pagerduty,
    slack,
    zendesk,
)
from imports.sources.signatures import Kind

KINDS: Final[Mapping[str, Kind]] = {
    "github": github.KIND,
    "gitlab": gitlab.KIND,
    "jira": jira_hooks.KIND,
    "pagerduty": pagerduty.KIND,
    "alertmanager": alertmanager.KIND,
    "google-cloud-monitoring": google_cloud_monitoring.KIND,
    "zendesk": zendesk.KIND,
    "slack": slack.KIND,
    "generic": generic.KIND,
}

# What of a delivery's headers says something about it; what proves who sent it is never kept.
KEPT_HEADERS: Final = frozenset(
    {
        "content-type",
        "idempotency-key",
        "user-agent",
        "webhook-id",
        "webhook-timestamp",
        "x-atlassian-webhook-identifier",
        "x-github-delivery",
        "x-github-event",
        "x-gitlab-event",
        "x-slack-request-timestamp",
        "x-webhook-id",
        "x-zendesk-webhook-invocation-id",
    }
)
