"""The settings of the workers and beats that a test of the mail starts: a mail server of its own, and a quick beat."""

import ipaddress
import os

from tests.worker_settings import *  # noqa: F403

IS_MAIL_SENT = True
OUTGOING_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ["TOILTRACKER_TEST_MAIL_PORT"])
EMAIL_HOST_USER = EMAIL_HOST_PASSWORD = ""
CELERY_BEAT_SCHEDULE = {"reports": {"task": "reports.tasks.tick", "schedule": 0.5, "options": {"expires": 5}}}
