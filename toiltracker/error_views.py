"""What is answered where no view could: JSON in the one shape to programs and scripts, a page to people."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults

from teams.rest.errors import error_response

_PROGRAM_PATHS = ("/api/", "/hooks/")


def _is_program(request: HttpRequest) -> bool:
    return request.path.startswith(_PROGRAM_PATHS)


def _is_script(request: HttpRequest) -> bool:
    """Whether a module of a page asks, and shows the sentence itself."""
    return request.headers.get("HX-Request") == "true"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request cannot be understood."""
    if _is_program(request):
        return error_response(400, "malformed", _("The request could not be understood."))
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: seen, but not allowed."""
    if _is_program(request):
        return error_response(403, "not_allowed", _("You may not do this."))
    if _is_script(request):
        return error_response(403, "not_allowed", str(exception) or _("You may not do this."))
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing there that the asker may see."""
    if _is_program(request):
        return error_response(404, "not_found", _("There is nothing at this address that you may see."))
    if _is_script(request):
        return error_response(404, "not_found", _("It is not here any more: somebody has moved or deleted it."))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a failure of ours; the log has the rest."""
    if _is_program(request) or _is_script(request):
        return error_response(500, "server_error", _("Something failed here; it was logged. Please try again."))
    return defaults.server_error(request)


def explain_forms_address(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """405 to a person: who opens the address to which a form is sent, as after signing in again, sees no empty page."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_person = not (_is_program(request) or _is_script(request))
        if response.status_code != 405 or request.method != "GET" or not is_person:
            return response
        match = request.resolver_match
        page = render(request, "405.html", {"slug": match.kwargs.get("slug") if match else None}, status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware
