"""Regular expressions of rules: by RE2, whose time grows with the text alone, so that none can hang."""

from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext as _

try:
    import re2
except ImportError:  # the requirements of an update are not installed yet: everything but such rules goes on
    re2 = None

MAX_MEMORY: Final = 1 << 20  # bytes of a compiled expression; what would need more is refused


class PatternError(ValueError):
    """The expression cannot be used; the text says why."""


def check_pattern(text: str) -> None:
    """Refuse an expression that RE2 does not understand, or that is too large for it."""
    if re2 is None:
        raise PatternError(_("This installation lacks google-re2, without which no regular expression is tried."))
    try:
        _compiled(text)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        said = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise PatternError(
            _("This is not a regular expression that RE2 understands: %s.") % said.rstrip(".")
        ) from error


def pattern_found(text: str, within: str) -> bool:
    """Whether an expression, in any case of letters, is found anywhere; one that cannot be used never is."""
    if re2 is None:
        return False
    try:
        return _compiled(text).search(within) is not None
    except re2.error:
        return False


@lru_cache(maxsize=1000)
def _compiled(text: str) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = MAX_MEMORY
    return re2.compile(text, options)
