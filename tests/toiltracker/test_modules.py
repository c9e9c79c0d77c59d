"""Our ES modules as a whole: what the storage that names files by their content needs of them."""

import re
from pathlib import Path

from django.conf import settings

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


def test_the_tooltip_of_charts_is_under_a_kilobyte_without_its_indentation():
    lines = (FOLDER / "chart-tips.js").read_text(encoding="utf-8").splitlines()

    assert sum(len(line.strip()) + 1 for line in lines if not line.startswith("//")) < 1024
