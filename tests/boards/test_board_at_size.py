"""A board of any size: as many queries for many cards as for few, and the rest of a column on request."""

import re

import pytest
from django.utils import timezone

from boards.board_page import CARDS_AT_ONCE, MORE_CARDS
from boards.models import Item, ItemLabel, Label
from boards.ranking import GAP
from boards.services.moves import move_item
from tests.factories import ItemFactory

pytestmark = pytest.mark.django_db

BOARD = "/t/sre/b/operations/"
CARDS = "/t/sre/b/operations/cards/"
QUERIES = 15


def fill(board, columns, count):
    """Put cards into columns in turn, in bulk, each with a label."""
    at, first = timezone.now(), Item.objects.count() + 1
    times = {"created_at": at, "updated_at": at, "entered_column_at": at}
    items = Item.objects.bulk_create(
        Item(board=board, column=columns[n % len(columns)], rank=(first + n) * GAP, title=f"Number {n:04}", **times)
        for n in range(count)
    )
    label, __ = Label.objects.get_or_create(team=board.team, name="many")
    ItemLabel.objects.bulk_create(ItemLabel(item=item, label=label) for item in items)
    return items


def shown(answer):
    return [int(pk) for pk in re.findall(r'id="card-(\d+)"', answer.content.decode())]


def next_of(answer):
    return re.search(r'data-more="([^"]+)"', answer.content.decode())[1].replace("&amp;", "&")


@pytest.mark.parametrize("count", [10, 1000])
def test_a_board_takes_at_most_fifteen_queries(client, alice, board, columns, django_assert_max_num_queries, count):
    fill(board, list(columns.values()), count)
    client.force_login(alice)

    with django_assert_max_num_queries(QUERIES):
        page = client.get(BOARD)

    assert len(shown(page)) == {10: 8, 1000: 3 * CARDS_AT_ONCE}[count]


def test_the_rest_of_a_column_comes_in_steps(client, alice, board, backlog, django_assert_max_num_queries):
    items = fill(board, [backlog], CARDS_AT_ONCE + MORE_CARDS + 50)
    client.force_login(alice)
    page = client.get(BOARD)

    with django_assert_max_num_queries(QUERIES):
        second = client.get(next_of(page))
    third = client.get(next_of(second))

    loaded = [*shown(page), *shown(second), *shown(third)]
    assert loaded == [item.pk for item in items]
    assert "Show 50 more" in second.content.decode()
    assert "data-more" not in third.content.decode()


def test_a_card_put_behind_the_last_loaded_one_comes_with_the_next_step(client, alice, board, backlog, by_alice):
    items = fill(board, [backlog], 70)
    client.force_login(alice)
    page = client.get(BOARD)
    move_item(item=items[0], to=backlog, after=items[CARDS_AT_ONCE - 1], by=by_alice, at=timezone.now())

    second = client.get(next_of(page))

    assert shown(second) == [items[0].pk, *(item.pk for item in items[CARDS_AT_ONCE:])]


def test_more_cards_keep_to_the_filter_of_the_page(client, alice, board, backlog):
    fill(board, [backlog], 120)
    wanted = [ItemFactory(board=board, column=backlog, title="Wanted", classification="toil") for _ in range(3)]
    client.force_login(alice)

    answer = client.get(CARDS, {"column": backlog.pk, "class": "toil"})

    assert shown(answer) == [item.pk for item in wanted]


def test_the_address_of_more_cards_carries_the_filter(client, alice, board, backlog):
    fill(board, [backlog], 120)
    client.force_login(alice)

    page = client.get(BOARD + "?q=number&add=3")

    assert next_of(page).endswith("&q=number")
    assert len(shown(client.get(next_of(page)))) == 120 - CARDS_AT_ONCE


def test_what_is_archived_or_was_done_long_ago_is_not_loaded(client, alice, board, backlog):
    items = fill(board, [backlog], 3)
    Item.objects.filter(pk=items[1].pk).update(archived_at=timezone.now())
    client.force_login(alice)

    assert shown(client.get(CARDS, {"column": backlog.pk})) == [items[0].pk, items[2].pk]


def test_a_viewer_loads_more_cards_without_anything_that_writes(client, bob, board, backlog):
    fill(board, [backlog], 2)
    client.force_login(bob)

    answer = client.get(CARDS, {"column": backlog.pk})

    assert len(shown(answer)) == 2
    assert "/move/" not in answer.content.decode()


def test_nobody_else_loads_cards(client, charlie, board, backlog):
    address = f"{CARDS}?column={backlog.pk}"
    anonymous = client.get(address)
    script = client.get(address, headers={"HX-Request": "true"})
    client.force_login(charlie)

    assert anonymous.status_code == 302
    assert (script.status_code, script.json()["error"]["code"]) == (401, "signed_out")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("query", ["", "column=x", "column=99999999999999999999999", "column=0"])
def test_a_column_that_is_not_there_is_not_found(client, alice, board, query):
    client.force_login(alice)

    assert client.get(f"{CARDS}?{query}").status_code == 404


def test_a_step_from_anywhere_does_no_harm(client, alice, board, backlog):
    client.force_login(alice)

    for after in ("x", "-1", "9" * 30, "%00"):
        assert client.get(f"{CARDS}?column={backlog.pk}&after={after}").status_code == 200


def test_cards_are_only_read(client, alice, board, backlog):
    client.force_login(alice)

    assert client.post(f"{CARDS}?column={backlog.pk}").status_code == 405


def test_a_large_page_is_sent_compressed(client, alice, board, backlog):
    fill(board, [backlog], 100)
    client.force_login(alice)

    plain = client.get(BOARD)
    packed = client.get(BOARD, headers={"Accept-Encoding": "gzip"})

    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 5
