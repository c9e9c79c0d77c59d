"""Which of our ES modules a module imports, so that a page can ask for all of them at once and not level by level."""

import posixpath
import re
from functools import cache
from pathlib import Path
from typing import Final

from django.contrib.staticfiles import finders

_IMPORT: Final = re.compile(r'^(?:import|export|\})[^"\';]*["\'](\.{1,2}/[^"\']+)["\'];?$', re.MULTILINE)


@cache
def imported_by(path: str) -> tuple[str, ...]:
    """Return the static files that a module needs, those that it names first before what these name; not itself."""
    found: dict[str, None] = {path: None}
    waiting = [path]
    while waiting:
        named = [one for module in waiting for one in _named_in(module)]
        waiting = [one for one in dict.fromkeys(named) if one not in found]
        found |= dict.fromkeys(waiting)
    return tuple(found)[1:]


def _named_in(path: str) -> list[str]:
    file = finders.find(path)
    if file is None:
        raise FileNotFoundError(f"There is no static file {path}.")
    folder = posixpath.dirname(path)
    source = Path(str(file)).read_text(encoding="utf-8")
    return [posixpath.normpath(posixpath.join(folder, name)) for name in _IMPORT.findall(source)]
