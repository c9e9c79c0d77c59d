"""A real Prometheus and a real Alertmanager, and what stands before the instance to which they send."""

import http.client
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.toiltracker.installation import eventually, free_port

PROMETHEUS = shutil.which("prometheus")
ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")

ROUTES = """
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
SCRAPES = """
global:
  scrape_interval: 1s
  evaluation_interval: 1s
rule_files: [rules.yml]
scrape_configs:
- job_name: disks
  static_configs:
  - targets: ["127.0.0.1:{disks}"]
alerting:
  alertmanagers:
  - static_configs:
    - targets: ["127.0.0.1:{alertmanager}"]
"""
RULES = """
groups:
- name: disks
  rules:
  - alert: DiskFull
    expr: disk_full == 1
    labels:
      severity: page
    annotations:
      summary: "{{ $labels.host }}"
"""


class Gateway(ThreadingHTTPServer):
    """Stands before an instance, and answers 503 in its place while it `is_down`."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _HandOn)
        self.behind = port
        self.is_down = False
        self.refused = 0


class Disks(ThreadingHTTPServer):
    """What Prometheus scrapes: the hosts whose disk is full."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Figures)
        self.full: frozenset[str] = frozenset()


class _Silent(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that its base gives it
        """Stay silent."""

    def answer(self, status: int, body: bytes = b"") -> None:
        """Send an answer."""
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _HandOn(_Silent):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.is_down:
            self.server.refused += 1
            self.answer(503)
            return
        connection = http.client.HTTPConnection("127.0.0.1", self.server.behind, timeout=30)
        connection.request("POST", self.path, body, dict(self.headers))
        self.answer(connection.getresponse().status)
        connection.close()


class _Figures(_Silent):
    server: Disks

    def do_GET(self) -> None:
        self.answer(200, "".join(f'disk_full{{host="{host}"}} 1\n' for host in sorted(self.server.full)).encode())


@contextmanager
def serving(server: Gateway | Disks) -> Iterator[None]:
    """Serve in a thread."""
    with server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield
        server.shutdown()


@contextmanager
def watched(disks: Disks, *, url: str, secret: str, folder: Path) -> Iterator[None]:
    """Let Prometheus watch the disks, and Alertmanager send what it finds to an address; both stop at the end."""
    alerts, metrics = free_port(), free_port()
    (folder / "alertmanager.yml").write_text(ROUTES.format(url=url, secret=secret))
    (folder / "prometheus.yml").write_text(SCRAPES.format(disks=disks.server_port, alertmanager=alerts))
    (folder / "rules.yml").write_text(RULES)
    with ExitStack() as running:
        running.enter_context(serving(disks))
        running.enter_context(
            _program(
                str(ALERTMANAGER),
                "--config.file=alertmanager.yml",
                "--storage.path=alerts",
                "--cluster.listen-address=",
                port=alerts,
                folder=folder,
            )
        )
        running.enter_context(
            _program(
                str(PROMETHEUS),
                "--config.file=prometheus.yml",
                "--storage.tsdb.path=metrics",
                "--rules.alert.resend-delay=1s",
                port=metrics,
                folder=folder,
            )
        )
        yield


@contextmanager
def _program(program: str, *options: str, port: int, folder: Path) -> Iterator[None]:
    with (folder / f"{Path(program).name}.log").open("wb") as log:
        command = [program, *options, f"--web.listen-address=127.0.0.1:{port}"]
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)

    def is_ready() -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/-/ready")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    try:
        eventually(is_ready, f"that {program} serves")
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)
