"""The Redis-compatible server that the parent runs for itself when REDIS_URL names none."""

import logging
import os
import time
from pathlib import Path
from typing import Any

import redis
from django.conf import settings

from toiltracker.broker import find_server, private_socket, server_command
from toiltracker.celery import app
from toiltracker.supervisor.children import Child, Part
from toiltracker.supervisor.lifeline import Guardian
from toiltracker.supervisor.refusals import CannotStart

STARTS_WITHIN = 30.0
MOST_TASKS = 1_000_000

logger = logging.getLogger(__name__)


def start_private_broker(data_dir: Path, guardian: Guardian) -> Child:
    """Start the server and wait until it has read its file and answers."""
    program = find_server()
    if program is None:
        raise CannotStart("REDIS_URL is not set, and there is no valkey-server or redis-server to start: install one.")
    kept = data_dir / "valkey"
    kept.mkdir(mode=0o700, exist_ok=True)
    socket = private_socket(data_dir)
    _make_private(socket.parent)
    part = Part(name="valkey", command=server_command(program, socket=socket, data_dir=kept, is_kept=True))
    child = Child(part, guardian)
    child.start()
    _wait_until_it_answers(child, socket)
    return child


def put_back_abandoned_tasks() -> None:
    """Queue what a killed worker had taken; there is no other worker here, so nobody else can be at it.

    With a server that several machines share, this is left to the visibility timeout.
    """
    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, "visibility_timeout": 0}
    with app.connection_for_write(transport_options=options) as connection:
        try:
            channel: Any = connection.default_channel
            channel.qos.restore_visible(num=MOST_TASKS)
        except connection.connection_errors as error:
            logger.warning("The tasks of the last worker wait for their timeout: %s", error)


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    state = folder.stat()
    if state.st_uid != os.getuid():
        raise CannotStart(f"The folder {folder} belongs to another account: set DATA_DIR to a shorter path.")


def _wait_until_it_answers(child: Child, socket: Path) -> None:
    client = redis.Redis(unix_socket_path=str(socket), socket_timeout=1)
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and child.is_running:
        try:
            client.ping()
        except (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError):
            time.sleep(0.02)
        else:
            client.close()
            return
    child.kill()
    raise CannotStart(f"The private Valkey does not start; its files are in {child.part.command[6]}.")
