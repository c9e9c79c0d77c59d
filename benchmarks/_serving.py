"""A server of the benchmark's database, as `manage.py up` would start it."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.setting import FOLDER


@contextmanager
def server(port: int, name: str) -> Iterator[int]:
    """Serve with gunicorn as `manage.py up` does."""
    if not port:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "toiltracker.wsgi:application",
        "--config",
        "python:toiltracker.gunicorn",
    ]
    log = (FOLDER / name / "server.log").open("w")
    process = subprocess.Popen([*command, "--bind", f"127.0.0.1:{port}"], env=os.environ, stderr=log, stdout=log)
    try:
        _wait_for(port, name)
        yield port
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def _wait_for(port: int, name: str) -> None:
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"The server did not start; see var/benchmarks/{name}/server.log.")
