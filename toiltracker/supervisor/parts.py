"""The command line of each part: web, worker and beat."""

import sys

from django.conf import settings

from toiltracker.supervisor.children import Part
from toiltracker.supervisor.private_broker import put_back_abandoned_tasks

NAMES = ("web", "worker", "beat")
CELERY = (sys.executable, "-m", "celery", "--quiet", "-A", "toiltracker")


def web(listening: int) -> Part:
    """Serve pages and API on a socket that the parent keeps, so that a restart refuses no visitor."""
    command = [
        *(sys.executable, "-m", "gunicorn", "toiltracker.wsgi:application"),
        *("--config", "python:toiltracker.gunicorn"),
        *("--bind", f"fd://{listening}"),
    ]
    return Part(name="web", command=command, inherited=[listening])


def worker() -> Part:
    """Do tasks; when asked to stop, those under way have settings.WORKER_STOPS_WITHIN before they are put back."""
    command = [*CELERY, "worker", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    before_start = put_back_abandoned_tasks if settings.IS_BROKER_PRIVATE else None
    return Part(name="worker", command=command, before_start=before_start)


def beat() -> Part:
    """Knock every few seconds, keeping nothing on disk."""
    scheduler = settings.CELERY_BEAT_SCHEDULER
    command = [*CELERY, "beat", "--loglevel", "INFO", "--scheduler", scheduler, "--pidfile", ""]
    return Part(name="beat", command=command)


OF_CELERY = {"worker": worker, "beat": beat}
