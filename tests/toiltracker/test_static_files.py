"""Static files as they are served for good: named by their content, compressed, and found by each other."""

from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

from toiltracker import settings as project


@pytest.fixture
def gathered(settings, tmp_path: Path) -> Path:
    """The folder into which `manage.py up` gathers them."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = project.STORAGES
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_every_static_file_can_be_gathered(gathered: Path):
    named = staticfiles_storage.url("css/base.css")

    assert named != "/static/css/base.css"
    assert (gathered / named.removeprefix("/static/")).is_file()
    assert (gathered / f"{named.removeprefix('/static/')}.gz").is_file()
