"""gunicorn as people run it, with a folder of its own for its figures: other tests run at the same time."""

import os

from toiltracker.gunicorn import *  # noqa: F403

os.environ["PROMETHEUS_MULTIPROC_DIR"] = os.environ["TOILTRACKER_TEST_METRICS"]
