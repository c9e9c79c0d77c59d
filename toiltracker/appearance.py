"""How a reader wants pages to look: kept in a cookie, so that the server sends the right page at once."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from toiltracker.context import DENSITIES, THEMES

YEAR = 365 * 24 * 3600


@require_POST
def set_appearance(request: HttpRequest) -> HttpResponse:
    """Keep the theme or the density (an unknown value means the usual one), and go back to the page."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    for name, values in (("theme", THEMES), ("density", DENSITIES)):
        if name not in request.POST:
            continue
        if request.POST[name] in values:
            response.set_cookie(name, request.POST[name], max_age=YEAR, samesite="Lax", secure=request.is_secure())
        else:
            response.delete_cookie(name, samesite="Lax")
    return response
