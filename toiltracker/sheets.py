"""Which of our style sheets are served as one file: those that pages load together cost the browser once, not each."""

from collections.abc import Mapping, Sequence
from typing import Final

# In the order in which they are loaded one by one, where nothing is joined (with DEBUG, and in tests).
TOGETHER: Final[Mapping[str, Sequence[str]]] = {
    "site": (
        *("tokens", "base", "shell", "layout", "buttons", "badges", "class-chooser", "forms", "surfaces", "tables"),
        *("gauge", "palette", "util", "touch"),
    ),
    "on-board": ("board", "filters", "column-menu", "quick-add", "item"),
}


def path_of(name: str) -> str:
    """Return the static file of a style sheet."""
    return f"css/{name}.css"


def joined_path(name: str) -> str:
    """Return the static file in which the sheets of a set stand one after the other; addresses in them stay true."""
    return f"css/{name}.together.css"
