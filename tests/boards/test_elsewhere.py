"""Moving items to another board, of the same team or of another one in which the person works too."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from boards import services
from boards.models import Action, Item, Stay
from boards.services.errors import ExternalIdTakenError, NotUndoableError
from teams.actors import SYSTEM
from teams.models import Role
from tests.boards.conftest import hour
from tests.factories import BoardFactory, ItemFactory, MembershipFactory, TeamFactory, ToilTypeFactory

pytestmark = pytest.mark.django_db

SCRIPT = {"HX-Request": "true"}
URL = "/t/sre/items/elsewhere/"


@pytest.fixture
def platform(team):
    return BoardFactory(team=team, name="Platform")


@pytest.fixture
def there(mallory):
    """A board of another team in which Mallory works as well."""
    other = TeamFactory(slug="web", name="Web")
    MembershipFactory(team=other, person=mallory.person, role=Role.MEMBER)
    return BoardFactory(team=other, name="Frontend")


def column_of(board, name="In progress"):
    return board.columns.get(name=name)


def send(client, items, column, **fields):
    fields = {"items": [item.pk for item in items], "column": column.pk, **fields}
    return client.post(URL, fields, headers={**SCRIPT, "X-Board": str(items[0].board_id)})


def test_items_go_to_another_board_and_back(client, mallory, backlog, platform):
    client.force_login(mallory)
    items = ItemFactory.create_batch(2, column=backlog)
    ItemFactory(column=column_of(platform))

    answer = send(client, items, column_of(platform))

    body = answer.json()
    assert body["said"] == "2 items are on the board Platform now, in In progress"
    assert (body["gone"], body["places"]) == ([item.pk for item in items], [])
    assert list(Item.objects.filter(board=platform).order_by("rank"))[1:] == items
    assert services.rebuild_stays(item_ids=[item.pk for item in items], dry_run=True) == []
    shown = {**SCRIPT, "X-Board": str(backlog.board_id)}
    undone = client.post(f"/t/sre/undo/{answer['X-Undo']}/", headers=shown).json()
    assert [place["item"] for place in undone["places"]] == [items[1].pk, items[0].pk]
    again = client.post(f"/t/sre/undo/{undone['redo']}/", headers=shown).json()
    assert again["gone"] == [item.pk for item in items]
    assert set(Item.objects.filter(pk__in=again["gone"]).values_list("board", flat=True)) == {platform.pk}


def test_in_another_team_an_item_keeps_its_past_and_is_named_as_they_do_there(client, mallory, team, backlog, there):
    client.force_login(mallory)
    kind, same = ToilTypeFactory(team=team, name="Disk full"), ToilTypeFactory(team=there.team, name="Disk full")
    items = ItemFactory.create_batch(2, column=backlog, labels=["db"], toil_type=kind)
    lonely = ItemFactory(column=backlog, labels=["db"], toil_type=ToilTypeFactory(team=team, name="Only here"))

    answer = send(client, [*items, lonely], column_of(there))

    rows = Item.objects.filter(board=there).order_by("rank")
    assert [row.toil_type for row in rows] == [same, same, None]
    assert {label.team for row in rows for label in row.labels.all()} == {there.team}
    assert set(Stay.objects.filter(item=items[0]).values_list("column__board__team__slug", flat=True)) == {"sre", "web"}
    client.post(f"/t/sre/undo/{answer['X-Undo']}/", headers=SCRIPT)
    rows = Item.objects.filter(column=backlog).order_by("rank")
    assert [row.toil_type.name for row in rows] == ["Disk full", "Disk full", "Only here"]
    assert {label.team for row in rows for label in row.labels.all()} == {team}


def test_more_items_cost_no_more_statements(django_assert_max_num_queries, client, mallory, backlog, there):
    client.force_login(mallory)
    items = ItemFactory.create_batch(12, column=backlog, labels=["db", "disk"])

    send(client, items[:2], column_of(there))

    with django_assert_max_num_queries(55):
        send(client, items[2:], column_of(there))


def test_undo_takes_nothing_from_a_team_that_one_has_left(by_mallory, mallory, backlog, there):
    item = ItemFactory(column=backlog)
    with services.one_action(team=backlog.board.team, by=by_mallory, at=hour(10)) as doing:
        services.classify_items(items=[item], classification="toil", by=doing.by, at=hour(10))
    services.move_item(item=item, to=column_of(there), by=SYSTEM, at=hour(11))
    mallory.person.memberships.filter(team=there.team).update(role=Role.VIEWER)

    with pytest.raises(NotUndoableError, match="another team"):
        services.undo_action(action=Action.objects.get(pk=doing.action), by=by_mallory, at=hour(12))

    item.refresh_from_db()
    assert item.classification == "toil"


def test_a_key_that_is_taken_there_refuses_all(client, mallory, by_mallory, backlog, platform):
    client.force_login(mallory)
    items = [ItemFactory(column=backlog, source="jira", external_id=f"OPS-{n}") for n in (1, 2)]
    ItemFactory(column=column_of(platform), source="jira", external_id="OPS-2")

    answer = send(client, items, column_of(platform))

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, ExternalIdTakenError.code)
    assert Item.objects.filter(column=backlog).count() == 2


def test_a_limit_there_is_asked_about(client, mallory, backlog, platform):
    client.force_login(mallory)
    column = column_of(platform)
    services.edit_column(column=column, name=column.name, stage=column.stage, wip_limit=1, by=SYSTEM, at=hour(1))
    items = ItemFactory.create_batch(2, column=backlog)

    refused = client.post(URL, {"items": [item.pk for item in items], "column": column.pk})

    assert refused.status_code == 409
    assert "Move it anyway" in refused.text
    passed = client.post(URL, {"items": [item.pk for item in items], "column": column.pk, "force": "1"}, follow=True)
    assert "2 items are on the board Platform now" in passed.text


def test_it_is_offered_where_one_works(client, mallory, bob, backlog, platform, there):
    client.force_login(mallory)
    archived = BoardFactory(team=platform.team, name="Old")
    services.archive_board(board=archived, by=SYSTEM, at=hour(2))
    foreign = BoardFactory(name="Foreign")
    item = ItemFactory(column=backlog)

    page = client.get(URL, {"items": item.pk})
    options = client.get(URL, headers={**SCRIPT, "X-Board": str(backlog.board_id)}).text

    for text in (page.text, options):
        assert "Platform" in text
        assert "Frontend · Web" in text
        assert "Old" not in text
        assert "Foreign" not in text
    assert f'data-pick="{column_of(platform).pk}"' in options
    assert f'data-pick="{backlog.pk}"' not in options
    assert client.post(URL, {"items": item.pk, "column": column_of(foreign).pk}).status_code == 404
    assert client.post(URL, {"items": item.pk, "column": "x"}).status_code == 404


def test_no_way_leads_to_other_boards_where_there_is_none(client, mallory, backlog):
    client.force_login(mallory)
    item = ItemFactory(column=backlog)
    reading = TeamFactory(slug="web", name="Web")
    BoardFactory(team=reading, name="Frontend")
    membership = MembershipFactory(team=reading, person=mallory.person, role=Role.VIEWER)
    ways = ["/t/sre/b/operations/", f"/t/sre/items/{item.pk}/", f"/t/sre/items/{item.pk}/move/"]

    alone = [client.get(way).text for way in ways]
    membership.role = Role.MEMBER
    membership.save()
    beside = [client.get(way).text for way in ways]

    assert not any("nother board…" in page for page in alone)
    assert all("nother board…" in page for page in beside)


def test_more_boards_cost_no_more_queries(django_assert_num_queries, client, mallory, backlog, platform):
    client.force_login(mallory)
    item = ItemFactory(column=backlog)
    client.get(URL, {"items": item.pk}, headers=SCRIPT)

    with CaptureQueriesContext(connection) as before:
        client.get(URL, {"items": item.pk}, headers=SCRIPT)
    BoardFactory.create_batch(5, team=platform.team)

    with django_assert_num_queries(len(before)):
        client.get(URL, {"items": item.pk}, headers=SCRIPT)


def test_the_old_address_leads_to_the_other_team_for_who_may_see_it(client, mallory, alice, backlog, there):
    item = ItemFactory(column=backlog)
    services.move_item(item=item, to=column_of(there), by=SYSTEM, at=hour(9))
    client.force_login(mallory)

    answer = client.get(f"/t/sre/items/{item.pk}/")

    assert answer["Location"] == f"/t/web/items/{item.pk}/"
    client.force_login(alice)
    assert client.get(f"/t/sre/items/{item.pk}/").status_code == 404


def test_who_may(client, bob, charlie, backlog, platform):
    item = ItemFactory(column=backlog)
    fields = {"items": item.pk, "column": column_of(platform).pk}

    assert client.post(URL, fields)["Location"].startswith(reverse("account_login"))
    for user, status in ((bob, 403), (charlie, 404)):
        client.force_login(user)
        assert client.post(URL, fields).status_code == status
        assert client.get(URL, {"items": item.pk}).status_code == status
    assert client.put(URL).status_code in (404, 405)
    item.refresh_from_db()
    assert item.column == backlog
