"""Collects, in words, what an application of a file changes."""

from dataclasses import dataclass, field
from datetime import datetime

from teams.actors import SYSTEM, Actor


@dataclass
class Application:
    """One run: at which instant, with or without removing, and what it has changed so far."""

    at: datetime
    prunes: bool
    by: Actor = SYSTEM
    lines: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def added(self, what: str) -> None:
        """Note something new."""
        self.lines.append(f"+ {what}")

    def changed(self, what: str) -> None:
        """Note something that is different now."""
        self.lines.append(f"~ {what}")

    def removed(self, what: str) -> None:
        """Note something that is gone."""
        self.lines.append(f"- {what}")

    def undeclared(self, what: str) -> None:
        """Note something that is there without being declared, and stays since nobody asked to prune."""
        self.kept.append(what)
