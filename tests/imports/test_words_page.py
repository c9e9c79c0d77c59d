"""Status words in the settings: which column each word of a source means, one column for a word."""

import pytest
from django.utils import timezone

from boards.models import Board
from boards.services import archive_board, delete_column
from imports.models import Import, StatusWord
from imports.services.jobs import import_now
from imports.services.words import map_statuses, words_of
from teams.actors import SYSTEM, Actor, Via
from tests.boards.conftest import hour

PAGE = "/t/sre/settings/boards/operations/words/"
CHANGE = PAGE + "change/"


@pytest.fixture
def columns(board):
    return {column.name: column for column in board.columns.all()}


@pytest.fixture
def owner(client, alice, board):
    client.force_login(alice)
    return client


def given(columns, shown="{}", **words):
    """Return what the form sends: words by the first letter of their column's name."""
    fields = {f"column_{column.pk}": words.get(name[0].lower(), "") for name, column in columns.items()}
    return {"source": "jira", "shown": shown, **fields}


def test_only_owners_see_and_change_words(client, board, alice, mallory, bob, charlie):
    assert client.get(PAGE).url == f"/accounts/login/?next={PAGE}"
    statuses = []
    for user in (mallory, bob, charlie):
        client.force_login(user)
        statuses.append((client.get(PAGE).status_code, client.post(CHANGE).status_code))
    client.force_login(alice)

    assert statuses == [(403, 403), (403, 403), (404, 404)]
    assert client.get(PAGE).status_code == 200
    assert client.get(CHANGE).status_code == 405
    assert client.post(PAGE).status_code == 405


def test_words_are_kept_in_their_normal_form_and_imports_use_them(owner, board, columns):
    answer = owner.post(CHANGE, given(columns, i="Cooking, In-Oven\n cooking", d="Served"))
    tickets = [{"external_id": str(n), "title": "T", "status": word} for n, word in enumerate(["IN OVEN", "served"])]
    import_now(
        batch=Import(board=Board.objects.select_related("team").get(pk=board.pk), source="jira"),
        rows=tickets,
        by=Actor(via=Via.IMPORT),
        at=timezone.now(),
    )

    assert answer.url == f"{PAGE}?source=jira"
    assert words_of(board, "jira") == {
        "cooking": columns["In progress"].pk,
        "in oven": columns["In progress"].pk,
        "served": columns["Done"].pk,
    }
    placed = board.items.order_by("external_id").values_list("column__name", flat=True)
    assert list(placed) == ["In progress", "Done"]


def test_a_word_in_two_columns_is_refused_with_a_sentence(owner, board, columns):
    answer = owner.post(CHANGE, given(columns, i="Cooking", w="cooking"))

    assert answer.status_code == 422
    assert "“cooking” can mean one column only, and stands in “In progress” and “Waiting”." in answer.content.decode()
    assert not StatusWord.objects.exists()


def test_a_word_that_is_too_long_is_refused(owner, columns):
    assert owner.post(CHANGE, given(columns, i="x" * 256)).status_code == 422


def test_words_that_are_taken_away_are_gone_and_other_sources_keep_theirs(owner, board, columns):
    doing = columns["In progress"].pk
    map_statuses(board=board, source="jira", columns={"a": doing, "b": doing})
    map_statuses(board=board, source="github", columns={"a": doing})

    owner.post(CHANGE, given(columns, shown=f'{{"a": {doing}, "b": {doing}}}', w="b"))

    assert words_of(board, "jira") == {"b": columns["Waiting"].pk}
    assert words_of(board, "github") == {"a": doing}


def test_two_who_edit_the_words_at_once_lose_nothing(owner, board, columns):
    owner.post(CHANGE, given(columns, i="Cooking"))

    second = owner.post(CHANGE, given(columns, w="Cooling"), follow=True)

    assert "Somebody has changed these words meanwhile" in second.content.decode()
    assert list(words_of(board, "jira")) == ["cooking"]


def test_words_of_a_deleted_column_wait_for_it(owner, board, columns):
    map_statuses(board=board, source="jira", columns={"cooking": columns["In progress"].pk})
    delete_column(column=columns["In progress"], by=SYSTEM, at=hour(1))

    page = owner.get(PAGE).content.decode()
    stale = owner.post(CHANGE, given(columns, w="cooling"), follow=True)

    assert "“cooking” (In progress)" in page
    assert words_of(board, "jira") == {"cooling": columns["Waiting"].pk}
    assert StatusWord.objects.count() == 2
    assert stale.status_code == 200


def test_a_source_can_be_named_before_its_tickets_come(owner, board):
    page = owner.get(f"{PAGE}?source=pagerduty").content.decode()

    assert "Words of “pagerduty”" in page
    assert owner.get(f"{PAGE}?source={'x' * 60}").status_code == 200
    assert owner.post(CHANGE, {"source": ""}).url == PAGE


def test_the_words_of_an_archived_board_stay(owner, board, columns):
    archive_board(board=board, by=SYSTEM, at=hour(1))

    answer = owner.post(CHANGE, given(columns, i="Cooking"), follow=True)

    assert "is archived" in answer.content.decode()
    assert not StatusWord.objects.exists()


def test_more_words_and_sources_take_no_more_queries(owner, board, columns, django_assert_max_num_queries):
    with django_assert_max_num_queries(14) as few:
        owner.get(f"{PAGE}?source=jira")
    for source in ("jira", "github", "gitlab"):
        map_statuses(board=board, source=source, columns=dict.fromkeys("abcdef", columns["Done"].pk))

    with django_assert_max_num_queries(len(few.captured_queries)):
        owner.get(f"{PAGE}?source=jira")
