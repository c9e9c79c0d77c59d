"""How gunicorn serves: `gunicorn --config python:toiltracker.gunicorn toiltracker.wsgi:application`."""

import os
import shutil
from typing import Any

from django.conf import settings

from toiltracker.supervisor.lifeline import die_with_parent

bind = f"[{settings.HOST}]:{settings.PORT}" if ":" in settings.HOST else f"{settings.HOST}:{settings.PORT}"
worker_class = "gthread"
workers = settings.WEB_PROCESSES
threads = settings.WEB_THREADS
timeout = 60
graceful_timeout = 7
keepalive = 15
control_socket_disable = True
forwarded_allow_ips = "*" if settings.TRUSTED_PROXIES else "127.0.0.1,::1"
loglevel = "warning"

# Has to stand before prometheus_client is first imported: the processes then add up their figures in this folder.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(settings.DATA_DIR / "metrics")


def on_starting(_server: Any) -> None:
    """Begin with no figures of processes that are gone."""
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
    os.makedirs(os.environ["PROMETHEUS_MULTIPROC_DIR"], mode=0o700)  # noqa: PTH103 - a string, as the library wants it


def post_fork(_server: Any, worker: Any) -> None:
    """Let no worker process outlive the one that looks after it."""
    die_with_parent(worker.ppid)
