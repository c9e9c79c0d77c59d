"""Makes the members of a team, and the calendars and time off of its people, what the file declares."""

from teams.models import Calendar, Membership, Person, Team, TimeOff
from teams.services.calendars import CalendarFields, add_time_off, remove_time_off, set_person_calendar
from teams.services.members import add_member, change_member, confirm_member, remove_member
from teams.services.people import find_or_make_person, rename_person
from toiltracker.apply.changes import Application
from toiltracker.apply.declared import DeclaredMember


def make_member(application: Application, team: Team, declared: DeclaredMember) -> None:
    """Make a person and their membership as declared."""
    person = find_or_make_person(email=declared.email, name=declared.name, at=application.at)
    if declared.name and person.name != declared.name:
        application.changed(f"{declared.place}: name “{person.name}” → “{declared.name}”")
        rename_person(person=person, name=declared.name)
    membership = Membership.objects.filter(team=team, person=person).first()
    if membership is None:
        add_member(
            team=team,
            person=person,
            role=declared.role,
            first_date=declared.first_date,
            last_date=declared.last_date,
            at=application.at,
        )
        application.added(f"{declared.place}: {declared.role}")
    else:
        _change_membership(application, membership, declared)


def make_person(application: Application, declared: DeclaredMember) -> None:
    """Make calendar and time off of a declared member as declared; what the file does not mention stays."""
    person = Person.objects.get(email=declared.email)
    present = CalendarFields.of(Calendar.objects.filter(person=person).first())
    if declared.calendar is not None and present != declared.calendar:
        set_person_calendar(person=person, given=declared.calendar)
        application.changed(f"{declared.place}: calendar")
    if declared.time_off is not None:
        _make_time_off(application, person, declared)


def remove_undeclared(application: Application, team: Team, declared: list[DeclaredMember]) -> None:
    """Take out of the team, when pruning, whom the file does not name."""
    emails = {member.email for member in declared}
    for membership in Membership.objects.filter(team=team).select_related("person__user").order_by("pk"):
        if membership.person.email in emails:
            continue
        what = f"team “{team.slug}”, member “{membership.person.email or membership.person.display_name}”"
        if application.prunes:
            remove_member(membership=membership, by=application.by, at=application.at)
            application.removed(what)
        else:
            application.undeclared(what)


def _change_membership(application: Application, membership: Membership, declared: DeclaredMember) -> None:
    wanted = {"role": declared.role, "first_date": declared.first_date, "last_date": declared.last_date}
    different = [name for name, value in wanted.items() if getattr(membership, name) != value]
    for name in different:
        application.changed(
            f"{declared.place}: {name} {getattr(membership, name) or 'none'} → {wanted[name] or 'none'}"
        )
    if different:
        change_member(
            membership=membership,
            role=declared.role,
            first_date=declared.first_date,
            last_date=declared.last_date,
            by=application.by,
        )
    if membership.confirmed_at is None:
        confirm_member(membership=membership, at=application.at)
        application.changed(f"{declared.place}: no longer waits for an invitation to be accepted")


def _make_time_off(application: Application, person: Person, declared: DeclaredMember) -> None:
    wanted = set(declared.time_off or [])
    present = {(row.first_date, row.last_date): row for row in TimeOff.objects.filter(person=person)}
    for first, last in sorted(wanted - present.keys()):
        add_time_off(person=person, first_date=first, last_date=last)
        application.added(f"{declared.place}: time off from {first} to {last}")
    for first, last in sorted(present.keys() - wanted):
        what = f"{declared.place}: time off from {first} to {last}"
        if application.prunes:
            remove_time_off(absence=present[first, last])
            application.removed(what)
        else:
            application.undeclared(what)
