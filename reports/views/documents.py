"""Shows a mail as it was sent: a document of its own, that can neither run nor load anything."""

import base64
from collections.abc import Callable
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin

from reports.mailing.message import PICTURE, with_link
from reports.models import Letter, WeeklyReport
from teams.models import Team

View = Callable[..., HttpResponseBase]

_POLICY: dict[str, Any] = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "frame-ancestors": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


def mail_document(view: View) -> View:
    """Let a view's answer stand in a frame of our own pages, with inline styles and nothing else."""
    shielded: View = xframe_options_sameorigin(csp(_POLICY)(view))
    return shielded


def html_answer(request: HttpRequest, report: WeeklyReport) -> HttpResponse:
    """Answer with a report's HTML."""
    return written_answer(request, report, report.team)


def written_answer(request: HttpRequest, written: Letter | WeeklyReport, team: Team) -> HttpResponse:
    """Answer with a mail's HTML; links open outside the frame, and nobody's unsubscribe link is in it."""
    html = with_link(written.html, _own_link(request, team), is_html=True)
    picture = base64.b64encode(bytes(written.picture)).decode()
    html = html.replace(f"cid:{PICTURE}", f"data:image/png;base64,{picture}")
    return HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))


def text_answer(request: HttpRequest, report: WeeklyReport) -> HttpResponse:
    """Answer with a mail's plain text."""
    text = with_link(report.text, _own_link(request, report.team), is_html=False)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _own_link(request: HttpRequest, team: Team) -> str:
    return request.build_absolute_uri(reverse("reports:reports", args=[team.slug]))
