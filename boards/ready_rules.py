"""Rules that many teams need, ready to be tried: for alerts, pages and the labels that are usual."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class ReadyRule:
    """A rule to begin with: what it asks for and gives, by the names of the fields of a Rule."""

    key: str
    name: str | Promise
    why: str | Promise
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def initial(self) -> dict[str, Any]:
        """What a form shows of it."""
        return {"name": str(self.name), **self.fields}


READY_RULES: Final = (
    ReadyRule(
        "alertmanager",
        _("Alerts of Alertmanager"),
        _("What Alertmanager sends is an interrupt that somebody has to look at."),
        {"source": "alertmanager", "classification": "toil"},
    ),
    ReadyRule(
        "pagerduty",
        _("Incidents of PagerDuty"),
        _("What pages a person is work by hand, until its cause is removed."),
        {"source": "pagerduty", "classification": "toil"},
    ),
    ReadyRule(
        "opsgenie",
        _("Alerts of Opsgenie"),
        _("What calls the person on duty is work by hand, until its cause is removed."),
        {"source": "opsgenie", "classification": "toil"},
    ),
    ReadyRule(
        "google-cloud-monitoring",
        _("Incidents of Google Cloud Monitoring"),
        _("What a monitor opens, somebody has to look at."),
        {"source": "google-cloud-monitoring", "classification": "toil"},
    ),
    ReadyRule(
        "toil",
        _("Label “toil”"),
        _("Teams that label their toil already."),
        {"label": "toil", "classification": "toil"},
    ),
    ReadyRule(
        "alert", _("Label “alert”"), _("Tickets that a monitor opened."), {"label": "alert", "classification": "toil"}
    ),
    ReadyRule(
        "on-call",
        _("Label “on-call”"),
        _("What the person on call takes."),
        {"label": "on-call", "classification": "toil"},
    ),
    ReadyRule(
        "access",
        _("Requests for access"),
        _("Accounts, permissions and keys that are asked for again and again."),
        {
            "title_matches": r"\b(access|permission|password|account)s? (request|reset|for|to)\b",
            "classification": "toil",
        },
    ),
    ReadyRule(
        "certificates",
        _("Certificates that run out"),
        _("Renewed by hand, they come back every year."),
        {
            "title_matches": r"\b(renew|expir\w*).*\bcert(ificate)?s?\b|\bcert(ificate)?s?\b.*\b(renew|expir)",
            "classification": "toil",
        },
    ),
    ReadyRule(
        "automation",
        _("Label “automation”"),
        _("Work that removes toil is engineering."),
        {"label": "automation", "classification": "engineering"},
    ),
    ReadyRule(
        "tech-debt",
        _("Label “tech-debt”"),
        _("Repairs that last are engineering."),
        {"label": "tech-debt", "classification": "engineering"},
    ),
    ReadyRule(
        "enhancement",
        _("Label “enhancement”"),
        _("GitHub’s own label for something new."),
        {"label": "enhancement", "classification": "engineering"},
    ),
    ReadyRule(
        "meeting",
        _("Label “meeting”"),
        _("Meetings are tied to no service."),
        {"label": "meeting", "classification": "overhead"},
    ),
    ReadyRule(
        "hiring",
        _("Interviews and hiring"),
        _("Hiring and training are tied to no service."),
        {"title_matches": r"\b(interview|hiring|onboarding|training)s?\b", "classification": "overhead"},
    ),
)


def ready_rule(key: str) -> ReadyRule | None:
    """Return the rule with this key."""
    return next((rule for rule in READY_RULES if rule.key == key), None)
