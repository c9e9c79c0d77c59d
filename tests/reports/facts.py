"""A week's figures for tests of the mail: those of the example in docs/measurement.md."""

from datetime import UTC, date, datetime
from typing import Any

from reports.mailing.facts import (
    AgeingItem,
    BudgetFacts,
    Facts,
    OpenItem,
    RecurringToil,
    RemovalFacts,
    ServiceToil,
    ToldRevision,
    TrendWeek,
)
from reports.periods import Week

W46 = Week(2026, 46)
URLS = {
    name: f"https://toil.example.net/{name}"
    for name in ("triage", "team", "settings", "unsubscribe", "report", "toil_types")
}


def figures(**changes: Any) -> dict[str, Any]:
    """Return an answer of the API's toil/."""
    values = {
        "effort_hours": {"toil": 18.0, "engineering": 130.0, "overhead": 50.0, "unclassified": 2.0},
        "capacity_hours": 228.0,
        "coverage": 0.864,
        "denominator": "classified",
        "toil_share": 18 / 198,
        "toil_share_low": 0.09,
        "toil_share_high": 0.1,
        "target_low": 0.05,
        "target_high": 0.1,
        "verdict": "within",
        "certain": True,
        "finished_items": {"toil": 12, "engineering": 3, "overhead": 1, "unclassified": 0},
    }
    return {**values, **changes}


def nothing(**changes: Any) -> dict[str, Any]:
    """Return the answer for a week in which nothing was done."""
    none = {"toil": 0.0, "engineering": 0.0, "overhead": 0.0, "unclassified": 0.0}
    shares = dict.fromkeys(("toil_share", "toil_share_low", "toil_share_high", "coverage"))
    return figures(effort_hours=none, **shares, capacity_hours=0.0, verdict="no_data", finished_items={}, **changes)


DISK_FULL = RecurringToil(
    name="Disk full",
    url="https://toil.example.net/toil-types/1/",
    week_hours=4.0,
    week_items=9,
    hours=12.0,
    hours_before=6.0,
)
REMOVAL = RemovalFacts(name="Disk full", url=DISK_FULL.url, weekly=3.0, week_hours=4.0, pays_back_weeks=5.14)


def budget(**changes: Any) -> BudgetFacts:
    """Return what is left of a budget that will not last."""
    values = {
        "quarter": 4,
        "left": 55.2,
        "is_spent": False,
        "is_pace_known": True,
        "runs_out_on": date(2026, 12, 9),
    }
    return BudgetFacts(**{**values, **changes})


def facts(**changes: Any) -> Facts:
    values: dict[str, Any] = {
        "team_name": "SRE",
        "week": W46,
        "timezone": "Asia/Tokyo",
        "figures": figures(),
        "trend": [
            TrendWeek(week=W46.shifted(-1), share=0.12, low=0.11, high=0.14, verdict="above"),
            TrendWeek(week=W46, share=18 / 198, low=0.09, high=0.1, verdict="within"),
        ],
        "budget": budget(),
        "services": [ServiceToil(name="postgres", hours=9.5)],
        "toil_types": [DISK_FULL],
        "removal": REMOVAL,
        "open_items": [
            OpenItem(key="OPS-1", title="A <script> in a title", url="https://toil.example.net/items/1/", hours=2.0)
        ],
        "open_count": 1,
        "ageing": [
            AgeingItem(key="OPS-9", title="Old", url="https://toil.example.net/items/9/", days=11, usual=5),
        ],
        "ageing_count": 1,
        "revisions": [
            ToldRevision(
                week=45, before=0.11, after=0.12, target_low=0.05, target_high=0.1, causes={"reclassified": 3}
            ),
        ],
        "built_at": datetime(2026, 11, 16, 8, tzinfo=UTC),
        "urls": URLS,
    }
    return Facts(**{**values, **changes})
