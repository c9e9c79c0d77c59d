"""Static files as they are served for good: named by their content, compressed, and found by each other."""

from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

from toiltracker import settings as project
from toiltracker.sheets import TOGETHER, joined_path
from toiltracker.templatetags import ui


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


def test_sheets_that_go_together_are_one_file(gathered: Path):
    texts = {}
    for name, parts in TOGETHER.items():
        named = staticfiles_storage.url(joined_path(name))
        assert named != f"/static/{joined_path(name)}"
        texts[name] = (gathered / named.removeprefix("/static/")).read_text()
        assert parts

    ui.stylesheets.cache_clear()
    links = ui.stylesheets("site")
    ui.stylesheets.cache_clear()

    assert links.count("<link") == 1
    assert texts["site"].startswith("/* Toil Tracker design tokens.")
    assert texts["site"].index(".btn") < texts["site"].index(".palette")
    # Addresses in them lead where those of the parts do: to files named by their content.
    assert staticfiles_storage.url("img/chevron.svg").removeprefix("/static/") in texts["site"]


def test_without_joined_files_each_sheet_is_linked():
    ui.stylesheets.cache_clear()
    links = ui.stylesheets("on-board")

    assert links.count("<link") == len(TOGETHER["on-board"])
    assert links.index("css/board.css") < links.index("css/item.css")
