"""The first page after sign-in: the reader's teams."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reports.pages.overview import columns_of, in_order, summary, team_rows, total_of
from teams.models import User


@require_safe
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """List the teams that the reader may see, most in need first unless asked for in another order."""
    assert isinstance(request.user, User)  # noqa: S101 - who is signed in has one of our accounts
    rows, sort = team_rows(viewer=request.user, at=timezone.now()), request.GET.get("sort", "")
    context = {
        "rows": in_order(rows, sort),
        "columns": columns_of(sort),
        "total": total_of(rows),
        "summary": summary(rows),
    }
    return render(request, "reports/teams.html", context)
