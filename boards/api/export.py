"""`export/items/`: all items as CSV or NDJSON, streamed in constant memory."""

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from boards.api.base import BoardsViewSet
from boards.cells import safe_cell
from boards.filters import ExportFilter
from boards.models import Item, ItemQuerySet
from boards.serializers import ItemSerializer, item_json

BATCH: Final = 1000
FIELDS: Final = tuple(ItemSerializer().fields)


class OneAnswer(BaseContentNegotiation):
    """Leaves `?format=` and Accept to the view: errors are JSON whatever was asked for."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Return the only parser."""
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """Return the only renderer."""
        renderer: BaseRenderer = renderers[0]
        return renderer, renderer.media_type


class ExportViewSet(BoardsViewSet):
    """Items of the token's team, or of those that a session may see, narrowed as `items/` is."""

    serializer_class = ItemSerializer
    queryset = Item.objects.none()
    filterset_class = ExportFilter
    pagination_class = None
    content_negotiation_class = OneAnswer

    def get_queryset(self) -> ItemQuerySet:
        """Return the caller's items."""
        return Item.objects.visible_to(self.viewer).for_reading()

    @extend_schema(
        parameters=[OpenApiParameter("format", str, enum=["csv", "ndjson"], default="csv")],
        responses={(200, "text/csv"): OpenApiTypes.STR, (200, "application/x-ndjson"): OpenApiTypes.STR},
        operation_id="export_items",
    )
    def list(self, request: Request) -> StreamingHttpResponse:
        """Export items, archived ones too unless `archived=false`, as CSV (labels separated by `;`) or NDJSON."""
        kind = request.query_params.get("format", "csv")
        if kind not in ("csv", "ndjson"):
            raise ValidationError({"format": [_("The format is csv or ndjson.")]})
        items = in_batches(self.filter_queryset(self.get_queryset()))
        lines = csv_lines(items) if kind == "csv" else ndjson_lines(items)
        media_type = "text/csv; charset=utf-8" if kind == "csv" else "application/x-ndjson"
        disposition = f'attachment; filename="items.{kind}"'
        return StreamingHttpResponse(lines, content_type=media_type, headers={"Content-Disposition": disposition})


def in_batches(items: QuerySet[Item]) -> Iterator[Item]:
    """Yield items by id, a batch a query: no cursor stays open while a slow reader reads."""
    last = 0
    while batch := list(items.filter(pk__gt=last).order_by("pk").distinct()[:BATCH]):
        yield from batch
        last = batch[-1].pk


def ndjson_lines(items: Iterable[Item]) -> Iterator[bytes]:
    """Yield an item a line."""
    for item in items:
        yield json.dumps(item_json(item), ensure_ascii=False).encode() + b"\n"


def csv_lines(items: Iterable[Item]) -> Iterator[str]:
    """Yield a header, then an item a row."""
    writer = csv.DictWriter(_Echo(), fieldnames=FIELDS)
    yield writer.writeheader()
    for item in items:
        row = item_json(item)
        row["labels"] = ";".join(row["labels"])
        yield writer.writerow({name: safe_cell(value) for name, value in row.items()})


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value
