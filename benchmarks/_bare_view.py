"""What an import is compared with: a view that validates tickets and bulk-inserts them, and does nothing else."""

import json
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from boards.models import Board, Item, Stay
from imports.serializers import TicketSerializer

BODY = 1_000


class BareView(APIView):
    """Validate, insert, answer with the ids."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def post(self, request: Request) -> Response:
        """Take a body of tickets."""
        board = Board.objects.get(pk=request.data["board"])
        serializer = TicketSerializer(data=request.data["items"], many=True)
        serializer.is_valid(raise_exception=True)
        column, now = board.columns.order_by("position").last(), timezone.now()
        with transaction.atomic():
            last = Item.objects.filter(column=column).count()
            items = [
                self._item(board, column, row, last + place, now) for place, row in enumerate(serializer.validated_data)
            ]
            Item.objects.bulk_create(items)
            stays = [
                Stay(item=item, column=column, started_at=entry["at"], ended_at=following["at"])
                for item, row in zip(items, serializer.validated_data, strict=True)
                for entry, following in zip(row.get("history", []), row.get("history", [])[1:], strict=False)
            ]
            Stay.objects.bulk_create(stays)
        return Response({"ids": [item.pk for item in items]})

    def _item(self, board: Board, column: Any, row: dict[str, Any], rank: int, now: Any) -> Item:
        return Item(
            board=board,
            column=column,
            rank=rank * 2**20,
            source="bare",
            created_at=row["created_at"],
            updated_at=now,
            entered_column_at=now,
            **{name: row[name] for name in ("external_id", "title", "description", "url", "service", "priority")},
        )


def bare_import(rows: list[dict[str, Any]], board: Board, token: Any) -> None:
    """Send the tickets to the bare view, 1,000 a body."""
    factory, view = APIRequestFactory(), BareView.as_view()
    for start in range(0, len(rows), BODY):
        body = json.dumps({"board": board.pk, "items": rows[start : start + BODY]})
        answer = view(factory.post("/", body, content_type="application/json"))
        if answer.status_code != 200:
            raise RuntimeError(answer.data)
        answer.render()
