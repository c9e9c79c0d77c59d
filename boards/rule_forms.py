"""Forms of rules and toil types, and what they begin with."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from boards.models import Classification, Item, Priority, Rule, ToilType
from boards.ready_rules import ready_rule
from boards.rules import expression_of
from boards.services.rules import TEXTS
from boards.suggest import pattern_of
from teams.models import Team

EITHER = {"": None, "yes": True, "no": False}
CONDITION_FIELDS = ("title_contains", "title_matches", "label", "service", "source", "project", "reporter")
CLASSES = [choice for choice in Classification.choices if choice[0] != Classification.UNCLASSIFIED]


class RuleForm(forms.Form):
    """What a rule asks for and what it gives."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=TEXTS["name"])
    title_contains = forms.CharField(
        label=gettext_lazy("Title contains"),
        required=False,
        max_length=TEXTS["title_contains"],
        help_text=gettext_lazy("These words, one after the other, in any case."),
    )
    title_matches = forms.CharField(
        label=gettext_lazy("Title matches the expression"),
        required=False,
        max_length=TEXTS["title_matches"],
        help_text=gettext_lazy("A regular expression in the form of RE2, in any case, found anywhere in the title."),
    )
    label = forms.CharField(label=gettext_lazy("Has the label"), required=False, max_length=TEXTS["label"])
    service = forms.CharField(label=gettext_lazy("Service is"), required=False, max_length=TEXTS["service"])
    source = forms.CharField(
        label=gettext_lazy("Source is"),
        required=False,
        max_length=TEXTS["source"],
        help_text=gettext_lazy("As the item says where it came from: jira, pagerduty, alertmanager …"),
    )
    project = forms.CharField(
        label=gettext_lazy("Project is"),
        required=False,
        max_length=TEXTS["project"],
        help_text=gettext_lazy("What stands before the number: OPS of OPS-12, acme/shop of acme/shop#7."),
    )
    reporter = forms.CharField(
        label=gettext_lazy("Reporter is"),
        required=False,
        max_length=TEXTS["reporter"],
        help_text=gettext_lazy("Who opened the ticket, as its source says: address, login or name, in any case."),
    )
    priority = forms.ChoiceField(
        label=gettext_lazy("Priority is"), required=False, choices=[("", gettext_lazy("Any")), *Priority.choices]
    )
    is_interrupt = forms.ChoiceField(
        label=gettext_lazy("Interrupt"),
        required=False,
        choices=[("", gettext_lazy("Either")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
    )
    classification = forms.ChoiceField(label=gettext_lazy("Class"), choices=CLASSES, widget=forms.RadioSelect)
    toil_type = forms.ModelChoiceField(
        ToilType.objects.none(), label=gettext_lazy("Toil type"), required=False, empty_label=gettext_lazy("None")
    )
    new_toil_type = forms.CharField(label=gettext_lazy("Or a new toil type"), required=False, max_length=100)
    labels = forms.CharField(
        label=gettext_lazy("Add labels"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("Separated by commas."),
    )
    sets_service = forms.CharField(
        label=gettext_lazy("Set the service"),
        required=False,
        max_length=TEXTS["sets_service"],
        help_text=gettext_lazy("Where an item has none."),
    )
    apply_now = forms.BooleanField(
        label=gettext_lazy("Classify what waits for a class now"),
        required=False,
        help_text=gettext_lazy("Without it the rule decides about what comes in from now on."),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, team: Team, initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        types: Any = self.fields["toil_type"]
        types.queryset = _types_of(team)

    def clean_labels(self) -> list[str]:
        """Split the labels at commas."""
        return sorted({name.strip() for name in self.cleaned_data["labels"].split(",") if name.strip()})

    def given(self) -> dict[str, Any]:
        """Return the fields of the rule, as the services take them."""
        given = {name: self.cleaned_data[name] for name in ("name", *CONDITION_FIELDS, "priority", "sets_service")}
        return {
            **given,
            "is_interrupt": EITHER[self.cleaned_data["is_interrupt"]],
            "classification": self.cleaned_data["classification"],
            "toil_type": self.cleaned_data["toil_type"],
            "labels": self.cleaned_data["labels"],
        }

    @property
    def chosen_class(self) -> str:
        """The class that is ticked."""
        return str(self["classification"].value() or "")


class ToilTypeForm(forms.Form):
    """Name and service of a toil type."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    service = forms.CharField(label=gettext_lazy("Service"), required=False, max_length=100)


def written_rule(rule: Rule) -> dict[str, Any]:
    """Return what the fields show of a rule."""
    either = {value: name for name, value in EITHER.items()}
    return {
        **{name: getattr(rule, name) for name in ("name", *CONDITION_FIELDS, "priority", "sets_service")},
        "is_interrupt": either[rule.is_interrupt],
        "classification": rule.classification,
        "toil_type": rule.toil_type_id,
        "labels": ", ".join(rule.labels),
    }


def rule_from_item(item: Item, classification: str) -> dict[str, Any]:
    """Return what a rule out of an item begins with: its title, but for the words that hold numbers."""
    pattern = pattern_of(item.title)
    is_general = "*" in pattern.split() and pattern != "*"
    expression = expression_of(pattern) if is_general else ""
    has_expression = bool(expression) and len(expression) <= TEXTS["title_matches"]
    return {
        "name": _free_name(item.board.team, pattern if has_expression else item.title),
        "title_matches": expression if has_expression else "",
        "title_contains": "" if has_expression else item.title[: TEXTS["title_contains"]],
        "classification": classification if classification in dict(CLASSES) else Classification.TOIL.value,
        "toil_type": item.toil_type_id or "",
        "apply_now": True,
    }


def rule_from_ready(key: str) -> dict[str, Any]:
    """Return what a rule out of a ready-made one begins with; nothing where there is none of this key."""
    ready = ready_rule(key)
    return {} if ready is None else ready.initial


def _free_name(team: Team, text: str) -> str:
    """Return a name that no rule of the team has yet."""
    taken = set(Rule.objects.filter(team=team).values_list("name", flat=True))
    name, number = text[: TEXTS["name"]], 2
    while name in taken:
        ending = f" ({number})"
        name, number = text[: TEXTS["name"] - len(ending)] + ending, number + 1
    return name


def _types_of(team: Team) -> "QuerySet[ToilType]":
    return ToilType.objects.filter(team=team).order_by("name")
