"""`manage.py apply`: teams become what a TOML file declares."""

from datetime import date, time
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from boards.models import Board, Column, Rule, ToilType
from boards.services import archive_board
from reports.models import Recipient, ReportChoices
from teams.actors import SYSTEM
from teams.models import Calendar, Membership, Person, Role, Team, TimeOff
from teams.permissions import role_of
from teams.queries import calendar_of_team, calendars_of_people
from teams.services.accounts import create_account
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

WHOLE = """
[[team]]
slug = "sre"
name = "SRE"
target = [0.05, 0.10]
denominator = "classified"
report = { weekday = "monday", at = "08:00", recipients = ["sre-lead@example.com"] }

[team.calendar]
timezone = "Asia/Tokyo"
weekdays = ["mon", "tue", "wed", "thu", "fri"]
start = "09:00"
end = "17:00"
holidays = "JP"
days_off = ["2026-12-29"]

[[team.member]]
email = "alice@example.com"
role = "owner"
calendar = { timezone = "Australia/Sydney" }
time_off = [["2026-12-21", "2026-12-24"]]

[[team.board]]
slug = "operations"
name = "Operations"
columns = [
  { name = "Backlog", stage = "queue" },
  { name = "In progress", stage = "active", wip_limit = 6 },
  { name = "Waiting", stage = "waiting" },
  { name = "Done", stage = "done" },
]

[[team.rule]]
name = "Disk alerts"
title_contains = "disk full"
classification = "toil"
toil_type = "Disk full"
"""


@pytest.fixture
def apply(tmp_path):
    def run(text: str, **options: bool) -> str:
        path = tmp_path / "teams.toml"
        path.write_text(text, encoding="utf-8")
        out = StringIO()
        call_command("apply", str(path), stdout=out, **options)
        return out.getvalue()

    return run


def everything() -> dict[str, list[dict[str, object]]]:
    models = (Team, Calendar, Person, Membership, TimeOff, Board, Column, Rule, ToilType, Recipient)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_a_declared_team_is_made_with_all_that_belongs_to_it(apply):
    apply(WHOLE)

    team = Team.objects.get(slug="sre")
    assert (team.name, team.target_low, team.target_high, team.denominator) == ("SRE", 0.05, 0.1, "classified")
    assert (team.report_weekday, team.report_time) == (0, time(8))
    calendar = calendar_of_team(team)
    assert (calendar.timezone, calendar.holidays, calendar.days_off) == ("Asia/Tokyo", "JP", {date(2026, 12, 29)})
    alice = Person.objects.get(email="alice@example.com")
    assert Membership.objects.get(team=team, person=alice).role == Role.OWNER
    assert calendars_of_people([alice.pk])[alice.pk].timezone == "Australia/Sydney"
    assert calendars_of_people([alice.pk])[alice.pk].holidays == "JP"
    assert TimeOff.objects.get(person=alice).last_date == date(2026, 12, 24)
    columns = list(Column.objects.filter(board__slug="operations").in_order().values_list("name", "stage", "wip_limit"))
    assert columns == [
        ("Backlog", "queue", None),
        ("In progress", "active", 6),
        ("Waiting", "waiting", None),
        ("Done", "done", None),
    ]
    rule = Rule.objects.get()
    assert (rule.name, rule.title_contains, rule.classification) == ("Disk alerts", "disk full", "toil")
    assert rule.toil_type.name == "Disk full"
    assert Recipient.objects.get().email == "sre-lead@example.com"
    assert mail.outbox == []


def test_a_team_declares_its_cap_and_rules_that_ask_for_reporters(apply):
    apply(WHOLE)
    asking = WHOLE.replace('title_contains = "disk full"', 'reporter = "grafana"').replace(
        'denominator = "classified"', 'denominator = "classified"\nresponse_cap_hours = 1.5'
    )

    answer = apply(asking)

    rule = Rule.objects.get()
    assert (rule.title_contains, rule.reporter) == ("", "grafana")
    assert Team.objects.get(slug="sre").response_cap_hours == 1.5
    assert "response_cap_hours 2.0 → 1.5" in answer
    assert apply(asking) == "Nothing to change.\n"


def test_a_second_run_changes_nothing(apply):
    apply(WHOLE)
    before = everything()

    answer = apply(WHOLE)

    assert answer == "Nothing to change.\n"
    assert everything() == before
    assert apply(WHOLE, prune=True) == "Nothing to change.\n"
    assert everything() == before


def test_a_plan_says_what_would_change_and_changes_nothing(apply):
    before = everything()

    answer = apply(WHOLE, plan=True)

    assert everything() == before
    assert "+ team “sre”\n" in answer
    assert "+ team “sre”, member “alice@example.com”: owner\n" in answer
    assert "nothing changed" in answer


def test_a_plan_names_the_same_changes_as_the_run(apply):
    apply(WHOLE)
    changed = WHOLE.replace("0.10]", "0.2]").replace('"Waiting"', '"On hold"').replace("wip_limit = 6", "wip_limit = 7")

    planned = apply(changed, plan=True).splitlines()[:-1]
    made = apply(changed).splitlines()[:-1]

    assert planned == made
    assert "~ team “sre”: target_high 0.1 → 0.2" in made
    assert "+ team “sre”, board “operations”, column “On hold”" in made
    assert "~ team “sre”, board “operations”, column “In progress”" in made


def test_without_prune_nothing_is_taken_away(apply):
    apply(WHOLE)

    answer = apply('[[team]]\nslug = "sre"\n')

    assert "Nothing to change." in answer
    assert "Not declared, and left as it is without --prune:" in answer
    assert Membership.objects.count() == Board.objects.kept().count() == Rule.objects.count() == 1
    assert Recipient.objects.listed().count() == 1
    assert calendar_of_team(Team.objects.get()).timezone == "Asia/Tokyo"


def test_prune_removes_what_the_file_does_not_declare_and_trashes_where_there_is_trash(apply):
    apply(WHOLE)

    answer = apply('[[team]]\nslug = "sre"\n', prune=True)

    assert "- team “sre”, board “operations”: to the trash" in answer
    assert not Membership.objects.exists()
    assert not Rule.objects.exists()
    assert not Recipient.objects.listed().exists()
    assert Board.objects.get().deleted_at is not None
    assert Person.objects.get().calendar.timezone == "Australia/Sydney"


def test_prune_touches_only_the_teams_that_the_file_names(apply):
    other = MembershipFactory()

    apply(WHOLE, prune=True)

    assert Membership.objects.filter(pk=other.pk).exists()


def test_a_board_that_was_put_away_comes_back(apply):
    apply(WHOLE)
    apply('[[team]]\nslug = "sre"\n', prune=True)

    apply(WHOLE)

    assert Board.objects.get().deleted_at is None


def test_the_order_of_columns_and_rules_is_that_of_the_file(apply):
    apply(WHOLE)
    rules = '[[team.rule]]\nname = "First"\nservice = "db"\nclassification = "overhead"\n'
    turned = WHOLE.replace('  { name = "Waiting", stage = "waiting" },\n', "").replace(
        "columns = [\n", 'columns = [\n  { name = "Waiting", stage = "waiting" },\n'
    )

    apply(turned.replace("[[team.rule]]", rules + "[[team.rule]]", 1))

    assert [column.name for column in Column.objects.in_order()] == ["Waiting", "Backlog", "In progress", "Done"]
    assert [rule.name for rule in Rule.objects.order_by("position")] == ["First", "Disk alerts"]


def test_undeclared_columns_and_rules_stay_behind_the_declared_ones(apply):
    apply(WHOLE)
    fewer = WHOLE.replace('  { name = "Waiting", stage = "waiting" },\n', "").replace("Disk alerts", "Disks")

    first = apply(fewer)
    second = apply(fewer)

    assert "column “Waiting”" in first
    assert [column.name for column in Column.objects.in_order()] == ["Backlog", "In progress", "Done", "Waiting"]
    assert [rule.name for rule in Rule.objects.order_by("position")] == ["Disks", "Disk alerts"]
    assert "Nothing to change." in second


def test_a_declared_board_comes_out_of_the_archive(apply):
    apply(WHOLE)
    board = Board.objects.get(slug="operations")
    archive_board(board=board, by=SYSTEM, at=timezone.now())

    answer = apply(WHOLE)

    board.refresh_from_db()
    assert "back from the archive" in answer
    assert board.archived_at is None


def test_a_team_calendar_is_declared_as_a_whole(apply):
    apply(WHOLE)

    apply('[[team]]\nslug = "sre"\n[team.calendar]\ntimezone = "Europe/Berlin"\n')

    calendar = calendar_of_team(Team.objects.get())
    assert (calendar.timezone, calendar.holidays, calendar.days_off) == ("Europe/Berlin", "", frozenset())


def test_a_person_in_two_teams_may_be_declared_in_one_of_them_only(apply):
    apply(WHOLE + '[[team]]\nslug = "ops"\n[[team.member]]\nemail = "Alice@example.com"\nrole = "viewer"\n')

    alice = Person.objects.get(email="alice@example.com")
    assert Membership.objects.filter(person=alice).count() == 2
    assert calendars_of_people([alice.pk])[alice.pk].timezone == "Australia/Sydney"


def test_a_declared_member_gets_their_rights_with_the_account(apply):
    apply(WHOLE)

    user = create_account(email="alice@example.com", password="purple monkey dishwasher", at=timezone.now())

    assert role_of(user, Team.objects.get()) == Role.OWNER


def test_a_declared_member_with_an_account_is_in_at_once(apply):
    user = UserFactory(email="alice@example.com")

    apply(WHOLE)

    assert role_of(user, Team.objects.get()) == Role.OWNER


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('slug = "sre"', "", "team 1: “slug” is missing."),
        ('name = "SRE"', 'nmae = "SRE"', "team “sre”: “nmae” is not known; did you mean “name”?"),
        ('name = "SRE"', "name = 7", "team “sre”, name: must be a text in quotes, not a number."),
        ("[0.05, 0.10]", "[0.2, 0.1]", "team “sre”, target: must be a range like [0.05, 0.10]"),
        ("[0.05, 0.10]", "[5, 10]", "team “sre”, target 1: must be a fraction from 0 to 1, not 5."),
        ("[0.05, 0.10]", "0.1", "team “sre”, target: must be a list in brackets, not a number."),
        ('"classified"', '"all"', "team “sre”, denominator: must be one of classified, tracked"),
        (
            '"classified"',
            '"classified"\nresponse_cap_hours = 25',
            "response_cap_hours: must be a number of hours from 0 to 24",
        ),
        ('"monday"', '"payday"', "team “sre”, report, weekday: must be a day of the week"),
        ('"08:00"', '"8 am"', 'team “sre”, report, at: must be a time like "09:00", not “8 am”.'),
        ("sre-lead@example.com", "sre-lead", "recipients 1: “sre-lead” is not an e-mail address."),
        ("Asia/Tokyo", "Mars/Base", "team “sre”, calendar, timezone: “Mars/Base” is not a time zone"),
        ('"JP"', '"XX"', "team “sre”, calendar, holidays: No public holidays are known for “XX”"),
        ('end = "17:00"', 'end = "08:00"', "calendar, end: The working day must end after it starts."),
        ('"2026-12-29"', '"2026-02-30"', "days_off 1: must be a date like"),
        ('"owner"', '"king"', "member “alice@example.com”, role: must be one of viewer, member, owner, not “king”."),
        ("alice@example.com", "alice", "team “sre”, member 1, email: “alice” is not an e-mail address."),
        ("Australia/Sydney", "Sydney", "member “alice@example.com”, calendar, timezone: “Sydney” is not"),
        ('"2026-12-24"]', '"2026-12-20"]', "time_off 1: ends before it begins."),
        ('"2026-12-24"]', "]", "time_off 1: must be the first and the last day"),
        ('stage = "waiting"', 'stage = "paused"', "board “operations”, columns 3, stage: must be one of queue"),
        ("wip_limit = 6", "wip_limit = 0", "columns 2, wip_limit: must be a whole number of at least 1, not 0."),
        ("wip_limit", "limit", "columns 2: “limit” is not known; did you mean “wip_limit”?"),
        ('"Waiting"', '"done"', "board “operations”, columns: has “done” twice."),
        ("title_contains", "title_has", "rule “Disk alerts”: “title_has” is not known"),
        ('title_contains = "disk full"', "", "rule “Disk alerts”: needs a condition"),
        ('classification = "toil"', 'classification = "fun"', "classification: must be one of toil, engineering"),
        ("[[team.rule]]", "[[team.rules]]", "team “sre”: “rules” is not known; did you mean “rule”?"),
        ('slug = "sre"', 'slug = "S R E"', "team “S R E”: A short name has letters"),
        ('slug = "sre"', 'slug = "sre', "This is not TOML: "),
    ],
)
def test_a_mistake_is_one_sentence_with_its_place_and_changes_nothing(apply, old, new, sentence):
    apply('[[team]]\nslug = "other"\nname = "Other"\n')
    before = everything()
    broken = '[[team]]\nslug = "other"\nname = "Renamed"\n' + WHOLE
    text = WHOLE.replace(old, new, 1) if "slug" in old else broken.replace(old, new, 1)

    with pytest.raises(CommandError) as refusal:
        apply(text)

    message = str(refusal.value)
    assert sentence in message
    assert "\n" not in message
    assert everything() == before


@pytest.mark.parametrize(
    "declaration",
    ['calendar = { timezone = "Europe/Berlin" }', 'time_off = [["2026-12-21", "2026-12-23"]]'],
)
def test_two_declarations_of_a_person_that_differ_are_refused(apply, declaration):
    other = f'[[team]]\nslug = "ops"\n[[team.member]]\nemail = "alice@example.com"\n{declaration}\n'

    with pytest.raises(CommandError, match="it belongs to the person in all of their teams"):
        apply(WHOLE + other)

    assert not Team.objects.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The file declares no [[team]]."),
        ('[[teams]]\nslug = "a"\n', "“teams” is not known; did you mean “team”?"),
        ('[[team]]\nslug = "a"\n[[team]]\nslug = "a"\n', "team “a”: is declared twice."),
        (
            (
                '[[team]]\nslug = "a"\n[[team.member]]\nemail = "x@example.com"\n'
                '[[team.member]]\nemail = "X@example.com"\n'
            ),
            "team “a”, member “x@example.com”: is declared twice.",
        ),
        ('team = "sre"\n', "team: must be a list in brackets, not a text."),
    ],
)
def test_a_file_that_makes_no_sense_as_a_whole_is_refused(apply, text, sentence):
    with pytest.raises(CommandError) as refusal:
        apply(text)

    assert sentence in str(refusal.value)


def test_a_file_that_is_not_there_is_said(db):
    with pytest.raises(CommandError, match=r"/nowhere\.toml cannot be read: No such file or directory\."):
        call_command("apply", "/nowhere.toml")


def test_what_a_service_refuses_names_the_place_and_changes_nothing(apply):
    apply(WHOLE)
    before = everything()
    late = WHOLE.replace('{ timezone = "Australia/Sydney" }', '{ start = "18:00" }').replace("0.10]", "0.2]")

    with pytest.raises(CommandError, match=r"member “alice@example.com”: The working day must end after it starts."):
        apply(late)

    assert everything() == before


def test_a_team_declares_what_its_report_says_and_how_recipients_read(apply):
    declared = (
        'recipients = ["sre-lead@example.com", '
        '{ email = "boss@example.com", timezone = "Asia/Tokyo", alerts = false }], '
        'sections = ["trend", "ageing"], empty_weeks = "none"'
    )
    text = WHOLE.replace('recipients = ["sre-lead@example.com"]', declared)

    first, second = apply(text), apply(text)

    boss = Recipient.objects.get(email="boss@example.com")
    choices = ReportChoices.objects.get()
    assert (boss.timezone, boss.gets_alerts) == ("Asia/Tokyo", False)
    assert choices.left_out == ["removal", "toil_types", "classes", "services", "unclassified"]
    assert choices.empty_weeks == "none"
    assert "report: sections and weeks without work" in first
    assert second == "Nothing to change.\n"


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ('sections = ["weather"]', "sections 1: must be one of removal, trend"),
        ('empty_weeks = "maybe"', "empty_weeks: must be one of short, none, not “maybe”"),
        ('recipients = [{ email = "a@example.com", timezone = "Mars" }]', "timezone: “Mars” is not a time zone"),
        ('recipients = [{ email = "a@example.com", language = "xx" }]', "language: “xx” is not a language"),
        ('recipients = [{ email = "a@example.com", alerts = "no" }]', "alerts: must be true or false"),
        ("recipients = [{ mail = 1 }]", "“email” is missing"),
    ],
)
def test_what_a_report_cannot_be_is_refused_with_its_place(apply, declared, sentence):
    with pytest.raises(CommandError, match=sentence):
        apply(WHOLE.replace('recipients = ["sre-lead@example.com"]', declared))
