"""Imports from first byte to last row: at once when they are short, else as jobs of short steps under a lease.

A step commits its rows and its cursor together. A worker may write only while it is the lease's owner, which the
step checks under the lock of the import's row: so two workers never both commit a step, and a job that a crash
interrupts goes on where it was. The lease is renewed by every step; beat hands on what has not been renewed.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta, tzinfo
from functools import partial
from itertools import islice
from typing import Any, Final

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from boards.models import Board
from boards.services.errors import BoardArchivedError
from boards.services.feed import MOST_NAMED, announce_many
from boards.services.record import refuse_archived_board
from boards.services.rows import insert_rows
from imports.batches import Batch, Outcome, read_batch, refuse_repeats
from imports.columns import in_zone, ticket_of
from imports.models import Format, Import, Phase, RowKey, State
from imports.readers import Row, Unreadable, json_rows
from imports.services.errors import ImportOverError, rows_refused
from imports.services.known import Target, open_target
from imports.services.leases import ATTEMPTS, LEASE
from imports.services.record import add_up, keep_refused, results_of
from imports.services.take import take_batch
from imports.services.uploads import read_upload, store_upload
from imports.sources.forms import ToTicket, mapping_of
from imports.sources.servicenow_rows import together_by_incident
from imports.spreadsheets import csv_header, csv_pieces, csv_rows
from teams.actors import Actor, Via
from teams.queries import timezone_of_team
from teams.worktime import zone_named

STEP_ROWS: Final = 1_000
STEP_BYTES: Final = 4 * 1024 * 1024
TRIED_AGAIN_AFTER: Final = timedelta(minutes=1)
PREVIEW_KEPT_FOR: Final = timedelta(hours=24)
REFUSALS_SHOWN: Final = 20


def open_import(*, board: Board, source: str, by: Actor, at: datetime, **options: Any) -> Import:
    """Begin an import; `options` are mode, is_dry_run, format, file_name, columns, zone, is_kept and is_job."""
    refuse_archived_board(board)
    return Import.objects.create(
        board=board, source=source, created_by=by.person, token=by.token, created_at=at, **options
    )


def import_now(*, batch: Import, rows: Iterable[Any], by: Actor, at: datetime) -> Import:
    """Handle the rows of an import in one transaction, and keep what became of each."""
    with transaction.atomic():
        done = read_batch((Row(index, 0, row) for index, row in enumerate(rows)), mapping=_mapping(batch), at=at)
        refuse_repeats(done.rows, met=set())
        refused = [row for row in done.rows if row.errors]
        if batch.is_atomic and refused:
            fields = {
                f"items.{row.index}.{name}": list(texts)
                for row in refused[:REFUSALS_SHOWN]
                for name, texts in (row.errors or {}).items()
            }
            raise rows_refused(len(refused), len(done.rows), fields)
        batch.save()
        target = open_target(
            board=batch.board, source=batch.source, stages=done.stages, by=by, at=at, import_id=batch.pk
        )
        _take(target, done, is_tried=batch.is_dry_run)
        add_up(batch, done, target=target)
        batch.results = results_of(done, is_dry_run=batch.is_dry_run)
        batch.state, batch.is_job, batch.is_received = State.FINISHED, False, True
        batch.started_at = batch.finished_at = at
        batch.expected_rows = batch.rows
        batch.save()
        keep_refused(batch, done.rows)
    return batch


def receive(*, batch: Import, pieces: Iterable[bytes], limit: int | None = None) -> Import:
    """Keep the upload of a job as it comes; nothing of it stays when it breaks off."""
    try:
        text = csv_pieces(pieces) if Format(batch.format).is_csv else pieces
        lines = store_upload(batch=batch, pieces=text, limit=limit or settings.MAX_UPLOAD)
    except BaseException:
        batch.delete()
        raise
    if Format(batch.format).is_csv:
        header = csv_header(next(read_upload(batch=batch), b""))
        batch.header, batch.delimiter = [name.replace("\0", "") for name in header.shown], header.delimiter
    batch.expected_rows = max(0, lines - Format(batch.format).is_csv)
    batch.phase = _first_phase(batch)
    batch.is_received = True
    batch.save(update_fields=["header", "delimiter", "expected_rows", "phase", "is_received"])
    return batch


def enqueue(*, import_id: int) -> None:
    """Tell a worker of a job once it is committed; when the broker cannot be reached, beat does it later."""

    def run() -> None:
        current_app.signature("imports.tasks.run_import", args=[import_id]).delay()

    transaction.on_commit(run, robust=True)


def rows_of(batch: Import) -> Iterator[Row]:
    """Yield the rows of an upload from where the job is; those of people's own columns as tickets of the API."""
    chunks = read_upload(batch=batch, byte=batch.cursor_byte)
    if not Format(batch.format).is_csv:
        rows = json_rows(chunks, row=batch.cursor_row, byte=batch.cursor_byte)
        is_placed = batch.format == Format.NDJSON and batch.zone
        return _each(rows, partial(in_zone, zone=zone_named(batch.zone))) if is_placed else rows
    header = csv_header(next(read_upload(batch=batch), b""))
    rows = csv_rows(
        chunks,
        header=header,
        row=batch.cursor_row,
        byte=batch.cursor_byte,
        is_foreign=batch.format != Format.CSV or bool(batch.columns),
    )
    if batch.format == Format.SERVICENOW_CSV:
        return together_by_incident(rows)
    if batch.format != Format.CSV or not batch.columns:
        return rows
    return _each(rows, partial(ticket_of, columns=dict(batch.columns), zone=_zone(batch)))


def next_rows(rows: Iterator[Row], *, byte: int) -> list[Row]:
    """Take as many rows as one step handles: few enough to hold nobody up, and to fit into memory."""
    taken: list[Row] = []
    for row in islice(rows, STEP_ROWS):
        taken.append(row)
        if row.end - byte > STEP_BYTES:
            break
    return taken


def step(*, batch: Import, rows: list[Row], owner: str, at: datetime) -> Import | None:
    """Handle the next rows of a job; return it as it is then, None where this worker has nothing to say any more."""
    done = read_batch(rows, mapping=_mapping(batch), at=at)
    with transaction.atomic():
        locked = Import.objects.select_for_update(of=("self",))
        job = locked.select_related("board__team", "created_by", "token").get(pk=batch.pk)
        if job.lease_owner != owner or job.state != State.RUNNING or job.cursor_byte != batch.cursor_byte:
            return None
        job.started_at, job.lease_until, job.attempts, job.problem = job.started_at or at, at + LEASE, 0, ""
        if problem := _problem(job):
            _refuse(job, problem, at)
        elif rows:
            _handle(job, done, at)
            job.cursor_row, job.cursor_byte = rows[-1].number + 1, rows[-1].end
        else:
            _finish_phase(job, at)
        job.save()
    return None if job.is_over or job.problem else job


def give_up(*, batch: Import, at: datetime) -> bool:
    """End a job whose next step has failed too often; True if its worker has nothing more to do."""
    if batch.attempts <= ATTEMPTS:
        return False
    problem = _("The import stopped at row %d because of an error of this server.") % batch.cursor_row
    with transaction.atomic():
        job = Import.objects.select_for_update().get(pk=batch.pk)
        if job.lease_owner != batch.lease_owner or job.state != State.RUNNING:  # somebody stopped it meanwhile
            return True
        _refuse(job, problem, at)
        job.save()
    return True


@transaction.atomic
def cancel_import(*, batch: Import, at: datetime) -> Import:
    """Stop a job; the rows that were taken stay."""
    job = Import.objects.select_for_update().get(pk=batch.pk)
    if job.is_over:
        raise ImportOverError(_("The import is over already."))
    if job.is_bound:
        raise ImportOverError(_("The import takes all rows or none, and has begun to take them: it cannot stop now."))
    _end(job, State.CANCELLED, at=at)
    job.save()
    return job


@transaction.atomic
def import_preview(*, batch: Import, by: Actor, at: datetime, is_dry_run: bool = False, **reading: Any) -> Import:
    """Import what a preview has shown, or preview it again; the upload moves on to the new import.

    `reading` are columns and zone, where the file is to be read otherwise than before.
    """
    shown = Import.objects.select_for_update().get(pk=batch.pk)
    if not shown.is_preview:
        raise ImportOverError(_("This preview was imported already, or its file is no longer kept."))
    job = open_import(
        board=shown.board,
        source=shown.source,
        by=by,
        at=at,
        mode=shown.mode,
        format=shown.format,
        file_name=shown.file_name,
        expected_rows=shown.expected_rows,
        header=shown.header,
        delimiter=shown.delimiter,
        is_dry_run=is_dry_run,
        is_kept=is_dry_run,
        is_received=True,
        **{"columns": shown.columns, "zone": shown.zone, **reading},
    )
    job.phase = _first_phase(job)
    job.save(update_fields=["phase"])
    shown.chunks.update(batch=job)
    shown.is_kept = False
    shown.save(update_fields=["is_kept"])
    return job


def forget_old(*, at: datetime) -> None:
    """Delete what broke off while it came, and the files of previews that nobody imported."""
    before = at - PREVIEW_KEPT_FOR
    Import.objects.filter(is_received=False, created_at__lt=before).delete()
    for batch in Import.objects.filter(is_kept=True, finished_at__lt=before).order_by("pk")[:100]:
        with transaction.atomic():
            # Whoever imports the preview at this moment takes its file along.
            if Import.objects.filter(pk=batch.pk, is_kept=True).update(is_kept=False):
                batch.chunks.all().delete()


def _first_phase(batch: Import) -> Phase:
    """Return where a job begins: an atomic one checks first, but for a preview, which shows what is wrong anyway."""
    return Phase.CHECK if batch.is_atomic and not batch.is_kept else Phase.TAKE


def _handle(job: Import, done: Batch, at: datetime) -> None:
    keys = [row.external_id for row in done.rows if row.external_id]
    met = set(RowKey.objects.filter(batch=job, external_id__in=keys).values_list("external_id", flat=True))
    new = refuse_repeats(done.rows, met=met) - met
    insert_rows(RowKey, ("batch", "external_id"), [(job.pk, key) for key in sorted(new)])
    target = open_target(
        board=job.board,
        source=job.source,
        stages={**job.status_stages, **done.stages},
        by=_actor(job),
        at=at,
        import_id=job.pk,
        is_quiet=_is_announced_whole(job),
    )
    if job.phase == Phase.CHECK:
        # Taken and taken back: what the database would refuse, too, is known before the first row is taken for good.
        _take(target, done, is_tried=True)
        job.rows += len(done.rows)
        job.failed += done.counts()[Outcome.FAILED]
        keep_refused(job, done.rows)
        return
    job.status_stages = {**job.status_stages, **done.stages}
    _take(target, done, is_tried=job.is_dry_run)
    add_up(job, done, target=target)
    keep_refused(job, done.rows)


def _take(target: Target, done: Batch, *, is_tried: bool) -> None:
    """Take a batch; what is only tried does the same and takes it back."""
    with transaction.atomic():
        take_batch(target=target, batch=done)
        if is_tried:
            transaction.set_rollback(True)


def _finish_phase(job: Import, at: datetime) -> None:
    """End a job that has read all its rows; an atomic one that has only checked them begins to take them."""
    if job.phase == Phase.TAKE:
        _end(job, State.FINISHED, at=at)
    elif job.failed:
        _end(job, State.FAILED, at=at, problem=rows_refused(job.failed, job.rows).message)
    else:
        job.phase, job.rows, job.cursor_row, job.cursor_byte = Phase.TAKE, 0, 0, 0
        job.keys.all().delete()


def _refuse(job: Import, problem: str, at: datetime) -> None:
    """End a job that cannot go on; one that has begun to take all rows or none waits, and tries again until it can."""
    if not job.is_bound:
        _end(job, State.FAILED, at=at, problem=problem)
        return
    job.problem = problem + " " + _("As it takes all rows or none, it waits, and goes on as soon as it can.")
    job.lease_owner, job.lease_until, job.attempts = "", at + TRIED_AGAIN_AFTER, 0


def _end(job: Import, state: State, *, at: datetime, problem: str = "") -> None:
    job.state, job.finished_at, job.problem = state, at, problem
    job.lease_owner, job.lease_until = "", None
    job.keys.all().delete()
    if not job.is_preview:
        job.chunks.all().delete()
    if job.created + job.updated and not job.is_dry_run and _is_announced_whole(job):
        announce_many(board_id=job.board_id, by=_actor(job), at=at)


def _is_announced_whole(job: Import) -> bool:
    """Whether open boards are told once, when it is over, rather than by each step."""
    return job.expected_rows > MOST_NAMED


def _actor(job: Import) -> Actor:
    return Actor(person=job.created_by, token=job.token, via=Via.IMPORT)


def _problem(job: Import) -> str:
    if job.board.deleted_at is not None:
        return _("The board was put into the trash.")
    if job.board.archived_at is not None:
        return BoardArchivedError(job.board.name).message
    if not job.board.columns.kept().exists():
        return _("The board has no columns.")
    return ""


def _mapping(batch: Import) -> ToTicket | None:
    """Return what maps the rows of an import."""
    return mapping_of(batch.format, _zone(batch))


def _zone(batch: Import) -> tzinfo:
    """Return whose times those are that name no zone: of the one that was chosen, else of the team's."""
    return zone_named(batch.zone or timezone_of_team(batch.board.team))


def _each(rows: Iterator[Row], change: Callable[[Any], Any]) -> Iterator[Row]:
    """Change what rows hold, but for those that could not be read."""
    for row in rows:
        yield row if isinstance(row.value, Unreadable) else row._replace(value=change(row.value))
