"""The overview of 50 teams in a database of 200, and the series of 52 weeks of one team.

`python -m benchmarks overview` on SQLite, with DATABASE_URL on PostgreSQL; `--years 10` spreads the same work over ten
years. Each is measured without anything kept, and with the past weeks kept as the worker keeps them.
"""

import argparse
from collections.abc import Sequence

from benchmarks.setting import database_name, medians_of, milliseconds, say, set_up
from benchmarks.toil import AT

WATCHED = 50


def main(argv: Sequence[str]) -> None:
    """Fill the database where it is empty, and print the medians."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks overview", description=__doc__)
    arguments.add_argument("--teams", type=int, default=200)
    arguments.add_argument("--items", type=int, default=5000)
    arguments.add_argument("--years", type=float, default=0.5)
    arguments.add_argument("--runs", type=int, default=7)
    given = arguments.parse_args(argv)
    is_usual = given.years == 0.5
    set_up(f"big-{given.teams}x{given.items}" + ("" if is_usual else f"-{given.years:g}y"))
    from benchmarks.big_database import DAYS, fill  # noqa: PLC0415 - after Django is set up

    say(f"{database_name()}, {given.teams} teams of {given.items} items in {given.years:g} years")
    fill(teams=given.teams, items=given.items, at=AT, days=DAYS if is_usual else round(given.years * 365))
    measure(given.runs)


def measure(runs: int) -> None:
    """Print how long the overview and the series take, before and after the past weeks are kept."""
    from django.core.management import call_command  # noqa: PLC0415

    from reports.services.snapshots import drop_weeks, keep_weeks, settle_all_edits  # noqa: PLC0415
    from teams.models import Team  # noqa: PLC0415

    teams = list(Team.objects.select_related("calendar").order_by("pk"))[:WATCHED]
    call_command("collectstatic", interactive=False, verbosity=0)
    drop_weeks()
    _say_medians("nothing kept", teams, 1)

    def keep() -> None:
        settle_all_edits()
        for team in teams:
            while keep_weeks(team=team, at=AT):
                pass

    say(f"  all past weeks of {len(teams)} teams kept: {milliseconds(keep) / 1000:.1f} s")
    _say_medians("past weeks kept", teams, runs)


def _say_medians(state: str, teams: Sequence[object], runs: int) -> None:
    import time_machine  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from reports.queries import weekly_series  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(_reader(teams))

    def overview() -> None:
        with time_machine.travel(AT, tick=False):
            assert client.get("/").status_code == 200

    if runs > 1:
        overview()
    actions = {
        f"overview of {len(teams)} teams": [overview] * runs,
        "52 weeks of a team": [lambda team=team: weekly_series(team=team, weeks=52, at=AT) for team in teams[:runs]],
    }
    for name, each in actions.items():
        took, processor = medians_of(each)
        say(f"  {state}: {name:22} {took:8.1f} ms, {processor:7.1f} ms of processor")


def _reader(teams: Sequence[object]) -> object:
    """An account that may look at these teams and nothing else; it has no working time in them."""
    from teams.models import Membership, Person, Role, User  # noqa: PLC0415

    user = User.objects.filter(email="overview@example.com").first()
    if user is None:
        user = User.objects.create_user("overview@example.com", "a password for nothing")
        person = Person.objects.create(email=user.email, user=user)
        rows = [Membership(team=team, person=person, role=Role.VIEWER, last_date="2000-01-01") for team in teams]
        Membership.objects.bulk_create(rows)
    return user
