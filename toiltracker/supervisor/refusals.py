"""Why the parent does not start."""


class CannotStart(Exception):  # noqa: N818 - it reads as what it says
    """One sentence for the person who tried to start it."""
