"""Keyset pages: a cursor holds the last row's ordering values, so that rows added meanwhile shift nothing."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import FieldError, ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

MAX_LIMIT = 200
DEFAULT_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Key:
    """One field of an ordering; nulls come last in either direction."""

    field: str
    is_descending: bool

    def order(self, *, backwards: bool) -> Any:
        """Return what `order_by` takes, turned round where the page before is read."""
        expression = F(self.field)
        if self.is_descending != backwards:
            return expression.desc(nulls_first=True) if backwards else expression.desc(nulls_last=True)
        return expression.asc(nulls_first=True) if backwards else expression.asc(nulls_last=True)

    def beyond(self, value: Any, *, backwards: bool) -> Q | None:
        """Return the condition for rows strictly behind a value; None where there can be none."""
        null = Q(**{f"{self.field}__isnull": True})
        if value is None:
            return ~null if backwards else None
        comparison = "lt" if self.is_descending != backwards else "gt"
        behind = Q(**{f"{self.field}__{comparison}": value})
        return behind if backwards else behind | null

    def same(self, value: Any) -> Q:
        """Return the condition for rows with the same value."""
        return Q(**{f"{self.field}__isnull": True}) if value is None else Q(**{self.field: value})


class KeysetPagination(BasePagination):
    """`{"results": [...], "next": url or null, "previous": url or null}`, at most 200 rows.

    A view names its default with `ordering = ("created_at",)`; `id` is always added, so that the order is total.
    """

    def paginate_queryset(  # type: ignore[override]  # the stubs' base takes sequences too, which have no keys
        self, queryset: QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any]:
        """Return the rows of the page that the request's cursor names."""
        self.request = request
        limit = _limit(request)
        keys = _keys(queryset, getattr(view, "ordering", ()))
        cursor, backwards = _read_cursor(request.query_params.get("cursor"), len(keys))
        try:
            if cursor is not None:
                queryset = queryset.filter(_behind(keys, cursor, backwards=backwards))
            rows = list(queryset.order_by(*(key.order(backwards=backwards) for key in keys))[: limit + 1])
        except (ValueError, TypeError, ValidationError, FieldError) as error:
            raise exceptions.ParseError(_("The cursor is not one that this list gave.")) from error
        has_more, rows = len(rows) > limit, rows[:limit]
        if backwards:
            rows.reverse()
        self.next = self._url(keys, rows[-1], "n") if rows and (has_more or backwards) else None
        has_previous = has_more if backwards else cursor is not None
        self.previous = self._url(keys, rows[0], "p") if rows and has_previous else None
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        """Return the answer with its neighbours' addresses."""
        return Response({"results": data, "next": self.next, "previous": self.previous})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the answer for OpenAPI."""
        address = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": address, "previous": address},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the query parameters for OpenAPI."""
        limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
        return [
            {"name": "limit", "in": "query", "required": False, "schema": limit},
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"}},
        ]

    def _url(self, keys: Sequence[Key], row: Model, direction: str) -> str:
        values = [_plain(_value(row, key.field)) for key in keys]
        raw = json.dumps([direction, values], separators=(",", ":")).encode()
        parameters = self.request.query_params.copy()
        parameters["cursor"] = base64.urlsafe_b64encode(raw).decode().rstrip("=")
        address = self.request.build_absolute_uri(self.request.path)
        return f"{address}?{urlencode(list(parameters.lists()), doseq=True)}"


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise exceptions.ValidationError({"limit": [_("The limit is a whole number from 1 to 200.")]})
    return min(int(text), MAX_LIMIT)


def _keys(queryset: QuerySet[Any], default: Sequence[str]) -> list[Key]:
    names = [name for name in (queryset.query.order_by or tuple(default)) if isinstance(name, str)]
    if "id" not in names and "-id" not in names:
        names.append("id")
    return [Key(name.lstrip("-"), name.startswith("-")) for name in names]


def _read_cursor(text: str | None, length: int) -> tuple[list[Any] | None, bool]:
    if not text:
        return None, False
    try:
        direction, values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if direction not in ("n", "p") or len(values) != length or any(isinstance(v, list | dict) for v in values):
            raise ValueError(text)
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise exceptions.ParseError(_("The cursor is not one that this list gave.")) from error
    return values, direction == "p"


def _behind(keys: Sequence[Key], values: Sequence[Any], *, backwards: bool) -> Q:
    """Return (a > x) or (a = x and b > y) or …: rows behind the cursor in the keys' order."""
    condition, same = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        beyond = key.beyond(value, backwards=backwards)
        if beyond is not None:
            condition |= same & beyond
        same &= key.same(value)
    return condition


def _value(row: Any, field: str) -> Any:
    for part in field.split(LOOKUP_SEP):
        row = getattr(row, part, None)
    return row


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value
