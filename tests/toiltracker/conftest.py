"""Installations that are gone when their test is."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.toiltracker.installation import SLOW, Installation


@pytest.fixture
def install() -> Iterator[Callable[..., Installation]]:
    """Make installations, each in a folder of its own."""
    made: list[Installation] = []

    def make(**environment: str) -> Installation:
        made.append(Installation(_folder(), **environment))
        return made[-1]

    yield make

    for installation in made:
        installation.clean_up()
        shutil.rmtree(installation.folder)


@pytest.fixture(scope="module")
def running() -> Iterator[Installation]:
    """One installation that serves, for a whole module."""
    installation = Installation(_folder(), **SLOW)
    try:
        installation.start()
        installation.wait_until_it_serves()
        installation.wait_until_ready()
        yield installation
    finally:
        installation.clean_up()
        shutil.rmtree(installation.folder)


def _folder() -> Path:
    """Make a folder with a path so short that the broker's socket fits into it, as it does for people."""
    return Path(tempfile.mkdtemp(prefix="tt-"))
