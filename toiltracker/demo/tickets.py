"""What the sample is made of: tickets with their past, as another system would hand them over."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

Decision = Literal["rule", "import", "person", "nobody"]


@dataclass(frozen=True, slots=True)
class Step:
    """At an instant a ticket entered a status, was given to somebody or was blocked."""

    at: datetime
    status: str
    assignee: str | None


@dataclass(frozen=True, slots=True)
class Worked:
    """Somebody worked on a ticket in `[started_at, ended_at)`."""

    person: str
    started_at: datetime
    ended_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket of the sample; `classification` is what it is, `decided_by` who will say so."""

    board: str
    source: str
    title: str
    created_at: datetime
    steps: tuple[Step, ...]
    logs: tuple[Worked, ...] = ()
    classification: str = "unclassified"
    decided_by: Decision = "nobody"
    service: str = ""
    labels: tuple[str, ...] = ()
    description: str = ""
    is_interrupt: bool = False
    priority: str = "normal"
    estimate_hours: float | None = None
    due_date: date | None = None
    blocked_reason: str = ""
    external_id: str = ""
    comments: tuple[tuple[str, datetime, str], ...] = field(default=())

    @property
    def status(self) -> str:
        """Where it stands."""
        return self.steps[-1].status

    @property
    def assignee(self) -> str | None:
        """Whose it is."""
        return self.steps[-1].assignee

    @property
    def is_open(self) -> bool:
        """Whether it is not done."""
        return self.status != "Done"

    def until(self, at: datetime) -> "Ticket | None":
        """Return what is known of the ticket at an instant: None before it was created."""
        steps = tuple(step for step in self.steps if step.at <= at)
        if not steps:
            return None
        return replace(
            self,
            steps=steps,
            logs=tuple(log for log in self.logs if log.ended_at <= at),
            comments=tuple(comment for comment in self.comments if comment[1] <= at),
        )

    def row(self) -> dict[str, Any]:
        """Return the ticket as the API's import takes it."""
        row: dict[str, Any] = {
            "external_id": self.external_id,
            "title": self.title,
            "description": self.description,
            "status": self.status,
            "labels": list(self.labels),
            "service": self.service,
            "assignee": self.assignee,
            "is_interrupt": self.is_interrupt,
            "priority": self.priority,
            "created_at": _text(self.created_at),
            "updated_at": _text(self._updated_at()),
            "history": [
                {"at": _text(step.at), "status": step.status, "assignee": step.assignee} for step in self.steps
            ],
            "logs": [
                {
                    "person": log.person,
                    "started_at": _text(log.started_at),
                    "ended_at": _text(log.ended_at),
                    "note": log.note,
                }
                for log in self.logs
            ],
        }
        if self.decided_by == "import":
            row["classification"] = self.classification
        if self.estimate_hours is not None:
            row["estimate_hours"] = self.estimate_hours
        if self.due_date is not None:
            row["due_date"] = self.due_date.isoformat()
        return row

    def _updated_at(self) -> datetime:
        return max([self.steps[-1].at, *(log.ended_at for log in self.logs)])


def _text(at: datetime) -> str:
    return at.replace(microsecond=0).isoformat()
