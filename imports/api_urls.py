"""The API resources of the imports room, below /api/v1/."""

from rest_framework.routers import SimpleRouter

from imports.api.connections import ConnectionViewSet
from imports.api.imports import ImportViewSet

router = SimpleRouter()
router.register("imports", ImportViewSet, basename="import")
router.register("connections", ConnectionViewSet, basename="connection")

urlpatterns = router.urls
