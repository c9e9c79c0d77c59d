"""The team page and the flow page of one team, and the items behind a figure, in a database that holds 200 teams.

`python -m benchmarks team_page` on SQLite, with DATABASE_URL on PostgreSQL. The pages are rendered whole, signed in, by
Django's test client: all that a web process does but the sending. Aims: the team page in 300 ms, the flow page in 500.
"""

import argparse
from collections.abc import Sequence
from typing import Any

from benchmarks.setting import database_name, medians_of, say, set_up
from benchmarks.toil import AT

PAGES = (
    ("team page, 26 weeks", "/t/{slug}/"),
    ("team page, 52 weeks", "/t/{slug}/?weeks=52"),
    ("team page, 12 weeks as one range", "/t/{slug}/?from=2026-08-31&to=2026-11-22"),
    ("flow page, 12 weeks", "/t/{slug}/flow/"),
    ("items behind a week", "/t/{slug}/hours/?week=2026-W47&class=toil"),
    ("items behind a day of the flow", "/t/{slug}/flow/items/?day=2026-11-18"),
)


def main(argv: Sequence[str]) -> None:
    """Fill the database where it is empty, and print the medians."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks team_page", description=__doc__)
    arguments.add_argument("--teams", type=int, default=200)
    arguments.add_argument("--items", type=int, default=5000)
    arguments.add_argument("--runs", type=int, default=11)
    arguments.add_argument("--unkept", action="store_true", help="without the snapshots of past weeks")
    given = arguments.parse_args(argv)
    set_up(f"big-{given.teams}x{given.items}")
    from benchmarks.big_database import fill  # noqa: PLC0415 - after Django is set up

    say(f"{database_name()}, {given.teams} teams of {given.items} items")
    fill(teams=given.teams, items=given.items, at=AT)
    measure(given.runs, keeps=not given.unkept)


def measure(runs: int, *, keeps: bool) -> None:
    """Print the medians over so many different teams (the same again where there are fewer)."""
    import time_machine  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from teams.models import Team  # noqa: PLC0415

    call_command("collectstatic", verbosity=0, interactive=False)
    teams = list(Team.objects.select_related("calendar").order_by("slug"))[:runs]
    teams = (teams * runs)[:runs]
    with time_machine.travel(AT, tick=False):
        client = Client(SERVER_NAME="localhost")
        client.force_login(_somebody())
        if keeps:
            _keep(teams)
        for name, path in PAGES:
            actions = [lambda path=path, team=team: _get(client, path, team) for team in teams]
            actions[0]()
            took, processor = medians_of(actions)
            say(f"  {name:34} {took:8.1f} ms, {processor:7.1f} ms of processor")


def _somebody() -> Any:
    from teams.models import User  # noqa: PLC0415

    found = User.objects.filter(email="bench@example.com").first()
    return found or User.objects.create_user(email="bench@example.com", is_superuser=True)


def _keep(teams: Sequence[Any]) -> None:
    """Keep the past weeks of these teams, as the task behind the pages does."""
    from reports.services.snapshots import keep_weeks  # noqa: PLC0415

    for team in {team.pk: team for team in teams}.values():
        while keep_weeks(team=team, at=AT):
            pass


def _get(client: Any, path: str, team: Any) -> None:
    from django.core.cache import cache  # noqa: PLC0415

    cache.delete(f"reports:usual-days:{team.pk}")
    answer = client.get(path.format(slug=team.slug))
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}.")
