"""All that a report says, before it is put into words: kept with it, so that it can be written in another language."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from reports.periods import Week, parse_week


class Section(StrEnum):
    """The parts of a report that a team can leave out; what is no part of it always stands there."""

    REMOVAL = "removal"
    TREND = "trend"
    TOIL_TYPES = "toil_types"
    CLASSES = "classes"
    SERVICES = "services"
    UNCLASSIFIED = "unclassified"
    AGEING = "ageing"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendWeek:
    """A week's share with its bounds, and how it stood to the target."""

    week: Week
    share: float | None
    low: float | None = None
    high: float | None = None
    verdict: str = "no_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurringToil:
    """A toil type: its hours and items in the report's week, and its hours in four weeks and the four before."""

    name: str
    url: str
    week_hours: float
    week_items: int
    hours: float
    hours_before: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalFacts:
    """The toil type whose removal pays most in a year: hours a week, and when building it is paid for, if estimated."""

    name: str
    url: str
    weekly: float
    week_hours: float
    pays_back_weeks: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceToil:
    """A service and its hours of toil in the week."""

    name: str
    hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """An item without a class that took hours in the week."""

    key: str
    title: str
    url: str
    hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingItem:
    """An item that stands longer in its column than 85 % of the items did; both in days."""

    key: str
    title: str
    url: str
    days: int
    usual: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRevision:
    """What a reported week's share has become, by the target of its report, and how many edits of which kind did it."""

    week: int
    before: float | None
    after: float | None
    target_low: float
    target_high: float
    causes: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetFacts:
    """The quarter's toil budget at the midnight that ended the week: hours, and the day on which it runs out."""

    quarter: int
    left: float
    is_spent: bool
    is_pace_known: bool
    runs_out_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a report is made of; what is long is cut to what is shown, with a count of all."""

    team_name: str
    week: Week
    timezone: str
    figures: Mapping[str, Any]
    trend: Sequence[TrendWeek]
    budget: BudgetFacts | None = None
    services: Sequence[ServiceToil] = ()
    toil_types: Sequence[RecurringToil] = ()
    removal: RemovalFacts | None = None
    open_items: Sequence[OpenItem] = ()
    open_count: int = 0
    open_left: int = 0  # further ones, which are in another team by now
    open_left_hours: float = 0.0
    ageing: Sequence[AgeingItem] = ()
    ageing_count: int = 0
    revisions: Sequence[ToldRevision] = ()
    left_out: Sequence[str] = ()
    built_at: datetime
    urls: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was recorded in the week."""
        return not any(self.figures["effort_hours"].values())

    def has(self, section: Section) -> bool:
        """Whether a section is wanted, and there is a week to fill it with."""
        return section not in self.left_out and not self.is_empty

    def as_json(self) -> dict[str, Any]:
        """Return what is kept beside the figures, ready for JSON."""
        kept = asdict(replace(self, figures={}))
        kept["week"], kept["built_at"] = str(self.week), self.built_at.isoformat()
        kept["trend"] = [{**asdict(entry), "week": str(entry.week)} for entry in self.trend]
        if self.budget and self.budget.runs_out_on:
            kept["budget"]["runs_out_on"] = self.budget.runs_out_on.isoformat()
        del kept["figures"]
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any], figures: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote; a report of before budgets were told has none."""
        parts: dict[str, Any] = {
            "week": parse_week(kept["week"]),
            "built_at": datetime.fromisoformat(kept["built_at"]),
            "trend": [TrendWeek(**{**entry, "week": parse_week(entry["week"])}) for entry in kept["trend"]],
            "budget": _budget(kept.get("budget")),
            "services": [ServiceToil(**entry) for entry in kept["services"]],
            "toil_types": [RecurringToil(**entry) for entry in kept["toil_types"]],
            "removal": RemovalFacts(**kept["removal"]) if kept["removal"] else None,
            "open_items": [OpenItem(**entry) for entry in kept["open_items"]],
            "ageing": [AgeingItem(**entry) for entry in kept["ageing"]],
            "revisions": [ToldRevision(**entry) for entry in kept["revisions"]],
        }
        return cls(**{**kept, **parts, "figures": figures})


def _budget(kept: Mapping[str, Any] | None) -> BudgetFacts | None:
    if not kept:
        return None
    day = kept["runs_out_on"]
    return BudgetFacts(**{**kept, "runs_out_on": date.fromisoformat(day) if day else None})
