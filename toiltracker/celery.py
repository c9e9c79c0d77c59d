"""The Celery application: worker and beat are started with `-A toiltracker`."""

import os
import warnings

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "toiltracker.settings")

# It warns of pickled messages, and takes eight lines for it; messages here are JSON, and nothing else is accepted.
warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")

app = Celery("toiltracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# By name: the steps need settings, which are not there yet.
app.steps["worker"].update({"toiltracker.heartbeat:Heartbeat", "toiltracker.giving_back:GiveBack"})
