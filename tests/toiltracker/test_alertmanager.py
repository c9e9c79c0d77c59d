"""A real Alertmanager fires and resolves into a running instance that cannot be reached for a while."""

import http.client
import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.machine import lacking
from tests.toiltracker.installation import Installation, eventually, free_port
from tests.toiltracker.test_main_job import TEAM, Program

ALERTMANAGER = shutil.which("prometheus-alertmanager")
SECRET = "shared with Alertmanager"
CONFIGURATION = """
route:
  receiver: board
  group_by: [alertname, host]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 1h
receivers:
- name: board
  webhook_configs:
  - url: {url}
    send_resolved: true
    http_config:
      authorization:
        credentials: "{secret}"
"""

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(not ALERTMANAGER, reason=lacking("Alertmanager", "apt install prometheus-alertmanager")),
]


class Gateway(ThreadingHTTPServer):
    """Stands before an instance, and answers 503 in its place while it is `down`."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behind = port
        self.is_down = False
        self.refused = 0


class Handler(BaseHTTPRequestHandler):
    """Hands a request on."""

    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = 503
        if self.server.is_down:
            self.server.refused += 1
        else:
            status = post(self.server.behind, self.path, body, dict(self.headers))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that its base gives it
        """Stay silent."""


def post(port: int, path: str, body: bytes, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


@contextmanager
def gateway_to(port: int) -> Iterator[Gateway]:
    with Gateway(port) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


@contextmanager
def alertmanager(folder: Path, url: str) -> Iterator[Callable[..., None]]:
    """Run Alertmanager; give a function that tells it, as Prometheus does, which alerts fire and which have ended."""
    port = free_port()
    (folder / "alertmanager.yml").write_text(CONFIGURATION.format(url=url, secret=SECRET))
    options = ["--config.file=alertmanager.yml", "--storage.path=data", f"--web.listen-address=127.0.0.1:{port}"]
    with (folder / "log").open("wb") as log:
        command = [str(ALERTMANAGER), *options, "--cluster.listen-address="]
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)

    def is_there() -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/-/ready")
            return connection.getresponse().status == 200
        except OSError:
            return False

    def tell(*hosts: str, since: datetime, until: datetime | None = None) -> None:
        times = {"startsAt": since.isoformat()} | ({"endsAt": until.isoformat()} if until else {})
        alerts = [{"labels": {"alertname": "DiskFull", "host": host, "severity": "page"}, **times} for host in hosts]
        body = json.dumps(alerts).encode()
        assert post(port, "/api/v2/alerts", body, {"Content-Type": "application/json"}) == 200

    try:
        eventually(is_there, "that Alertmanager serves")
        yield tell
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_each_occurrence_is_one_item_that_ends_closed(install: Callable[..., Installation], tmp_path: Path) -> None:
    installation = install()
    installation.start()
    installation.wait_until_it_serves()
    (tmp_path / "team.toml").write_text(TEAM)
    assert installation.run("apply", str(tmp_path / "team.toml")).returncode == 0
    token = installation.run("create_token", "--team", "sre", "--name", "test", "--scope", "write").stdout.strip()
    program = Program(installation, token)
    board = program.call("boards/")["results"][0]
    connection = program.call("connections/", {"board": board["id"], "kind": "alertmanager", "secret": SECRET})
    path = "/" + connection["url"].split("/", 3)[3]
    began = datetime.now(UTC) - timedelta(hours=1)

    def items() -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for item in program.call(f"items/?board={board['id']}&source=alertmanager")["results"]:
            found.setdefault(item["title"], []).append(item["stage"])
        return {title: sorted(stages) for title, stages in found.items()}

    one, two, three = (f"DiskFull (db-{number})" for number in (1, 2, 3))
    with gateway_to(installation.port) as gateway:
        url = f"http://127.0.0.1:{gateway.server_port}{path}"
        with alertmanager(tmp_path, url) as tell:
            tell("db-1", "db-2", since=began)
            eventually(lambda: items() == {one: ["queue"], two: ["queue"]}, "an item for each alert")

            gateway.is_down = True
            tell("db-1", since=began, until=began + timedelta(minutes=30))
            tell("db-3", since=began)
            eventually(lambda: gateway.refused > 3, "that Alertmanager tries in vain")
            assert items() == {one: ["queue"], two: ["queue"]}
            gateway.is_down = False
            ended = {one: ["done"], two: ["queue"], three: ["queue"]}
            eventually(lambda: items() == ended, "what was missed meanwhile")

            again = began + timedelta(minutes=40)
            tell("db-1", since=again)
            twice = {one: ["done", "queue"], two: ["queue"], three: ["queue"]}
            eventually(lambda: items() == twice, "a second item for the second occurrence")
            tell("db-1", since=again, until=again + timedelta(minutes=5))
            tell("db-2", "db-3", since=began, until=again)
            closed = {one: ["done", "done"], two: ["done"], three: ["done"]}
            eventually(lambda: items() == closed, "that all are closed")
