"""Starts one private Redis-compatible server for the whole test run, when REDIS_URL names none."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import redis

from toiltracker.broker import find_server, server_command

STARTS_WITHIN = 10.0
# The child asks the kernel to end it together with the test run, so that `kill -9` leaves none behind.
DIE_WITH_PARENT = "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 9); os.execv(sys.argv[1], sys.argv[1:])"


def start() -> str:
    """Start the server and return its address; it ends with this process, and its folder goes too."""
    program = find_server()
    if program is None:
        raise SystemExit("The tests need a Redis-compatible server: install valkey or redis, or set REDIS_URL.")
    folder = Path(tempfile.mkdtemp(prefix="toiltracker-tests-"))
    socket = folder / "valkey.sock"
    command = server_command(program, socket=socket, data_dir=folder, is_kept=False)
    if sys.platform == "linux":
        command = [sys.executable, "-c", DIE_WITH_PARENT, shutil.which(command[0]) or command[0], *command[1:]]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    atexit.register(_stop, process, folder, os.getpid())
    _wait_until_it_answers(redis.Redis(unix_socket_path=str(socket)))
    return f"unix://{socket}?db=0"


def _wait_until_it_answers(client: redis.Redis) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            client.ping()
        except redis.exceptions.ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            client.close()
            return


def _stop(process: subprocess.Popen[bytes], folder: Path, owner: int) -> None:
    if os.getpid() != owner:
        return
    process.kill()
    process.wait()
    shutil.rmtree(folder, ignore_errors=True)
