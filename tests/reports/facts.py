"""A week's figures for tests of the mail: those of the example in docs/measurement.md."""

from datetime import UTC, datetime
from typing import Any

from reports.mailing.content import Facts, OpenItem
from reports.periods import Week

W46 = Week(2026, 46)
URLS = {name: f"https://toil.example.net/{name}" for name in ("triage", "team", "settings", "unsubscribe", "report")}


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


def group(key: str | None, toil: float) -> dict[str, Any]:
    return {"key": key, "effort_hours": {"toil": toil, "engineering": 0.0, "overhead": 0.0, "unclassified": 0.0}}


def facts(**changes: Any) -> Facts:
    values: dict[str, Any] = {
        "team_name": "SRE",
        "week": W46,
        "timezone": "Asia/Tokyo",
        "figures": figures(),
        "trend": [(W46.shifted(-1), 0.12, "above"), (W46, 18 / 198, "within")],
        "services": [group("postgres", 9.5), group("", 8.5)],
        "toil_types": [group("Disk full", 4.0), group("Restart", 0.0)],
        "open_items": [OpenItem("OPS-1", "A <script> in a title", "https://toil.example.net/items/1/", 2.0)],
        "revisions": ["W45: 11.0 % is now 12.0 %, 3 items reclassified"],
        "built_at": datetime(2026, 11, 16, 8, tzinfo=UTC),
        "urls": URLS,
    }
    return Facts(**{**values, **changes})
