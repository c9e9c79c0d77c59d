"""The forms of other systems in which files come: how each is recognised, and what turns a row into a ticket."""

from collections.abc import Callable, Iterable, Mapping
from datetime import tzinfo
from functools import partial
from typing import Any, Final

from imports.sources import github, gitlab, jira, jira_csv, opsgenie, pagerduty_rest, servicenow, trello, zendesk
from imports.sources.mapped import Mapped

ToTicket = Callable[[Any], Mapped | None]

PLAIN: Final[Mapping[str, ToTicket]] = {
    "github": github.to_ticket,
    "gitlab": gitlab.to_ticket,
    "pagerduty": pagerduty_rest.to_ticket,
    "opsgenie": opsgenie.to_ticket,
    "zendesk": zendesk.to_ticket,
    "trello": trello.to_ticket,
}
# The names by which only these systems call things; the first whose names are all there.
RECOGNISED: Final = (
    ("gitlab", {"iid", "web_url", "state"}),
    ("gitlab", {"iid", "title", "references"}),
    ("github", {"number", "html_url", "state", "user"}),
    ("github", {"number", "repository_url", "title"}),
    ("pagerduty", {"incident_number", "status", "urgency"}),
    ("pagerduty", {"urgency", "escalation_policy", "status"}),
    ("opsgenie", {"tinyId", "message", "status"}),
    ("opsgenie", {"tinyId", "message", "alertId"}),
    ("servicenow", {"sys_id", "number"}),
    ("zendesk", {"subject", "requester_id", "status"}),
    ("zendesk", {"subject", "submitter_id", "status"}),
    ("trello", {"idList", "idBoard", "name"}),
    ("trello", {"idList", "name", "desc"}),
)
# Under which name a system wraps one thing that it answers, with what belongs to it beside it.
WRAPPINGS: Final = ("ticket", "incident", "issue", "alert", "card", "data", "result")
HEADERS: Final = (
    ("jira_csv", {"issue key", "summary"}),
    ("snow_csv", {"number", "short description"}),
    ("snow_csv", {"number", "short_description"}),
    ("snow_csv", {"number", "incident_state"}),
)


def mapping_of(form: str, zone: tzinfo) -> ToTicket | None:
    """Return what maps the rows of a form, None for the API's own; times without a zone are of `zone`."""
    to_ticket = PLAIN.get(form)
    if form in {"jira", "jira_csv"}:
        to_ticket = partial(_jira, zone=zone)
    if form in {"servicenow", "snow_csv"}:
        to_ticket = partial(servicenow.to_ticket, zone=zone)
    return to_ticket and partial(_unwrapping, to_ticket=to_ticket)


def form_of(row: object) -> str | None:
    """Return the form that a row of JSON looks like, None for the API's own."""
    if not isinstance(row, Mapping) or {"external_id", "title"} <= row.keys():
        return None
    if jira.is_issue(row):
        return "jira"
    found = next((form for form, names in RECOGNISED if names <= row.keys()), None)
    return found or (None if (inside := unwrapped(row)) is row else form_of(inside))


def unwrapped(row: Any) -> Any:
    """Return the one thing that a row wraps, with what stands beside it: `{"ticket": {…}, "audits": […]}`."""
    if not isinstance(row, Mapping) or {"external_id", "title"} <= row.keys():
        return row
    for name in WRAPPINGS:
        inside = row.get(name)
        if not isinstance(inside, Mapping):
            continue
        if jira.is_issue(inside) or any(names <= inside.keys() for __, names in RECOGNISED):
            beside = {key: value for key, value in row.items() if key != name and key not in inside}
            if name == "alert":
                return opsgenie.told_by_hook({**beside, **inside}, str(row.get("action")))
            return {**beside, **inside}
    return row


def form_of_header(names: Iterable[str]) -> str | None:
    """Return the form that the first row of a CSV file looks like, None for the API's own."""
    found = set(names)
    if {"external_id", "title"} <= found:
        return None
    return next((form for form, wanted in HEADERS if wanted <= found), None)


def _unwrapping(row: Any, to_ticket: ToTicket) -> Mapped | None:
    return to_ticket(unwrapped(row))


def _jira(row: Any, zone: tzinfo) -> Mapped:
    return jira_csv.to_ticket(row, zone) if jira_csv.is_row(row) else jira.to_ticket(row)
