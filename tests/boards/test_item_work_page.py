"""The item's page: logs in words, the timer, links, the history, and what scripts of strangers get."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from boards.models import ItemLink, Timer
from boards.services.comments import add_comment
from boards.services.items import edit_item
from boards.services.links import add_link
from boards.services.logs import add_log
from boards.services.moves import move_item
from boards.services.timers import start_timer
from boards.services.trash import delete_item
from tests.factories import MONDAY, BoardFactory, ItemFactory

pytestmark = pytest.mark.django_db

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def item(backlog):
    return ItemFactory(column=backlog, title="Disk full on db-1")


@pytest.fixture
def other(progress):
    return ItemFactory(column=progress, title="Rotate logs")


@pytest.fixture
def url(item):
    return f"/t/sre/items/{item.pk}/"


# Logs


def test_what_is_typed_is_said_back_in_the_readers_zone(client, mallory, item):
    mallory.timezone = "Asia/Tokyo"
    mallory.save(update_fields=["timezone"])
    client.force_login(mallory)

    understood = client.get("/t/sre/understood/?duration=1h 15m 2026-11-02 14:00").content.decode()
    refused = client.get("/t/sre/understood/?duration=1h monkey").content.decode()
    nothing = client.get("/t/sre/understood/?duration=").content.decode()
    client.post(f"/t/sre/items/{item.pk}/logs/", {"duration": "1h 15m 2026-11-02 14:00"})

    assert "1 h 15 min, Mon 2 Nov 2026, 14:00–15:15" in understood
    assert "“monkey” is not understood." in refused
    assert "<svg" not in nothing
    assert item.logs.get().started_at.isoformat() == "2026-11-02T05:00:00+00:00"


def test_an_owner_logs_the_work_of_another_and_a_member_only_their_own(client, alice, mallory, item, url):
    fields = {"duration": "1h", "person": mallory.person.pk}
    client.force_login(alice)
    client.post(url + "logs/", fields)
    client.force_login(mallory)
    client.post(url + "logs/", {**fields, "person": alice.person.pk})

    assert [log.person for log in item.logs.all()] == [mallory.person, mallory.person]
    assert "Whose work" not in client.get(url).content.decode()
    assert "of Mallory" in client.get(url + "?tab=logs").content.decode()


def test_a_log_is_changed_by_who_worked_and_by_owners(client, alice, mallory, bob, by_alice, item, url):
    at = timezone.now()
    log = add_log(
        item=item,
        person=alice.person,
        started_at=MONDAY,
        ended_at=MONDAY + timedelta(hours=1, seconds=30),
        by=by_alice,
        at=at,
    )
    client.force_login(mallory)
    forbidden = client.post(f"{url}logs/{log.pk}/edit/", {"duration": "2h"})
    client.force_login(alice)
    form = client.get(f"{url}logs/{log.pk}/edit/", headers=SCRIPT).content.decode()
    shown = "2026-11-09 09:00-10:00"
    client.post(f"{url}logs/{log.pk}/edit/", {"duration": shown, "note": "Only this", "person": alice.person.pk})
    log.refresh_from_db()
    untouched = log.ended_at
    refused = client.post(f"{url}logs/{log.pk}/edit/", {"duration": "soon", "person": alice.person.pk}, headers=SCRIPT)
    fields = {"duration": "2026-11-09 9:00-11:00", "person": mallory.person.pk}
    client.post(f"{url}logs/{log.pk}/edit/", fields)

    log.refresh_from_db()
    assert forbidden.status_code == 403
    assert shown in form
    assert untouched == MONDAY + timedelta(hours=1, seconds=30)
    assert refused.status_code == 422
    assert "“soon” is not understood" in refused.content.decode()
    assert (log.person, log.ended_at) == (mallory.person, MONDAY + timedelta(hours=2))


def test_a_deleted_log_is_brought_back(client, mallory, item, url):
    client.force_login(mallory)
    client.post(url + "logs/", {"duration": "1h"})
    log = item.logs.get()

    deleted = client.post(f"{url}logs/{log.pk}/delete/", headers=SCRIPT)
    undo = json.loads(deleted.headers["HX-Trigger"])["item:said"]["undo"]["url"]
    client.post(undo, headers=SCRIPT)

    assert item.logs.kept().get() == log


# The timer


def test_a_timer_is_shown_on_every_page_until_it_is_logged(client, alice, by_alice, item, url):
    client.force_login(alice)
    client.post(url + "timer/")
    Timer.objects.update(started_at=timezone.now() - timedelta(minutes=34))
    timer = Timer.objects.get()
    board = client.get("/t/sre/b/operations/").content.decode()
    dialog = client.get("/timer/", headers=SCRIPT).content.decode()
    done = client.post("/timer/stop/", {"timer": timer.pk, "note": "Purged"}, headers=SCRIPT)
    again = client.post("/timer/stop/", {"timer": timer.pk}, headers=SCRIPT)

    assert 'class="timerchip"' in board
    assert "34 min" in board
    assert "<dialog" in dialog
    assert "Logged on" in json.loads(done.headers["HX-Trigger"])["item:said"]["text"]
    assert "<dialog" in again.content.decode()
    assert "No timer runs" in again.content.decode()
    assert item.logs.get().note == "Purged"
    assert 'class="timerchip"' not in client.get("/t/sre/b/operations/").content.decode()


def test_the_times_of_a_timer_are_corrected_before_they_are_logged(client, alice, by_alice, item):
    timer = start_timer(item=item, by=by_alice, at=MONDAY)
    client.force_login(alice)

    forgotten = client.post("/timer/stop/", {"timer": timer.pk})
    unreadable = client.post("/timer/stop/", {"timer": timer.pk, "duration": "until lunch"})
    logged = client.post("/timer/stop/", {"timer": timer.pk, "duration": "2026-11-09 9:00-12:30"})

    assert (forgotten.status_code, unreadable.status_code, logged.status_code) == (422, 422, 302)
    assert "Say until when you worked." in forgotten.content.decode()
    assert "until lunch" in unreadable.content.decode()
    assert item.logs.get().ended_at == MONDAY + timedelta(hours=3, minutes=30)


def test_another_item_asks_before_it_takes_the_timer(client, alice, by_alice, item, other):
    timer = start_timer(item=item, by=by_alice, at=timezone.now() - timedelta(minutes=5))
    client.force_login(alice)

    asked = client.post(f"/t/sre/items/{other.pk}/timer/", headers=SCRIPT).content.decode()
    by_form = client.post(f"/t/sre/items/{other.pk}/timer/")
    client.post("/timer/stop/", {"timer": timer.pk, "then": other.pk})

    assert "This is logged before the timer begins on" in asked
    assert by_form.headers["Location"] == f"/timer/?then={other.pk}"
    assert Timer.objects.get().item == other
    assert item.logs.get().ended_at - item.logs.get().started_at >= timedelta(minutes=5)


def test_a_discarded_timer_is_taken_up_again_where_it_was(client, alice, by_alice, item, url):
    began = timezone.now() - timedelta(minutes=5)
    timer = start_timer(item=item, by=by_alice, at=began)
    client.force_login(alice)

    discarded = client.post("/timer/discard/", {"timer": timer.pk}, headers=SCRIPT)
    undo = json.loads(discarded.headers["HX-Trigger"])["item:said"]["undo"]
    client.post(undo["url"], undo["values"], headers=SCRIPT)

    assert Timer.objects.get().started_at == began
    assert not item.logs.exists()


def test_timers_are_for_members_and_links_to_strangers_items_begin_none(client, alice, by_alice, bob, charlie, item):
    timer = start_timer(item=item, by=by_alice, at=timezone.now() - timedelta(minutes=5))
    strangers = ItemFactory(board=BoardFactory())
    client.force_login(bob)
    viewer = client.post(f"/t/sre/items/{item.pk}/timer/")
    client.force_login(charlie)
    stranger = client.post(f"/t/sre/items/{item.pk}/timer/")
    client.post("/timer/stop/", {"timer": timer.pk})
    client.logout()
    anonymous = client.get("/timer/")
    client.force_login(alice)
    client.post("/timer/stop/", {"timer": timer.pk, "then": strangers.pk})

    assert (viewer.status_code, stranger.status_code, anonymous.status_code) == (403, 404, 302)
    assert item.logs.count() == 1
    assert not Timer.objects.exists()


# Links


def test_items_are_linked_by_key_number_or_title_and_shown_from_both_sides(client, mallory, item, other, url):
    client.force_login(mallory)

    client.post(url + "links/", {"kind": "part_of", "to": f"#{other.pk} {other.title}"})
    client.post(url + "links/", {"kind": "has_part", "to": "Wait for it"})
    by_title = client.post(url + "links/", {"kind": "duplicated_by", "to": "Rotate logs"})
    here = client.get(url).content.decode()
    there = client.get(f"/t/sre/items/{other.pk}/").content.decode()

    assert by_title.status_code == 302
    assert set(ItemLink.objects.values_list("item", "to", "kind")) == {
        (item.pk, other.pk, "part_of"),
        (other.pk, item.pk, "duplicates"),
    }
    assert "is part of" in here
    assert "has as a part" in there
    assert "linked it:" in there


def test_a_duplicate_is_closed_with_its_link(client, mallory, item, other, done, url):
    client.force_login(mallory)

    client.post(url + "links/", {"kind": "duplicates", "to": f"#{other.pk}", "close": "on"})

    item.refresh_from_db()
    assert item.column == done


def test_a_link_is_taken_back_with_the_move_that_closed_its_duplicate(client, mallory, item, other, done, url):
    client.force_login(mallory)
    stood = item.column
    fields = {"kind": "duplicates", "to": f"#{other.pk}", "close": "on"}
    answer = client.post(url + "links/", fields, headers=SCRIPT)
    action = json.loads(answer["HX-Trigger"])["toast"]["undo"]

    undone = client.post(f"/t/sre/undo/{action}/", headers=SCRIPT).json()

    item.refresh_from_db()
    assert item.column == stood
    assert not ItemLink.objects.exists()
    assert undone["gone"] == []


def test_a_link_that_was_removed_comes_back(client, mallory, by_alice, item, other, url):
    link = add_link(item=item, to=other, kind="part_of", by=by_alice, at=timezone.now())
    client.force_login(mallory)
    answer = client.post(f"{url}links/{link.pk}/delete/", headers=SCRIPT)
    action = json.loads(answer["HX-Trigger"])["toast"]["undo"]

    undone = client.post(f"/t/sre/undo/{action}/", headers=SCRIPT).json()

    assert undone["said"].startswith("The links of")
    assert ItemLink.objects.get().to == other


@pytest.mark.parametrize("to", ["", "#999999", "Nothing like it", "#99999999999999999999", "nul\0"])
def test_what_is_not_found_is_not_linked(client, mallory, item, url, to):
    client.force_login(mallory)

    answer = client.post(url + "links/", {"kind": "relates_to", "to": to}, headers=SCRIPT)

    assert answer.status_code == 422
    assert 'id="link_to_error"' in answer.content.decode()


def test_items_of_other_teams_are_neither_found_nor_linked(client, mallory, item, other, url):
    strangers = ItemFactory(board=BoardFactory(), title="Rotate elsewhere")
    client.force_login(mallory)

    found = client.get(url + "links/found/?to=rotate").content.decode()
    refused = client.post(url + "links/", {"kind": "relates_to", "to": f"#{strangers.pk}"}, headers=SCRIPT)

    assert "Rotate logs" in found
    assert "elsewhere" not in found
    assert refused.status_code == 422


def test_a_linked_item_in_the_trash_is_shown_as_such_and_the_link_can_go(client, alice, by_alice, item, other, url):
    link = add_link(item=item, to=other, kind="relates_to", by=by_alice, at=timezone.now())
    delete_item(item=other, by=by_alice, at=timezone.now())
    client.force_login(alice)

    shown = client.get(url).content.decode()
    client.post(f"{url}links/{link.pk}/delete/")

    assert re.search(r"deleted\s*</span>", shown)
    assert not ItemLink.objects.exists()


def test_viewers_see_links_and_change_none(client, bob, by_alice, item, other, url):
    link = add_link(item=item, to=other, kind="relates_to", by=by_alice, at=timezone.now())
    client.force_login(bob)

    assert "Rotate logs" in client.get(url).content.decode()
    assert client.post(url + "links/", {"kind": "part_of", "to": f"#{other.pk}"}).status_code == 403
    assert client.post(f"{url}links/{link.pk}/delete/").status_code == 403


def test_only_addresses_that_can_run_nothing_are_links(client, alice, item, url):
    client.force_login(alice)
    type(item).objects.update(url="javascript:alert(1)")
    unsafe = client.get(url).content.decode()
    type(item).objects.update(url="https://tracker.example/1")
    safe = client.get(url).content.decode()

    assert "javascript:alert" not in unsafe
    assert 'href="https://tracker.example/1"' in safe


# The history


def test_the_history_comes_fifty_at_a_time_the_latest_first(client, alice, by_alice, item, url):
    for number in range(60):
        edit_item(item=item, changes={"title": f"Title {number}"}, by=by_alice, at=timezone.now())
    add_comment(item=item, body="Said last", by=by_alice, at=timezone.now())
    client.force_login(alice)

    page = client.get(url, headers=SCRIPT).content.decode()
    more = client.get(url + "?tab=activity&shown=100", headers=SCRIPT).content.decode()
    history = client.get(url + "?tab=history", headers=SCRIPT).content.decode()
    comments = client.get(url + "?tab=comments", headers=SCRIPT).content.decode()

    assert page.count('<li class="ev">') == 50
    assert "12 earlier entries" in page
    assert more.count('<li class="ev">') == 62
    assert "Said last" not in history
    assert comments.count('<li class="ev">') == 1


def test_long_texts_are_compared_when_they_are_asked_for(client, alice, charlie, by_alice, item, url):
    edit_item(item=item, changes={"description": "one\ntwo\nthree"}, by=by_alice, at=timezone.now())
    edit_item(item=item, changes={"description": "one\n2\nthree"}, by=by_alice, at=timezone.now())
    change = item.changes.filter(field="description").latest("pk")
    client.force_login(alice)

    lines = client.get(f"{url}changes/{change.pk}/", headers=SCRIPT).content.decode()
    page = client.get(f"{url}changes/{change.pk}/").content.decode()
    client.force_login(charlie)

    assert "<del>two" in lines
    assert "<ins>2" in lines
    assert "<html" in page
    assert client.get(f"{url}changes/{change.pk}/").status_code == 404


def test_the_age_in_a_column_is_never_reset_by_an_edit(client, alice, by_alice, item, other, progress, url):
    client.force_login(alice)
    entered = item.entered_column_at
    fields = {"title": "New", "labels": ["x"], "service": "db", "description": "y", "classification": "toil"}
    edit_item(item=item, changes={**fields, "blocked_reason": "z"}, by=by_alice, at=timezone.now())
    edit_item(item=item, changes={"assignee": alice.person, "is_blocked": False}, by=by_alice, at=timezone.now())
    add_comment(item=item, body="x", by=by_alice, at=timezone.now())
    add_link(item=item, to=other, kind="relates_to", by=by_alice, at=timezone.now())
    item.refresh_from_db()
    kept = item.entered_column_at
    days = (timezone.now() - entered).days
    shown = client.get(url).content.decode()
    move_item(item=item, to=progress, by=by_alice, at=timezone.now())
    item.refresh_from_db()

    assert kept == entered
    assert f"{days} days in Backlog." in shown
    assert item.entered_column_at > entered


def test_a_block_says_since_when_and_that_it_counts_as_waiting(client, alice, by_alice, item, url):
    edit_item(item=item, changes={"blocked_reason": "Vendor"}, by=by_alice, at=MONDAY + timedelta(hours=3))
    edit_item(item=item, changes={"blocked_reason": "Customer"}, by=by_alice, at=MONDAY + timedelta(hours=4))
    client.force_login(alice)

    shown = client.get(url).content.decode()

    assert "counts as waiting" in shown
    assert (MONDAY + timedelta(hours=3)).isoformat() in shown.split("Blocked", 1)[1].split("counts as waiting")[0]


# Texts


def test_a_preview_is_drawn_as_the_text_will_be(client, mallory, bob, item):
    client.force_login(mallory)
    text = "- [ ] **now** #12\n\n<script>x</script>"

    shown = client.post("/t/sre/preview/", {"text": text}, headers=SCRIPT).content.decode()
    client.force_login(bob)

    assert "<strong>now</strong>" in shown
    assert 'href="/t/sre/items/12/"' in shown
    assert "<script>" not in shown
    assert client.post("/t/sre/preview/", {"text": text}, headers=SCRIPT).status_code == 403


def test_a_title_of_a_hundred_thousand_characters_is_refused_and_kept_in_its_field(client, mallory, item, url):
    client.force_login(mallory)
    title = "長" * 100_000

    answer = client.post(url + "edit/", {"fields": "title", "title": title, "version": 1}, headers=SCRIPT)

    assert answer.status_code == 422
    assert "at most 500 characters (it has 100000)" in answer.content.decode()
    assert title in answer.content.decode()
    assert "maxlength" not in client.get(url).content.decode().split('name="service"')[1].split(">")[0]


def test_theirs_are_kept_and_drawn_again(client, mallory, by_alice, item, url):
    client.force_login(mallory)
    edit_item(item=item, changes={"title": "Theirs"}, by=by_alice, at=timezone.now())
    mine = client.post(url + "edit/", {"fields": "title", "title": "Mine", "version": 1}, headers=SCRIPT)

    kept = client.post(url + "edit/", {"fields": "", "redraw": "title"}, headers=SCRIPT).content.decode()

    item.refresh_from_db()
    assert "Merge the two by hand" in mine.content.decode()
    assert 'id="item-title"' in kept
    assert ">Theirs</textarea>" in kept
    assert item.title == "Theirs"


def test_a_script_of_somebody_who_is_signed_out_is_told_so(client, item, url):
    by_script = client.post(url + "comments/", {"body": "Lost?"}, headers=SCRIPT)
    by_form = client.post(url + "comments/", {"body": "Lost?"})

    assert (by_script.status_code, by_form.status_code) == (401, 302)
    assert by_script.json()["error"]["code"] == "signed_out"
    assert not item.comments.exists()


def test_the_page_leads_to_the_items_before_and_after(client, alice, backlog, item, other):
    second = ItemFactory(column=backlog)
    client.force_login(alice)

    page = client.get(f"/t/sre/items/{second.pk}/").content.decode()

    assert f'href="/t/sre/items/{item.pk}/" data-item-step="k"' in page
    assert f'href="/t/sre/items/{other.pk}/" data-item-step="j"' in page
    assert 'data-item-step="k"' not in client.get(f"/t/sre/items/{item.pk}/").content.decode()
    assert 'data-item-step="j"' not in client.get(f"/t/sre/items/{other.pk}/").content.decode()


def test_the_parts_are_drawn_again_for_those_who_look_on(client, bob, mallory, by_alice, item, url):
    edit_item(item=item, changes={"title": "Now this"}, by=by_alice, at=timezone.now())
    for user in (mallory, bob):
        client.force_login(user)

        parts = client.get(url + "?parts=1", headers=SCRIPT).content.decode()

        assert 'id="item-activity" hx-swap-oob="true"' in parts
        assert "Now this" in parts
