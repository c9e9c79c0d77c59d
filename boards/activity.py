"""What happened to an item, in order: its changes, what was said, and the work that was logged."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.dateparse import parse_datetime

from boards.models import Change, ClassifiedBy, Comment, Item, WorkLog
from teams.models import Person

UNSHOWN = ("rank", "classified_by")
TABS = ("activity", "comments", "history", "logs")
PAGE = 50
MOST = 1000
LOGS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; a comment that still stands, or a change."""

    at: datetime
    who: Person | None
    program: str
    change: Change | None = None
    comment: Comment | None = None
    is_suggested: bool = False

    @property
    def is_comment(self) -> bool:
        """Whether somebody says something."""
        return self.comment is not None

    @property
    def is_log(self) -> bool:
        """Whether work was logged, or a log changed."""
        return self.change is not None and self.change.field == "log"

    @property
    def log_hours(self) -> float | None:
        """How long the log is, or was."""
        return None if self.change is None else _hours(self.change.after or self.change.before)

    @property
    def log_hours_before(self) -> float | None:
        """How long the log was before it changed."""
        return None if self.change is None else _hours(self.change.before)

    @property
    def log_started_at(self) -> datetime | None:
        """When the logged work began."""
        said = None if self.change is None else self.change.after or self.change.before
        return parse_datetime(said["started_at"]) if isinstance(said, dict) else None

    @property
    def log_of_another(self) -> str:
        """The name of the person who worked, where somebody else wrote it down."""
        said = None if self.change is None else self.change.after or self.change.before
        person = said.get("person") if isinstance(said, dict) else None
        if not person or (self.who is not None and person["id"] == self.who.pk):
            return ""
        return str(person["name"])


@dataclass(frozen=True, slots=True)
class Activity:
    """What the feed of an item shows: the latest entries of one tab, the oldest first, and how many there are."""

    entries: list[Entry]
    tab: str
    counts: dict[str, int]
    shown: int
    logs: list[WorkLog]

    @property
    def earlier(self) -> int:
        """How many entries of this tab are not shown."""
        return max(0, self.counts[self.tab] - len(self.entries))

    @property
    def shown_next(self) -> int:
        """How many to ask for to see some more."""
        return min(MOST, self.shown + PAGE)

    @property
    def can_show_more(self) -> bool:
        """Whether there is more, and it may be asked for."""
        return self.earlier > 0 and self.shown < MOST

    @property
    def more_logs(self) -> int:
        """How many logs there are besides those that are listed."""
        return max(0, self.counts["kept_logs"] - len(self.logs))


def activity_of(item: Item, *, tab: str = "activity", shown: int = PAGE) -> Activity:
    """Read the latest of what happened to an item, in as many queries for much as for little."""
    comments = Comment.objects.kept().filter(item=item)
    changes = _changes(item)
    found: list[Entry] = []
    if tab in {"activity", "comments"}:
        said = comments.select_related("author").order_by("-created_at", "-pk")[:shown]
        found += [_said(comment) for comment in said]
    if tab != "comments":
        wanted = changes.filter(field="log") if tab == "logs" else changes
        rows = wanted.select_related("by", "token").annotate(is_suggested=Exists(_SUGGESTED))
        found += _entries(rows.order_by("-at", "-pk")[:shown])
    # Stable, and backwards: of two things at one instant, the later row is the later one.
    entries = sorted(found, key=lambda entry: entry.at, reverse=True)[:shown]
    logs = WorkLog.objects.kept().filter(item=item)
    return Activity(
        entries=entries[::-1],
        tab=tab,
        counts=_counts(changes, said=comments.count(), logs=logs.count()),
        shown=shown,
        logs=list(logs.select_related("person").order_by("-started_at", "-pk")[:LOGS_SHOWN]),
    )


# Whether the class that a change gives is the one that was suggested: the same write says who decided.
_SUGGESTED = Change.objects.filter(
    item=OuterRef("item"), version=OuterRef("version"), field="classified_by", after=str(ClassifiedBy.SUGGESTION)
)


def _changes(item: Item) -> "QuerySet[Change]":
    """Return what is shown of an item's changes; that a comment was written, the comment shows itself."""
    written = Q(field="comment", before__isnull=True)
    return Change.objects.filter(item=item).exclude(field__in=UNSHOWN).exclude(written)


def _counts(changes: "QuerySet[Change]", *, said: int, logs: int) -> dict[str, int]:
    counts = changes.aggregate(history=Count("pk"), logs=Count("pk", filter=Q(field="log")))
    return {**counts, "comments": said, "activity": counts["history"] + said, "kept_logs": logs}


def _entries(changes: Iterable[Any]) -> Iterable[Entry]:
    for change in changes:
        yield Entry(
            at=change.at,
            who=change.by,
            program=change.token.name if change.token else "",
            change=change,
            is_suggested=change.field == "classification" and change.is_suggested,
        )


def _said(comment: Comment) -> Entry:
    return Entry(at=comment.created_at, who=comment.author, program="", comment=comment)


def _hours(said: Any) -> float | None:
    if not isinstance(said, dict):
        return None
    start, end = parse_datetime(said["started_at"]), parse_datetime(said["ended_at"])
    return None if start is None or end is None else (end - start) / timedelta(hours=1)
