"""What webhooks of real systems tell, and that none is so odd that reading it fails."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.sources.kinds import KINDS
from imports.tickets import Ticket, parse_ticket
from tests.imports.senders import PAYLOADS

NOW = datetime(2026, 11, 24, tzinfo=UTC)

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


def load(path: Path) -> Any:
    return json.loads(path.read_text())


def told(kind: str, payload: Any, **headers: str) -> list[dict[str, Any]]:
    """The tickets that a payload tells of, each good enough to be taken."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    rows = [mapped.row for mapped in KINDS[kind].read(named, payload).tickets]
    for row in rows:
        found = parse_ticket(row, at=NOW)
        assert isinstance(found, Ticket), (row, found)
    return rows


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a payload at which something could be something else."""
    here = list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    return [(value, key) for key, __ in here] + [place for __, inner in here for place in places(inner)]


@pytest.mark.parametrize("kind", PAYLOADS)
@given(data=st.data())
def test_no_payload_is_so_odd_that_reading_it_fails(kind: str, data: st.DataObject) -> None:
    payload = json.loads(json.dumps(PAYLOADS[kind]))
    for holder, key in data.draw(st.lists(st.sampled_from(places(payload)), max_size=3)):
        holder[key] = data.draw(values)

    for headers in ({}, {"x-github-event": "issues"}):
        KINDS[kind].delivery_id(headers, payload)
        for mapped in KINDS[kind].read(headers, payload).tickets:
            parse_ticket(mapped.row, at=NOW)


def test_issues_of_github(shared_data: Path) -> None:
    for path in sorted((shared_data / "github/webhooks").glob("issue*.json")):
        (row,) = told("github", load(path), x_github_event=path.name.split(".")[0])

        issue = load(path)["issue"]
        assert row["external_id"] == f"{load(path)['repository']['full_name']}#{issue['number']}"
        assert (row["title"], row["status"], row["updated_at"][:19]) == (
            issue["title"], "Open", issue["updated_at"][:19],
        )  # fmt: skip
        assert row["labels"] == [label["name"] for label in issue["labels"]]
    for path in (shared_data / "github/webhooks").glob("ping*.json"):
        assert told("github", load(path), x_github_event="ping") == []


def test_issues_of_githubs_enterprise_server(shared_data: Path) -> None:
    payload = load(shared_data / "github/webhooks_ghes35/opened.json")

    for each in payload if isinstance(payload, list) else [payload]:
        assert told("github", each, x_github_event="issues")[0]["status"] == "Open"


def test_issues_of_gitlab(shared_data: Path) -> None:
    place = shared_data / "gitlab/webhooks"

    for name in ("goplayground_issue-event.json", "goplayground_confidential-issue-event.json"):
        (row,) = told("gitlab", load(place / name))
        assert (row["external_id"], row["status"]) == ("gitlabhq/gitlab-test#23", "Open")
    assert told("gitlab", load(place / "goplayground_comment-issue-event.json")) == []


def test_issues_of_jira(shared_data: Path) -> None:
    read = 0
    for path in sorted((shared_data / "jira/webhooks").glob("*.json")):
        payload = load(path)
        rows = told("jira", payload)

        is_of_issue = payload["webhookEvent"].startswith("jira:issue_")
        assert len(rows) == is_of_issue, path.name
        if is_of_issue:
            fields = payload["issue"]["fields"]
            assert (rows[0]["external_id"], rows[0]["title"], rows[0]["status"]) == (
                payload["issue"]["key"], fields["summary"], fields["status"]["name"],
            )  # fmt: skip
            assert rows[0]["updated_at"]
            read += 1
    assert read > 15


def test_incidents_of_pagerduty(shared_data: Path) -> None:
    place = shared_data / "pagerduty/webhooks_v3"

    (triggered,) = told("pagerduty", load(place / "triggered_v3.json"))
    (taken,) = told("pagerduty", load(place / "acknowledged_v3.json"))

    assert (triggered["external_id"], triggered["status"]) == ("PFQZPSY", "Triggered")
    assert (taken["status"], taken["service"], taken["assignee"]) == ("Acknowledged", "pig208", "PJ0LVEB")
    docs = shared_data / "pagerduty/webhooks_v3_docs"
    assert told("pagerduty", load(docs / "01_incident.priority_updated.json"))[0]["priority"] == "urgent"
    assert told("pagerduty", load(docs / "02_service.updated.json")) == []


def test_alerts_of_a_real_alertmanager(shared_data: Path) -> None:
    captured = shared_data / "clients/alertmanager/captured"

    rows = told("alertmanager", load(captured / "001-hooks_alertmanager.body"))
    (other, *__) = told("alertmanager", load(shared_data / "alertmanager/zulip_alert.json"))

    assert [row["external_id"] for row in rows] == [
        "94e417ac775e5c32@2026-11-23T15:28:22.534Z",
        "d604cd61d7bf948f@2026-11-23T15:28:22.534Z",
    ]
    assert {row["title"] for row in rows} == {
        "Target 127.0.0.1:19191 of job payments is down",
        "Target 127.0.0.1:19192 of job payments is down",
    }
    assert (rows[0]["service"], rows[0]["status"], rows[0]["priority"]) == ("payments", "Firing", "urgent")
    assert other["created_at"].startswith("2020-02-06T00:17:58.432911")
    resolved = told("alertmanager", load(captured / "006-hooks_alertmanager-bearer.body"))
    assert {row["status"] for row in resolved} <= {"Firing", "Resolved"}


def test_incidents_of_google(shared_data: Path) -> None:
    (opened,) = told("google-cloud-monitoring", load(shared_data / "gcp_monitoring/cloudforet_open.json"))
    (ended,) = told("google-cloud-monitoring", load(shared_data / "gcp_monitoring/cloudforet_closed.json"))

    assert (opened["external_id"], opened["status"]) == ("0.mtdi83m6w8ao", "Open")
    assert (ended["status"], ended["finished_at"]) == ("Closed", "2023-02-03T04:27:14+00:00")
    assert ended["title"] == "choonho-server-cpu-alert-policy-test"


def test_tickets_of_zendesk(shared_data: Path) -> None:
    (row,) = told("zendesk", load(shared_data / "zendesk/gozendesk_GET_ticket.json"))

    assert (row["external_id"], row["status"], row["assignee"]) == ("2", "Solved", "377922500012")
    assert row["url"] == "https://d3v-terraform-provider.zendesk.com/agent/tickets/2"
