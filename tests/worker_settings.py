"""The settings of a worker that a test starts: those of the suite, on the database that the test is using."""

import os

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["TOILTRACKER_TEST_DATABASE"]
CELERY_TASK_ALWAYS_EAGER = False
