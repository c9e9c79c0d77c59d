"""API tokens of a team: made, shown once, revoked."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from teams.actors import actor_of
from teams.forms.errors import errors_in
from teams.forms.teams import TokenForm
from teams.models import ApiToken, Role, Team
from teams.permissions import signed_in, team_view
from teams.queries import timezone_of_team
from teams.services.tokens import create_token, revoke_token


@require_GET
@team_view(Role.OWNER)
def show(request: HttpRequest, team: Team) -> HttpResponse:
    """Show the team's tokens, by name, scope and first letters."""
    return _page(request, team, TokenForm())


@require_POST
@never_cache
@team_view(Role.OWNER)
def create(request: HttpRequest, team: Team) -> HttpResponse:
    """Make a token and show its secret this one time."""
    form = TokenForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            __, secret = create_token(
                team=team,
                name=form.cleaned_data["name"],
                scope=form.cleaned_data["scope"],
                expires_at=form.expires_at(timezone_of_team(team)),
                by=actor_of(signed_in(request)),
                at=timezone.now(),
            )
            return _page(request, team, TokenForm(), secret=secret)
    return _page(request, team, form, status=422)


@require_POST
@team_view(Role.OWNER)
def revoke(request: HttpRequest, team: Team, token_id: int) -> HttpResponse:
    """End a token."""
    token = get_object_or_404(ApiToken, team=team, pk=token_id)
    revoke_token(token=token, at=timezone.now())
    messages.success(request, _("The token “%s” is revoked.") % token.name)
    return redirect("teams:settings_tokens", team.slug)


def _page(request: HttpRequest, team: Team, form: TokenForm, secret: str = "", status: int = 200) -> HttpResponse:
    now = timezone.now()
    tokens = ApiToken.objects.filter(team=team).select_related("created_by").order_by("-created_at", "-pk")
    context = {
        "team": team,
        "form": form,
        "secret": secret,
        "tokens": tokens.alive(now),
        "ended": tokens.filter(Q(revoked_at__isnull=False) | Q(expires_at__lte=now))[:20],
    }
    return render(request, "teams/settings_tokens.html", context, status=status)
