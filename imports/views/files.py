"""The pages on which people bring in a file: what it would do, how far it is, and what was refused."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from boards.models import Board
from boards.services.errors import BoardArchivedError
from imports.columns import REQUIRED, guess_columns
from imports.files import open_file
from imports.forms import ReadingForm, StatusForm, UploadForm
from imports.models import Format, Import, Mode
from imports.readers import BadUploadError
from imports.serializers import warnings_of
from imports.services.jobs import cancel_import, enqueue, import_preview, open_import, receive
from imports.services.readings import first_cells, read_otherwise, reading_of
from imports.services.record import refused_rows, refused_sheet
from imports.services.undo import begin_undo, untouched_items, worked_on_items
from imports.services.words import map_statuses
from teams.actors import Actor, Via, actor_of
from teams.errors import ToilTrackerError
from teams.models import Role, Team
from teams.permissions import signed_in, team_view
from teams.queries import timezone_of_team
from teams.views.choices import zone_names

PAGE = 25
PROBLEMS_SHOWN = 50
STAYING_SHOWN = 50
OUTCOMES = {
    "created": gettext_lazy("New"),
    "updated": gettext_lazy("Updated"),
    "unchanged": gettext_lazy("Unchanged"),
    "skipped": gettext_lazy("Skipped"),
    "failed": gettext_lazy("Needs a fix"),
}

SEPARATORS = {
    ",": gettext_lazy("commas"),
    ";": gettext_lazy("semicolons"),
    "\t": gettext_lazy("tabs"),
    "|": gettext_lazy("bars"),
}
SYSTEMS = {
    "jira": "Jira",
    "github": "GitHub",
    "gitlab": "GitLab",
    "pagerduty": "PagerDuty",
    "opsgenie": "Opsgenie",
    "servicenow": "ServiceNow",
    "zendesk": "Zendesk",
    "trello": "Trello",
}


@require_http_methods(["GET", "POST"])
@team_view(Role.MEMBER)
def imports(request: HttpRequest, team: Team) -> HttpResponse:
    """Take a file and show what it would do; list what came in before."""
    board = Board.objects.filter(team=team, slug=request.GET.get("board", "").replace("\0", "")).kept().first()
    form = UploadForm(request.POST or None, request.FILES or None, team=team, initial={"board": board})
    if request.method == "POST" and form.is_valid():
        batch = _preview(request, form)
        if batch is not None:
            return redirect("imports:import", team.slug, batch.pk)
    past = Import.objects.visible_to(request.user).filter(board__team=team).order_by("-created_at", "-pk")
    page = Paginator(past.select_related("board", "created_by", "token"), PAGE).get_page(request.GET.get("page"))
    context = {"team": team, "form": form, "page": page, "has_board": form.has_boards}
    return render(request, "imports/imports.html", context, status=422 if form.is_bound else 200)


@require_GET
@team_view(Role.MEMBER)
def show(request: HttpRequest, team: Team, import_id: int) -> HttpResponse:
    """Show an import: the preview of a file, its progress, or what came of it."""
    batch = _batch(request, team, import_id)
    template = "imports/import.html#import" if "HX-Request" in request.headers else "imports/import.html"
    return render(request, template, _context(team, batch))


@require_POST
@team_view(Role.MEMBER)
def run(request: HttpRequest, team: Team, import_id: int) -> HttpResponse:
    """Import what a preview has shown."""
    batch = _batch(request, team, import_id)
    try:
        job = import_preview(batch=batch, by=_actor(request), at=timezone.now())
    except ToilTrackerError as error:
        messages.error(request, error.message)
        return redirect("imports:import", team.slug, batch.pk)
    enqueue(import_id=job.pk)
    return redirect("imports:import", team.slug, job.pk)


@require_POST
@team_view(Role.MEMBER)
def map_words(request: HttpRequest, team: Team, import_id: int) -> HttpResponse:
    """Keep which columns a source's status words mean, and preview the file again."""
    batch = _batch(request, team, import_id)
    form = StatusForm(request.POST, board=batch.board, words=batch.unknown_statuses)
    if not form.is_valid():
        return render(request, "imports/import.html", {**_context(team, batch), "statuses": form}, status=422)
    try:
        map_statuses(board=batch.board, source=batch.source, columns=form.chosen())
        again = import_preview(batch=batch, by=_actor(request), at=timezone.now(), is_dry_run=True)
    except ToilTrackerError as error:
        messages.error(request, error.message)
        return redirect("imports:import", team.slug, batch.pk)
    enqueue(import_id=again.pk)
    return redirect("imports:import", team.slug, again.pk)


@require_POST
@team_view(Role.MEMBER)
def map_columns(request: HttpRequest, team: Team, import_id: int) -> HttpResponse:
    """Keep what the columns of a file are and where its clock stands, and preview it again."""
    batch = _batch(request, team, import_id)
    cells = first_cells(batch) if batch.columns else {}
    form = ReadingForm(request.POST, columns=batch.columns, zones=_zones(batch), cells=cells)
    if not form.is_valid():
        return render(request, "imports/import.html", {**_context(team, batch), "reading": form}, status=422)
    try:
        again = read_otherwise(
            batch=batch,
            columns=form.chosen(),
            zone=form.cleaned_data["zone"],
            by=_actor(request),
            at=timezone.now(),
        )
    except ToilTrackerError as error:
        messages.error(request, error.message)
        return redirect("imports:import", team.slug, batch.pk)
    enqueue(import_id=again.pk)
    return redirect("imports:import", team.slug, again.pk)


@require_POST
@team_view(Role.MEMBER)
def cancel(request: HttpRequest, team: Team, import_id: int) -> HttpResponse:
    """Stop an import."""
    batch = _batch(request, team, import_id)
    try:
        cancel_import(batch=batch, at=timezone.now())
    except ToilTrackerError as error:
        messages.error(request, error.message)
    return redirect("imports:import", team.slug, batch.pk)


@require_POST
@team_view(Role.MEMBER)
def undo(request: HttpRequest, team: Team, import_id: int) -> HttpResponse:
    """Let a worker take back the items that an import made."""
    batch = _batch(request, team, import_id)
    try:
        begin_undo(batch=batch, by=actor_of(signed_in(request)), at=timezone.now())
    except ToilTrackerError as error:
        messages.error(request, error.message)
    return redirect("imports:import", team.slug, batch.pk)


@require_GET
@team_view(Role.MEMBER)
def rows(request: HttpRequest, team: Team, import_id: int) -> StreamingHttpResponse:
    """Download the refused rows, to be mended and picked again: of a CSV file as such a file."""
    batch = _batch(request, team, import_id)
    if batch.header:
        answer = StreamingHttpResponse(refused_sheet(batch), content_type="text/csv; charset=utf-8")
        name = f"import-{batch.pk}-errors.csv"
    else:
        answer = StreamingHttpResponse(refused_rows(batch), content_type="application/x-ndjson")
        name = f"import-{batch.pk}-errors.ndjson"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _preview(request: HttpRequest, form: UploadForm) -> Import | None:
    """Keep the file and let a worker look at it; None where it cannot be read, which the form then says."""
    given = form.cleaned_data
    if given["file"].size > settings.MAX_UPLOAD:
        form.add_error("file", _("The file is larger than this server takes."))
        return None
    try:
        opened = open_file(given["file"].chunks(), again=given["file"].chunks)
        source = given["source"].strip() or opened.format.system or "file"
        known = reading_of(board=given["board"], source=source)
        batch = open_import(
            board=given["board"],
            source=source,
            by=_actor(request),
            at=timezone.now(),
            mode=Mode.ATOMIC if given["is_atomic"] else Mode.PARTIAL,
            format=opened.format,
            file_name=given["file"].name[:255],
            columns=guess_columns(opened.columns, known.columns),
            zone=known.zone or timezone_of_team(given["board"].team),
            is_dry_run=True,
            is_kept=True,
        )
        receive(batch=batch, pieces=opened.pieces)
    except BadUploadError as error:
        form.add_error("file", str(error))
        return None
    except BoardArchivedError as error:
        form.add_error("board", error.message)
        return None
    enqueue(import_id=batch.pk)
    return batch


def _undoing(batch: Import) -> dict[str, Any]:
    """Return what undoing an import would take back and leave, or has left."""
    if batch.is_being_undone:
        return {"left": max(0, batch.created - batch.taken_back)}
    if not batch.can_be_undone and batch.undone_at is None:
        return {}
    staying = worked_on_items(batch)
    return {
        "going": 0 if batch.undone_at else untouched_items(batch).count(),
        "stay": staying.count(),
        "staying": staying.order_by("pk")[:STAYING_SHOWN],
    }


def _form(batch: Import) -> str:
    """Return what a file was recognised as."""
    form = Format(batch.format)
    if form == Format.CSV:
        return _("CSV, cells separated by %s") % SEPARATORS[batch.delimiter]
    system = SYSTEMS.get(form.system, "")
    words = _("CSV of %s") if form.is_csv else _("JSON of %s")
    return words % system if system else _("JSON")


def _reading(batch: Import) -> ReadingForm | None:
    """Return what can be said about how a previewed file is read; None where nothing can."""
    has_times_without_zone = Format(batch.format).is_csv or batch.format == Format.NDJSON
    if not batch.is_preview or not batch.zone or not has_times_without_zone:
        return None
    cells = first_cells(batch) if batch.columns else {}
    return ReadingForm(columns=batch.columns, zones=_zones(batch), cells=cells, initial={"zone": batch.zone})


def _zones(batch: Import) -> list[str]:
    return sorted({*zone_names(), batch.zone} - {""})


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    created_at = row.get("created_at")
    return {
        **row,
        "outcome_name": OUTCOMES.get(row["outcome"]),
        "created_at": created_at and datetime.fromisoformat(created_at),
    }


def _batch(request: HttpRequest, team: Team, import_id: int) -> Import:
    visible = Import.objects.visible_to(request.user).filter(board__team=team)
    return get_object_or_404(visible.select_related("board__team"), pk=import_id)


def _actor(request: HttpRequest) -> Actor:
    return Actor(person=actor_of(signed_in(request)).person, via=Via.IMPORT)


def _context(team: Team, batch: Import) -> dict[str, Any]:
    problems = list(batch.row_errors.order_by("index")[:PROBLEMS_SHOWN])
    unknown = batch.unknown_statuses if batch.is_preview else {}
    return {
        "team": team,
        "batch": batch,
        "form_of_file": _form(batch) if batch.file_name else "",
        "problems": problems,
        "further_problems": batch.row_errors.count() - len(problems) if len(problems) == PROBLEMS_SHOWN else 0,
        "warnings": warnings_of(batch),
        "preview": [_shown(row) for row in batch.preview],
        "reading": _reading(batch),
        "undoing": _undoing(batch),
        "statuses": StatusForm(board=batch.board, words=unknown) if unknown else None,
        "left": max(0, batch.expected_rows - batch.rows),
        "taken": batch.created + batch.updated,
        "lacks_columns": bool(batch.columns) and not {field for __, field in batch.columns}.issuperset(REQUIRED),
        "is_blocked": batch.is_atomic and batch.failed > 0,
    }
