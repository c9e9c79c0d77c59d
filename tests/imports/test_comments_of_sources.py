"""Comments of sources come along: once, as they stand there, and marked."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from boards.models import Board, Change, Comment, Item
from imports.batches import read_batch
from imports.models import Connection, Delivery
from imports.readers import Row
from imports.services.connections import create_connection
from imports.services.known import open_target
from imports.services.take import take_batch
from imports.sources import comments
from imports.sources.forms import mapping_of
from imports.sources.kinds import KINDS
from imports.tasks import run_deliveries
from teams.actors import SYSTEM, Actor, Via
from teams.models import User
from tests.factories import PersonFactory
from tests.imports.senders import (
    SECRET,
    encoded,
    github_issue,
    gitlab_issue,
    jira_issue,
    proof,
    zendesk_event,
)

pytestmark = pytest.mark.django_db

Connect = Callable[..., Connection]


@pytest.fixture
def connect(board: Board) -> Connect:
    def connect(kind: str) -> Connection:
        return create_connection(board=board, kind=kind, secret=SECRET, by=SYSTEM, at=timezone.now())

    return connect


def deliver(to: Connection, payload: object, **headers: str) -> Delivery:
    body = encoded(payload)
    proved = {**proof(to.kind, body), **{name.replace("_", "-"): value for name, value in headers.items()}}
    answer = Client().post(f"/hooks/{to.key}/", body, content_type="application/json", headers=proved)
    assert answer.status_code == 202, answer.content
    run_deliveries(to.pk)
    return Delivery.objects.get(pk=answer.json()["delivery"])


def github(action: str, body: str = "It is back.", edited: str = "2026-11-02T10:00:00Z") -> dict[str, Any]:
    comment = {
        "id": 501,
        "body": body,
        "user": {"login": "bea"},
        "created_at": "2026-11-02T10:00:00Z",
        "updated_at": edited,
    }
    return {**github_issue(updated_at=edited), "action": action, "comment": comment}


def say(to: Connection, action: str, **fields: str) -> Delivery:
    return deliver(to, github(action, **fields), X_GitHub_Event="issue_comment")


def gitlab(note: str = "Looking.", **attributes: Any) -> dict[str, Any]:
    issue = gitlab_issue()
    about = {
        "id": 9,
        "note": note,
        "noteable_type": "Issue",
        "author_id": 4,
        "created_at": "2026-11-02 10:00:00 UTC",
        "updated_at": "2026-11-02 10:00:00 UTC",
        **attributes,
    }
    user = {"id": 4, "username": "bea", "name": "Bea Ode", "email": "bea@example.com"}
    return {**issue, "object_kind": "note", "object_attributes": about, "issue": {"iid": 23}, "user": user}


def jira_comment(number: str = "7", body: Any = "Done with db-3.", **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "body": body,
        "author": {"accountId": "5c11", "displayName": "Bea Ode"},
        "created": "2026-11-02T10:00:00.000+0000",
        "updated": "2026-11-02T10:00:00.000+0000",
        **fields,
    }


def jira_issue_with(updated: str, *said: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    payload = jira_issue()
    listed = {"comments": list(said), "startAt": 0, "total": len(said) if total is None else total}
    fields = {**payload["issue"]["fields"], "comment": listed, "updated": updated}
    return {**payload, "issue": {**payload["issue"], "fields": fields}}


def standing() -> list[str]:
    return list(Comment.objects.kept().order_by("created_at", "pk").values_list("body", flat=True))


def take(board: Board, form: str, *rows: Any) -> list[str]:
    at = timezone.now()
    mapping = mapping_of(form, timezone.get_current_timezone())
    batch = read_batch([Row(index, 0, row) for index, row in enumerate(rows)], mapping=mapping, at=at)
    target = open_target(board=board, source=form, stages=batch.stages, by=Actor(via=Via.IMPORT), at=at)
    take_batch(target=target, batch=batch)
    return [row.outcome.value for row in batch.rows]


def test_a_comment_of_github_comes_along_with_its_author_and_time(connect: Connect) -> None:
    say(connect("github"), "created")

    comment = Comment.objects.get()
    assert (comment.body, comment.source, comment.is_of_source) == ("It is back.", "github", True)
    assert (str(comment.author), comment.edited_at) == ("bea", None)
    assert comment.created_at.isoformat() == "2026-11-02T10:00:00+00:00"
    assert Item.objects.get().version == 1
    assert Change.objects.get(field="comment").after == {"id": comment.pk, "body": "It is back."}


def test_a_comment_is_there_once_however_often_it_is_told(connect: Connect) -> None:
    source = connect("github")

    outcomes = [say(source, "created").results[0]["outcome"] for __ in range(3)]

    assert outcomes == ["created", "unchanged", "unchanged"]
    assert Comment.objects.count() == 1


def test_an_edit_at_the_source_is_taken_and_the_history_keeps_both(connect: Connect) -> None:
    source = connect("github")
    say(source, "created")

    edited = say(source, "edited", body="It is back again.", edited="2026-11-02T10:05:00Z")
    late = say(source, "created")

    comment = Comment.objects.get()
    assert edited.results[0]["outcome"] == "updated"
    assert (comment.body, late.results[0]["outcome"]) == ("It is back again.", "skipped")
    assert comment.edited_at is not None
    said = Change.objects.filter(field="comment", before__isnull=False).get()
    assert (said.before["body"], said.after["body"]) == ("It is back.", "It is back again.")


def test_a_deleted_comment_goes_and_late_news_do_not_bring_it_back(connect: Connect) -> None:
    source = connect("github")
    say(source, "created")

    gone = say(source, "deleted", edited="2026-11-02T10:06:00Z")
    say(source, "created")

    assert standing() == []
    assert gone.results[0]["outcome"] == "updated"
    assert Change.objects.filter(field="comment", after__isnull=True).get().before["body"] == "It is back."


def test_a_comment_whose_deletion_came_first_never_appears(connect: Connect) -> None:
    source = connect("github")
    deliver(source, github_issue())

    say(source, "deleted")
    say(source, "created")

    assert standing() == []
    assert not Change.objects.filter(field="comment").exists()


def test_what_is_said_on_a_pull_request_is_left_alone(connect: Connect) -> None:
    payload = github("created")

    deliver(connect("github"), {**payload, "issue": {**payload["issue"], "pull_request": {"url": "x"}}})

    assert not Comment.objects.exists()


def test_a_note_of_gitlab_comes_to_an_issue_that_is_here_and_makes_none(connect: Connect, bob: User) -> None:
    source = connect("gitlab")
    person = PersonFactory(email="bea@example.com", name="Bea")

    unknown = deliver(source, gitlab())
    deliver(source, gitlab_issue())
    known = deliver(source, gitlab())
    deliver(source, gitlab(note="closed", id=10, system=True))

    assert (unknown.state, Item.objects.count()) == ("ignored", 1)
    assert known.results == [
        {"index": 0, "external_id": "acme/tools/ops#23", "outcome": "updated", "item": Item.objects.get().pk}
    ]
    assert (standing(), Comment.objects.get().author) == (["Looking."], person)


def test_a_note_of_gitlab_that_somebody_else_changed_keeps_its_author(connect: Connect) -> None:
    source = connect("gitlab")
    deliver(source, gitlab_issue())
    deliver(source, gitlab())

    deliver(source, gitlab(note="Looked.", author_id=5, updated_at="2026-11-02 10:09:00 UTC"))

    comment = Comment.objects.get()
    assert (comment.body, str(comment.author)) == ("Looked.", "Bea Ode")


def test_comments_of_jira_come_alone_and_go_without_their_issue(connect: Connect) -> None:
    source = connect("jira")
    deliver(source, jira_issue())
    issue = {"key": "OPS-1", "fields": {"summary": "Renew the certificate"}}

    deliver(source, {"webhookEvent": "comment_created", "issue": issue, "comment": jira_comment()})
    before = standing()
    gone = deliver(source, {"webhookEvent": "comment_deleted", "comment": jira_comment()})
    unknown = deliver(source, {"webhookEvent": "comment_deleted", "comment": jira_comment("99")})

    assert (before, standing()) == (["Done with db-3."], [])
    assert (gone.results[0]["external_id"], gone.state, unknown.state) == ("OPS-1", "taken", "ignored")


def test_a_whole_list_of_jira_tells_what_was_deleted(connect: Connect) -> None:
    source = connect("jira")
    one, two = (
        jira_comment("1", "One."),
        jira_comment("2", {"type": "doc", "content": [_words("Two.")]}),
    )

    deliver(source, jira_issue_with("2026-11-02T10:00:00.000+0000", one, two))
    both = standing()
    deliver(source, jira_issue_with("2026-11-02T11:00:00.000+0000", two))
    deliver(source, jira_issue_with("2026-11-02T11:30:00.000+0000", total=1))

    assert (both, standing()) == (["One.", "Two."], ["Two."])


def test_an_old_list_deletes_nothing(connect: Connect) -> None:
    source = connect("jira")
    one = jira_comment("1", "One.")
    later = jira_comment("2", "Two.", created="2026-11-02T12:00:00.000+0000", updated="2026-11-02T12:00:00.000+0000")
    deliver(source, jira_issue_with("2026-11-02T12:00:00.000+0000", one, later))

    deliver(source, jira_issue_with("2026-11-02T11:00:00.000+0000"))
    after = jira_comment("3", "Three.", created="2026-11-02T12:01:00.000+0000", updated="2026-11-02T12:01:00.000+0000")
    deliver(source, {"webhookEvent": "comment_created", "issue": {"key": "OPS-1"}, "comment": after})
    deliver(source, jira_issue_with("2026-11-02T12:00:00.000+0000", one, later))

    assert standing() == ["One.", "Two.", "Three."]


def test_a_comment_of_zendesk_comes_with_its_event(connect: Connect) -> None:
    said = {"id": "77", "body": "We look at it.", "is_public": True, "author": {"id": "12", "name": "Bea Ode"}}

    deliver(
        connect("zendesk"),
        {**zendesk_event("ticket.comment_added"), "time": "2026-11-02T10:00:00Z", "event": {"comment": said}},
    )

    assert (standing(), str(Comment.objects.get().author)) == (["We look at it."], "Bea Ode")


def test_exports_bring_their_comments_along_and_twice_is_unchanged(board: Board) -> None:
    github_row = {**github_issue()["issue"], "comments": [github("created")["comment"]]}
    gitlab_row = {
        "iid": 1,
        "title": "Rotate",
        "state": "opened",
        "references": {"full": "acme/ops#1"},
        "notes": [gitlab()["object_attributes"] | {"author": {"username": "bea"}}],
    }
    zendesk_row = {
        "id": 2,
        "subject": "Cannot sign in",
        "status": "open",
        "audits": [
            {
                "author_id": 12,
                "created_at": "2026-11-02T10:00:00Z",
                "events": [{"type": "Comment", "id": 5, "body": "Hm."}],
            }
        ],
    }
    rows = {"github": github_row, "gitlab": gitlab_row, "zendesk": zendesk_row}

    first = [take(board, form, row) for form, row in rows.items()]
    again = [take(board, form, row) for form, row in rows.items()]

    assert (first, again) == ([["created"]] * 3, [["unchanged"]] * 3)
    assert sorted(standing()) == ["Hm.", "It is back.", "Looking."]


def test_a_comment_on_an_item_in_the_trash_is_left_alone(connect: Connect) -> None:
    source = connect("gitlab")
    deliver(source, gitlab_issue())
    Item.objects.update(deleted_at=timezone.now())

    deliver(source, gitlab())

    assert standing() == []


def test_who_may_change_comments_cannot_change_those_of_a_source(connect: Connect, alice: User, client: Client) -> None:
    say(connect("github"), "created")
    comment = Comment.objects.get()
    client.force_login(alice)
    page = f"/t/sre/items/{comment.item_id}/"

    shown = client.get(page).content.decode()
    edited = client.post(f"{page}comments/{comment.pk}/edit/", {"body": "Mine."})
    by_api = client.delete(f"/api/v1/items/{comment.item_id}/comments/{comment.pk}/")

    assert "said in GitHub" in shown
    assert "Delete this comment" not in shown
    assert (edited.status_code, by_api.status_code) == (404, 409)
    assert by_api.json()["error"]["code"] == "said_at_source"
    assert standing() == ["It is back."]


def test_comments_of_recorded_webhooks_are_read(shared_data: Path) -> None:
    def told(kind: str, name: str, event: str = "") -> Any:
        payload = json.loads((shared_data / kind / "webhooks" / name).read_text())
        return KINDS[kind].read({"x-github-event": event}, payload)

    hub = told("github", "issue_comment.created.payload.json", "issue_comment").tickets[0].talk.comments
    lab = told("gitlab", "goplayground_comment-issue-event.json").talk[0]
    cloud = told("jira", "webhook-cloud-comment-created-mention-user.json").talk[0]
    gone = told("jira", "webhook-server-comment-deleted.json").talk[0]
    server = told("jira", "webhook-server-issue-updated-commented-2.json").tickets[0].talk

    assert (len(hub), hub[0].author) == (1, "Codertocat")
    assert (lab.ticket[-3:], lab.comments[0].body, lab.comments[0].author) == ("#17", "Hello world", "root")
    assert (cloud.comments[0].number, cloud.comments[0].is_deleted) == ("10019", False)
    assert (gone.ticket, gone.comments[0].number, gone.comments[0].is_deleted) == ("", "10084", True)
    assert (len(server.comments), server.is_whole) == (3, True)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
strange = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("id", "body", "note", "user", "author", "created_at", "updated_at"), json_values)
)


@given(strange)
def test_no_comment_is_so_strange_that_reading_it_fails(comment: dict[str, Any]) -> None:
    comments.github(comment)
    comments.gitlab(comment, "x")
    comments.zendesk(comment, "x", comment.get("created_at"))
    for kind, payload in {
        "jira": {"webhookEvent": "comment_created", "issue": {"key": "A-1"}, "comment": comment},
        "gitlab": {"object_kind": "note", "issue": {"iid": 1}, "object_attributes": comment, "user": comment},
        "zendesk": {"type": "zen:event-type:ticket.comment_added", "detail": {"id": 1}, "event": {"comment": comment}},
    }.items():
        KINDS[kind].read({}, payload)


def _words(text: str) -> dict[str, Any]:
    return {"type": "paragraph", "content": [{"type": "text", "text": text}]}
