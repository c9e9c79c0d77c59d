"""What has to be so before anything serves: tables, static files, sample data."""

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import django
import psycopg
import redis
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command, get_commands
from django.db import connection, connections
from django.utils.module_loading import import_string

from toiltracker.broker import connect
from toiltracker.supervisor.locking import migrating
from toiltracker.supervisor.refusals import CannotStart

SAMPLE_DATA_COMMAND = "load_demo"
# The API's own pages and the other browser of the schema: nothing here links to them.
UNUSED_STATIC_FILES = ["redoc", "rest_framework"]


def prepare(data_dir: Path) -> None:
    """Bring the tables up to date, gather the static files, and put in the sample data on the first start."""
    _reach_the_database()
    _reach_the_broker()
    with migrating(data_dir):
        call_command("migrate", interactive=False, verbosity=0)
        _load_sample_data(data_dir)
    gather_static_files()
    _let_go_of_the_database()


def gather_static_files() -> None:
    """Copy, compress and name static files by their content; quick when nothing changed since the last time."""
    if settings.DEBUG:
        return
    folder = Path(settings.STATIC_ROOT)
    stamp = folder.with_name(f"{folder.name}.stamp")
    state = _state_of_static_files()
    if stamp.exists() and stamp.read_text(encoding="ascii") == state and folder.is_dir():
        return
    stamp.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED_STATIC_FILES)
    stamp.write_text(state, encoding="ascii")


def sample_sign_in() -> tuple[str, str] | None:
    """Return the e-mail and password that the sample data lets in, while it is there."""
    if not settings.DEMO or SAMPLE_DATA_COMMAND not in get_commands():
        return None
    read: Callable[[], tuple[str, str] | None] = import_string("toiltracker.demo.demo_credentials")
    return read()


def _reach_the_database() -> None:
    """Connect once past the pool, which waits long for a server that is not there and does not say why."""
    if connection.vendor != "postgresql":
        return
    try:
        psycopg.connect(**connection.get_connection_params(), connect_timeout=10).close()
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        raise CannotStart(f"The database of DATABASE_URL cannot be used: {reason}") from None


def _reach_the_broker() -> None:
    """Connect once: a worker that cannot would be started again and again, with a page of the log each time."""
    if settings.IS_BROKER_PRIVATE:
        return
    try:
        with connect() as client:
            client.ping()
    except (redis.RedisError, OSError) as error:
        raise CannotStart(f"The server of REDIS_URL cannot be used: {' '.join(str(error).split())}") from None


def _load_sample_data(data_dir: Path) -> None:
    """Put it in once: data that was removed by hand stays removed."""
    mark = data_dir / "sample-data-loaded"
    if not settings.DEMO or mark.exists() or SAMPLE_DATA_COMMAND not in get_commands():
        return
    call_command(SAMPLE_DATA_COMMAND, verbosity=0)
    mark.touch()


def _state_of_static_files() -> str:
    digest = hashlib.sha256(f"{django.__version__} {settings.STATIC_URL} {sorted(apps.app_configs)}".encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            assert isinstance(storage, FileSystemStorage)  # noqa: S101 - the two finders of Django use no other
            state = os.stat(storage.path(name))  # noqa: PTH116 - the storage gives a string
            digest.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _let_go_of_the_database() -> None:
    for opened in connections.all(initialized_only=True):
        opened.close()
        close_pool = getattr(opened, "close_pool", None)
        if close_pool is not None:
            close_pool()
