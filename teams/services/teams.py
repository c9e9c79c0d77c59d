"""Teams: created by an administrator or a file, and their settings."""

import math
from dataclasses import dataclass, fields
from datetime import datetime, time
from itertools import chain, count
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from teams.actors import Actor
from teams.errors import ConflictError, InvalidError
from teams.models import Denominator, Membership, Person, Role, TargetChange, Team
from teams.services.calendars import CalendarFields, set_team_calendar
from teams.services.people import clean_name

MAX_SLUG_LENGTH = 60


class SlugTakenError(ConflictError):
    """Another team has this short name."""

    code = "slug_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamSettings:
    """What is given of a team's settings; None leaves a field as it is."""

    name: str | None = None
    target_low: float | None = None
    target_high: float | None = None
    denominator: str | None = None
    response_cap_hours: float | None = None
    report_weekday: int | None = None
    report_time: time | None = None


@transaction.atomic
def create_team(
    *,
    name: str,
    slug: str = "",
    owner: Person | None = None,
    calendar: CalendarFields | None = None,
    given: TeamSettings | None = None,
    at: datetime,
) -> Team:
    """Create a team with its calendar, and its first owner where there is one; without a short name, one is made."""
    cleaned = _clean_team_name(name)
    team = Team(name=cleaned, slug=clean_slug(slug) if slug.strip() else _slug_of(cleaned), created_at=at)
    if given is not None:
        _apply(team, given)
    try:
        with transaction.atomic():
            team.save(force_insert=True)
    except IntegrityError as error:
        message = _("There is a team with the short name “%s” already.") % team.slug
        raise SlugTakenError(message, fields={"slug": [message]}) from error
    set_team_calendar(team=team, given=calendar or CalendarFields())
    if owner is not None:
        Membership.objects.create(team=team, person=owner, role=Role.OWNER, created_at=at, confirmed_at=at)
    return team


@transaction.atomic
def change_team(*, team: Team, given: TeamSettings, by: Actor, at: datetime) -> Team:
    """Change what is given of a team's settings; a change of the target or its denominator is kept."""
    locked = Team.objects.select_for_update().get(pk=team.pk)
    before = (locked.target_low, locked.target_high, locked.denominator)
    changed = _apply(locked, given)
    if changed:
        locked.save(update_fields=changed)
    after = (locked.target_low, locked.target_high, locked.denominator)
    if after != before:
        _keep_target(locked, before, after, by=by, at=at)
    for name in changed:
        setattr(team, name, getattr(locked, name))
    return team


def _keep_target(
    team: Team, before: tuple[float, float, str], after: tuple[float, float, str], *, by: Actor, at: datetime
) -> None:
    TargetChange.objects.create(
        team=team,
        low_before=before[0],
        high_before=before[1],
        denominator_before=before[2],
        low_after=after[0],
        high_after=after[1],
        denominator_after=after[2],
        at=at,
        by=by.person,
    )


def clean_slug(slug: str) -> str:
    """Return a short name that can stand in an address; refuse any other."""
    cleaned = slug.strip().lower()
    try:
        validate_slug(cleaned)
    except ValidationError as error:
        message = _("A short name has letters a to z, digits, hyphens and underscores, such as “sre-tokyo”.")
        raise InvalidError(message, fields={"slug": [message]}) from error
    if len(cleaned) > MAX_SLUG_LENGTH:
        message = _("A short name has at most %d characters.") % MAX_SLUG_LENGTH
        raise InvalidError(message, fields={"slug": [message]})
    return cleaned


def _slug_of(name: str) -> str:
    """Return a short name made of a name; of one without Latin letters nothing is left, and such teams are numbered."""
    made = slugify(name)[:MAX_SLUG_LENGTH].strip("-_")
    if made:
        return made
    taken = set(Team.objects.filter(slug__startswith="team").values_list("slug", flat=True))
    return next(slug for slug in chain(["team"], (f"team-{number}" for number in count(2))) if slug not in taken)


def _apply(team: Team, given: TeamSettings) -> list[str]:
    """Set and check the given fields; return the names of those that differ."""
    before = {field.name: getattr(team, field.name) for field in fields(given)}
    values: dict[str, Any] = {name: getattr(given, name) for name in before if getattr(given, name) is not None}
    for name, value in values.items():
        setattr(team, name, value)
    if "name" in values:
        team.name = _clean_team_name(team.name)
    _check_target(team)
    if team.denominator not in Denominator.values:
        raise _refusal("denominator", _("The denominator is classified, tracked, engineering or capacity."))
    if not (math.isfinite(team.response_cap_hours) and 0 <= team.response_cap_hours <= 24):
        raise _refusal("response_cap_hours", _("The answer to an alarm counts as 0 to 24 hours of work at most."))
    if not 0 <= team.report_weekday <= 6:
        raise _refusal("report_weekday", _("The report day is a day of the week, from 0 (Monday) to 6 (Sunday)."))
    return [name for name in values if getattr(team, name) != before[name]]


def _check_target(team: Team) -> None:
    if not (math.isfinite(team.target_low) and math.isfinite(team.target_high)):
        raise _refusal("target_low", _("The target is a range of fractions, such as 0.05 to 0.1."))
    if not 0 <= team.target_low <= 1:
        raise _refusal("target_low", _("The target begins between 0 % and 100 %."))
    if not 0 < team.target_high <= 1:
        raise _refusal("target_high", _("The target ends above 0 % and at most at 100 %."))
    if team.target_low > team.target_high:
        raise _refusal("target_high", _("The target ends before it begins."))


def _clean_team_name(name: str) -> str:
    cleaned = clean_name(name)
    if not cleaned:
        raise _refusal("name", _("A team has a name."))
    return cleaned


def _refusal(field: str, message: str) -> InvalidError:
    return InvalidError(message, fields={field: [message]})
