"""The project's settings with a worker that knows the slow task."""

from toiltracker.settings import *  # noqa: F403

CELERY_IMPORTS = ["tests.toiltracker.slow_tasks"]
