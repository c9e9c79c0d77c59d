import re

import pytest

from boards.models import Item
from tests.factories import ItemFactory, PersonFactory

pytestmark = pytest.mark.django_db

BOARD = "/t/sre/b/operations/"
SCRIPT = {"HX-Request": "true"}


def rows(text):
    """Return what each line of the first column says, and the titles below it."""
    column = text.split('class="col-b"')[1]
    found = []
    for part in column.split('class="lane"')[1:]:
        name = re.search(r"data-lane-name>([^<]*)<", part)[1]
        count = re.search(r"data-lane-count[^>]*>([^<]*)<", part)[1]
        found.append((name, count, re.findall(r'id="title-\d+"[^>]*>([^<]*)<', part)))
    return found


@pytest.fixture
def items(board, backlog, progress, alice, bob):
    """Two cards in one column and one in another, of different kinds."""
    return {
        "a": ItemFactory(column=backlog, title="A", classification="overhead", service="db", assignee=alice.person),
        "b": ItemFactory(column=backlog, title="B", classification="toil", assignee=bob.person),
        "c": ItemFactory(column=progress, title="C", classification="toil", service="api"),
    }


@pytest.mark.parametrize(
    ("lanes", "said"),
    [
        (
            "class",
            [
                ("Toil", "1 of 2", ["B"]),
                ("Engineering", "0 of 0", []),
                ("Overhead", "1 of 1", ["A"]),
                ("Unclassified", "0 of 0", []),
            ],
        ),
        ("service", [("api", "0 of 1", []), ("db", "1 of 1", ["A"]), ("No service", "1 of 1", ["B"])]),
        ("assignee", [("Alice", "1 of 1", ["A"]), ("Bob", "1 of 1", ["B"]), ("Unassigned", "0 of 1", [])]),
    ],
)
def test_cards_stand_in_rows(client, alice, items, lanes, said):
    client.force_login(alice)

    assert rows(client.get(f"{BOARD}?lanes={lanes}").content.decode())[: len(said)] == said


def test_rows_count_what_the_filters_let_through(client, alice, items):
    client.force_login(alice)

    text = client.get(f"{BOARD}?lanes=class&service=db").content.decode()

    assert rows(text)[0][:2] == ("Toil", "0 of 0")


def test_rows_of_no_known_kind_are_none(client, alice, items):
    client.force_login(alice)

    assert "has-lanes" not in client.get(f"{BOARD}?lanes=rank").content.decode()


@pytest.mark.parametrize(
    ("lanes", "lane", "field", "value"),
    [("class", "engineering", "classification", "engineering"), ("service", "api", "service", "api")],
)
def test_a_move_into_a_row_gives_what_it_stands_for(client, mallory, items, progress, lanes, lane, field, value):
    item = items["a"]
    client.force_login(mallory)

    answer = client.post(
        f"/t/sre/items/{item.pk}/move/",
        {"column": progress.pk, "before": items["c"].pk, "lanes": lanes, "lane": lane},
        headers=SCRIPT,
    )

    item.refresh_from_db()
    assert answer.status_code == 200
    assert answer["X-Landed"] == "before"
    assert (getattr(item, field), item.column) == (value, progress)
    assert answer["X-Undo"]


def test_a_move_into_a_persons_row_assigns(client, mallory, alice, items, backlog):
    client.force_login(mallory)
    url = f"/t/sre/items/{items['b'].pk}/move/"

    client.post(url, {"column": backlog.pk, "lanes": "assignee", "lane": alice.person.pk}, headers=SCRIPT)
    items["b"].refresh_from_db()
    assert items["b"].assignee == alice.person
    client.post(url, {"column": backlog.pk, "lanes": "assignee", "lane": "none"}, headers=SCRIPT)
    items["b"].refresh_from_db()

    assert items["b"].assignee is None


def test_a_move_into_a_row_is_refused_as_a_whole(client, mallory, items, progress):
    stranger = PersonFactory()
    progress.wip_limit = 1
    progress.save(update_fields=["wip_limit"])
    item = items["a"]
    client.force_login(mallory)
    url = f"/t/sre/items/{item.pk}/move/"

    full = client.post(url, {"column": progress.pk, "lanes": "class", "lane": "toil"}, headers=SCRIPT)
    nonsense = client.post(
        url, {"column": progress.pk, "lanes": "class", "lane": "nonsense", "force": "1"}, headers=SCRIPT
    )
    unknown = client.post(
        url, {"column": progress.pk, "lanes": "assignee", "lane": stranger.pk, "force": "1"}, headers=SCRIPT
    )

    assert full.json()["error"]["code"] == "wip_limit_reached"
    assert nonsense.status_code == unknown.status_code == 422
    kept = Item.objects.get(pk=item.pk)
    assert (kept.classification, kept.column_id, kept.version) == ("overhead", items["b"].column_id, item.version)


def test_more_items_and_rows_take_no_more_queries(client, alice, board, backlog, django_assert_max_num_queries):
    def fill(start, count):
        for n in range(start, start + count):
            ItemFactory(column=backlog, service=f"s{n}", assignee=PersonFactory())

    client.force_login(alice)
    fill(0, 2)
    counts = {}
    for lanes in ("class", "service", "assignee"):
        client.get(f"{BOARD}?lanes={lanes}")
        with django_assert_max_num_queries(18) as few:
            client.get(f"{BOARD}?lanes={lanes}")
        counts[lanes] = len(few.captured_queries)
    fill(2, 20)

    for lanes, count in counts.items():
        with django_assert_max_num_queries(count):
            client.get(f"{BOARD}?lanes={lanes}")
