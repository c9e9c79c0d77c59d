"""Writes what a team chose of its weekly report: its sections, and what goes out for a week without work."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from reports.mailing.facts import Section
from reports.models import EmptyWeeks, ReportChoices
from teams.actors import Actor
from teams.errors import InvalidError
from teams.models import Team


class InvalidChoiceError(InvalidError):
    """A section or a habit that there is not."""

    code = "invalid_choice"


@transaction.atomic
def change_report_choices(*, team: Team, left_out: Iterable[str], empty_weeks: str, by: Actor) -> ReportChoices:
    """Choose what later reports say and when they are silent; reports that are kept stay as they are."""
    unwanted = [Section(name).value for name in left_out if _known(name, "sections", list(Section))]
    _known(empty_weeks, "empty_weeks", EmptyWeeks.values)
    ordered = [section.value for section in Section if section.value in unwanted]
    given = {"left_out": ordered, "empty_weeks": empty_weeks}
    choices, __ = ReportChoices.objects.update_or_create(team=team, defaults=given)
    return choices


def _known(name: str, field: str, names: Iterable[str]) -> bool:
    if name not in names:
        message = _("“%(name)s” is none of %(names)s.") % {"name": name[:50], "names": ", ".join(names)}
        raise InvalidChoiceError(message, fields={field: [message]})
    return True
