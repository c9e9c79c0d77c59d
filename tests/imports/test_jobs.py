"""Long imports: jobs of short steps, which lose and double nothing whatever happens to their workers."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from celery import current_app
from django.core import mail
from django.db import DataError, connection
from django.utils import timezone
from rest_framework.test import APIClient

from boards.models import Board, Change, FeedEvent, Item, Stay
from boards.services.boards import archive_board, delete_board, restore_board, unarchive_board
from imports.models import Import, RowKey, UploadChunk
from imports.services.jobs import (
    cancel_import,
    forget_old,
    give_up,
    import_now,
    next_rows,
    rows_of,
    step,
)
from imports.services.leases import claim, release, reserve_due
from imports.services.take import take_batch
from imports.services.undo import begin_undo
from imports.services.uploads import CHUNK
from imports.tasks import run_import, tick
from teams.actors import SYSTEM, Actor, Via
from teams.models import Person

URL = "/api/v1/imports/"
Upload = Callable[..., Import]


def tickets(count: int, **fields: Any) -> Iterator[bytes]:
    for number in range(count):
        ticket = {"external_id": f"OPS-{number}", "title": f"Ticket {number}", "status": "Doing", **fields}
        yield json.dumps(ticket).encode() + b"\n"


@pytest.fixture
def upload(api: APIClient, board: Board) -> Upload:
    """Send a stream, and return the job that it became."""

    def upload(body: bytes, content_type: str = "application/x-ndjson", **options: Any) -> Import:
        query = "&".join(f"{name}={value}" for name, value in options.items())
        answer = api.post(f"{URL}?board={board.pk}&source=jira&{query}", body, content_type=content_type)
        assert answer.status_code == 202, answer.content
        assert answer["Location"] == f"http://testserver{URL}{answer.json()['id']}/"
        return Import.objects.get(pk=answer.json()["id"])

    return upload


def test_a_refused_issue_of_jira_does_not_stop_the_others(api: APIClient, board: Board) -> None:
    def issue(key: str, status: str) -> bytes:
        stage = {"name": status, "statusCategory": {"key": "done"}}
        return json.dumps({"key": key, "fields": {"summary": "x", "status": stage}}).encode() + b"\n"

    body = issue("OPS-1", "Odd\0") + issue("OPS-2", "\ud800") + issue("OPS-3", "Odd")
    address = f"{URL}?board={board.pk}&source=jira&format=jira"
    answer = api.post(address, body, content_type="application/x-ndjson")
    run_import(answer.json()["id"])

    job = Import.objects.get()
    assert (job.state, job.created, job.failed) == ("finished", 1, 2)
    assert job.status_stages == {"odd": "done"}
    assert Item.objects.get().column.is_done


def test_a_stream_becomes_a_job_with_progress(api: APIClient, upload: Upload) -> None:
    job = upload(b"".join(tickets(2_500)))
    waiting = api.get(f"{URL}{job.pk}/").json()

    run_import(job.pk)

    over = api.get(f"{URL}{job.pk}/").json()
    assert (waiting["state"], waiting["rows"], waiting["progress"]) == ("queued", 2_500, 0)
    assert (over["state"], over["rows"], over["progress"], over["created"]) == ("finished", 2_500, 2_500, 2_500)
    assert "results" not in over
    assert Item.objects.count() == 2_500
    assert not UploadChunk.objects.exists()
    assert not RowKey.objects.exists()


def test_more_than_a_thousand_tickets_in_a_body_become_a_job(api: APIClient, board: Board) -> None:
    items = [json.loads(line) for line in tickets(1_001)]

    answer = api.post(URL, {"board": board.pk, "source": "jira", "items": items}, format="json")

    assert (answer.status_code, answer.json()["state"], answer.json()["rows"]) == (202, "queued", 1_001)
    run_import(answer.json()["id"])
    assert Item.objects.count() == 1_001


def test_a_second_row_of_a_key_fails_even_in_another_step(api: APIClient, upload: Upload) -> None:
    job = upload(b"".join([*tickets(1_500), *tickets(1), b"{broken\n", b'{"external_id": "OPS-9000"}']))

    run_import(job.pk)

    job.refresh_from_db()
    assert (job.state, job.rows, job.created, job.failed) == ("finished", 1_503, 1_500, 3)
    lines = b"".join(api.get(f"{URL}{job.pk}/errors/").streaming_content).splitlines()
    refused = [json.loads(line) for line in lines]
    assert [each["index"] for each in refused] == [1_500, 1_501, 1_502]
    assert [list(each["errors"]) for each in refused] == [["external_id"], ["row"], ["title"]]
    assert (refused[1]["row"], refused[2]["external_id"]) == ("{broken", "OPS-9000")


def test_a_csv_file_is_read_with_the_names_of_the_api(upload: Upload) -> None:
    job = upload(b'external_id,title,labels\nOPS-1,"Disk, full",disk;db\nOPS-2,,\n', content_type="text/csv")

    run_import(job.pk)

    job.refresh_from_db()
    item = Item.objects.get()
    assert (job.created, job.failed) == (1, 1)
    assert (item.title, sorted(label.name for label in item.labels.all())) == ("Disk, full", ["db", "disk"])


def test_an_upload_of_many_chunks_is_read_whole(upload: Upload) -> None:
    body = b"".join(tickets(300, description="é" * 2_000))
    job = upload(body)
    chunks = [len(body) for body in job.chunks.order_by("position").values_list("body", flat=True)]

    run_import(job.pk)

    assert len(chunks) > 3
    assert set(chunks[:-1]) == {CHUNK}
    assert Item.objects.filter(description="é" * 2_000).count() == 300


def test_an_atomic_job_with_a_bad_row_takes_none(api: APIClient, upload: Upload) -> None:
    job = upload(b"".join([*tickets(1_200), b'{"external_id": "OPS-9000"}\n']), mode="atomic")

    run_import(job.pk)

    shown = api.get(f"{URL}{job.pk}/").json()
    assert (shown["state"], shown["failed"], shown["created"]) == ("failed", 1, 0)
    assert shown["error"] == "1 of 1201 tickets cannot be taken, so none was: the import is atomic."
    assert not Item.objects.exists()


def test_an_atomic_job_without_a_bad_row_takes_all(upload: Upload) -> None:
    job = upload(b"".join(tickets(1_200)), mode="atomic")

    run_import(job.pk)

    job.refresh_from_db()
    assert (job.state, job.created, job.rows) == ("finished", 1_200, 1_200)


@pytest.fixture
def half_taken(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> Import:
    """An atomic job that has checked its rows and taken the first of two steps."""
    monkeypatch.setattr("imports.services.jobs.STEP_ROWS", 100)
    job: Import | None = upload(b"".join(tickets(200)), mode="atomic")
    claim(import_id=job.pk, owner="me", at=timezone.now())
    job.refresh_from_db()
    while job.phase == "check" or job.rows == 0:
        job = step(batch=job, rows=next_rows(rows_of(job), byte=job.cursor_byte), owner="me", at=timezone.now())
    release(import_id=job.pk, owner="me")
    return job


@pytest.mark.parametrize("put_aside", [archive_board, delete_board])
def test_an_atomic_job_that_has_begun_waits_for_its_board(
    half_taken: Import, board: Board, put_aside: Callable[..., Board]
) -> None:
    put_aside(board=board, by=SYSTEM, at=timezone.now())
    run_import(half_taken.pk)
    waiting = Import.objects.get(pk=half_taken.pk)
    early, due = (reserve_due(at=timezone.now() + timedelta(seconds=seconds)) for seconds in (50, 70))
    unarchive_board(board=board, by=SYSTEM, at=timezone.now()) if put_aside is archive_board else restore_board(
        board=board, by=SYSTEM, at=timezone.now()
    )
    run_import(half_taken.pk)

    over = Import.objects.get(pk=half_taken.pk)
    assert (waiting.state, waiting.rows) == ("running", 100)
    assert waiting.problem.endswith("As it takes all rows or none, it waits, and goes on as soon as it can.")
    assert (early, due) == ([], [half_taken.pk])
    assert (over.state, over.created, over.problem) == ("finished", 200, "")
    assert Item.objects.count() == 200


def test_an_atomic_job_that_has_begun_is_never_given_up(half_taken: Import) -> None:
    Import.objects.filter(pk=half_taken.pk).update(attempts=5)
    run_import(half_taken.pk)
    waiting = Import.objects.get(pk=half_taken.pk)

    run_import(half_taken.pk)

    over = Import.objects.get(pk=half_taken.pk)
    assert waiting.problem.startswith("The import stopped at row 100 because of an error of this server.")
    assert (over.state, over.created) == ("finished", 200)


def test_an_atomic_job_tries_what_it_takes_before_it_takes_the_first_row(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imports.services.jobs.STEP_ROWS", 100)
    job = upload(b"".join(tickets(200)), mode="atomic")

    def fail(target: Any, batch: Any) -> None:
        if batch.rows[0].index == 100:
            raise DataError
        take_batch(target=target, batch=batch)

    monkeypatch.setattr("imports.services.jobs.take_batch", fail)
    for __ in range(6):
        with pytest.raises(DataError):
            run_import(job.pk)
        Import.objects.filter(pk=job.pk).update(lease_owner="")
    run_import(job.pk)

    job.refresh_from_db()
    assert (job.state, job.problem) == ("failed", "The import stopped at row 100 because of an error of this server.")
    assert not Item.objects.exists()


def test_a_job_is_one_piece_of_news_on_boards_and_none_by_mail(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imports.services.jobs.STEP_ROWS", 40)
    many = upload(b"".join(tickets(100)))
    run_import(many.pk)
    few = upload(b"".join(tickets(110)).replace(b"OPS-", b"NEW-"), mode="atomic")
    again = upload(b"".join(tickets(100)))
    run_import(few.pk)
    run_import(again.pk)

    assert list(FeedEvent.objects.values_list("kind", "via")) == [("many", "import"), ("many", "import")]
    assert mail.outbox == []


def test_what_a_stopped_job_has_taken_is_news(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imports.services.jobs.STEP_ROWS", 40)
    job = upload(b"".join(tickets(100)))
    claim(import_id=job.pk, owner="me", at=timezone.now())
    job.refresh_from_db()
    step(batch=job, rows=next_rows(rows_of(job), byte=0), owner="me", at=timezone.now())
    before = FeedEvent.objects.count()

    cancel_import(batch=job, at=timezone.now())

    assert (before, FeedEvent.objects.count()) == (0, 1)


def test_a_dry_job_says_what_would_happen_and_writes_nothing(upload: Upload) -> None:
    job = upload(b"".join(tickets(1_200, assignee="ann")), dry_run="true")

    run_import(job.pk)

    job.refresh_from_db()
    assert (job.state, job.created) == ("finished", 1_200)
    assert not Item.objects.exists()
    assert not Change.objects.exists()


def test_a_job_can_be_stopped(api: APIClient, upload: Upload) -> None:
    job = upload(b"".join(tickets(10)))

    answer = api.post(f"{URL}{job.pk}/cancel/")

    run_import(job.pk)
    again = api.post(f"{URL}{job.pk}/cancel/")
    assert answer.json()["state"] == "cancelled"
    assert (again.status_code, again.json()["error"]["code"]) == (409, "import_over")
    assert not Item.objects.exists()


def test_a_job_of_a_board_in_the_trash_fails_with_a_sentence(upload: Upload, board: Board) -> None:
    job = upload(b"".join(tickets(10)))
    Board.objects.filter(pk=board.pk).update(deleted_at=timezone.now())

    run_import(job.pk)

    job.refresh_from_db()
    assert (job.state, job.problem) == ("failed", "The board was put into the trash.")


def test_only_one_worker_has_the_lease(upload: Upload) -> None:
    now = timezone.now()
    job = upload(b"".join(tickets(10)))

    assert claim(import_id=job.pk, owner="first", at=now)
    assert not claim(import_id=job.pk, owner="second", at=now + timedelta(seconds=29))
    assert claim(import_id=job.pk, owner="second", at=now + timedelta(seconds=31))


def test_a_worker_that_lost_its_lease_writes_nothing(upload: Upload) -> None:
    now = timezone.now()
    job = upload(b"".join(tickets(10)))
    claim(import_id=job.pk, owner="first", at=now)
    job.refresh_from_db()
    rows = next_rows(rows_of(job), byte=0)
    claim(import_id=job.pk, owner="second", at=now + timedelta(seconds=31))

    late = step(batch=job, rows=rows, owner="first", at=now + timedelta(seconds=32))

    assert late is None
    assert not Item.objects.exists()
    assert step(batch=job, rows=rows, owner="second", at=now + timedelta(seconds=32)) is not None
    assert Item.objects.count() == 10


def test_a_job_goes_on_where_it_was(upload: Upload) -> None:
    now = timezone.now()
    job = upload(b"".join(tickets(2_500)))
    claim(import_id=job.pk, owner="first", at=now)
    job.refresh_from_db()
    step(batch=job, rows=next_rows(rows_of(job), byte=0), owner="first", at=now)

    due_at_once = reserve_due(at=now + timedelta(seconds=29))
    due_later = reserve_due(at=now + timedelta(seconds=31))
    due_twice = reserve_due(at=now + timedelta(seconds=32))
    run_import(job.pk)

    job.refresh_from_db()
    assert (due_at_once, due_later, due_twice) == ([], [job.pk], [])
    assert (job.state, job.rows, job.created) == ("finished", 2_500, 2_500)


def test_a_job_that_always_fails_is_given_up(upload: Upload) -> None:
    job = upload(b"".join(tickets(10)))
    Import.objects.filter(pk=job.pk).update(attempts=5)

    run_import(job.pk)

    job.refresh_from_db()
    assert (job.state, job.problem) == ("failed", "The import stopped at row 0 because of an error of this server.")


def test_a_job_that_somebody_stopped_is_not_given_up(upload: Upload) -> None:
    job = upload(b"".join(tickets(10)))
    Import.objects.filter(pk=job.pk).update(attempts=5)
    claim(import_id=job.pk, owner="me", at=timezone.now())
    held = Import.objects.get(pk=job.pk)
    cancel_import(batch=job, at=timezone.now())

    is_over = give_up(batch=held, at=timezone.now())

    job.refresh_from_db()
    assert is_over
    assert (job.state, job.problem) == ("cancelled", "")


def test_what_broke_off_while_it_came_is_forgotten(board: Board) -> None:
    now = timezone.now()
    Import.objects.create(board=board, source="jira", created_at=now - timedelta(hours=25))
    young = Import.objects.create(board=board, source="jira", created_at=now - timedelta(hours=1))

    forget_old(at=now)

    assert list(Import.objects.all()) == [young]


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """Run a real worker in a session of its own, on the test's database and broker."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.worker_settings",
        "TOILTRACKER_TEST_DATABASE": str(connection.settings_dict["NAME"]),
    }
    command = [sys.executable, "-m", "celery", "-A", "toiltracker", "worker", "--concurrency=1", "--loglevel=ERROR"]
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until(holds: Callable[[], bool], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.01)


@pytest.fixture
def queue() -> Iterator[None]:
    """Let tasks go to the broker, for a real worker to take them."""
    current_app.conf.task_always_eager = False
    yield
    current_app.conf.task_always_eager = True


@pytest.mark.processes
@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("queue")
def test_a_job_and_its_undoing_survive_the_deaths_of_their_workers(upload: Upload, by_alice: Actor) -> None:
    count, bad, doubled = 12_000, 13, 7
    lines = list(tickets(count, assignee="ann", created_at="2026-11-02T09:00:00Z"))
    for number in range(bad):
        lines.insert(number * 900, b'{"external_id": "BAD-%d"}\n' % number)
    for number in range(doubled):
        lines.insert(-(number * 300 + 1), lines[number * 17])
    job = upload(b"".join(lines))
    seed = random.randrange(10**6)
    moments = random.Random(seed)

    def progress() -> int:
        cursor, taken_back, is_over = Import.objects.values_list("cursor_row", "taken_back", "undone_at").get(pk=job.pk)
        return cursor + taken_back + (is_over is not None)

    def die_at_work() -> None:
        """Let a worker do a step or more, and kill it at some moment of the next."""
        before = progress()
        with worker() as process:
            until(lambda: progress() > before or Import.objects.get(pk=job.pk).is_over)
            with suppress(subprocess.TimeoutExpired):
                process.wait(moments.uniform(0, 0.5))
        # The worker is dead; instead of waiting for its lease to run out, its time is over now.
        Import.objects.exclude(lease_until=None).update(lease_until=timezone.now() - timedelta(seconds=1))
        tick()

    for __ in range(3):
        die_at_work()
    with worker():
        until(lambda: Import.objects.get(pk=job.pk).is_over)

    job.refresh_from_db()
    assert (job.state, job.rows, job.created) == ("finished", count + bad + doubled, count), seed
    assert (job.failed, job.row_errors.count()) == (bad + doubled, bad + doubled), seed
    assert (Item.objects.count(), Stay.objects.count()) == (count, 2 * count), seed
    assert Change.objects.filter(field="created").count() == count, seed

    begin_undo(batch=job, by=by_alice, at=timezone.now())
    die_at_work()
    with worker():
        until(lambda: Import.objects.get(pk=job.pk).undone_at is not None)

    job.refresh_from_db()
    assert (job.taken_back, Item.objects.filter(deleted_at__isnull=True).count()) == (count, 0), seed
    assert Change.objects.filter(field="deleted_at").count() == count, seed
    assert not Stay.objects.filter(ended_at__isnull=True).exists(), seed
    assert FeedEvent.objects.count() == 2, seed


def test_a_body_whose_length_nobody_knows_is_read_to_its_end(api: APIClient, board: Board) -> None:
    def post(body: bytes, content_type: str) -> Any:
        environ = {"wsgi.input": BytesIO(body), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
        address = f"{URL}?board={board.pk}&source=jira"
        return api.generic("POST", address, b"", content_type=content_type, **environ)

    streamed = post(b"".join(tickets(3)), "application/x-ndjson")
    whole = post(
        json.dumps({"board": board.pk, "source": "jira", "items": [{"external_id": "A", "title": "a"}]}).encode(),
        "application/json",
    )

    run_import(streamed.json()["id"])
    assert whole.json()["created"] == 1
    assert Item.objects.count() == 4


def test_a_key_tells_bodies_apart_whose_length_nobody_knows(api: APIClient, board: Board) -> None:
    def post(external_id: str) -> Any:
        items = [{"external_id": external_id, "title": "a"}]
        body = json.dumps({"board": board.pk, "source": "jira", "items": items}).encode()
        environ = {"wsgi.input": BytesIO(body), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
        return api.generic("POST", URL, b"", content_type="application/json", HTTP_IDEMPOTENCY_KEY="one", **environ)

    first, again, another = post("A"), post("A"), post("B")

    assert (first.status_code, first.json()["created"]) == (200, 1)
    assert (again.json(), again["Idempotency-Replayed"]) == (first.json(), "true")
    assert (another.status_code, another.json()["error"]["code"]) == (422, "idempotency_key_reused")


def test_an_upload_that_breaks_off_does_not_use_up_its_key(api: APIClient, board: Board) -> None:
    def post(body: bytes, length: int) -> Any:
        environ = {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(length), "HTTP_IDEMPOTENCY_KEY": "one"}
        address = f"{URL}?board={board.pk}&source=jira"
        return api.generic("POST", address, b"", content_type="application/x-ndjson", **environ)

    body = b"".join(tickets(3))
    broken, whole = post(body[:-10], len(body)), post(body, len(body))

    assert (broken.status_code, broken.json()["error"]["code"]) == (400, "malformed")
    assert (whole.status_code, whole.json()["rows"]) == (202, 3)


def test_an_upload_that_breaks_off_leaves_nothing(api: APIClient, board: Board) -> None:
    body = b"".join(tickets(3))
    address = f"{URL}?board={board.pk}&source=jira"

    environ = {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body) + 10)}
    answer = api.generic("POST", address, b"", content_type="application/x-ndjson", **environ)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "malformed")
    assert not Import.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_tickets_at_once_make_them_once(board: Board) -> None:
    rows = [json.loads(line) for line in tickets(300, assignee="ann", labels=["disk"])]
    start = threading.Barrier(3)

    def run() -> dict[str, int]:
        batch = Import(board=Board.objects.select_related("team").get(pk=board.pk), source="jira")
        start.wait()
        try:
            done = import_now(batch=batch, rows=rows, by=Actor(via=Via.IMPORT), at=timezone.now())
            return {"created": done.created, "unchanged": done.unchanged}
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        counts = [future.result() for future in [pool.submit(run) for __ in range(3)]]

    assert sorted(count["created"] for count in counts) == [0, 0, 300]
    assert sum(count["unchanged"] for count in counts) == 600
    assert Item.objects.count() == 300
    assert Person.objects.filter(name="ann").count() == 1


@pytest.mark.parametrize("encoding", ["utf-16", "cp932", "utf-8-sig"])
def test_a_csv_file_of_another_encoding_goes_in_through_the_api(upload: Upload, encoding: str) -> None:
    text = (
        'sep=;\r\nexternal_id;title;status\r\nOPS-1;"ディスクが; いっぱい";Doing\r\n\r\nOPS-2;証明書を更新する;Done\r\n'
    )

    job = upload(text.encode(encoding), content_type="text/csv")
    run_import(job.pk)

    titles = Item.objects.order_by("external_id").values_list("title", flat=True)
    assert list(titles) == ["ディスクが; いっぱい", "証明書を更新する"]
