"""A task that takes as long as the test wants."""

import os
import time
from pathlib import Path

from celery import shared_task


@shared_task
def wait_for(folder: str) -> None:
    """Note that it began, then wait until it may end."""
    place = Path(folder)
    (place / f"began-{time.monotonic_ns()}").write_text(str(os.getpid()))
    while not (place / "may-end").exists():
        time.sleep(0.02)
    (place / "ended").touch()
