"""The systems that items come from: what people call them, and their symbols."""

from django.utils.translation import gettext as _

SOURCE_ICONS = {
    "": "home",
    "jira": "jira",
    "github": "git",
    "gitlab": "git",
    "git": "git",
    "pagerduty": "bell",
    "pager": "bell",
    "alertmanager": "bell",
    "google-cloud-monitoring": "cloud",
    "zendesk": "headset",
    "opsgenie": "bell",
    "servicenow": "headset",
    "slack": "chat",
    "csv": "file",
}
SOURCE_NAMES = {
    "jira": "Jira",
    "github": "GitHub",
    "gitlab": "GitLab",
    "pagerduty": "PagerDuty",
    "alertmanager": "Alertmanager",
    "google-cloud-monitoring": "Google Cloud Monitoring",
    "zendesk": "Zendesk",
    "opsgenie": "Opsgenie",
    "servicenow": "ServiceNow",
    "slack": "Slack",
    "trello": "Trello",
    "csv": "CSV",
}


def source_icon(source: str) -> str:
    """Return the name of the symbol for a source."""
    return SOURCE_ICONS.get(source, "link")


def source_name(source: str) -> str:
    """Return what people call a source."""
    return SOURCE_NAMES.get(source, source) if source else _("Created here")
