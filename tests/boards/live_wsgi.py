"""The application as gunicorn serves it, with a hub that looks more often at who may still follow."""

import os

from toiltracker.wsgi import application  # first of all: it sets Django up

# isort: split

from boards.live import hub

hub.install(hub.Hub(check_every=float(os.environ.get("TOILTRACKER_TEST_CHECK_EVERY", "60"))))

__all__ = ["application"]
