import json
from datetime import timedelta

import pytest
from django.utils import timezone

from boards.services.comments import add_comment
from boards.services.items import edit_item
from boards.services.links import add_link
from boards.services.logs import add_log
from boards.services.trash import delete_item
from teams.models import Role
from tests.factories import ItemFactory, MembershipFactory, PersonFactory, ToilTypeFactory, UserFactory

pytestmark = pytest.mark.django_db

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def item(board, backlog):
    return ItemFactory(
        board=board,
        column=backlog,
        title="Disk full on db-1",
        description="Run **purge** now.\n\n![pixel](https://evil.example/p.png)",
        service="postgres",
        labels=["disk"],
    )


@pytest.fixture
def nora(team):
    """A second member."""
    user = UserFactory(email="nora@example.com", person__name="Nora")
    MembershipFactory(team=team, person=user.person, role=Role.MEMBER)
    return user


@pytest.fixture
def url(item):
    return f"/t/sre/items/{item.pk}/"


def test_a_member_sees_an_item_with_controls(client, mallory, item, url):
    client.force_login(mallory)

    text = client.get(url).content.decode()

    assert "<strong>purge</strong>" in text
    assert "<img" not in text.split("<main", 1)[1]
    assert 'value="postgres"' in text
    assert "Log work" in text
    assert 'data-class-key="t"' in text


def test_a_viewer_sees_an_item_without_controls(client, bob, item, url):
    client.force_login(bob)

    text = client.get(url).content.decode().split("<main", 1)[1]

    assert "postgres" in text
    assert "<textarea" not in text
    assert 'method="post"' not in text


def test_nobody_else_sees_an_item(client, charlie, url):
    anonymous = client.get(url)
    client.force_login(charlie)

    assert anonymous.status_code == 302
    assert client.get(url).status_code == 404


def test_a_script_gets_the_panel_alone(client, mallory, url):
    client.force_login(mallory)

    panel = client.get(url, headers=SCRIPT).content.decode()
    feed = client.get(url + "?tab=comments", headers=SCRIPT).content.decode()

    assert 'role="dialog"' in panel
    assert "<html" not in panel
    assert feed.lstrip().startswith('<section id="item-activity"')


def fill(item, by, times):
    at = timezone.now()
    for number in range(times):
        add_comment(item=item, body=f"Comment {number}", by=by, at=at)
        start = at - timedelta(hours=number + 2)
        add_log(item=item, person=by.person, started_at=start, ended_at=at, by=by, at=at)
        add_link(item=item, to=ItemFactory(board=item.board), kind="relates_to", by=by, at=at)
        edit_item(item=item, changes={"title": f"Title {times} {number}"}, by=by, at=at)


@pytest.mark.parametrize(("headers", "most"), [({}, 33), (SCRIPT, 29)])
def test_ten_times_the_history_takes_no_more_queries(
    client, alice, by_alice, item, url, headers, most, django_assert_max_num_queries
):
    client.force_login(alice)
    fill(item, by_alice, 2)
    client.get(url, headers=headers)
    with django_assert_max_num_queries(most) as few:
        client.get(url, headers=headers)
    fill(item, by_alice, 20)

    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(url, headers=headers)


def test_all_fields_are_edited_by_one_form(client, mallory, board, progress, item, url):
    toil_type = ToilTypeFactory(team=board.team, name="Disk full")
    client.force_login(mallory)
    fields = {
        "column": progress.pk,
        "assignee": mallory.person.pk,
        "service": "mysql",
        "labels": "sev3, disk , sev3",
        "priority": "urgent",
        "due_date": "2026-12-24",
        "estimate_hours": "1h 30m",
        "is_interrupt": "on",
        "is_blocked": "on",
        "blocked_reason": "Vendor",
        "toil_type": toil_type.pk,
    }

    answer = client.post(url + "edit/", {**fields, "fields": ",".join(fields), "version": item.version})

    item.refresh_from_db()
    assert answer.status_code == 302
    assert (item.column, item.assignee, item.service) == (progress, mallory.person, "mysql")
    assert sorted(item.labels.values_list("name", flat=True)) == ["disk", "sev3"]
    assert (item.priority, str(item.due_date), item.estimate_hours) == ("urgent", "2026-12-24", 1.5)
    assert (item.is_interrupt, item.is_blocked, item.blocked_reason) == (True, True, "Vendor")
    assert item.toil_type == toil_type


def test_a_form_changes_only_the_fields_that_it_names(client, mallory, item, url):
    client.force_login(mallory)

    client.post(url + "edit/", {"fields": "title", "title": "New", "service": "ignored"})

    item.refresh_from_db()
    assert (item.title, item.service) == ("New", "postgres")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "This field is required."),
        ({"estimate_hours": "soon"}, "Write a length such as 30m"),
        ({"due_date": "24/12"}, "Enter a valid date."),
        ({"assignee": "999999"}, "Select a valid choice"),
        ({"service": "nul\0"}, "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(client, mallory, item, url, fields, sentence):
    client.force_login(mallory)

    by_form = client.post(url + "edit/", {**fields, "fields": ",".join(fields)})
    by_script = client.post(url + "edit/", {**fields, "fields": ",".join(fields)}, headers=SCRIPT)

    assert by_form.status_code == 422
    assert by_script.status_code == 422
    assert sentence in by_script.content.decode()
    assert sentence in by_form.content.decode()
    assert item.changes.count() == 1


def test_a_stranger_cannot_be_assigned(client, mallory, charlie, item, url):
    client.force_login(mallory)

    answer = client.post(url + "edit/", {"fields": "assignee", "assignee": charlie.person.pk}, headers=SCRIPT)

    assert answer.status_code == 422
    item.refresh_from_db()
    assert item.assignee is None


def test_a_full_column_is_named_in_the_form(client, mallory, board, progress, item, url):
    progress.wip_limit = 1
    progress.save(update_fields=["wip_limit"])
    ItemFactory(board=board, column=progress)
    client.force_login(mallory)

    answer = client.post(url + "edit/", {"fields": "column", "column": progress.pk}, headers=SCRIPT)

    assert answer.status_code == 422
    assert "its limit of 1" in answer.content.decode()


def test_changes_to_different_fields_both_stay(client, mallory, by_alice, item, url):
    client.force_login(mallory)
    seen = item.version
    edit_item(item=item, changes={"service": "theirs"}, by=by_alice, at=timezone.now())

    answer = client.post(
        url + "edit/",
        {"fields": "service,labels", "service": "postgres", "labels": "disk, mine", "version": seen},
        headers=SCRIPT,
    )

    item.refresh_from_db()
    assert answer.status_code == 200
    assert item.service == "theirs"
    assert sorted(item.labels.values_list("name", flat=True)) == ["disk", "mine"]
    assert 'id="prop-service"' in answer.content.decode()
    assert 'id="prop-labels"' not in answer.content.decode()


def test_a_form_that_goes_on_from_a_new_version_shows_what_that_version_has(client, mallory, by_alice, item, url):
    client.force_login(mallory)
    seen = item.version
    edit_item(item=item, changes={"priority": "high"}, by=by_alice, at=timezone.now())

    saved = client.post(url + "edit/", {"fields": "title", "title": "New", "version": seen}, headers=SCRIPT)
    text = saved.content.decode()

    assert 'hx-swap-oob="outerHTML:.item-version"' in text
    assert 'id="prop-priority"' in text
    assert '<option value="high" selected>' in text


def test_a_description_is_drawn_anew_when_it_is_saved(client, mallory, item, url):
    client.force_login(mallory)

    answer = client.post(
        url + "edit/", {"fields": "description", "description": "Now *this*", "version": 1}, headers=SCRIPT
    )

    assert "<em>this</em>" in answer.content.decode()


def test_the_same_field_changed_by_two_shows_both_texts(client, mallory, by_alice, item, url):
    client.force_login(mallory)
    seen = item.version
    edit_item(item=item, changes={"description": "What Alice wrote"}, by=by_alice, at=timezone.now())
    fields = {"fields": "description", "description": "What Mallory wrote", "version": seen}

    by_script = client.post(url + "edit/", fields, headers=SCRIPT)
    by_form = client.post(url + "edit/", fields)
    item.refresh_from_db()
    kept = item.description
    taken = client.post(url + "edit/", {**fields, "version": item.version})

    for answer in (by_script, by_form):
        assert answer.status_code == 422
        assert "Alice changed this meanwhile." in answer.content.decode()
        assert "What Alice wrote" in answer.content.decode()
        assert "What Mallory wrote" in answer.content.decode()
    assert kept == "What Alice wrote"
    assert taken.status_code == 302
    item.refresh_from_db()
    assert item.description == "What Mallory wrote"


def test_comments_are_written_changed_and_deleted_by_their_author(client, nora, mallory, item, url):
    client.force_login(mallory)
    client.post(url + "comments/", {"body": "By *hand* <script>x</script>"})
    comment = item.comments.get()
    page = client.get(url).content.decode()
    client.post(f"{url}comments/{comment.pk}/edit/", {"body": "Again"})
    client.force_login(nora)
    by_another = client.post(f"{url}comments/{comment.pk}/delete/")
    client.force_login(mallory)
    client.post(f"{url}comments/{comment.pk}/delete/")

    assert "<em>hand</em>" in page
    assert "<script>x" not in page
    assert by_another.status_code == 403
    comment.refresh_from_db()
    assert (comment.body, comment.deleted_at is not None) == ("Again", True)
    assert "deleted a comment" in client.get(url).content.decode()


def test_an_owner_changes_deletes_and_restores_the_comments_of_others(client, alice, by_mallory, item, url):
    comment = add_comment(item=item, body="Rude", by=by_mallory, at=timezone.now())
    client.force_login(alice)

    client.post(f"{url}comments/{comment.pk}/edit/", {"body": "Polite"})
    deleted = client.post(f"{url}comments/{comment.pk}/delete/", headers=SCRIPT)
    comment.refresh_from_db()
    was_deleted = comment.deleted_at is not None
    client.post(f"{url}comments/{comment.pk}/restore/")

    comment.refresh_from_db()
    assert (comment.body, was_deleted, comment.deleted_at) == ("Polite", True, None)
    assert (
        json.loads(deleted.headers["HX-Trigger"])["item:said"]["undo"]["url"] == f"{url}comments/{comment.pk}/restore/"
    )
    assert "edited" in client.get(url).content.decode()


def test_an_empty_comment_is_refused(client, mallory, item, url):
    client.force_login(mallory)

    answer = client.post(url + "comments/", {"body": "  "})

    assert answer.status_code == 422
    assert not item.comments.exists()


def test_work_is_logged_as_people_write_it(client, mallory, item, url):
    client.force_login(mallory)

    client.post(url + "logs/", {"duration": "1h 15m", "note": "Purged"})
    client.post(url + "logs/", {"duration": "30m 2026-11-02 9:00"})

    just_now, earlier = item.logs.order_by("-started_at")
    assert just_now.ended_at - just_now.started_at == timedelta(minutes=75)
    assert abs(timezone.now() - just_now.ended_at) < timedelta(minutes=1)
    assert (just_now.person, just_now.note) == (mallory.person, "Purged")
    assert earlier.started_at.isoformat() == "2026-11-02T09:00:00+00:00"
    assert "1.8\u00a0h" in client.get(url).content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"duration": "a while"},
        {"duration": ""},
        {"duration": "0m"},
        {"duration": "1h 2999-01-01 00:00"},
        {"duration": "1h 9999-12-31 23:59"},
        {"duration": "1h 0001-01-01 00:00"},
    ],
)
def test_work_that_cannot_be_is_refused(client, mallory, item, url, fields):
    client.force_login(mallory)

    answer = client.post(url + "logs/", fields)

    assert answer.status_code == 422
    assert not item.logs.exists()


def test_a_log_is_deleted(client, mallory, item, url):
    client.force_login(mallory)
    client.post(url + "logs/", {"duration": "2h"})

    client.post(f"{url}logs/{item.logs.get().pk}/delete/")

    assert not item.logs.kept().exists()
    assert "deleted a log of" in client.get(url + "?tab=logs").content.decode()


def test_the_log_of_another_is_deleted_by_owners_only(client, alice, mallory, item, url, by_alice):
    at = timezone.now()
    log = add_log(item=item, person=alice.person, started_at=at - timedelta(hours=1), ended_at=at, by=by_alice, at=at)
    client.force_login(mallory)

    answer = client.post(f"{url}logs/{log.pk}/delete/")
    shown = client.get(url).content.decode()

    assert answer.status_code == 403
    assert item.logs.kept().exists()
    assert f"logs/{log.pk}/delete/" not in shown
    client.force_login(alice)
    assert f"logs/{log.pk}/delete/" in client.get(url).content.decode()
    client.post(f"{url}logs/{log.pk}/delete/")
    assert not item.logs.kept().exists()


def test_the_history_says_what_was_before_and_after(client, mallory, progress, item, url):
    client.force_login(mallory)
    bert = PersonFactory(name="Bert")
    fields = {"fields": "priority,column,estimate_hours", "priority": "high", "column": progress.pk}

    client.post(url + "edit/", {**fields, "estimate_hours": "2h"})
    client.post("/t/sre/items/classify/", {"items": item.pk, "classification": "toil", "from": "item"})
    text = client.get(url).content.decode()

    assert "<s>Backlog</s>" in text
    assert "<b>In progress</b>" in text
    assert "<s>Normal</s>" in text
    assert "<b>2 h</b>" in text
    assert "classified it" in text
    assert bert.name not in text


def test_the_history_says_that_a_suggestion_was_taken(client, mallory, item, url):
    client.force_login(mallory)

    client.post(f"/t/sre/triage/{item.pk}/", {"classification": "toil", "accepted": "1"})
    taken = client.get(url).content.decode()
    client.post("/t/sre/items/classify/", {"items": item.pk, "classification": "overhead", "from": "item"})

    assert "took the suggestion" in taken
    assert "classified it" not in taken
    assert "classified it" in client.get(url).content.decode()


def test_what_comes_back_within_thirty_days_says_so(client, mallory, board, backlog, item, url, team):
    client.force_login(mallory)
    elsewhere = ItemFactory(title=item.title, at=item.created_at - timedelta(days=3))
    for days in (31, 4):
        ItemFactory(board=board, column=backlog, title=item.title, at=item.created_at - timedelta(days=days))
    twice = client.get(url).content.decode()
    ItemFactory(board=board, column=backlog, title=item.title, at=item.created_at - timedelta(days=9))

    assert elsewhere.board.team != team
    assert "in 30 days" not in twice
    assert "Third time in 30 days" in client.get(url).content.decode()


def test_a_deleted_item_is_in_the_trash_and_comes_back(client, mallory, bob, item, url):
    client.force_login(mallory)

    client.post(url + "delete/")
    trash = client.get("/t/sre/trash/").content.decode()
    page = client.get(url).content.decode()
    refused = client.post(url + "edit/", {"fields": "title", "title": "New"})
    client.force_login(bob)
    seen_by_bob = client.get("/t/sre/trash/").content.decode()
    client.force_login(mallory)
    client.post(url + "restore/")

    assert "Disk full on db-1" in trash
    assert ">29<" in trash
    assert "In the trash since" in page
    assert refused.status_code == 404
    assert "Restore" not in seen_by_bob
    item.refresh_from_db()
    assert item.deleted_at is None


def test_after_thirty_days_the_trash_shows_nothing(client, alice, by_alice, board):
    item = ItemFactory(board=board, at=timezone.now() - timedelta(days=60))
    delete_item(item=item, by=by_alice, at=timezone.now() - timedelta(days=31))
    client.force_login(alice)

    assert "The trash is empty" in client.get("/t/sre/trash/").content.decode()


def test_the_trash_is_the_teams_own(client, charlie, item):
    client.force_login(charlie)

    assert client.get("/t/sre/trash/").status_code == 404
