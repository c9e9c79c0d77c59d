"""Makes all teams of a file so, in one transaction; a plan does the same and takes everything back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from reports.mailing.facts import Section
from reports.services.choices import change_report_choices
from reports.services.recipients import RecipientSettings, add_recipient, remove_recipient
from reports.weekly import choices_of
from teams.actors import SYSTEM
from teams.errors import ToilTrackerError
from teams.models import Team
from teams.queries import calendar_of_team
from teams.services.calendars import set_team_calendar
from teams.services.teams import TeamSettings, change_team, create_team
from toiltracker.apply import boards, people
from toiltracker.apply.changes import Application
from toiltracker.apply.declared import DeclaredTeam
from toiltracker.apply.tables import DeclarationError

SETTINGS = ("name", "target_low", "target_high", "denominator", "response_cap_hours", "report_weekday", "report_time")


def apply_teams(*, teams: list[DeclaredTeam], is_plan: bool = False, prunes: bool = False, at: datetime) -> Application:
    """Make the teams as declared and return what that changed; with `is_plan` nothing stays changed."""
    application = Application(at=at, prunes=prunes)
    with transaction.atomic():
        made = [(_make_team(application, declared), declared) for declared in teams]
        for team, declared in made:
            _make_members(application, team, declared)
        # What people's own calendars leave open is that of their first team, so all teams come before them.
        for member in (member for declared in teams for member in declared.members):
            with _placed(member.place):
                people.make_person(application, member)
        for team, declared in made:
            _make_boards(application, team, declared)
            _make_recipients(application, team, declared)
            _make_choices(application, team, declared)
        if is_plan:
            transaction.set_rollback(True)
    return application


def _make_team(application: Application, declared: DeclaredTeam) -> Team:
    team = Team.objects.filter(slug=declared.slug).first()
    with _placed(declared.place):
        if team is not None:
            _change_team(application, team, declared)
            return team
        application.added(declared.place)
        return create_team(
            name=declared.name or declared.slug,
            slug=declared.slug,
            calendar=declared.calendar,
            given=_settings(declared),
            at=application.at,
        )


def _change_team(application: Application, team: Team, declared: DeclaredTeam) -> None:
    before = {name: getattr(team, name) for name in SETTINGS}
    change_team(team=team, given=_settings(declared), by=SYSTEM, at=application.at)
    for name, value in before.items():
        if getattr(team, name) != value:
            application.changed(f"{declared.place}: {name} {value} → {getattr(team, name)}")
    calendar = calendar_of_team(team)
    if declared.calendar is not None and declared.calendar.over(calendar) != calendar:
        set_team_calendar(team=team, given=declared.calendar)
        application.changed(f"{declared.place}: calendar")


def _settings(declared: DeclaredTeam) -> TeamSettings:
    low, high = declared.target or (None, None)
    return TeamSettings(
        name=declared.name or None,
        target_low=low,
        target_high=high,
        denominator=declared.denominator,
        response_cap_hours=declared.response_cap_hours,
        report_weekday=declared.report.weekday,
        report_time=declared.report.at,
    )


def _make_members(application: Application, team: Team, declared: DeclaredTeam) -> None:
    for member in declared.members:
        with _placed(member.place):
            people.make_member(application, team, member)
    people.remove_undeclared(application, team, declared.members)


def _make_boards(application: Application, team: Team, declared: DeclaredTeam) -> None:
    for board in declared.boards:
        with _placed(board.place):
            boards.make_board(application, team, board)
    with _placed(declared.place):
        boards.remove_undeclared_boards(application, team, declared.boards)
        boards.make_rules(application, team, declared.rules)


def _make_recipients(application: Application, team: Team, declared: DeclaredTeam) -> None:
    declared_recipients = declared.report.recipients or {}
    wanted = set(declared_recipients)
    listed = {recipient.email: recipient for recipient in team.recipients.listed()}
    for email in sorted(wanted - listed.keys()):
        with _placed(f"{declared.place}, report"):
            add_recipient(team=team, email=email, by=application.by, at=application.at)
        application.added(f"{declared.place}, report: recipient {email}")
    for email, given in sorted(declared_recipients.items()):
        if given is not None:
            _change_recipient(application, team, declared, email, given)
    for email in sorted(listed.keys() - wanted):
        what = f"{declared.place}, report: recipient {email}"
        if application.prunes:
            remove_recipient(recipient=listed[email], by=application.by, at=application.at)
            application.removed(what)
        else:
            application.undeclared(what)


def _change_recipient(
    application: Application, team: Team, declared: DeclaredTeam, email: str, given: RecipientSettings
) -> None:
    recipient = team.recipients.get(email=email)
    before = {name: getattr(recipient, name) for name in asdict(given)}
    if before == asdict(given):
        return
    add_recipient(team=team, email=email, given=given, by=application.by, at=application.at)
    application.changed(f"{declared.place}, report: recipient {email}")


def _make_choices(application: Application, team: Team, declared: DeclaredTeam) -> None:
    """Make a report's sections and its silence as declared; what the file does not say stays."""
    report, choices = declared.report, choices_of(team)
    left_out, empty_weeks = choices.left_out, report.empty_weeks or choices.empty_weeks
    if report.sections is not None:
        left_out = [section.value for section in Section if section not in report.sections]
    if (left_out, empty_weeks) != (choices.left_out, choices.empty_weeks):
        change_report_choices(team=team, left_out=left_out, empty_weeks=empty_weeks, by=application.by)
        application.changed(f"{declared.place}, report: sections and weeks without work")


@contextmanager
def _placed(place: str) -> Iterator[None]:
    """Say where in the file stands what a service refuses."""
    try:
        yield
    except ToilTrackerError as error:
        raise DeclarationError(f"{place}: {error.message}") from error
