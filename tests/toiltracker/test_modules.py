"""Our ES modules as a whole: what the storage that names files by their content needs of them."""

import re
from pathlib import Path

from django.conf import settings

from tests.factories import BoardFactory
from toiltracker.modules import imported_by

FOLDER = Path(settings.BASE_DIR) / "toiltracker" / "static" / "js"


def imports_of(module: Path) -> list[Path]:
    found = re.findall(r'(?:from|import)\s*"(\.[^"]+)"', module.read_text(encoding="utf-8"))
    return [(module.parent / name).resolve() for name in found]


def test_no_modules_import_each_other_in_a_circle():
    """A file's name holds the names of what it imports, so that a circle could never be named."""
    waiting = {module.resolve(): set(imports_of(module)) for module in FOLDER.rglob("*.js")}

    while free := [module for module, needed in waiting.items() if not needed & waiting.keys()]:
        for module in free:
            del waiting[module]

    assert sorted(module.name for module in waiting) == []


def test_all_that_a_module_imports_is_known():
    needed, waiting = set(), [(FOLDER / "board.js").resolve()]
    while waiting:
        waiting = [one for module in waiting for one in imports_of(module) if one not in needed]
        needed.update(waiting)

    known = imported_by("js/board.js")

    assert sorted(known) == sorted(f"js/{module.relative_to(FOLDER.resolve())}" for module in needed)
    assert known[0] == "js/board/classify.js"


def test_a_page_names_each_module_once(client, alice, team):
    board = BoardFactory(team=team)
    client.force_login(alice)

    page = client.get(f"/t/sre/b/{board.slug}/").content.decode()

    named = re.findall(r'<link rel="modulepreload" href="/static/([^"]+)">', page)
    assert len(named) == len(set(named))
    assert set(named) == {*imported_by("js/app.js"), *imported_by("js/board.js")}


def test_the_tooltip_of_charts_is_under_a_kilobyte_without_its_indentation():
    lines = (FOLDER / "chart-tips.js").read_text(encoding="utf-8").splitlines()

    assert sum(len(line.strip()) + 1 for line in lines if not line.startswith("//")) < 1024
