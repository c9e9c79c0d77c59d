"""Who is meant by what sources call people: a mapping that owners edit, and two people who turn out to be one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from boards.models import Board, Change, Comment, Item, Stay, WorkLog
from boards.services.items import edit_item
from boards.services.people import MergeRefusedError, merge_people
from boards.services.rebuild import rebuild_stays
from imports.services.people import Named, resolve_people
from teams.actors import Actor
from teams.models import Handle, Membership, Person, Team, User
from tests.factories import InvitationFactory, PersonFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

Send = Callable[..., Any]


def ticket(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "external_id": f"OPS-{number}",
        "title": "Disk full",
        "assignee": "ann",
        "status": "In Progress",
        "created_at": "2026-11-02T09:00:00Z",
        "updated_at": "2026-11-02T12:00:00Z",
        "history": [
            {"at": "2026-11-02T10:00:00Z", "status": "In Progress"},
            {"at": "2026-11-02T11:00:00Z", "assignee": "lee"},
            {"at": "2026-11-02T12:00:00Z", "assignee": "ann"},
        ],
        "logs": [
            {
                "person": "ann",
                "started_at": "2026-11-02T10:00:00Z",
                "ended_at": "2026-11-02T11:00:00Z",
                "note": "Looked",
            }
        ],
        **fields,
    }


def known_as(handle: str) -> Person:
    return Handle.objects.get(handle=handle).person


def member(team: Team) -> Person:
    person = PersonFactory(name="Ann Lee", email="ann.lee@example.com")
    Membership.objects.create(team=team, person=person)
    return person


def merge(team: Team, gone: Person, into: Person, by: Actor) -> Person:
    return merge_people(team=team, gone=gone, into=into, by=by, at=timezone.now())


def held(item: Item) -> list[tuple[int | None, str]]:
    return [(stay.assignee_id, stay.started_at.strftime("%H:%M")) for stay in item.stays.order_by("started_at")]


def test_all_that_somebody_did_becomes_the_others(send: Send, team: Team, by_alice: Actor) -> None:
    send(ticket())
    person, item, lee = member(team), Item.objects.get(), known_as("lee")
    Comment.objects.create(item=item, author=known_as("ann"), body="Hm.", created_at=item.created_at)

    merge(team, known_as("ann"), person, by_alice)

    item.refresh_from_db()
    assert item.assignee == person
    assert held(item) == [(person.pk, "09:00"), (person.pk, "10:00"), (lee.pk, "11:00"), (person.pk, "12:00")]
    assert WorkLog.objects.get().person == person
    assert Comment.objects.get().author == person
    assert known_as("ann") == person
    assert not Person.objects.filter(name="ann").exists()


def test_the_past_stays_as_it_was_recorded_and_comes_to_the_same_stays(send: Send, team: Team, by_alice: Actor) -> None:
    send(ticket())
    before = list(Change.objects.order_by("pk").values())

    merge(team, known_as("ann"), member(team), by_alice)

    assert list(Change.objects.order_by("pk").values())[: len(before)] == before
    assert rebuild_stays(item_ids=[Item.objects.get().pk], dry_run=True) == []


def test_two_who_followed_each_other_are_one_person_all_along(send: Send, team: Team, by_alice: Actor) -> None:
    send(ticket())
    item = Item.objects.get()

    merged = merge(team, known_as("lee"), known_as("ann"), by_alice)

    assert held(item) == [(merged.pk, "09:00"), (merged.pk, "10:00"), (merged.pk, "11:00")]
    assert (known_as("lee"), known_as("ann")) == (merged, merged)


def test_the_same_file_changes_nothing_afterwards_and_a_newer_one_goes_on(
    send: Send, team: Team, by_alice: Actor
) -> None:
    send(ticket())
    person = member(team)
    merge(team, known_as("ann"), person, by_alice)
    changes = Change.objects.count()

    same = send(ticket())
    more = [*ticket()["history"], {"at": "2026-11-02T13:00:00Z", "status": "Done"}]
    newer = send(ticket(history=more, status="Done", updated_at="2026-11-02T13:00:00Z"))

    item = Item.objects.get()
    assert (same["unchanged"], newer["updated"]) == (1, 1)
    assert Change.objects.count() == changes + 1
    assert (item.assignee, item.column.name) == (person, "Done")
    assert rebuild_stays(item_ids=[item.pk], dry_run=True) == []


def test_what_a_person_decided_stays_decided(send: Send, team: Team, by_alice: Actor) -> None:
    send(ticket(1), ticket(2, assignee=None, history=[], logs=[]))
    item = Item.objects.get(external_id="OPS-2")
    edit_item(item=item, changes={"assignee": known_as("ann")}, by=by_alice, at=timezone.now())
    person = member(team)

    merge(team, known_as("ann"), person, by_alice)
    send(ticket(2, assignee="lee", history=[], logs=[], updated_at="2026-11-02T12:30:00Z"))

    item.refresh_from_db()
    assert item.assignee == person
    assert rebuild_stays(item_ids=[item.pk], dry_run=True) == []


def test_an_address_goes_with_its_person_to_who_has_none(send: Send, team: Team, by_alice: Actor) -> None:
    send(ticket())
    person = member(team)

    merged = merge(team, person, known_as("ann"), by_alice)

    assert (merged.email, merged.name) == ("ann.lee@example.com", "ann")
    assert Membership.objects.get(person=merged).team == team


def test_a_membership_of_both_is_kept_once(send: Send, team: Team, by_alice: Actor) -> None:
    send(ticket())
    person = member(team)
    Membership.objects.create(team=team, person=known_as("ann"))

    merged = merge(team, known_as("ann"), person, by_alice)

    assert Membership.objects.filter(person=merged).count() == 1


def test_who_cannot_be_merged_stays_and_it_is_said_why(send: Send, team: Team, by_alice: Actor, alice: User) -> None:
    send(ticket())
    ann = known_as("ann")
    elsewhere = PersonFactory(email=None)
    Membership.objects.create(team=TeamFactory(slug="other"), person=elsewhere)

    for gone, into, why in (
        (ann, ann, "one person already"),
        (alice.person, ann, "has an account"),
        (elsewhere, ann, "another team"),
    ):
        with pytest.raises(MergeRefusedError, match=why):
            merge(team, gone, into, by_alice)
    assert Stay.objects.filter(assignee=ann).exists()


@pytest.mark.parametrize("has_account", [True, False])
def test_two_with_addresses_are_one_and_either_address_means_them(
    send: Send, team: Team, by_alice: Actor, alice: User, *, has_account: bool
) -> None:
    old, new = "ann.old@example.com", "ann.new@example.com"
    send(ticket(assignee=old, history=[], logs=[]), ticket(2, assignee=new, history=[], logs=[]))
    gone = Person.objects.get(email=old)
    into = alice.person if has_account else Person.objects.get(email=new)

    merged = merge(team, gone, into, by_alice)
    send(ticket(3, assignee=old.upper(), history=[]), ticket(4, assignee=merged.email, history=[]))
    send(ticket(updated_at="2026-11-03T09:00:00Z", assignee=old, history=[], title="Disk full again"))

    assert merged.email == ("alice@example.com" if has_account else new)
    owners = dict(Item.objects.values_list("external_id", "assignee"))
    assert {owners[f"OPS-{number}"] for number in (1, 3, 4)} == {merged.pk}
    assert not Person.objects.filter(email=old).exists()
    stays = list(Stay.objects.order_by("pk").values_list("item", "assignee", "started_at"))
    rebuild_stays(item_ids=Item.objects.values_list("pk", flat=True))
    assert {stay[1] for stay in stays} == {merged.pk} | set(
        Person.objects.filter(email=new, pk__in=[stay[1] for stay in stays]).values_list("pk", flat=True)
    )
    assert set(stays) == set(Stay.objects.values_list("item", "assignee", "started_at"))


def test_a_second_address_means_the_same_person_on_pages_and_in_the_api(
    send: Send, team: Team, by_alice: Actor, api: APIClient
) -> None:
    old = "ann.old@example.com"
    send(ticket(assignee=old, history=[], logs=[]))
    merged = merge(team, Person.objects.get(email=old), member(team), by_alice)
    item = Item.objects.get()
    api.patch(f"/api/v1/items/{item.pk}/", {"assignee": None}, format="json")

    answer = api.patch(f"/api/v1/items/{item.pk}/", {"assignee": old.upper()}, format="json")
    times = {"started_at": "2026-11-02T10:00:00Z", "ended_at": "2026-11-02T11:00:00Z"}
    api.post(f"/api/v1/items/{item.pk}/logs/", {"person": old, **times}, format="json")

    assert answer.json()["assignee"] == "ann.lee@example.com"
    assert WorkLog.objects.get().person == merged


def test_a_second_address_means_whoever_signs_in_with_it(send: Send, team: Team, by_alice: Actor) -> None:
    old = "ann.old@example.com"
    send(ticket(assignee=old, history=[], logs=[]))
    merge(team, Person.objects.get(email=old), member(team), by_alice)
    account = UserFactory(email=old)

    send(ticket(2, assignee=old, history=[], logs=[]))

    assert Item.objects.get(external_id="OPS-2").assignee == account.person


def test_another_team_need_not_believe_in_a_second_address(send: Send, team: Team, by_alice: Actor) -> None:
    old = "ann.old@example.com"
    send(ticket(assignee=old, history=[], logs=[]))
    merged = merge(team, Person.objects.get(email=old), member(team), by_alice)

    found = resolve_people(at_source=Named(TeamFactory(slug="other"), "jira"), names={old}, known={}, at=timezone.now())

    assert found[old] != merged
    assert found[old].email == old


def test_who_is_invited_is_not_merged_away(send: Send, team: Team, by_alice: Actor, alice: User) -> None:
    old = "ann.old@example.com"
    send(ticket(assignee=old, history=[], logs=[]))
    InvitationFactory(team=team, email=old)

    with pytest.raises(MergeRefusedError, match="invited by mail"):
        merge(team, Person.objects.get(email=old), alice.person, by_alice)


def test_owners_merge_any_two_and_point_second_addresses_elsewhere(
    send: Send, team: Team, alice: User, bob: User, client: Client
) -> None:
    send(ticket(assignee="ann.old@example.com", history=[], logs=[]))
    gone = Person.objects.get(email="ann.old@example.com")
    page, url = "/t/sre/settings/people/", "/t/sre/settings/people/merge/"
    client.force_login(bob)
    assert client.post(url, {"gone": gone.pk, "into": alice.person.pk}).status_code == 403
    client.force_login(alice)

    assert client.get(url).status_code == 405
    refused = client.post(url, {"gone": gone.pk, "into": gone.pk})
    done = client.post(url, {"gone": gone.pk, "into": alice.person.pk})

    assert (refused.status_code, done.status_code) == (422, 302)
    assert "These are one person already." in refused.content.decode()
    assert "Second e-mail address" in client.get(page).content.decode()
    row = Handle.objects.get(handle="ann.old@example.com")
    client.post(f"{page}{row.pk}/", {f"handle-{row.pk}-person": bob.person.pk, "do": "map"})
    row.refresh_from_db()
    assert row.person == bob.person


def test_a_merge_that_comes_twice_is_refused(send: Send, team: Team, by_alice: Actor) -> None:
    send(ticket())
    ann, person = known_as("ann"), member(team)
    merge(team, ann, person, by_alice)

    with pytest.raises(MergeRefusedError, match="not there any more"):
        merge(team, ann, person, by_alice)


def test_owners_say_who_is_meant_from_now_on(send: Send, team: Team, alice: User, client: Client) -> None:
    send(ticket())
    client.force_login(alice)
    row, person = Handle.objects.get(handle="ann"), member(team)

    answer = client.post(
        f"/t/sre/settings/people/{row.pk}/", {f"handle-{row.pk}-person": person.pk, "do": "map"}, follow=True
    )
    send(ticket(2))

    assert "ann means Ann Lee from now on." in answer.content.decode()
    assert Item.objects.get(external_id="OPS-1").assignee != person
    assert Item.objects.get(external_id="OPS-2").assignee == person


def test_owners_merge_on_the_page(send: Send, team: Team, alice: User, client: Client) -> None:
    send(ticket())
    client.force_login(alice)
    row, person = Handle.objects.get(handle="ann"), member(team)
    address = f"/t/sre/settings/people/{row.pk}/"

    refused = client.post(address, {f"handle-{row.pk}-person": row.person_id, "do": "merge"})
    merged = client.post(address, {f"handle-{row.pk}-person": person.pk, "do": "merge"}, follow=True)
    nobody = client.post(address, {f"handle-{row.pk}-person": 0, "do": "merge"})

    assert (refused.status_code, nobody.status_code) == (422, 422)
    assert "These are one person already." in refused.content.decode()
    assert "ann and Ann Lee are one person now." in merged.content.decode()
    assert Item.objects.get().assignee == person


def test_a_name_can_be_explained_before_a_ticket_has_it(send: Send, team: Team, alice: User, client: Client) -> None:
    client.force_login(alice)
    person = member(team)
    fields = {"source": "jira", "handle": "ann", "person": person.pk}

    saved = client.post("/t/sre/settings/people/add/", fields)
    address = client.post("/t/sre/settings/people/add/", {**fields, "handle": "ann@example.com"})
    send(ticket())

    assert (saved.status_code, address.status_code) == (302, 422)
    assert Item.objects.get().assignee == person


def test_only_owners_see_and_change_the_names(send: Send, team: Team, bob: User, charlie: User, client: Client) -> None:
    send(ticket())
    row = Handle.objects.get(handle="ann")
    page = "/t/sre/settings/people/"

    anonymous = client.get(page)
    assert client.post(f"{page}merge/")["Location"].startswith("/accounts/login/")
    statuses = []
    for user in (bob, charlie):
        client.force_login(user)
        statuses += [client.get(page).status_code, client.post(f"{page}add/").status_code]
        statuses += [client.post(f"{page}{row.pk}/").status_code, client.post(f"{page}merge/").status_code]

    assert anonymous["Location"].startswith("/accounts/login/")
    assert statuses == [403] * 4 + [404] * 4


def test_nobody_of_another_team_can_be_chosen(send: Send, team: Team, alice: User, client: Client) -> None:
    send(ticket())
    row, stranger = Handle.objects.get(handle="ann"), PersonFactory()
    client.force_login(alice)

    answer = client.post(f"/t/sre/settings/people/{row.pk}/", {f"handle-{row.pk}-person": stranger.pk, "do": "map"})
    other = Handle.objects.create(team=TeamFactory(slug="other"), source="jira", handle="x", person=stranger)

    assert answer.status_code == 422
    assert client.post(f"/t/sre/settings/people/{other.pk}/").status_code == 404
    assert client.get(f"/t/sre/settings/people/{row.pk}/").status_code == 405


def test_more_names_cost_no_more_queries(send: Send, board: Board, team: Team, alice: User, client: Client) -> None:
    client.force_login(alice)
    counts = []
    for number in (1, 9):
        send(*(ticket(place, assignee=f"p{place}", history=[], logs=[]) for place in range(number)))
        client.get("/t/sre/settings/people/")
        with CaptureQueriesContext(database) as queries:
            client.get("/t/sre/settings/people/")
        counts.append(len(queries))

    assert counts[0] == counts[1]
