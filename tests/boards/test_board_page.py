from datetime import timedelta

import pytest
from django.utils import timezone

from boards.board_page import CARDS_AT_ONCE
from boards.models import Item
from boards.services.comments import add_comment
from boards.services.logs import add_log
from boards.services.moves import move_item
from tests.factories import BoardFactory, ItemFactory, RuleFactory

pytestmark = pytest.mark.django_db

BOARD = "/t/sre/b/operations/"


def fill(board, column, count, **fields):
    return [ItemFactory(board=board, column=column, labels=[f"label{n % 3}"], **fields) for n in range(count)]


def test_a_member_sees_columns_and_cards(client, mallory, board, backlog, progress, by_mallory):
    item = ItemFactory(
        board=board,
        column=progress,
        title="Disk full on db-1",
        service="postgres",
        labels=["disk"],
        classification="toil",
        is_interrupt=True,
        assignee=mallory.person,
        blocked_reason="Vendor part",
    )
    now = timezone.now()
    add_log(
        item=item, person=mallory.person, started_at=now - timedelta(minutes=90), ended_at=now, by=by_mallory, at=now
    )
    client.force_login(mallory)

    page = client.get(BOARD)

    text = page.content.decode()
    assert page.status_code == 200
    for shown in ("Backlog", "In progress", "Disk full on db-1", "postgres", "Vendor part", "1.5\u00a0h", "Interrupt"):
        assert shown in text
    assert 'aria-label="Toil">T</span>' in text
    assert f'href="/t/sre/items/{item.pk}/"' in text
    assert client.cookies["board"].value == "operations"


def test_a_viewer_sees_the_board_without_anything_that_writes(client, bob, board, backlog):
    ItemFactory(board=board, column=backlog)
    client.force_login(bob)

    text = client.get(BOARD).content.decode()

    assert "data-can-work" not in text
    assert "data-quick-add" not in text
    assert "/move/" not in text


def test_nobody_else_sees_the_board(client, charlie, board):
    anonymous = client.get(BOARD)
    client.force_login(charlie)
    stranger = client.get(BOARD)

    assert anonymous.status_code == 302
    assert anonymous["Location"].startswith("/accounts/login/")
    assert stranger.status_code == 404


def test_a_board_is_only_looked_at(client, alice, board):
    client.force_login(alice)

    assert client.post(BOARD).status_code == 405


def test_a_board_in_the_trash_is_gone(client, alice, board):
    board.deleted_at = timezone.now()
    board.save(update_fields=["deleted_at"])
    client.force_login(alice)

    assert client.get(BOARD).status_code == 404


def test_more_cards_take_no_more_queries(client, alice, bob, board, columns, django_assert_max_num_queries):
    client.force_login(alice)
    for column in columns.values():
        fill(board, column, 2, assignee=alice.person)
    client.get(BOARD)
    with django_assert_max_num_queries(15) as few:
        client.get(BOARD)
    for column in columns.values():
        fill(board, column, 8, assignee=bob.person)
    BoardFactory(team=board.team, name="Another")

    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(BOARD)


def test_what_was_done_long_ago_is_shown_on_request(client, alice, board, progress, done, by_alice):
    client.force_login(alice)
    now = timezone.now()
    for days, title in ((3, "Fresh work"), (40, "Stale work")):
        item = ItemFactory(board=board, column=progress, title=title, at=now - timedelta(days=days + 1))
        move_item(item=item, to=done, by=by_alice, at=now - timedelta(days=days))

    usual = client.get(BOARD).content.decode()
    longer = client.get(BOARD + "?done=90").content.decode()

    assert "Fresh work" in usual
    assert "Stale work" not in usual
    assert "?done=90" in usual
    assert "Stale work" in longer


def test_a_long_column_is_shown_in_part(client, alice, board, backlog):
    client.force_login(alice)
    fill(board, backlog, CARDS_AT_ONCE + 3)

    text = client.get(BOARD).content.decode()
    longer = client.get(BOARD + "?cards=500").content.decode()

    assert text.count('class="slot"') == CARDS_AT_ONCE
    assert "Show 3 more" in text
    assert "data-complete" not in text
    assert longer.count('class="slot"') == CARDS_AT_ONCE + 3


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=replica", {"Disk full on replica"}),
        ("q=OPS-7", {"Disk full on replica"}),
        ("q=urgent-label", {"Plan the quarter"}),
        ("class=toil", {"Disk full on replica"}),
        ("service=api", {"Plan the quarter"}),
        ("assignee=none", {"Plan the quarter"}),
        ("interrupts=1", {"Disk full on replica"}),
        ("q=nothing+like+it", set()),
    ],
)
def test_filters_work_without_script(client, alice, board, backlog, query, shown):
    ItemFactory(
        board=board,
        column=backlog,
        title="Disk full on replica",
        external_id="OPS-7",
        source="jira",
        classification="toil",
        is_interrupt=True,
        assignee=alice.person,
    )
    ItemFactory(board=board, column=backlog, title="Plan the quarter", labels=["urgent-label"], service="api")
    client.force_login(alice)

    text = client.get(f"{BOARD}?{query}").content.decode()

    assert {title for title in ("Disk full on replica", "Plan the quarter") if title in text} == shown
    assert f"<b>{len(shown)}</b> of 2" in text


def test_a_filter_leaves_the_count_of_all_alone(client, alice, board, backlog, progress, done, by_alice):
    fill(board, backlog, 2, classification="toil")
    item = ItemFactory(board=board, column=progress, classification="engineering")
    move_item(item=item, to=done, by=by_alice, at=timezone.now())
    client.force_login(alice)

    assert "<b>2</b> of 3" in client.get(BOARD + "?class=toil").content.decode()


@pytest.mark.parametrize(
    "query",
    ["class=nonsense", "assignee=99999999999999999999999", "assignee=x", "done=-1", "cards=1e9", "add=x", "q=%00"],
)
def test_filters_that_make_no_sense_do_no_harm(client, alice, board, query):
    client.force_login(alice)

    assert client.get(f"{BOARD}?{query}").status_code == 200


def test_titles_cannot_run_in_the_page(client, alice, board, backlog):
    ItemFactory(board=board, column=backlog, title="<script>alert(1)</script>", labels=["<b>x</b>"], service='"><i>')
    client.force_login(alice)

    text = client.get(BOARD).content.decode()

    assert "<script>alert" not in text
    assert "<b>x</b>" not in text
    assert '"><i>' not in text


def test_a_team_without_items_is_told_how_to_begin(client, alice, bob, board):
    client.force_login(alice)
    owner = client.get(BOARD).content.decode()
    client.force_login(bob)
    viewer = client.get(BOARD).content.decode()

    assert "Bring in the work your team does" in owner
    assert "Add an item" in owner
    assert "Add an item" not in viewer


def test_the_teams_way_in_leads_to_the_board_seen_last(client, alice, board):
    BoardFactory(team=board.team, name="Architecture")
    client.force_login(alice)

    first = client.get("/t/sre/b/")
    client.get(BOARD)
    second = client.get("/t/sre/b/")

    assert first["Location"] == "/t/sre/b/architecture/"
    assert second["Location"] == BOARD


def test_a_move_answers_with_the_card_and_the_heads_of_the_columns(client, mallory, board, backlog, progress):
    item = ItemFactory(board=board, column=backlog)
    client.force_login(mallory)

    answer = client.post(f"/t/sre/items/{item.pk}/move/", {"column": progress.pk}, headers={"HX-Request": "true"})

    text = answer.content.decode()
    item.refresh_from_db()
    assert item.column == progress
    assert f'id="card-{item.pk}"' in text
    assert f'id="head-{backlog.pk}"' in text
    assert f'id="head-{progress.pk}"' in text
    change = item.changes.get(field="column")
    assert (change.by, change.via) == (mallory.person, "page")


def test_a_move_names_its_neighbour(client, mallory, board, backlog):
    first, second, third = fill(board, backlog, 3)
    client.force_login(mallory)

    client.post(f"/t/sre/items/{third.pk}/move/", {"column": backlog.pk, "before": first.pk})
    client.post(f"/t/sre/items/{first.pk}/move/", {"column": backlog.pk, "after": second.pk})

    order = list(Item.objects.filter(column=backlog).order_by("rank").values_list("pk", flat=True))
    assert order == [third.pk, second.pk, first.pk]


def test_what_is_done_goes_on_top(client, mallory, board, progress, done):
    earlier, later = fill(board, progress, 2)
    client.force_login(mallory)

    client.post(f"/t/sre/items/{earlier.pk}/move/", {"column": done.pk})
    client.post(f"/t/sre/items/{later.pk}/move/", {"column": done.pk})

    assert list(Item.objects.filter(column=done).order_by("rank")) == [later, earlier]


def test_a_full_column_refuses_until_it_is_forced(client, mallory, board, backlog, progress):
    progress.wip_limit = 1
    progress.save(update_fields=["wip_limit"])
    ItemFactory(board=board, column=progress)
    item = ItemFactory(board=board, column=backlog)
    client.force_login(mallory)
    url = f"/t/sre/items/{item.pk}/move/"

    by_script = client.post(url, {"column": progress.pk}, headers={"HX-Request": "true"})
    by_form = client.post(url, {"column": progress.pk})
    forced = client.post(url, {"column": progress.pk, "force": "1"})

    assert by_script.status_code == 409
    assert by_script.json()["error"]["code"] == "wip_limit_reached"
    assert by_form.status_code == 409
    assert "Move it anyway" in by_form.content.decode()
    assert forced.status_code == 302
    item.refresh_from_db()
    assert item.column == progress


def test_without_script_a_page_offers_the_columns(client, mallory, board, backlog):
    item = ItemFactory(board=board, column=backlog, title="Rotate keys")
    client.force_login(mallory)

    text = client.get(f"/t/sre/items/{item.pk}/move/").content.decode()

    assert "Rotate keys" in text
    assert "In progress" in text


@pytest.mark.parametrize(
    ("place", "wanted"),
    [("top", [3, 0, 1, 2]), ("bottom", [0, 1, 2, 3]), ("before", [0, 3, 1, 2]), ("after", [0, 1, 3, 2])],
)
def test_without_script_a_page_offers_places(client, mallory, board, backlog, progress, place, wanted):
    item = ItemFactory(board=board, column=backlog, title="Rotate keys")
    standing = fill(board, progress, 3)
    client.force_login(mallory)
    url = f"/t/sre/items/{item.pk}/move/"

    text = client.get(url, {"column": progress.pk}).content.decode()
    answer = client.post(url, {"column": progress.pk, "place": place, "beside": standing[1].pk, "row": ""})

    assert f"{standing[1].key} " in text
    assert answer.status_code == 302
    items = [*standing, item]
    assert list(Item.objects.filter(column=progress).order_by("rank")) == [items[number] for number in wanted]


@pytest.mark.parametrize(
    ("row", "field", "value"),
    [("class:toil", "classification", "toil"), ("service:db", "service", "db"), ("assignee:none", "assignee", None)],
)
def test_without_script_a_page_offers_rows(client, mallory, board, backlog, progress, row, field, value):
    item = ItemFactory(board=board, column=backlog, assignee=mallory.person, classification="overhead")
    ItemFactory(board=board, column=backlog, service="db")
    client.force_login(mallory)
    url = f"/t/sre/items/{item.pk}/move/"

    text = client.get(url, {"column": progress.pk}).content.decode()
    client.post(url, {"column": progress.pk, "place": "top", "row": row})

    item.refresh_from_db()
    assert f'value="{row}"' in text
    assert (item.column, getattr(item, field)) == (progress, value)


def test_a_place_that_is_not_whole_is_asked_for_again(client, mallory, board, backlog, progress):
    item = ItemFactory(board=board, column=backlog)
    client.force_login(mallory)
    url = f"/t/sre/items/{item.pk}/move/"

    answers = [
        client.post(url, {"column": progress.pk, "place": "before"}),
        client.post(url, {"column": progress.pk, "place": "nowhere"}),
        client.post(url, {"column": progress.pk, "place": "top", "row": "class:nonsense"}),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert "Choose the item" in answers[0].content.decode()
    item.refresh_from_db()
    assert item.column == backlog


def test_a_full_column_keeps_the_place_that_was_chosen(client, mallory, board, backlog, progress):
    progress.wip_limit = 1
    progress.save(update_fields=["wip_limit"])
    other, item = ItemFactory(board=board, column=progress), ItemFactory(board=board, column=backlog)
    client.force_login(mallory)
    fields = {"column": progress.pk, "place": "before", "beside": other.pk, "row": "class:toil"}

    refused = client.post(f"/t/sre/items/{item.pk}/move/", fields)

    text = refused.content.decode()
    assert refused.status_code == 409
    for name, value in fields.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in text


@pytest.mark.parametrize("fields", [{}, {"column": "x"}, {"column": "999999"}, {"column": "9" * 30}])
def test_a_move_to_nowhere_is_not_found(client, mallory, board, backlog, fields):
    item = ItemFactory(board=board, column=backlog)
    client.force_login(mallory)

    assert client.post(f"/t/sre/items/{item.pk}/move/", fields).status_code == 404


def test_a_neighbour_that_is_not_to_be_seen_counts_as_none(client, mallory, board, backlog):
    other = ItemFactory()
    first, second = fill(board, backlog, 2)
    client.force_login(mallory)

    answer = client.post(f"/t/sre/items/{first.pk}/move/", {"column": backlog.pk, "before": other.pk})

    assert answer.status_code == 302
    assert list(Item.objects.filter(column=backlog).order_by("rank")) == [second, first]


def test_several_cards_are_classified_at_once(client, mallory, board, backlog):
    items = fill(board, backlog, 3)
    stranger = ItemFactory()
    client.force_login(mallory)

    answer = client.post(
        "/t/sre/items/classify/",
        {"items": [item.pk for item in items] + [stranger.pk], "classification": "toil"},
        headers={"HX-Request": "true"},
    )

    assert answer.status_code == 200
    assert answer.content.decode().count('class="slot"') == 3
    assert Item.objects.filter(classification="toil", classified_by="person").count() == 3
    stranger.refresh_from_db()
    assert stranger.is_unclassified


def test_a_class_that_does_not_exist_is_refused(client, mallory, board, backlog):
    item = ItemFactory(board=board, column=backlog)
    client.force_login(mallory)

    answer = client.post("/t/sre/items/classify/", {"items": item.pk, "classification": "fun"})

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid"


def test_quick_add_puts_an_item_on_top(client, mallory, board, backlog):
    below = ItemFactory(board=board, column=backlog)
    client.force_login(mallory)

    answer = client.post(
        f"{BOARD}items/",
        {"column": backlog.pk, "title": "  Rotate keys ", "classification": "toil", "is_interrupt": "1"},
        headers={"HX-Request": "true"},
    )

    item = Item.objects.get(title="Rotate keys")
    assert answer["X-Items"] == str(item.pk)
    assert (item.is_toil, item.is_interrupt, item.classified_by) == (True, True, "person")
    assert list(Item.objects.filter(column=backlog).order_by("rank")) == [item, below]


def test_what_is_added_without_a_class_gets_one_from_the_rules(client, mallory, board, backlog):
    RuleFactory(team=board.team, title_contains="disk full", classification="toil")
    client.force_login(mallory)

    client.post(f"{BOARD}items/", {"column": backlog.pk, "title": "Disk full on db-9"})

    assert Item.objects.get().classified_by == "rule"


def test_a_title_that_cannot_stay_is_refused_with_a_sentence(client, mallory, board, backlog):
    client.force_login(mallory)

    answer = client.post(f"{BOARD}items/", {"column": backlog.pk, "title": "x" * 501}, headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert "501 characters" in answer.json()["error"]["message"]
    assert not Item.objects.exists()


def test_the_class_is_guessed_from_the_rules_and_from_what_was_decided(client, mallory, board, backlog):
    RuleFactory(team=board.team, title_contains="disk full", classification="toil")
    for number in range(3):
        ItemFactory(board=board, column=backlog, title=f"Budget for 202{number}", classification="overhead")
    client.force_login(mallory)

    by_rule = client.get("/t/sre/guess/?title=Disk+full+on+db-9").content.decode()
    by_title = client.get("/t/sre/guess/?title=Budget+for+2029").content.decode()
    unknown = client.get("/t/sre/guess/?title=Something+else").content.decode()

    assert "Guess: Toil" in by_rule
    assert "Guess: Overhead" in by_title
    assert "Guess" not in unknown


def writes(item):
    return [
        (f"/t/sre/items/{item.pk}/move/", {"column": item.column_id}),
        ("/t/sre/items/classify/", {"items": item.pk, "classification": "toil"}),
        (f"{BOARD}items/", {"column": item.column_id, "title": "New"}),
        (f"/t/sre/items/{item.pk}/edit/", {"fields": "title", "title": "New"}),
        (f"/t/sre/items/{item.pk}/delete/", {}),
        (f"/t/sre/items/{item.pk}/restore/", {}),
        (f"/t/sre/items/{item.pk}/comments/", {"body": "Hello"}),
        (f"/t/sre/items/{item.pk}/logs/", {"duration": "1h"}),
        (f"/t/sre/triage/{item.pk}/", {"classification": "toil"}),
    ]


def test_only_members_write(client, bob, charlie, board, backlog, by_alice):
    item = ItemFactory(board=board, column=backlog, title="As it was")
    add_comment(item=item, body="Said", by=by_alice, at=timezone.now())
    before = item.changes.count()

    for url, fields in writes(item):
        client.logout()
        assert client.post(url, fields).status_code == 302, url
        client.force_login(charlie)
        assert client.post(url, fields).status_code == 404, url
        client.force_login(bob)
        assert client.post(url, fields).status_code == 403, url

    assert item.changes.count() == before
    assert Item.objects.count() == 1


def test_a_write_is_no_get(client, alice, board, backlog):
    item = ItemFactory(board=board, column=backlog)
    client.force_login(alice)

    for url, __ in writes(item)[1:]:
        assert client.get(url).status_code == 405, url


def test_an_item_of_another_team_is_not_found_under_ones_own(client, alice, board):
    other = ItemFactory()
    client.force_login(alice)

    for url, fields in writes(other):
        if "/items/classify/" in url or url == f"{BOARD}items/":
            continue
        assert client.post(url, fields).status_code == 404, url
