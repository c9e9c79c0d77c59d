"""What to click in each system so that it sends its webhooks here: four lines each."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

GUIDES: Final[Mapping[str, tuple[Any, Any, Any, Any]]] = {
    "github": (
        _("In the repository or organization: Settings, Webhooks, Add webhook."),
        _("Paste the address as Payload URL, and choose application/json as content type."),
        _("Paste the secret as Secret."),
        _("Choose “Let me select individual events”, tick Issues and Issue comments, and save."),
    ),
    "gitlab": (
        _("In the project or group: Settings, Webhooks, Add new webhook."),
        _("Paste the address as URL."),
        _("Paste the secret as Secret token; a signing token of GitLab’s own is pasted below as new secret instead."),
        _("Tick Issues events, Comments and the confidential ones of both, and save."),
    ),
    "jira": (
        _("As an administrator: Settings, System, WebHooks, Create a WebHook."),
        _("Paste the address as URL, and the secret as Secret."),
        _("Under Issue and under Comment, tick created, updated and deleted; a JQL filter keeps other projects out."),
        _("Leave “Exclude body” off, and create it."),
    ),
    "pagerduty": (
        _("Integrations, Generic Webhooks (V3), New Webhook."),
        _("Paste the address as Webhook URL, and choose the service or team."),
        _("Choose the events of incidents: triggered, acknowledged, reassigned, resolved, reopened."),
        _("PagerDuty makes a secret and shows it once: paste it below as new secret."),
    ),
    "alertmanager": (
        _("In alertmanager.yml, add a receiver with webhook_configs, and the address as its url."),
        _("Below it: send_resolved: true, and http_config: authorization: credentials: with the secret."),
        _("Add a route whose receiver it is; continue: true lets the alerts go to others too."),
        _("Reload Alertmanager; the next alert that fires becomes an item, and is closed when it is resolved."),
    ),
    "google-cloud-monitoring": (
        _("Monitoring, Alerting, Edit notification channels, Webhooks, Add new."),
        _("Paste the address as Endpoint URL."),
        _("Tick Use HTTP Basic Auth, with any user name and the secret as password."),
        _("Choose the channel in each alerting policy, with notifications when incidents close."),
    ),
    "zendesk": (
        _("Admin Center, Apps and integrations, Webhooks, Create webhook, Zendesk events."),
        _("Tick the events of tickets: created, status, priority, subject, assignment, tags, comments, deleted."),
        _("Paste the address as Endpoint URL, with POST and JSON."),
        _("Once it is made, Zendesk reveals its signing secret: paste it below as new secret."),
    ),
    "slack": (
        _("At api.slack.com/apps: Create New App, from scratch, in your workspace."),
        _("Slash Commands, Create New Command: a name such as /toil, and the address as Request URL."),
        _("Interactivity & Shortcuts: the address as Request URL; Create New Shortcut, on messages."),
        _("Install the app; Basic Information shows its Signing Secret: paste it below as new secret."),
    ),
    "generic": (
        _("Let the program POST one ticket of the API as JSON to the address."),
        _("Headers webhook-id (its number, the same when sent again) and webhook-timestamp (Unix seconds)."),
        _("Header webhook-signature: “v1,” and the base64 HMAC-SHA256 of “id.timestamp.body”."),
        _("The key is what stands in base64 behind whsec_ of the secret: libraries of Standard Webhooks do all this."),
    ),
}
