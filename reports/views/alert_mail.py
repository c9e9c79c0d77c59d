"""What owners see of the alerts that were sent: each mail as it is kept, and sending one again."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from reports.models import Delivery
from reports.services.deliveries import NotSendableError, send_again
from reports.services.queue import ask_for_delivery
from reports.views.documents import mail_document, written_answer
from teams.actors import actor_of
from teams.models import Role, Team
from teams.permissions import signed_in, team_view


@require_GET
@mail_document
@team_view(Role.OWNER)
def show(request: HttpRequest, team: Team, delivery_id: int) -> HttpResponse:
    """Show an alert's mail itself; what is posted has none."""
    letter = _delivery(team, delivery_id).letter
    if letter is None:
        raise Http404
    return written_answer(request, letter, team)


@require_POST
@team_view(Role.OWNER)
def again(request: HttpRequest, team: Team, delivery_id: int) -> HttpResponse:
    """Send again what failed or is uncertain, or what was only kept."""
    delivery = _delivery(team, delivery_id)
    try:
        send_again(delivery=delivery, by=actor_of(signed_in(request)), at=timezone.now())
    except NotSendableError as error:
        messages.error(request, error.message)
    else:
        ask_for_delivery()
        messages.success(request, _("It is on its way to “%s”.") % delivery.address)
    return redirect("reports:alerts", team.slug)


def _delivery(team: Team, delivery_id: int) -> Delivery:
    return get_object_or_404(Delivery.objects.select_related("letter"), pk=delivery_id, notice__team=team)
