"""The main job, through the outer doors: real tickets come in, some are classified, the week's report is mailed."""

import csv
import json
import re
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.reports.mail_servers import Sink, running
from tests.toiltracker.installation import Installation, eventually

pytestmark = [pytest.mark.processes]

TEAM = """
[[team]]
slug = "sre"
name = "SRE"
report = { weekday = "monday", at = "08:00", recipients = ["lead@example.com"] }

[team.calendar]
timezone = "Asia/Tokyo"

[[team.member]]
email = "alice@example.com"
role = "owner"

[[team.board]]
slug = "operations"
name = "Operations"
columns = [
  { name = "To do", stage = "queue" },
  { name = "In progress", stage = "active" },
  { name = "Waiting", stage = "waiting" },
  { name = "Done", stage = "done" },
]
"""


class Program:
    """A client program with a token."""

    def __init__(self, installation: Installation, token: str) -> None:
        self.base = f"http://127.0.0.1:{installation.port}/api/v1/"
        self.token = token

    def call(self, path: str, body: Any = None, *, method: str | None = None) -> Any:
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.base + path, data=raw, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


def issues_of(file: Path) -> list[dict[str, Any]]:
    with file.open(newline="") as rows:
        return [
            {
                "external_id": row["key"],
                "title": row["summary"],
                "description": row["description"],
                "status": row["status"],
                "labels": [row["type"]],
                "created_at": row["created"],
                "updated_at": row["updated"],
            }
            for row in csv.DictReader(rows)
        ]


def last_week() -> tuple[datetime, str]:
    """Its Monday, 09:00 in Tokyo, and its name."""
    today = datetime.now(UTC) + timedelta(hours=9)
    monday = (today - timedelta(days=today.weekday() + 7)).date()
    year, week, _ = monday.isocalendar()
    return datetime(monday.year, monday.month, monday.day, tzinfo=UTC), f"{year}-W{week:02}"


def test_from_real_tickets_to_the_report_in_the_mailbox(
    install: Callable[..., Installation], shared_data: Path, tmp_path: Path
) -> None:
    sink = Sink()
    with running(sink) as server:
        installation = install(EMAIL_URL=f"smtp://127.0.0.1:{server.port}")
        installation.start()
        installation.wait_until_it_serves()
        (tmp_path / "team.toml").write_text(TEAM)
        assert installation.run("apply", str(tmp_path / "team.toml")).returncode == 0
        token = installation.run("create_token", "--team", "sre", "--name", "test", "--scope", "write").stdout.strip()
        program = Program(installation, token)
        board = program.call("boards/")["results"][0]
        jira = (shared_data / "jira/rest/digitalservice_search_response.json").read_bytes()
        fluid = issues_of(shared_data / "datasets/fluid_jira/share_issues.csv")
        halves = [{"board": board["id"], "source": "fluid", "items": part} for part in (fluid[:1000], fluid[1000:])]

        first = [program.call(f"imports/?format=jira&board={board['id']}", jira)]
        first += [program.call("imports/", half) for half in halves]
        second = [program.call(f"imports/?format=jira&board={board['id']}", jira)]
        second += [program.call("imports/", half) for half in halves]

        assert [answer["created"] for answer in first] == [3, 1000, 989]
        assert [answer["unchanged"] for answer in second] == [3, 1000, 989]

        monday, week = last_week()
        queued = program.call(f"items/?board={board['id']}&stage=queue&limit=2")["results"]
        by_hand = {"toil": (queued[0], 1.5), "engineering": (queued[1], 4.5)}
        for classification, (item, hours) in by_hand.items():
            program.call("items/classify/", {"items": [item["id"]], "classification": classification})
            log = {"person": "alice@example.com", "started_at": monday.isoformat()}
            log["ended_at"] = (monday + timedelta(hours=hours)).isoformat()
            program.call(f"items/{item['id']}/logs/", log)
            monday += timedelta(hours=hours)
        report = program.call("teams/sre/reports/", {"week": week, "send": True})
        mail = eventually(lambda: sink.mails, "the report in the mailbox")[0]

    # 1.5 h of toil in 6 h of classified work; nothing else was worked on by anybody but for what has no class.
    assert report["figures"]["toil_share"] == pytest.approx(0.25, abs=1e-12)
    assert sink.recipients == ["lead@example.com"]
    assert re.fullmatch(rf"SRE: toil 25(\.0)?.%, above 5–10.% · {week[5:]}", mail["Subject"])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_body(("plain",))
    assert text is not None
    assert "1.5 h" in text.get_content()
