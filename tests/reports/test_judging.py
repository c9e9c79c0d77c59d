"""Past weeks are judged by the target that they had."""

from datetime import UTC, datetime, timedelta

import pytest

from reports.judging import judged
from reports.periods import parse_week, period_of_week
from reports.queries import TeamToil
from reports.share import EffortByClass, measure
from teams.actors import SYSTEM
from teams.models import Team
from teams.services.teams import TeamSettings, change_team
from teams.targets import target_history

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


def week(name: str, toil: float, team: Team) -> TeamToil:
    """Return a week with 40 classified hours and the present target."""
    effort = EffortByClass(toil=toil, engineering=40 - toil, unclassified=4)
    target = {"target_low": team.target_low, "target_high": team.target_high}
    share = measure(effort, capacity=50, covered=44, denominator="classified", **target)
    return TeamToil(
        team="sre",
        period=period_of_week(parse_week(name), "UTC"),
        effort=effort,
        capacity=50,
        toil=share,
        finished_items={},
        **target,
    )


@pytest.fixture
def changed(team: Team) -> Team:
    """A team that raised its target from 5–10 % to 15–25 % on the Tuesday of W46, eight weeks after it began."""
    Team.objects.filter(pk=team.pk).update(created_at=NOW - timedelta(weeks=10))
    team.refresh_from_db()
    given = TeamSettings(target_low=0.15, target_high=0.25)
    return change_team(team=team, given=given, by=SYSTEM, at=datetime(2026, 11, 10, tzinfo=UTC))


def test_a_week_before_the_change_keeps_its_verdict(changed: Team) -> None:
    series = [week("2026-W45", 8, changed), week("2026-W46", 8, changed)]

    before, after = judged(series, target_history(changed), team=changed)

    assert (before.target_low, before.target_high, before.toil.verdict) == (0.05, 0.1, "above")
    assert before.toil.is_certain
    assert (after.target_low, after.target_high, after.toil.verdict) == (0.15, 0.25, "within")


def test_without_changes_nothing_is_judged_anew(team: Team) -> None:
    series = [week("2026-W45", 3, team)]

    assert judged(series, target_history(team), team=team) == series


def test_imported_history_is_judged_by_the_target_of_the_first_week(team: Team) -> None:
    Team.objects.filter(pk=team.pk).update(created_at=NOW)
    team.refresh_from_db()
    change_team(team=team, given=TeamSettings(target_high=0.3), by=SYSTEM, at=NOW + timedelta(hours=1))

    [told] = judged([week("2026-W20", 8, team)], target_history(team), team=team)

    assert (told.target_high, told.toil.verdict) == (0.3, "within")
