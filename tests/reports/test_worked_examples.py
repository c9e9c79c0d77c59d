"""Worked examples of others, and where this product's convention differs (docs/measurement.md)."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reports.budget import rate_for
from reports.flow import ItemFlow, StayInColumn, cumulative_flow, nearest_rank, percentiles, throughput

COLUMNS = ["Backlog", "Committed", "Build", "Test", "Done"]
STAGES = dict(zip(COLUMNS, ["queue", "active", "active", "active", "done"], strict=True))
ONE_DAY = timedelta(days=1)


@pytest.fixture(params=["minimal", "large"])
def example(request: pytest.FixtureRequest, shared_data: Path) -> dict[str, Any]:
    path = shared_data / "worked_examples" / "jira_agile_metrics" / f"{request.param}.json"
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def stays_of(record: dict[str, Any]) -> list[StayInColumn]:
    entries = [(COLUMNS.index(name), name, instant(record[name])) for name in COLUMNS if record[name]]
    leaves = [at for _, _, at in entries[1:]]
    return [
        StayInColumn(column, STAGES[name], at, left)
        for (column, name, at), left in zip(entries, [*leaves, None], strict=True)
    ]


def flow_of(record: dict[str, Any]) -> ItemFlow:
    at = {name: record[name] and instant(record[name]) for name in COLUMNS}
    return ItemFlow(at["Backlog"], at["Committed"], at["Done"])


def test_cycle_times_are_those_of_jira_agile_metrics(example: dict[str, Any]) -> None:
    for record in example["input_issues"]["records"]:
        expected = record["cycle_time"]
        assert flow_of(record).cycle_time == (expected and timedelta(days=expected))


def test_percentiles_are_values_that_were_there_where_theirs_lie_between_two(example: dict[str, Any]) -> None:
    flows = [flow_of(record) for record in example["input_issues"]["records"]]
    days = [flow.cycle_time / ONE_DAY for flow in flows if flow.cycle_time is not None]

    for theirs in example["expected"]["percentiles_days"]:
        ours = nearest_rank(days, round(theirs["key"] * 100))
        assert ours in days
        # Theirs are interpolated: the tenth of five 5s and a 4 is 4.5 there, and here the 4 that an item took.
        assert ours == (4.0 if theirs["value"] == 4.5 else theirs["value"])
    assert percentiles(days)[85] == next(
        p["value"] for p in example["expected"]["percentiles_days"] if p["key"] == 0.85
    )


def test_their_cumulative_flow_is_ours_added_up_from_the_right(example: dict[str, Any]) -> None:
    theirs = example["expected"]["cfd"]
    ends = [instant(text) + ONE_DAY for text in theirs["index"]]
    stays = [stay for record in example["input_issues"]["records"] for stay in stays_of(record)]

    ours = cumulative_flow(stays, ends)

    for index, row in enumerate(theirs["records"]):
        for column, name in enumerate(COLUMNS):
            behind = sum(ours.get(later, [0] * len(ends))[index] for later in range(column, len(COLUMNS)))
            assert behind == row[name]


def test_work_in_progress_and_throughput_of_each_day_are_theirs(example: dict[str, Any]) -> None:
    expected = example["expected"]
    records = example["input_issues"]["records"]
    days = [instant(text) for text in expected["wip_per_day"]["index"]]
    flow = cumulative_flow([stay for record in records for stay in stays_of(record)], [day + ONE_DAY for day in days])
    in_progress = [sum(flow.get(column, [0] * len(days))[index] for column in (1, 2, 3)) for index in range(len(days))]
    finished = throughput(
        [(instant(record["Done"]), "") for record in records if record["Done"]], [*days, days[-1] + ONE_DAY]
    )

    assert in_progress == [row["wip"] for row in expected["wip_per_day"]["records"]]
    theirs = dict(
        zip(
            expected["throughput_per_day"]["index"],
            [row["count"] for row in expected["throughput_per_day"]["records"]],
            strict=True,
        )
    )
    assert finished[""] == [theirs.get(day.strftime("%Y-%m-%dT%H:%M:%S"), 0) for day in days]


def test_ages_are_theirs(example: dict[str, Any]) -> None:
    theirs = {row["key"]: row["age"] for row in example["expected"]["ageing_wip_at_2018-01-10"]["records"]}
    flows = {record["key"]: flow_of(record) for record in example["input_issues"]["records"]}

    ages = {key: flow.age_at(instant("2018-01-10T00:00:00")) for key, flow in flows.items()}

    assert {key: age / ONE_DAY for key, age in ages.items() if age is not None} == theirs


def test_burn_rates_are_those_of_the_workbook(shared_data: Path) -> None:
    windows = json.loads((shared_data / "worked_examples" / "burn_rate" / "windows.json").read_text())

    for row in windows["rows"]:
        hours = int(row["slo_period"].removesuffix("d")) * 24
        rate = rate_for(row["error_budget_percent"] / 100, window=row["long_window_hours"], period=hours)
        assert rate == pytest.approx(row["burn_rate"])


def test_a_time_that_runs_backwards_enters_no_percentile(shared_data: Path) -> None:
    summary = json.loads((shared_data / "worked_examples" / "agile_project" / "published_summary.json").read_text())
    created = datetime(2018, 1, 1, tzinfo=UTC)

    flow = ItemFlow(created, created, created + summary["published"]["min"] * ONE_DAY)

    assert summary["published"]["min"] == -1
    assert flow.cycle_time is None
    assert flow.lead_time is None
