"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from toiltracker.handover import hands_over

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "toiltracker.settings")

application = hands_over(get_wsgi_application())
