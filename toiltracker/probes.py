"""What load balancers and Prometheus ask; answered before host names, sessions and redirects are looked at."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from rest_framework.exceptions import APIException

from toiltracker import metrics, readiness

Answer = Callable[[HttpRequest], HttpResponseBase]


def healthz(_request: HttpRequest) -> HttpResponseBase:
    """Say that this process serves."""
    return JsonResponse({"status": "ok"})


def readyz(_request: HttpRequest) -> HttpResponseBase:
    """Say whether all that it needs is there, and what is not."""
    problems = readiness.problems()
    checks = {name: problems.get(name) or "ok" for name in readiness.CHECKS}
    status = "unready" if problems else "ok"
    return JsonResponse({"status": status, "checks": checks}, status=503 if problems else 200)


def figures(request: HttpRequest) -> HttpResponseBase:
    """Give the figures in Prometheus' text form; a token that is not valid is told so, lest its target look well."""
    try:
        return HttpResponse(metrics.exposition(request), content_type=metrics.CONTENT_TYPE)
    except APIException as error:
        return HttpResponse(f"{error.detail}\n", status=error.status_code, content_type="text/plain; charset=utf-8")


PROBES: dict[str, Answer] = {"/healthz": healthz, "/readyz": readyz, "/metrics": figures}


def answer_probes(get_response: Answer) -> Answer:
    """Answer probes here, and let everything else pass."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path_info)
        if probe is None:
            return get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        response = probe(request)
        response["Cache-Control"] = "no-store"
        response._has_been_logged = True  # type: ignore[attr-defined] # "unready" every second fills the log
        return response

    return middleware
