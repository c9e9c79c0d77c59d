"""The settings under which the suite runs: those of the project, in a folder that goes away afterwards."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests import broker

_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")

if "TOILTRACKER_TESTS_DIR" not in os.environ:
    _folder = tempfile.mkdtemp(prefix="toiltracker-tests-")
    os.environ["TOILTRACKER_TESTS_DIR"] = _folder
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    # xdist's workers inherit the environment of the process that starts them, and so share this server.
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = os.environ["TOILTRACKER_TESTS_BROKER"] = broker.start()

_FOREIGN = "HOST PORT BASE_URL ALLOWED_HOSTS EMAIL_URL MAX_UPLOAD DEBUG TRUSTED_PROXIES OUTGOING_NETWORKS"
for _name in _FOREIGN.split():
    os.environ.pop(_name, None)
os.environ["DEMO"] = "0"
os.environ["DATA_DIR"] = os.environ["TOILTRACKER_TESTS_DIR"]
os.environ["SECRET_KEY"] = "a-key-for-tests-that-opens-nothing-at-all"

from toiltracker.settings import *  # noqa: E402, F403 - the environment above has to be there first
from toiltracker.settings import (  # noqa: E402
    CACHES,
    CELERY_BROKER_TRANSPORT_OPTIONS,
    DATABASES,
    STORAGES,
)

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True

# A file, as in production: an in-memory database is shared between threads with locks of another kind.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": Path(os.environ["TOILTRACKER_TESTS_DIR"]) / "tests.sqlite3"}

# A server whose own encoding is not UTF-8 can hold the tests' database all the same.
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["TEST"] = {"CHARSET": "UTF8", "TEMPLATE": "template0"}

# Each xdist worker keeps to its own keys.
REDIS_KEY_PREFIX = f"toiltracker-tests-{os.getuid()}-{_worker}:"
CACHES["default"]["KEY_PREFIX"] = REDIS_KEY_PREFIX + "cache"
CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] = REDIS_KEY_PREFIX
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
