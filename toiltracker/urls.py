"""Mounts every room's pages and API."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from toiltracker import sample_views
from toiltracker.appearance import set_appearance

API_DOCS = SpectacularSwaggerSplitView.as_view(url_name="schema", template_name="api_docs.html")
ROOMS = ("teams", "boards", "imports", "reports")

urlpatterns = [
    path("accounts/", include("teams.account_urls")),
    path("appearance/", set_appearance, name="appearance"),
    path("sample-data/load/", sample_views.load, name="sample-load"),
    path("t/<slug:slug>/sample-data/remove/", sample_views.remove, name="sample-remove"),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/docs/", API_DOCS, name="api-docs"),
    *(path("api/v1/", include(f"{room}.api_urls")) for room in ROOMS),
    *(path("", include(f"{room}.urls")) for room in ROOMS),
]

handler400 = "toiltracker.error_views.bad_request"
handler403 = "toiltracker.error_views.permission_denied"
handler404 = "toiltracker.error_views.not_found"
handler500 = "toiltracker.error_views.server_error"
