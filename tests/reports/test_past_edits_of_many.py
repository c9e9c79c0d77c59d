"""Thousands of rows at once: what is written down of them is little, misses nothing, and costs each the same."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from boards.models import Item, Stay
from boards.services.bulk import STAY_FIELDS
from boards.services.rows import insert_rows
from reports import triggers
from reports.models import PastEdit
from tests.factories import PersonFactory
from tests.reports.rows import BoardFactory, ColumnFactory, ItemFactory

pytestmark = pytest.mark.django_db

BEGAN = datetime(2020, 3, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
IS_ONCE = connection.vendor == "postgresql"


@pytest.fixture
def item() -> Item:
    return ItemFactory(column=ColumnFactory(board=BoardFactory(), stage="active"), created_at=BEGAN)


def stay_for(item: Item, count: int, *, began: datetime = BEGAN, is_blocked: bool = False) -> int:
    """Write many stays of one person in one statement, an hour each, and return the person's id."""
    person = PersonFactory().pk
    starts = [began + hour * HOUR for hour in range(count)]
    rows = [(item.pk, item.column_id, person, is_blocked, start, start + HOUR) for start in starts]
    insert_rows(Stay, STAY_FIELDS, rows)
    return person


def edits() -> list[tuple[int | None, int | None, datetime | None, datetime | None]]:
    return list(PastEdit.objects.order_by("from_at").values_list("team_id", "person_id", "from_at", "until_at"))


def test_what_comes_and_goes_in_one_statement_is_written_down_from_its_first_start_to_its_last_end(item: Item) -> None:
    PastEdit.objects.all().delete()
    team = item.board.team_id

    person = stay_for(item, 5)
    made = edits()
    PastEdit.objects.all().delete()
    Stay.objects.all()._raw_delete("default")

    for found in (made, edits()):
        assert {row[:2] for row in found} == {(team, person)}
        assert (found[0][2], found[-1][3]) == (BEGAN, BEGAN + 5 * HOUR)
        assert len(found) == (1 if IS_ONCE else 5)


def test_each_month_and_person_is_written_down_by_itself(item: Item) -> None:
    PastEdit.objects.all().delete()

    first = stay_for(item, 2)
    second = stay_for(item, 2, began=datetime(2021, 3, 31, 23, tzinfo=UTC))

    assert {row[1] for row in edits()} == {first, second}
    assert [row[2].year for row in edits() if row[2]] == ([2020, 2021, 2021] if IS_ONCE else [2020, 2020, 2021, 2021])


def test_a_stay_that_is_still_open_leaves_the_end_open(item: Item) -> None:
    PastEdit.objects.all().delete()
    ended = (item.pk, item.column_id, None, False, BEGAN, BEGAN + HOUR)
    still = (item.pk, item.column_id, None, False, BEGAN + HOUR, None)

    insert_rows(Stay, STAY_FIELDS, [ended, still])

    assert [row[3] for row in edits()][-1] is None


def test_what_is_blocked_or_of_just_now_is_not_written_down(item: Item) -> None:
    PastEdit.objects.all().delete()

    stay_for(item, 3, is_blocked=True)
    stay_for(item, 3, began=datetime.now(UTC))

    assert edits() == []


def test_the_work_on_an_item_is_looked_up_by_the_item_however_little_the_database_knows_of_its_tables(
    item: Item,
) -> None:
    stay_for(item, 2000)
    stays, logs = (
        triggers._in_dialect(statement.split(") ", 1)[1], connection.vendor)
        for statement in triggers._work(f"= {item.pk}", has_people=True)
    )
    asking = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"

    with connection.cursor() as cursor:
        plans = []
        for query in (stays, logs):
            cursor.execute(f"{asking} {query}")
            plans.append(str(cursor.fetchall()))

    assert "boards_stay_item_id" in plans[0]
    assert "stay_of_column" not in plans[0]
    assert "boards_worklog_item_id" in plans[1]
