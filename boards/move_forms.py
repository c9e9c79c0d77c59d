"""Where exactly an item is to go, as people without script and without drag choose it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boards.finding import Lanes
from boards.lanes import lane_of, rows_of
from boards.models import Column, Item

MOST_NEIGHBOURS = 200
PLACES = [
    ("top", gettext_lazy("On top")),
    ("bottom", gettext_lazy("At the end")),
    ("before", gettext_lazy("Before the item")),
    ("after", gettext_lazy("After the item")),
]
NAMES = {
    Lanes.CLASS: gettext_lazy("Class"),
    Lanes.SERVICE: gettext_lazy("Service"),
    Lanes.ASSIGNEE: gettext_lazy("Assignee"),
}


class PlaceForm(forms.Form):
    """A place in a column, and the row that gives the item its class, service or assignee."""

    place = forms.ChoiceField(label=gettext_lazy("Where"), choices=PLACES)
    beside = forms.TypedChoiceField(label=gettext_lazy("Item"), coerce=int, empty_value=None, required=False)
    row = forms.ChoiceField(label=gettext_lazy("Row"), required=False)

    def __init__(self, data: object = None, *, item: Item, to: Column) -> None:
        super().__init__(data, auto_id="place_%s")  # type: ignore[arg-type]  # a QueryDict
        others = Item.objects.on_board().filter(column=to).exclude(pk=item.pk).order_by("rank", "pk")
        self._others = others
        standing = list(others[:MOST_NEIGHBOURS])
        named = [(one.pk, f"{one.key} {one.title}") for one in standing]
        self.fields["beside"].choices = [("", _("Choose an item")), *named]  # type: ignore[attr-defined]
        self.fields["row"].choices = [("", _("As it is")), *_rows(item)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for the item where the place is beside one."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("place") in ("before", "after") and "beside" in cleaned and cleaned["beside"] is None:
            self.add_error("beside", _("Choose the item beside which it is to stand."))
        return cleaned

    def neighbours(self) -> dict[str, Item | None]:
        """Return the item that the place is before, or the one that it is after; neither at the end."""
        place, beside = self.cleaned_data["place"], self.cleaned_data["beside"]
        if place == "top":
            return {"before": self._others.first(), "after": None}
        return {
            "before": Item(pk=beside) if place == "before" else None,
            "after": Item(pk=beside) if place == "after" else None,
        }

    def lane(self) -> tuple[Lanes, str] | None:
        """Return the row that was chosen, None where the item is to stay as it is."""
        lanes, __, lane = self.cleaned_data["row"].partition(":")
        return (Lanes(lanes), lane) if lanes else None


def _rows(item: Item) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return all rows of a board but those in which the item stands."""
    items = Item.objects.on_board().filter(board=item.board_id)
    groups = []
    for lanes, name in NAMES.items():
        here = lane_of(item, lanes)
        rows = [(f"{lanes}:{value}", said) for value, said, __ in rows_of(items, lanes) if value != here]
        if rows:
            groups.append((str(name), rows))
    return groups
