"""The pages on which owners connect sources to boards, and look at what these sent."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from imports.forms import ConnectForm, NewSecretForm
from imports.guides import GUIDES
from imports.models import Connection, Delivery
from imports.serializers import hook_address
from imports.services.connections import (
    create_connection,
    delete_connection,
    end_previous_secret,
    new_secret,
    rotate_secret,
)
from imports.services.deliveries import replay_delivery
from teams.actors import actor_of
from teams.forms.errors import errors_in
from teams.models import Role, Team
from teams.permissions import signed_in, team_view

DELIVERIES_SHOWN = 25
LETTERS_SHOWN = 100_000
NOTES = {
    "gone": gettext_lazy("It was deleted at its source, and never was here."),
    "stale": gettext_lazy("A newer state of it is known already."),
    "trash": gettext_lazy("Its item is in the trash."),
}


@require_GET
@team_view(Role.OWNER)
def show_all(request: HttpRequest, team: Team) -> HttpResponse:
    """Show the team's connected sources, and a form for another."""
    return _list_page(request, team, ConnectForm(team=team))


@require_POST
@never_cache
@team_view(Role.OWNER)
def create(request: HttpRequest, team: Team) -> HttpResponse:
    """Connect a source; a secret that was made here is shown this one time."""
    form = ConnectForm(request.POST, team=team)
    if form.is_valid():
        given = form.cleaned_data
        made = "" if given["secret"] else new_secret()
        with errors_in(form):
            connection = create_connection(
                board=given["board"],
                kind=given["kind"],
                source=given["source"],
                secret=given["secret"] or made,
                by=actor_of(signed_in(request)),
                at=timezone.now(),
            )
            if made:
                return _page(request, connection, NewSecretForm(), secret=made)
            messages.success(request, _("Connected: now tell the other side the address."))
            return redirect("imports:connection", team.slug, connection.pk)
    return _list_page(request, team, form, status=422)


@require_GET
@team_view(Role.OWNER)
def show(request: HttpRequest, team: Team, connection_id: int) -> HttpResponse:
    """Show a connection: its address, what to do on the other side, and what came."""
    return _page(request, _connection(request, team, connection_id), NewSecretForm())


@require_POST
@never_cache
@team_view(Role.OWNER)
def rotate(request: HttpRequest, team: Team, connection_id: int) -> HttpResponse:
    """Give it a new secret, the one before holding for a while; one that was made here is shown this one time."""
    connection = _connection(request, team, connection_id)
    form = NewSecretForm(request.POST)
    if form.is_valid():
        made = "" if form.cleaned_data["secret"] else new_secret()
        with errors_in(form):
            secret = form.cleaned_data["secret"] or made
            connection = rotate_secret(connection=connection, secret=secret, at=timezone.now())
            if made:
                return _page(request, connection, NewSecretForm(), secret=made)
            messages.success(request, _("The new secret holds; the one before does so for seven more days."))
            return redirect("imports:connection", team.slug, connection.pk)
    return _page(request, connection, form, status=422)


@require_POST
@team_view(Role.OWNER)
def end_previous(request: HttpRequest, team: Team, connection_id: int) -> HttpResponse:
    """Let only the newest secret hold."""
    connection = _connection(request, team, connection_id)
    end_previous_secret(connection=connection)
    messages.success(request, _("Only the newest secret holds from now on."))
    return redirect("imports:connection", team.slug, connection.pk)


@require_POST
@team_view(Role.OWNER)
def delete(request: HttpRequest, team: Team, connection_id: int) -> HttpResponse:
    """Disconnect a source."""
    connection = _connection(request, team, connection_id)
    delete_connection(connection=connection)
    messages.success(request, _("%s is disconnected; the items that came in stay.") % connection.get_kind_display())
    return redirect("imports:connections", team.slug)


@require_GET
@team_view(Role.OWNER)
def show_delivery(request: HttpRequest, team: Team, connection_id: int, delivery_id: int) -> HttpResponse:
    """Show what was sent, byte for byte, and what became of it."""
    delivery = _delivery(request, team, connection_id, delivery_id)
    body = bytes(delivery.body).decode("utf-8", "replace")
    results = [
        {**result, "note": NOTES.get(result.get("note", ""), ""), "problems": list(result.get("errors", {}).items())}
        for result in delivery.results
    ]
    context = {
        "team": team,
        "connection": delivery.connection,
        "delivery": delivery,
        "results": results,
        "body": body[:LETTERS_SHOWN],
        "cut": len(body) > LETTERS_SHOWN,
        "size": len(delivery.body),
        "headers": sorted(delivery.headers.items()),
    }
    return render(request, "imports/delivery.html", context)


@require_POST
@team_view(Role.OWNER)
def replay(request: HttpRequest, team: Team, connection_id: int, delivery_id: int) -> HttpResponse:
    """Let a delivery be worked off once more."""
    delivery = _delivery(request, team, connection_id, delivery_id)
    replay_delivery(delivery=delivery)
    messages.success(request, _("It is worked off again; what is old by now changes nothing."))
    return redirect("imports:connection_delivery", team.slug, connection_id, delivery.pk)


def _connection(request: HttpRequest, team: Team, connection_id: int) -> Connection:
    visible = Connection.objects.visible_to(request.user).filter(board__team=team)
    return get_object_or_404(visible.select_related("board__team"), pk=connection_id)


def _delivery(request: HttpRequest, team: Team, connection_id: int, delivery_id: int) -> Delivery:
    connection = _connection(request, team, connection_id)
    deliveries = Delivery.objects.select_related("connection__board")
    return get_object_or_404(deliveries, connection=connection, pk=delivery_id)


def _list_page(request: HttpRequest, team: Team, form: ConnectForm, status: int = 200) -> HttpResponse:
    connections = Connection.objects.visible_to(request.user).filter(board__team=team).with_last_delivery()
    context = {"team": team, "form": form, "connections": connections.select_related("board").order_by("pk")}
    return render(request, "imports/settings_connections.html", context, status=status)


def _page(
    request: HttpRequest,
    connection: Connection,
    form: NewSecretForm,
    *,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    until = connection.previous_until
    context: dict[str, Any] = {
        "team": connection.board.team,
        "connection": connection,
        "address": hook_address(connection),
        "steps": GUIDES[connection.kind],
        "secret": secret,
        "form": form,
        "previous_until": until if connection.previous_secret and until and until > timezone.now() else None,
        "deliveries": connection.deliveries.defer("body", "headers").order_by("-pk")[:DELIVERIES_SHOWN],
    }
    return render(request, "imports/settings_connection.html", context, status=status)
