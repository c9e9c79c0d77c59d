"""The pages on which owners choose by which further ways reports and alerts are sent, and see what became of them."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from reports.forms import ChannelForm, ChannelSecretForm
from reports.models import Channel, ChannelKind, Delivery, DeliveryState
from reports.services.channels import (
    change_channel,
    create_channel,
    delete_channel,
    end_previous_channel_secret,
    new_secret,
    pause_channel,
    resume_channel,
    rotate_channel_secret,
)
from reports.services.deliveries import NotSendableError, send_again
from reports.services.notices import send_test_to_channel
from reports.services.queue import ask_for_delivery
from teams.actors import actor_of
from teams.forms.errors import errors_in
from teams.models import Role, Team
from teams.permissions import signed_in, team_view

DELIVERIES_SHOWN = 25


@require_GET
@team_view(Role.OWNER)
def index(request: HttpRequest, team: Team) -> HttpResponse:
    """Show the team's further ways of sending, and a form for another."""
    return _list_page(request, team, ChannelForm())


@require_POST
@never_cache
@team_view(Role.OWNER)
def create(request: HttpRequest, team: Team) -> HttpResponse:
    """Add a way of sending; the secret that is made for a webhook is shown this one time."""
    form = ChannelForm(request.POST)
    if form.is_valid():
        kind = form.cleaned_data["kind"]
        made = new_secret() if kind == ChannelKind.WEBHOOK else ""
        with errors_in(form):
            by, at = actor_of(signed_in(request)), timezone.now()
            channel = create_channel(team=team, kind=kind, given=form.given(), secret=made, by=by, at=at)
            if made:
                return _page(request, channel, secret=made)
            messages.success(request, _("“%s” is there: send it a test.") % channel.name)
            return redirect("reports:channel", team.slug, channel.pk)
    return _list_page(request, team, form, status=422)


@require_GET
@team_view(Role.OWNER)
def show(request: HttpRequest, team: Team, channel_id: int) -> HttpResponse:
    """Show a way of sending: its settings, and what became of the last that was sent."""
    return _page(request, _channel(team, channel_id))


@require_POST
@team_view(Role.OWNER)
def change(request: HttpRequest, team: Team, channel_id: int) -> HttpResponse:
    """Change its name, its address, and what is sent."""
    channel = _channel(team, channel_id)
    form = ChannelForm(request.POST, channel=channel)
    if form.is_valid():
        with errors_in(form):
            channel = change_channel(channel=channel, given=form.given(), by=actor_of(signed_in(request)))
            messages.success(request, _("“%s” is saved.") % channel.name)
            return redirect("reports:channel", team.slug, channel.pk)
    return _page(request, channel, form=form, status=422)


@require_POST
@team_view(Role.OWNER)
def test(request: HttpRequest, team: Team, channel_id: int) -> HttpResponse:
    """Send a test."""
    channel = _channel(team, channel_id)
    send_test_to_channel(channel=channel, by=actor_of(signed_in(request)), at=timezone.now())
    messages.success(request, _("A test is on its way; below it says what became of it."))
    return redirect("reports:channel", team.slug, channel.pk)


@require_POST
@never_cache
@team_view(Role.OWNER)
def rotate(request: HttpRequest, team: Team, channel_id: int) -> HttpResponse:
    """Sign with a new secret, the one before too for a while; one that is made here is shown this one time."""
    channel = get_object_or_404(team.channels.filter(kind=ChannelKind.WEBHOOK), pk=channel_id)
    form = ChannelSecretForm(request.POST)
    if form.is_valid():
        made = "" if form.cleaned_data["secret"] else new_secret()
        with errors_in(form):
            secret, by = form.cleaned_data["secret"] or made, actor_of(signed_in(request))
            channel = rotate_channel_secret(channel=channel, secret=secret, by=by, at=timezone.now())
            if made:
                return _page(request, channel, secret=made)
            messages.success(request, _("The new secret signs from now on, the one before for seven more days too."))
            return redirect("reports:channel", team.slug, channel.pk)
    return _page(request, channel, secret_form=form, status=422)


@require_POST
@team_view(Role.OWNER)
def end_previous(request: HttpRequest, team: Team, channel_id: int) -> HttpResponse:
    """Sign with the newest secret only."""
    channel = _channel(team, channel_id)
    end_previous_channel_secret(channel=channel, by=actor_of(signed_in(request)))
    messages.success(request, _("Only the newest secret signs from now on."))
    return redirect("reports:channel", team.slug, channel.pk)


@require_POST
@team_view(Role.OWNER)
def pause(request: HttpRequest, team: Team, channel_id: int) -> HttpResponse:
    """Send nothing more by it for now."""
    channel = _channel(team, channel_id)
    pause_channel(channel=channel, by=actor_of(signed_in(request)), at=timezone.now())
    messages.success(request, _("“%s” is paused; tests go out all the same.") % channel.name)
    return redirect("reports:channel", team.slug, channel.pk)


@require_POST
@team_view(Role.OWNER)
def resume(request: HttpRequest, team: Team, channel_id: int) -> HttpResponse:
    """Send by it again."""
    channel = _channel(team, channel_id)
    resume_channel(channel=channel, by=actor_of(signed_in(request)))
    messages.success(request, _("“%s” is used again, from the next report or alert on.") % channel.name)
    return redirect("reports:channel", team.slug, channel.pk)


@require_POST
@team_view(Role.OWNER)
def delete(request: HttpRequest, team: Team, channel_id: int) -> HttpResponse:
    """Take it away."""
    channel = _channel(team, channel_id)
    delete_channel(channel=channel, by=actor_of(signed_in(request)), at=timezone.now())
    messages.success(request, _("“%s” is taken away.") % channel.name)
    return redirect("reports:channels", team.slug)


@require_POST
@team_view(Role.OWNER)
def again(request: HttpRequest, team: Team, channel_id: int, delivery_id: int) -> HttpResponse:
    """Send again what was given up or is uncertain."""
    delivery = get_object_or_404(Delivery, pk=delivery_id, channel=_channel(team, channel_id))
    try:
        send_again(delivery=delivery, by=actor_of(signed_in(request)), at=timezone.now())
    except NotSendableError as error:
        messages.error(request, error.message)
    else:
        ask_for_delivery()
        messages.success(request, _("It is on its way to “%s”.") % delivery.address)
    return redirect("reports:channel", team.slug, channel_id)


def _channel(team: Team, channel_id: int) -> Channel:
    return get_object_or_404(team.channels.select_related("team"), pk=channel_id)


def _list_page(request: HttpRequest, team: Team, form: ChannelForm, status: int = 200) -> HttpResponse:
    troubled = Q(deliveries__state__in=[DeliveryState.FAILED, DeliveryState.UNCERTAIN])
    sent = Q(deliveries__state=DeliveryState.SENT)
    channels = team.channels.annotate(
        last_sent_at=Max("deliveries__state_at", filter=sent), troubled=Count("deliveries", filter=troubled)
    ).order_by("name")
    context = {"team": team, "channels": channels, "form": form}
    return render(request, "reports/settings_channels.html", context, status=status)


def _page(
    request: HttpRequest,
    channel: Channel,
    *,
    form: ChannelForm | None = None,
    secret_form: ChannelSecretForm | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    deliveries = channel.deliveries.select_related("report", "notice").order_by("-id")[:DELIVERIES_SHOWN]
    previous_until = channel.previous_until
    context: dict[str, Any] = {
        "team": channel.team,
        "channel": channel,
        "form": form or ChannelForm(channel=channel, initial=ChannelForm.initial_of(channel)),
        "secret_form": secret_form or ChannelSecretForm(),
        "secret": secret,
        "previous_until": previous_until if previous_until and previous_until > timezone.now() else None,
        "deliveries": deliveries,
    }
    return render(request, "reports/settings_channel.html", context, status=status)
