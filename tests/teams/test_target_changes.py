"""What a team's target was: changes are kept, and tell what held at any instant."""

from datetime import UTC, datetime

from django.test import Client

from teams.actors import SYSTEM, actor_of
from teams.models import TargetChange, Team, User
from teams.services.teams import TeamSettings, change_team
from teams.targets import Target, target_history

JUNE, JULY = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


def test_a_change_of_the_target_is_kept_with_who_made_it(team: Team, alice: User) -> None:
    change_team(team=team, given=TeamSettings(target_high=0.2), by=actor_of(alice), at=JUNE)

    change = TargetChange.objects.get()
    assert (change.low_before, change.high_before, change.low_after, change.high_after) == (0.05, 0.1, 0.05, 0.2)
    assert (change.denominator_before, change.denominator_after) == ("classified", "classified")
    assert (change.at, change.by) == (JUNE, alice.person)


def test_what_leaves_the_target_as_it_is_is_not_kept(team: Team) -> None:
    change_team(team=team, given=TeamSettings(name="Platform", target_high=0.1), by=SYSTEM, at=JUNE)

    assert not TargetChange.objects.exists()


def test_the_history_tells_the_target_of_any_instant(team: Team) -> None:
    change_team(team=team, given=TeamSettings(target_high=0.2), by=SYSTEM, at=JUNE)
    change_team(team=team, given=TeamSettings(denominator="capacity"), by=SYSTEM, at=JULY)

    history = target_history(team)

    assert history.at(JUNE) == Target(0.05, 0.1, "classified")
    assert history.at(JULY) == Target(0.05, 0.2, "classified")
    assert history.at(datetime(2026, 7, 2, tzinfo=UTC)) == Target(0.05, 0.2, "capacity")


def test_the_settings_page_keeps_the_change(client: Client, team: Team, alice: User) -> None:
    client.force_login(alice)

    answer = client.post(
        "/t/sre/settings/change/",
        {
            "name": "SRE",
            "target_low": "2",
            "target_high": "8",
            "denominator": "tracked",
            "report_weekday": "0",
            "report_time": "08:00",
        },
    )

    assert answer.status_code == 302
    assert TargetChange.objects.get().by == alice.person
