"""Puts the sample in: every row through the services and imports that real work goes through."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from boards.models import Board, Classification, Item
from boards.services import (
    ColumnSpec,
    add_comment,
    archive_item,
    classify_items,
    create_board,
    create_rule,
    create_toil_type,
    edit_item,
)
from boards.services.sources import note_source
from imports.services.jobs import import_now, open_import
from reports.services.recipients import set_recipients
from teams.actors import SYSTEM, Actor, Via
from teams.errors import ConflictError
from teams.models import Person, Role, Team
from teams.services.calendars import CalendarFields, add_time_off, set_person_calendar
from teams.services.members import add_member
from teams.services.people import find_or_make_person
from teams.services.teams import create_team
from toiltracker.demo import cast
from toiltracker.demo.milestones import TARGET_AT_FIRST, live_through, milestones_of
from toiltracker.demo.plan import Sample, plan_sample
from toiltracker.demo.sign_in import make_account
from toiltracker.demo.tickets import Ticket

GIVEN_UP_AFTER = timedelta(weeks=4)
"""Finished work that nobody classified in this time is archived: it counts, but triage shows what can be decided."""


SLICES = [timedelta(days=days) for days in (2, 5, 9, 14)]


class SampleRefusedError(ConflictError):
    """The sample cannot be put in, because what it would make is there already."""

    code = "sample_refused"


def sample_team() -> Team | None:
    """Return the team of the sample, if it is there."""
    return Team.objects.filter(is_sample=True).first()


def load_sample(*, at: datetime) -> Team:
    """Make the sample team with its past up to `at`, and build its weekly reports; nothing happens if it is there."""
    present = sample_team()
    if present is not None:
        return present
    if Team.objects.filter(slug=cast.TEAM_SLUG).exists():
        message = _("There is a team with the short name “%s” that is not the sample.") % cast.TEAM_SLUG
        raise SampleRefusedError(message)
    sample = plan_sample(at)
    with transaction.atomic():
        people = {person.email: _person(person, at) for person in cast.PEOPLE}
        team = _team(sample, people)
        boards = _boards(team, sample)
        items = _import(boards, sample, by=Actor(person=people[cast.OWNER.email], via=Via.IMPORT), at=at)
        _decide(sample.tickets, items, people, at)
        _discuss(sample.tickets, items, people, at)
        _archive(sample.tickets, items, by=Actor(person=people[cast.OWNER.email], via=Via.PAGE), at=at)
        make_account(at=at)
        by = Actor(person=people[cast.OWNER.email], via=Via.PAGE)
        milestones = milestones_of(team=team, sample=sample, items=items, by=by, until=at)
    live_through(team=team, milestones=milestones, at=at)
    return team


def _person(colleague: cast.Colleague, at: datetime) -> Person:
    return find_or_make_person(email=colleague.email, name=colleague.name, at=at)


def _team(sample: Sample, people: Mapping[str, Person]) -> Team:
    home = cast.PLACES[cast.OWNER.place]
    calendar = CalendarFields(timezone=home.zone, start=home.start, end=home.end, holidays=home.holidays)
    team = create_team(
        name=cast.TEAM_NAME,
        slug=cast.TEAM_SLUG,
        owner=people[cast.OWNER.email],
        calendar=calendar,
        given=TARGET_AT_FIRST,
        at=sample.founded_at,
    )
    Team.objects.filter(pk=team.pk).update(is_sample=True)
    team.is_sample = True
    for colleague in cast.PEOPLE:
        person = people[colleague.email]
        if colleague != cast.OWNER:
            add_member(team=team, person=person, role=Role.MEMBER, at=sample.founded_at)
        if colleague.place != cast.OWNER.place:
            place = cast.PLACES[colleague.place]
            own = CalendarFields(timezone=place.zone, start=place.start, end=place.end, holidays=place.holidays)
            set_person_calendar(person=person, given=own)
    for absence in sample.absences:
        add_time_off(person=people[absence.email], first_date=absence.first_date, last_date=absence.last_date)
    if not settings.IS_MAIL_SENT:
        set_recipients(team=team, emails=[cast.OWNER.email], by=SYSTEM, at=sample.founded_at)
    return team


def _boards(team: Team, sample: Sample) -> dict[str, Board]:
    at = sample.founded_at
    for name, service in cast.TOIL_TYPES.items():
        create_toil_type(team=team, name=name, service=service, by=SYSTEM, at=at)
    for rule in cast.RULES:
        fields = {
            "name": rule.name,
            "classification": rule.classification,
            "title_contains": rule.title_contains,
            "label": rule.label,
            "toil_type": rule.toil_type or None,
        }
        create_rule(team=team, fields=fields, by=SYSTEM, at=at)
    return {
        slug: create_board(
            team=team,
            name=name,
            slug=slug,
            columns=[ColumnSpec(name=one.name, stage=one.stage, wip_limit=one.wip_limit) for one in columns],
            by=SYSTEM,
            at=at,
        )
        for slug, (name, columns) in cast.BOARDS.items()
    }


def _import(boards: Mapping[str, Board], sample: Sample, *, by: Actor, at: datetime) -> dict[Ticket, Item]:
    """Import the tickets, and return the items that they became.

    What moved last comes first, in slices of time, so that on the board the newest stands on top.
    """
    _name_sources(boards[cast.MAIN_BOARD].team, sample)
    batches: dict[tuple[int, str, str], list[Ticket]] = defaultdict(list)
    for ticket in sorted(sample.tickets, key=lambda ticket: ticket.steps[-1].at, reverse=True):
        slice_of_time = bisect_right(SLICES, at - ticket.steps[-1].at)
        batches[slice_of_time, ticket.board, ticket.source].append(ticket)
    for (_slice, slug, source), tickets in sorted(batches.items()):
        batch = open_import(board=boards[slug], source=source, by=by, at=at)
        done = import_now(batch=batch, rows=[ticket.row() for ticket in tickets], by=by, at=at)
        if done.failed:
            raise SampleRefusedError(_("%d tickets of the sample could not be imported.") % done.failed)
    rows = Item.objects.filter(board__in=boards.values()).select_related("board", "column", "assignee")
    by_key = {(item.board.slug, item.source, item.external_id): item for item in rows}
    return {ticket: by_key[ticket.board, ticket.source, ticket.external_id] for ticket in sample.tickets}


def _name_sources(team: Team, sample: Sample) -> None:
    """Keep since when each source is known: tickets that came before the team was there came with its first."""
    latest_first = sorted(sample.tickets, key=lambda ticket: ticket.created_at, reverse=True)
    for source, first in {ticket.source: ticket for ticket in latest_first}.items():
        note_source(team_id=team.pk, source=source, at=max(first.created_at, sample.founded_at))


def _decide(
    tickets: Sequence[Ticket], items: Mapping[Ticket, Item], people: Mapping[str, Person], at: datetime
) -> None:
    """Let people classify what no rule and no source has."""
    deciders = [people[colleague.email] for colleague in (cast.ALICE, cast.MIRA)]
    for index, classification in enumerate(Classification.values):
        chosen = [
            items[ticket]
            for ticket in tickets
            if ticket.decided_by == "person" and ticket.classification == classification
        ]
        by = Actor(person=deciders[index % len(deciders)], via=Via.PAGE)
        classify_items(items=chosen, classification=classification, by=by, at=at)


def _discuss(
    tickets: Sequence[Ticket], items: Mapping[Ticket, Item], people: Mapping[str, Person], at: datetime
) -> None:
    """Write the comments, and block what is stuck with its reason."""
    for ticket in tickets:
        for email, said_at, body in ticket.comments:
            add_comment(item=items[ticket], body=body, by=Actor(person=people[email], via=Via.PAGE), at=said_at)
        if ticket.blocked_reason:
            by = Actor(person=people[ticket.assignee or cast.OWNER.email], via=Via.PAGE)
            edit_item(item=items[ticket], changes={"blocked_reason": ticket.blocked_reason}, by=by, at=at)


def _archive(tickets: Sequence[Ticket], items: Mapping[Ticket, Item], *, by: Actor, at: datetime) -> None:
    for ticket in tickets:
        is_old = not ticket.is_open and ticket.steps[-1].at < at - GIVEN_UP_AFTER
        if is_old and ticket.classification == Classification.UNCLASSIFIED:
            archive_item(item=items[ticket], by=by, at=at)
