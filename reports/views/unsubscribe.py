"""The link at the end of each mail: a GET shows a page, only a POST acts (RFC 8058)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from reports.models import Recipient
from reports.services.recipients import resubscribe, unsubscribe


@never_cache
@csrf_exempt
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, key: str) -> HttpResponse:
    """Take the holder of the link off the list, or put them back; mail programs post here without a session."""
    # PostgreSQL cannot even look for a NUL.
    recipient = Recipient.objects.select_related("team").filter(unsubscribe_key=key.replace("\0", "")).first()
    if recipient is None:
        return render(request, "reports/unsubscribe_nowhere.html", status=404)
    if request.method == "POST":
        if request.POST.get("again"):
            resubscribe(recipient=recipient)
        else:
            unsubscribe(recipient=recipient, at=timezone.now())
        recipient.refresh_from_db()
    return render(request, "reports/unsubscribe.html", {"recipient": recipient, "team": recipient.team})
