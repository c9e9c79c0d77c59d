"""Answers are for whoever asked: no proxy may keep one, and a browser asks again before it shows one anew."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

PRIVATE = "private, no-cache"


def keep_private(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Say so on every answer that does not say itself how it may be kept."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", PRIVATE)
        return response

    return middleware
