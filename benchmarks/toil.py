"""The toil share of one team's week and of its last 26, its flow and its budget, in a database that holds 200 teams.

`python -m benchmarks toil` on SQLite, with DATABASE_URL on PostgreSQL; `--teams 1` shows that the rest of the
database does not matter. The bare limit is the same rows by plain SQL, without any arithmetic.
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks.setting import database_name, medians_of, say, set_up

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)

BARE_SQL = """
    SELECT s.assignee_id, s.item_id, s.started_at, s.ended_at, i.classification
    FROM boards_stay s JOIN boards_item i ON i.id = s.item_id JOIN boards_column c ON c.id = s.column_id
    WHERE s.column_id IN (%s, %s) AND s.started_at < %s AND (s.ended_at IS NULL OR s.ended_at > %s)
      AND NOT s.is_blocked AND i.deleted_at IS NULL
"""


def main(argv: Sequence[str]) -> None:
    """Fill the database where it is empty, and print the medians."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks toil", description=__doc__)
    arguments.add_argument("--teams", type=int, default=200)
    arguments.add_argument("--items", type=int, default=5000)
    arguments.add_argument("--runs", type=int, default=21)
    given = arguments.parse_args(argv)
    set_up(f"big-{given.teams}x{given.items}")
    from benchmarks.big_database import fill  # noqa: PLC0415 - after Django is set up

    say(f"{database_name()}, {given.teams} teams of {given.items} items")
    fill(teams=given.teams, items=given.items, at=AT)
    measure(given.runs)


def measure(runs: int) -> None:
    """Print the medians over so many different teams (the same one again where there are fewer)."""
    from django.db import connection  # noqa: PLC0415

    from reports.budget_queries import budget_of_team  # noqa: PLC0415
    from reports.figures import toil_figures  # noqa: PLC0415
    from reports.flow_queries import flow_of_team  # noqa: PLC0415
    from reports.periods import last_full_week, period_of_week  # noqa: PLC0415
    from reports.queries import toil_of_team, weekly_series  # noqa: PLC0415
    from teams.models import Team  # noqa: PLC0415

    teams = list(Team.objects.select_related("calendar").order_by("slug"))[:runs]
    teams = (teams * runs)[:runs]
    week = last_full_week(AT, "UTC")

    def bare(team: Team, start: datetime, end: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute(BARE_SQL, [team.pk * 5 - 3, team.pk * 5 - 1, end, start])
            cursor.fetchall()

    def of_week(team: Team, by: str | None = None) -> None:
        toil_figures(toil_of_team(team=team, start=week.monday, end=week.next_monday, at=AT, by=by))

    period = period_of_week(week, "UTC")
    half_a_year = period_of_week(week.shifted(-25), "UTC").starts_at, period.ends_at
    twelve_weeks = week.shifted(-11).monday
    of_week(teams[0])
    rows = [
        ("one week", of_week),
        ("one week by label", lambda team: of_week(team, "label")),
        ("one week by day", lambda team: of_week(team, "day")),
        ("one week, bare SQL", lambda team: bare(team, period.starts_at, period.ends_at)),
        ("26 weeks", lambda team: weekly_series(team=team, weeks=26, at=AT)),
        ("26 weeks, bare SQL", lambda team: bare(team, *half_a_year)),
        ("flow of 12 weeks", lambda team: flow_of_team(team=team, start=twelve_weeks, end=week.next_monday, at=AT)),
        ("budget of a quarter", lambda team: budget_of_team(team=team, at=AT)),
    ]
    for name, action in rows:
        took, processor = medians_of([lambda team=team, action=action: action(team) for team in teams])
        say(f"  {name:20} {took:8.1f} ms, {processor:7.1f} ms of processor")
