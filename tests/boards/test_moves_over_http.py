"""Eight programs move the same cards at once, against a real server: nothing is lost, doubled or out of order.

TOILTRACKER_MOVES says how many moves they make together, e.g. 10000; some hundred by default.
"""

import multiprocessing
import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import pytest
from django.utils import timezone

from boards import services
from boards.models import Change, Column, Item
from tests.boards.movers import Told, move_at_random
from tests.boards.order import Answer, misplaced
from tests.boards.serving import serving
from tests.factories import ApiTokenFactory, ItemFactory

PROGRAMS = 8
MOVES = int(os.environ.get("TOILTRACKER_MOVES", "320")) // PROGRAMS
LIMIT = 8

pytestmark = [pytest.mark.processes, pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def told(board, columns) -> list[Told]:
    """What eight programs were told about moves of 40 cards."""
    lanes = list(columns.values())
    items = [ItemFactory(column=lanes[number % 2], at=timezone.now()).pk for number in range(40)]
    Column.objects.filter(pk=lanes[2].pk).update(wip_limit=LIMIT)
    ApiTokenFactory(team=board.team, secret="tt_of-the-movers")
    context = multiprocessing.get_context("spawn")
    with serving(WEB_PROCESSES="2") as server, ProcessPoolExecutor(PROGRAMS, mp_context=context) as pool:
        numbers = [column.pk for column in lanes]
        running = [
            pool.submit(move_at_random, server.port, "tt_of-the-movers", items, numbers, MOVES, seed=seed)
            for seed in range(PROGRAMS)
        ]
        return [each.result() for each in running]


def test_eight_programs_at_once_leave_every_card_where_they_were_told(told, board, columns):
    answered = [answer for each in told for answer in each.answers]
    refused = [code for each in told for code in each.refused]
    moved = {(item, body["version"]): (neighbour, body) for item, neighbour, body in answered}
    changes = list(Change.objects.filter(field__in=("column", "rank")).values_list("pk", "item_id", "version"))
    places = {pk: (column, rank) for pk, column, rank in Item.objects.values_list("pk", "column_id", "rank")}

    # Nothing is lost: every move was answered, every answer is in the history, every card stands on the board.
    assert len(answered) + len(refused) == PROGRAMS * MOVES
    assert set(refused) <= {"wip_limit_reached"}
    assert len(places) == 40
    assert {key for key in moved if key[1] > 1} == {(item, version) for __, item, version in changes}
    # Nothing is doubled: one change for each version, one card at each place, one stay that is open.
    assert Counter((item, version) for __, item, version in changes).most_common(1)[0][1] == 1
    assert len(set(places.values())) == 40
    assert services.rebuild_stays(item_ids=list(places)) == []
    # The order is that of the answers, within one program as well, and no limit was passed on the way.
    told_last = [
        Answer(number=number, item=item, column=body["column"], landed=body["landed"], neighbour=neighbour)
        for number, item, version in changes
        for neighbour, body in [moved[item, version]]
    ]
    assert misplaced(told_last, places) == []
    for each in told:
        versions = {}
        for item, __, body in each.answers:
            assert body["version"] >= versions.get(item, 1)
            versions[item] = body["version"]
    assert Item.objects.filter(column=list(columns.values())[2]).count() <= LIMIT
