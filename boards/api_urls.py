"""The API resources of the boards room, below /api/v1/."""

from typing import Any

from django.urls import path

from boards.api.beside import CommentViewSet, HistoryViewSet, WorkLogViewSet
from boards.api.boards import BoardViewSet
from boards.api.export import ExportViewSet
from boards.api.items import ItemViewSet
from boards.api.rules import RuleViewSet, ToilTypeViewSet

LIST: dict[str, Any] = {"get": "list", "post": "create"}
DETAIL: dict[str, Any] = {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}

urlpatterns = [
    path("boards/", BoardViewSet.as_view(LIST), name="board-list"),
    path("boards/<int:pk>/", BoardViewSet.as_view(DETAIL), name="board-detail"),
    *(
        path(f"boards/<int:pk>/{act}/", BoardViewSet.as_view({"post": act}), name=f"board-{act}")
        for act in ("restore", "archive", "unarchive")
    ),
    path("items/", ItemViewSet.as_view(LIST), name="item-list"),
    path("items/classify/", ItemViewSet.as_view({"post": "classify"}), name="item-classify"),
    path("items/<int:pk>/", ItemViewSet.as_view(DETAIL), name="item-detail"),
    *(
        path(f"items/<int:pk>/{act}/", ItemViewSet.as_view({"post": act}), name=f"item-{act}")
        for act in ("move", "restore", "archive", "unarchive")
    ),
    path("items/<int:item_pk>/history/", HistoryViewSet.as_view({"get": "list"}), name="item-history"),
    path("items/<int:item_pk>/comments/", CommentViewSet.as_view(LIST), name="item-comments"),
    path("items/<int:item_pk>/comments/<int:pk>/", CommentViewSet.as_view(DETAIL), name="item-comment"),
    path("items/<int:item_pk>/logs/", WorkLogViewSet.as_view(LIST), name="item-logs"),
    path("items/<int:item_pk>/logs/<int:pk>/", WorkLogViewSet.as_view(DETAIL), name="item-log"),
    path("rules/", RuleViewSet.as_view(LIST), name="rule-list"),
    path("rules/<int:pk>/", RuleViewSet.as_view(DETAIL), name="rule-detail"),
    path("toil-types/", ToilTypeViewSet.as_view(LIST), name="toil-type-list"),
    path("toil-types/<int:pk>/", ToilTypeViewSet.as_view(DETAIL), name="toil-type-detail"),
    path("export/items/", ExportViewSet.as_view({"get": "list"}), name="export-items"),
]
