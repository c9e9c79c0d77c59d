"""A chart's numbers as CSV, and its drawing as PNG."""

from django.http import Http404, HttpResponse

from reports.charts.png import as_png
from reports.pages.exhibit import Exhibit, Table


def csv_answer(table: Table, *, name: str) -> HttpResponse:
    """Answer with a table as a file; the mark at its beginning tells spreadsheets that it is UTF-8."""
    content = "\ufeff" + table.as_csv()
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=_as_file(f"{name}.csv"))


def exhibit_answer(exhibit: Exhibit | None, *, kind: str, name: str) -> HttpResponse:
    """Answer with a chart as `csv` or `png`; a chart that the page does not have is 404."""
    if exhibit is None:
        raise Http404
    if kind == "csv":
        return csv_answer(exhibit.table, name=name)
    return HttpResponse(png_of(exhibit), content_type="image/png", headers=_as_file(f"{name}.png"))


def png_of(exhibit: Exhibit) -> bytes:
    """Return the wide drawing of a chart with its title as PNG."""
    width, height = exhibit.pictures.wide.size
    return as_png(exhibit.pictures.wide, width=width, height=height, title=exhibit.title, subtitle=exhibit.subtitle)


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
