"""Rules in the settings: the list, one rule, their order, and applying them to what waits for a class."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from boards.models import Rule
from boards.rule_forms import RuleForm, rule_from_item, rule_from_ready, written_rule
from boards.rules_page import ready_rules_for, rule_rows, rules_of, waiting_for_rules
from boards.services.rules import create_rule, delete_rule, edit_rule, shift_rule
from boards.services.ruling import begin_applying
from boards.services.toil_types import toil_type_named
from boards.views.loading import load_item, optional_url, writer
from boards.views.outcome import acting, say
from teams.errors import ToilTrackerError
from teams.forms.errors import errors_in
from teams.models import Role, Team
from teams.permissions import can_configure, team_view


@require_GET
@team_view()
def index(request: HttpRequest, team: Team) -> HttpResponse:
    """List the team's rules in their order, and those that are ready to be taken."""
    context = {
        "team": team,
        "rows": rule_rows(team),
        "ready": ready_rules_for(team),
        "waiting": waiting_for_rules(team),
        "is_owner": can_configure(request.user, team),
        "trial_url": optional_url("reports:rule_trial", team.slug),
    }
    return render(request, "boards/settings_rules.html", context)


@require_GET
@team_view(Role.OWNER)
def new(request: HttpRequest, team: Team) -> HttpResponse:
    """Show the form of a rule to be: empty, or begun from a ready-made one or from an item."""
    form = RuleForm(team=team, initial={"classification": "toil", **rule_beginning(request, team)})
    return render(request, "boards/settings_rule.html", rule_context(request, team, form))


@require_POST
@team_view(Role.OWNER)
def create(request: HttpRequest, team: Team) -> HttpResponse:
    """Add a rule behind the others."""
    return _save(request, team, None)


@require_GET
@team_view(Role.OWNER)
def show(request: HttpRequest, team: Team, rule_id: int) -> HttpResponse:
    """Show one rule."""
    rule = _rule(team, rule_id)
    form = RuleForm(team=team, initial=written_rule(rule))
    return render(request, "boards/settings_rule.html", rule_context(request, team, form, rule=rule))


@require_POST
@team_view(Role.OWNER)
def change(request: HttpRequest, team: Team, rule_id: int) -> HttpResponse:
    """Change a rule; what it has decided stays."""
    return _save(request, team, _rule(team, rule_id))


@require_POST
@team_view(Role.OWNER)
def move(request: HttpRequest, team: Team, rule_id: int) -> HttpResponse:
    """Try a rule one place earlier or later."""
    rule = _rule(team, rule_id)
    step = -1 if request.POST.get("step") == "-1" else 1
    try:
        shift_rule(rule=rule, step=step, by=writer(request), at=timezone.now())
    except ToilTrackerError as error:
        messages.error(request, error.message)
    return redirect(reverse("boards:rules", args=[team.slug]) + f"#rule-{rule.pk}")


@require_POST
@team_view(Role.OWNER)
def delete(request: HttpRequest, team: Team, rule_id: int) -> HttpResponse:
    """Delete a rule; what it has decided stays."""
    rule = _rule(team, rule_id)
    delete_rule(rule=rule, by=writer(request), at=timezone.now())
    messages.success(request, _("The rule “%s” is deleted; what it decided stays.") % rule.name)
    return redirect("boards:rules", team.slug)


@require_POST
@team_view(Role.OWNER)
def apply(request: HttpRequest, team: Team) -> HttpResponse:
    """Let the rules decide about everything that waits for a class."""
    at = timezone.now()
    with acting(request, team, at=at) as doing:
        classified = begin_applying(team=team, by=doing.by, at=at)
    say(request, _classified(classified), doing)
    return redirect("boards:rules", team.slug)


def rule_beginning(request: HttpRequest, team: Team) -> dict[str, Any]:
    """Return what the address asks a rule to begin with: `?ready=` or `?item=` with `&classification=`."""
    number = request.GET.get("item", "")
    if number.isascii() and number.isdecimal() and len(number) <= 18:
        item = load_item(request, team, int(number))
        return rule_from_item(item, request.GET.get("classification", ""))
    return rule_from_ready(request.GET.get("ready", ""))


def rule_context(request: HttpRequest, team: Team, form: RuleForm, *, rule: Rule | None = None) -> dict[str, Any]:
    """Return what the page of one rule shows."""
    return {
        "team": team,
        "form": form,
        "rule": rule,
        "trial_url": optional_url("reports:rule_trial", team.slug),
        "from_triage": "triage" in (request.POST.get("from"), request.GET.get("from")),
    }


def _save(request: HttpRequest, team: Team, rule: Rule | None) -> HttpResponse:
    form, at = RuleForm(request.POST, team=team), timezone.now()
    if form.is_valid():
        with errors_in(form):
            with acting(request, team, at=at) as doing, transaction.atomic():
                fields = form.given()
                if name := form.cleaned_data["new_toil_type"]:
                    service = fields["sets_service"] or fields["service"]
                    fields["toil_type"] = toil_type_named(team=team, name=name, service=service, by=doing.by, at=at)
                if rule is None:
                    saved = create_rule(team=team, fields=fields, by=doing.by, at=at)
                else:
                    saved = edit_rule(rule=rule, changes=fields, by=doing.by, at=at)
                said = _("The rule “%s” is saved.") % saved.name
                if form.cleaned_data["apply_now"]:
                    said += " " + _classified(begin_applying(team=team, rule=saved, by=doing.by, at=at))
            say(request, said, doing)
            return redirect("boards:triage" if request.POST.get("from") == "triage" else "boards:rules", team.slug)
    return render(request, "boards/settings_rule.html", rule_context(request, team, form, rule=rule), status=422)


def _classified(count: int | None) -> str:
    if count is None:
        return _("The items that wait for a class are being classified; boards show it as it happens.")
    return ngettext("%(count)d item is classified.", "%(count)d items are classified.", count) % {"count": count}


def _rule(team: Team, rule_id: int) -> Rule:
    return get_object_or_404(rules_of(team), pk=rule_id)
