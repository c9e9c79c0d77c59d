from datetime import timedelta

import pytest
from django.utils import timezone

from boards.models import Item
from boards.services.comments import add_comment
from boards.services.moves import move_item
from tests.factories import ItemFactory, PersonFactory, TeamFactory, ToilTypeFactory

pytestmark = pytest.mark.django_db

BOARD = "/t/sre/b/operations/"
FILTERS = "/t/sre/b/operations/filters/"


@pytest.fixture
def items(board, team, backlog, progress, alice, by_alice):
    """Items of every kind, by a letter."""
    now = timezone.now()
    rows = {
        "a": (backlog, {"classification": "toil", "service": "db", "labels": ["disk", "sev3"], "source": "jira"}),
        "b": (backlog, {"classification": "overhead", "assignee": alice.person, "description": "Ask the Vendor"}),
        "c": (progress, {"classification": "engineering", "labels": ["disk"], "is_interrupt": True}),
        "d": (progress, {"service": "api", "blocked_reason": "Part", "external_id": "OPS-77", "source": "pager"}),
        "e": (backlog, {"toil_type": ToilTypeFactory(team=team, name="Disk full"), "assignee": alice.person}),
    }
    made = {
        letter: ItemFactory(board=board, column=column, title=f"Item {letter}", at=now - timedelta(days=2), **fields)
        for letter, (column, fields) in rows.items()
    }
    Item.objects.filter(pk=made["c"].pk).update(entered_column_at=now - timedelta(days=8))
    add_comment(item=made["c"], body="As in the postmortem", by=by_alice, at=now)
    return made


def found(client, query):
    answer = client.get(f"{BOARD}?{query}&ids=1")
    assert answer.status_code == 200
    letters = {item.pk: item.title[-1] for item in Item.objects.all()}
    return "".join(sorted(letters[pk] for pk in answer.json()["ids"]))


@pytest.mark.parametrize(
    ("query", "letters"),
    [
        ("", "abcde"),
        ("class=toil&class=overhead", "ab"),
        ("service=db&service=api", "ad"),
        ("service=-", "bce"),
        ("label=disk", "ac"),
        ("label=disk&label=sev3", "a"),
        ("label=nowhere", ""),
        ("assignee=me", "be"),
        ("assignee=none", "acd"),
        ("assignee=me&assignee=none", "abcde"),
        ("interrupts=1", "c"),
        ("blocked=1", "d"),
        ("age=7", "c"),
        ("age=8", ""),
        ("age=1", "abcde"),
        ("age=older", ""),
        ("source=jira&source=pager", "ad"),
        ("source=-", "bce"),
        ("type=none", "abcd"),
        ("q=vendor", "b"),
        ("q=postmortem", "c"),
        ("q=ops-77", "d"),
        ("q=item+postmortem", "c"),
        ("q=item+nowhere", ""),
        ("q=%25", ""),
        ("q=item&class=toil&label=disk", "a"),
    ],
)
def test_filters_find(client, alice, items, query, letters):
    client.force_login(alice)

    assert found(client, query) == letters


def test_an_item_is_found_by_its_own_number(client, alice, items):
    client.force_login(alice)

    assert "b" in found(client, f"q=%23{items['b'].pk}")


def test_an_item_is_found_by_who_has_it_and_by_its_toil_type(client, alice, items):
    client.force_login(alice)

    assert found(client, f"assignee={alice.person.pk}") == "be"
    assert found(client, f"type={items['e'].toil_type_id}") == "e"


def test_what_is_older_than_usual_is_what_its_card_says(client, alice, board, items, progress, done, by_alice):
    now = timezone.now()
    for n in range(10):
        item = ItemFactory(board=board, column=progress, title="Item x", at=now - timedelta(days=30 + n))
        move_item(item=item, to=done, by=by_alice, at=now - timedelta(days=27 + n))
    client.force_login(alice)

    text = client.get(f"{BOARD}?age=older").content.decode()

    assert found(client, "age=older") == "c"
    assert "data-older" in text


def test_comments_that_were_deleted_are_not_searched(client, alice, items):
    items["c"].comments.update(deleted_at=timezone.now())
    client.force_login(alice)

    assert found(client, "q=postmortem") == ""


def test_each_filter_is_a_chip_that_can_be_taken_away(client, alice, items):
    client.force_login(alice)

    text = client.get(f"{BOARD}?label=disk&label=sev3&assignee=me&done=90").content.decode()

    assert "Remove the filter Label: disk" in text
    assert 'href="?label=sev3&amp;assignee=me&amp;done=90"' in text
    assert "Remove the filter Assignee: Me" in text
    assert "<b>0</b> of 5" in text


def test_columns_say_how_many_of_theirs_are_shown_and_a_limit_counts_all(client, alice, items, progress, backlog):
    progress.wip_limit = 3
    progress.save(update_fields=["wip_limit"])
    client.force_login(alice)

    text = client.get(f"{BOARD}?label=disk").content.decode()

    assert "1 of 3" in text
    assert "2/3" in text
    assert "1 shown" in text
    assert "1 toil" in text


def test_what_makes_no_sense_is_left_out_and_said(client, alice, items):
    stranger = PersonFactory(name="Nobody here")
    client.force_login(alice)

    text = client.get(f"{BOARD}?class=nonsense&assignee={stranger.pk}&class=toil").content.decode()

    assert "is left out: class=nonsense, assignee=" in text
    assert "Nobody here" not in text
    assert "<b>1</b> of 5" in text


def test_scripts_get_heads_that_count_what_their_page_shows(client, alice, items, progress):
    client.force_login(alice)

    answer = client.post(
        f"/t/sre/items/{items['a'].pk}/move/",
        {"column": progress.pk},
        headers={"HX-Request": "true", "X-Board-Query": "label=sev3"},
    )

    assert "0 of 2" in answer.content.decode()


def test_the_menu_offers_what_is_on_the_board_and_nothing_of_others(client, alice, board, items):
    elsewhere = TeamFactory(slug="elsewhere")
    ToilTypeFactory(team=elsewhere, name="Theirs alone")
    ItemFactory(board__team=elsewhere, labels=["secret-label"], service="secret-service")
    client.force_login(alice)

    menu = client.get(f"{FILTERS}?label=disk", headers={"HX-Request": "true"}).content.decode()
    page = client.get(f"{FILTERS}?label=disk&lanes=class").content.decode()

    for offered in ("disk", "sev3", "db", "api", "Jira", "Alice", "Disk full", "older than usual"):
        assert offered in menu
    for hidden in ("secret-label", "secret-service", "Theirs alone"):
        assert hidden not in menu
    assert 'value="disk" data-said="disk" checked' in " ".join(menu.split())
    assert "<html" not in menu
    assert '<input type="hidden" name="lanes" value="class">' in page


def test_only_the_team_sees_what_can_be_looked_for(client, charlie, bob, board):
    assert client.get(FILTERS).status_code == 302
    client.force_login(charlie)
    assert client.get(FILTERS).status_code == 404
    assert client.get(f"{BOARD}?ids=1").status_code == 404
    client.force_login(bob)
    assert client.get(FILTERS).status_code == 200
    assert client.post(FILTERS).status_code == 405


FULL = "q=i&class=toil&service=db&label=disk&label=sev3&assignee=me&source=jira&type=none&age=older"


@pytest.mark.parametrize("path", [f"{BOARD}?{FULL}", f"{BOARD}?{FULL}&ids=1", f"{FILTERS}?{FULL}"])
def test_more_items_take_no_more_queries(client, alice, team, board, backlog, path, django_assert_max_num_queries):
    def fill(start, count):
        for n in range(start, start + count):
            ItemFactory(
                board=board,
                column=backlog,
                classification="toil",
                service="db",
                labels=["disk", "sev3", f"l{n}"],
                assignee=alice.person,
                source="jira",
            )
            ToilTypeFactory(team=team)

    client.force_login(alice)
    fill(0, 2)
    client.get(path)
    with django_assert_max_num_queries(16) as few:
        client.get(path)
    fill(2, 20)

    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(path)
