"""Forms for boards and their columns."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from boards.board_templates import SERVICE, TEMPLATES
from boards.models import Board, Column, Stage
from boards.services.boards import MAX_NAME, MAX_SLUG
from boards.services.columns import MAX_NAME as MAX_COLUMN_NAME
from boards.services.columns import MAX_WIP_LIMIT, ColumnSpec

FIELDS = ("name", "stage", "wip_limit")


class BoardForm(forms.Form):
    """Name and short name of a board."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=MAX_NAME)
    slug = forms.CharField(
        label=gettext_lazy("Short name"),
        max_length=MAX_SLUG,
        help_text=gettext_lazy(
            "Stands in addresses. Links to the board’s old address lead to the new one until another board takes it;"
            " programs use the board’s number and notice nothing."
        ),
    )


class NewBoardForm(forms.Form):
    """A board and the template that it begins with."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=MAX_NAME)
    template = forms.ChoiceField(
        label=gettext_lazy("Columns to begin with"),
        choices=[(template.key, template.name) for template in TEMPLATES],
        widget=forms.RadioSelect,
        initial=SERVICE.key,
    )


class ColumnForm(forms.Form):
    """Name, stage and limit of a column; beside each field, unseen, what it was when the form was drawn."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=MAX_COLUMN_NAME)
    stage = forms.ChoiceField(label=gettext_lazy("Stage"), choices=Stage.choices)
    wip_limit = forms.IntegerField(
        label=gettext_lazy("WIP limit"),
        required=False,
        min_value=1,
        max_value=MAX_WIP_LIMIT,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy("How many items may stand here. Empty: as many as there are."),
    )

    def given(self) -> ColumnSpec:
        """Return what was given, as the services take it."""
        return ColumnSpec(**self.cleaned_data)

    @classmethod
    def initial_of(cls, column: Column) -> dict[str, Any]:
        """Return what the fields show of a column."""
        return {name: getattr(column, name) for name in FIELDS}


class ShownForm(forms.Form):
    """What a form of a column was drawn from; what is missing or makes no sense counts as what it is now."""

    shown_name = forms.CharField(required=False, max_length=MAX_COLUMN_NAME, strip=False)
    shown_stage = forms.ChoiceField(required=False, choices=Stage.choices)
    shown_wip_limit = forms.IntegerField(required=False)

    def spec(self, column: Column) -> ColumnSpec:
        """Return what its writer saw of a column."""
        self.is_valid()
        seen = self.cleaned_data
        is_told = "shown_wip_limit" in self.data and "shown_wip_limit" in seen
        return ColumnSpec(
            name=seen.get("shown_name") or column.name,
            stage=seen.get("shown_stage") or column.stage,
            wip_limit=seen["shown_wip_limit"] if is_told else column.wip_limit,
        )


def board_initial(board: Board) -> dict[str, Any]:
    """Return what the fields of BoardForm show of a board."""
    return {"name": board.name, "slug": board.slug}
