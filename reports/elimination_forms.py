"""Forms for the plan to remove a toil type, and for the items that have to do with it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boards.models import Elimination, Item, Part, Way
from teams.models import Team

LARGEST_ID = 2**63 - 1


class HoursField(forms.FloatField):
    """Hours, from 0 on."""

    def __init__(self, **options: Any) -> None:
        widget = forms.NumberInput(attrs={"min": 0, "step": "any", "inputmode": "decimal"})
        super().__init__(min_value=0, max_value=1_000_000, required=False, widget=widget, **options)


class PlanForm(forms.Form):
    """How a toil type is removed, and what that takes and leaves."""

    way = forms.ChoiceField(label=gettext_lazy("How"), choices=Way.choices)
    build_hours = HoursField(label=gettext_lazy("Hours to build it"))
    residual_hours = HoursField(
        label=gettext_lazy("Hours a week that stay"),
        help_text=gettext_lazy("What has to be done by hand nevertheless."),
    )
    upkeep_hours = HoursField(
        label=gettext_lazy("Hours a week of upkeep"), help_text=gettext_lazy("What the solution itself takes.")
    )
    document_url = forms.CharField(
        label=gettext_lazy("Design document"), required=False, max_length=2000, widget=forms.URLInput()
    )

    @classmethod
    def of(cls, plan: Elimination | None) -> "PlanForm":
        """Return the form with what is planned."""
        names = cls.base_fields if plan else ()
        values = {name: getattr(plan, name) for name in names}
        whole = {name: int(value) for name, value in values.items() if isinstance(value, float) and value.is_integer()}
        return cls(initial=values | whole)


class PartForm(forms.Form):
    """An item, by its number or its name at its source, and what it does."""

    item = forms.CharField(
        label=gettext_lazy("Item"), max_length=255, help_text=gettext_lazy("Its number, such as 42 or OPS-17.")
    )
    part = forms.ChoiceField(label=gettext_lazy("What it does"), choices=Part.choices)

    def __init__(self, *arguments: Any, team: Team, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.team = team

    def clean_item(self) -> Item:
        """Find the item."""
        said = self.cleaned_data["item"].strip()
        items = Item.objects.kept().filter(board__team=self.team).select_related("board")
        found = items.filter(external_id=said).first()
        number = said.removeprefix("#")
        if found is None and number.isascii() and number.isdigit() and int(number) <= LARGEST_ID:
            found = items.filter(pk=int(number)).first()
        if found is None:
            raise ValidationError(_("The team has no item “%(item)s”."), params={"item": said})
        return found
