"""Rules that decide about what comes in and about what is there already; their order, and who deletes them."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connections
from django.utils import timezone

from boards import services
from boards.models import Action, Item, Rule
from boards.queries import rule_spec
from boards.services import RuleGoneError, one_action, undo_action
from boards.services import ruling as ruling_module
from boards.services.rules import fill_rule
from boards.tasks import apply_rules_of_team
from boards.trial import try_rule
from teams.actors import SYSTEM
from teams.errors import InvalidError
from tests.boards.conftest import hour
from tests.factories import BoardFactory, ItemFactory, RuleFactory, TeamFactory, ToilTypeFactory


def decided(item):
    item.refresh_from_db()
    return item.classification, item.classified_by, item.rule_id


@pytest.mark.django_db
def test_a_rule_gives_class_toil_type_labels_and_service(board):
    toil_type = ToilTypeFactory(team=board.team, name="Disk full")
    rule = RuleFactory(team=board.team, toil_type=toil_type, labels=["alert", "disk"], sets_service="postgres")

    item = ItemFactory(board=board, title="Disk full on db-3", labels=["disk", "night"])
    own = ItemFactory(board=board, title="Disk full on db-4", service="mysql")

    assert decided(item) == ("toil", "rule", rule.pk)
    assert (item.service, item.toil_type, own.service) == ("postgres", toil_type, "mysql")
    assert sorted(item.labels.values_list("name", flat=True)) == ["alert", "disk", "night"]
    assert item.changes.get(field="created").after["labels"] == ["alert", "disk", "night"]


@pytest.mark.django_db
def test_what_a_person_decides_brings_no_outcome_of_a_rule(board):
    RuleFactory(team=board.team, labels=["alert"], sets_service="postgres")

    item = ItemFactory(board=board, title="Disk full", classification="overhead")

    assert (item.classification, item.rule, item.service) == ("overhead", None, "")
    assert not item.labels.exists()


@pytest.mark.django_db
def test_rules_are_applied_to_what_nobody_decided_about(board, by_alice):
    waiting = ItemFactory(board=board, title="Disk full on db-1")
    other = ItemFactory(board=board, title="Rotate keys")
    unsure = ItemFactory(board=board, title="Disk full on db-2")
    services.classify_items(items=[unsure], classification="toil", by=by_alice, at=hour(1))
    services.classify_items(items=[unsure], classification="unclassified", by=by_alice, at=hour(2))
    trashed = ItemFactory(board=board, title="Disk full on db-3")
    services.delete_item(item=trashed, by=by_alice, at=hour(2))
    elsewhere = ItemFactory(title="Disk full elsewhere")
    toil_type = ToilTypeFactory(team=board.team, name="Disk full")
    rule = RuleFactory(team=board.team, labels=["alert"], sets_service="postgres", toil_type=toil_type)

    count = services.apply_rules(team=board.team, by=by_alice, at=hour(3))

    assert count == 1
    assert decided(waiting) == ("toil", "rule", rule.pk)
    assert (waiting.service, waiting.toil_type, waiting.version) == ("postgres", toil_type, 2)
    assert list(waiting.labels.values_list("name", flat=True)) == ["alert"]
    for item in (other, unsure, trashed, elsewhere):
        assert decided(item)[0] == "unclassified"
    assert services.apply_rules(team=board.team, by=by_alice, at=hour(4)) == 0


@pytest.mark.django_db
def test_applying_is_done_in_steps_of_a_constant_number_of_queries(board, monkeypatch, django_assert_max_num_queries):
    ItemFactory.create_batch(30, board=board, title="Disk full")
    RuleFactory(team=board.team, labels=["alert"])
    monkeypatch.setattr(ruling_module, "BATCH", 15)

    with django_assert_max_num_queries(80):
        count = services.apply_rules(team=board.team, by=SYSTEM, at=hour(3))

    assert count == 30
    assert not Item.objects.unclassified().exists()


@pytest.mark.django_db
def test_one_rule_alone_is_applied_where_it_is_the_first(board):
    first = RuleFactory(team=board.team, title_contains="disk full on db", position=1)
    second = RuleFactory(team=board.team, title_contains="disk full", position=2, classification="overhead")
    Rule.objects.update(title_contains="nothing")
    of_first, of_second = ItemFactory(board=board, title="Disk full on db"), ItemFactory(board=board, title="Disk full")
    Rule.objects.filter(pk=first.pk).update(title_contains="disk full on db")
    Rule.objects.filter(pk=second.pk).update(title_contains="disk full")

    assert services.apply_rules(team=board.team, rule=second, by=SYSTEM, at=hour(3)) == 1

    assert decided(of_first) == ("unclassified", None, None)
    assert decided(of_second) == ("overhead", "rule", second.pk)


@pytest.mark.django_db
def test_what_rules_decided_at_a_persons_wish_can_be_undone(board, by_alice):
    item = ItemFactory(board=board, title="Disk full")
    RuleFactory(team=board.team, labels=["alert"], toil_type=ToilTypeFactory(team=board.team, name="Disk full"))
    with one_action(team=board.team, by=by_alice, at=hour(1)) as doing:
        services.apply_rules(team=board.team, by=doing.by, at=hour(1))

    undo_action(action=Action.objects.get(pk=doing.action), by=by_alice, at=hour(2))

    assert decided(item) == ("unclassified", None, None)
    assert (item.toil_type, item.labels.count()) == (None, 0)


@pytest.mark.django_db
def test_the_worker_applies_rules_and_minds_no_second_run(board, alice):
    item = ItemFactory(board=board, title="Disk full")
    rule = RuleFactory(team=board.team)

    for _ in range(2):
        apply_rules_of_team(board.team_id, rule.pk, alice.person.pk)
    apply_rules_of_team(board.team_id, 999_999, None)

    assert decided(item) == ("toil", "rule", rule.pk)
    assert item.changes.filter(field="classification").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title_matches", "("),
        ("title_matches", r"(a)\1"),
        ("priority", "huge"),
        ("is_interrupt", "maybe"),
        ("labels", "alert"),
        ("labels", [f"label-{n}" for n in range(21)]),
        ("title_contains", ""),
        ("unknown", "x"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_the_field(board, field, value):
    if field == "title_matches":
        pytest.importorskip("re2", reason="google-re2 is not installed: make test installs it")
    given = {"name": "R", "classification": "toil", "title_contains": "disk", field: value}

    with pytest.raises(InvalidError) as refused:
        services.create_rule(team=board.team, fields=given, by=SYSTEM, at=hour(1))

    assert field in refused.value.fields


@pytest.mark.django_db
def test_a_rule_is_tried_earlier_and_later_and_stops_at_the_ends(team):
    one, two, three = (RuleFactory(team=team, position=7) for _ in range(3))

    services.shift_rule(rule=three, step=-1, by=SYSTEM, at=hour(1))
    services.shift_rule(rule=one, step=-1, by=SYSTEM, at=hour(1))
    order = services.shift_rule(rule=two, step=1, by=SYSTEM, at=hour(1))

    assert order == [one, three, two]
    assert list(Rule.objects.order_by("position").values_list("pk", "position")) == [
        (one.pk, 1), (three.pk, 2), (two.pk, 3),
    ]  # fmt: skip


@pytest.mark.django_db
def test_what_another_owner_deleted_can_be_neither_moved_nor_edited(team):
    rule = RuleFactory(team=team)
    services.delete_rule(rule=rule, by=SYSTEM, at=hour(1))

    services.delete_rule(rule=rule, by=SYSTEM, at=hour(1))
    with pytest.raises(RuleGoneError):
        services.shift_rule(rule=rule, step=1, by=SYSTEM, at=hour(1))
    with pytest.raises(RuleGoneError):
        services.edit_rule(rule=rule, changes={"name": "New"}, by=SYSTEM, at=hour(1))


@pytest.mark.django_db
def test_a_trial_says_what_a_rule_would_decide(board, by_alice):
    waiting = ItemFactory(board=board, title="Disk full on db-1")
    agreed = ItemFactory(board=board, title="Disk full on db-2", classification="toil")
    other = ItemFactory(board=board, title="Disk full on db-3", classification="engineering")
    taken = ItemFactory(board=board, title="Disk full on db-4", labels=["meeting"])
    ItemFactory(board=board, title="Rotate keys")
    RuleFactory(team=board.team, title_contains="", label="meeting", classification="overhead")
    tried = fill_rule(Rule(team=board.team), {"name": "R", "title_contains": "disk", "classification": "toil"})

    trial = try_rule(team=board.team, spec=rule_spec(tried), at=timezone.now())

    assert trial.items == [waiting.pk, agreed.pk, other.pk]
    assert (trial.disagreeing, trial.undecided, trial.before) == ([other.pk], [waiting.pk], 1)
    assert trial.in_order == [other.pk, waiting.pk, agreed.pk]
    assert decided(taken)[0] == "unclassified"


@pytest.mark.django_db
def test_a_trial_of_many_items_takes_no_more_queries(board, django_assert_num_queries):
    ItemFactory.create_batch(20, board=board, title="Disk full", labels=["alert"])
    tried = fill_rule(Rule(team=board.team), {"name": "R", "label": "alert", "classification": "toil"})

    with django_assert_num_queries(3):
        trial = try_rule(team=board.team, spec=rule_spec(tried), at=timezone.now())

    assert len(trial.items) == 20


@contextmanager
def processes(count):
    """Give processes that have this one's settings, and connections of their own."""
    for connection in connections.all():
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("fork")) as pool:
        yield pool


def shift_often(rule_id, step):
    rule = Rule.objects.select_related("team").get(pk=rule_id)
    for _ in range(20):
        services.shift_rule(rule=rule, step=step, by=SYSTEM, at=timezone.now())
        services.shift_rule(rule=rule, step=-step, by=SYSTEM, at=timezone.now())
    return True


def make_items(board_id):
    board = BoardFactory._meta.model.objects.get(pk=board_id)
    for number in range(15):
        services.create_item(board=board, title=f"Disk full on db-{number}", by=SYSTEM, at=timezone.now())
        services.apply_rules(team=board.team, by=SYSTEM, at=timezone.now())
    return True


def make_and_delete_rules(team_id):
    team = TeamFactory._meta.model.objects.get(pk=team_id)
    for number in range(15):
        toil_type = services.create_toil_type(team=team, name=f"Type {number}", by=SYSTEM, at=timezone.now())
        fields = {"name": f"R {number}", "title_contains": "disk", "classification": "toil", "toil_type": toil_type}
        rule = services.create_rule(team=team, fields=fields, by=SYSTEM, at=timezone.now())
        services.delete_toil_type(toil_type=toil_type, by=SYSTEM, at=timezone.now())
        services.delete_rule(rule=rule, by=SYSTEM, at=timezone.now())
    return True


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_order_rules_at_once_leave_one_order():
    team = TeamFactory()
    rules = [RuleFactory(team=team, position=place) for place in range(1, 7)]

    with processes(2) as pool:
        done = [pool.submit(shift_often, rules[2].pk, 1), pool.submit(shift_often, rules[3].pk, -1)]
        assert all(each.result(timeout=60) for each in done)

    assert sorted(Rule.objects.values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(transaction=True)
def test_a_rule_that_is_deleted_while_items_come_in_loses_none_of_them():
    board = BoardFactory()

    with processes(3) as pool:
        done = [
            pool.submit(make_items, board.pk),
            pool.submit(make_items, board.pk),
            pool.submit(make_and_delete_rules, board.team_id),
        ]
        assert all(each.result(timeout=120) for each in done)

    assert Item.objects.count() == 30
    assert not Item.objects.exclude(rule=None).exists()
