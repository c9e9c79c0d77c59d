"""Shows what a rule would have decided before it is saved."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from boards.models import Rule
from boards.queries import rule_spec
from boards.rule_forms import RuleForm, written_rule
from boards.services.rules import fill_rule
from boards.views.rules import rule_beginning, rule_context
from reports.pages.trial import trial_page
from teams.forms.errors import errors_in
from teams.models import Role, Team
from teams.permissions import team_view


@require_http_methods(["GET", "POST"])
@team_view(Role.OWNER)
def show(request: HttpRequest, team: Team) -> HttpResponse:
    """Try what the form says, or what the address begins a rule with; nothing is written."""
    number = request.POST.get("rule") or request.GET.get("rule", "")
    rule = None
    if number.isascii() and number.isdecimal() and len(number) <= 18:
        rule = get_object_or_404(Rule, team=team, pk=int(number))
    begun = rule_beginning(request, team) if rule is None else written_rule(rule)
    form = RuleForm(request.POST if request.method == "POST" else begun, team=team)
    context = rule_context(request, team, form, rule=rule)
    if form.is_valid():
        with errors_in(form):
            tried = fill_rule(Rule(team=team, pk=None if rule is None else rule.pk), form.given())
            context["tried"] = trial_page(team=team, spec=rule_spec(tried), at=timezone.now())
    return render(request, "boards/settings_rule.html", context, status=200 if form.is_valid() else 422)
