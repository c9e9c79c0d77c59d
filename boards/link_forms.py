"""How an item is to be linked to another one, as people say it."""

from django import forms
from django.utils.translation import gettext_lazy

from boards.models import Item, LinkKind

CHOICES = [
    ("duplicates", gettext_lazy("duplicates")),
    ("duplicated_by", gettext_lazy("is duplicated by")),
    ("part_of", gettext_lazy("is part of")),
    ("has_part", gettext_lazy("has as a part")),
    ("relates_to", gettext_lazy("relates to")),
]
REVERSE = {"duplicated_by": LinkKind.DUPLICATES, "has_part": LinkKind.PART_OF}


class LinkForm(forms.Form):
    """The kind of a link, the other item, and whether a duplicate is closed with it."""

    kind = forms.ChoiceField(label=gettext_lazy("This item"), choices=CHOICES)
    to = forms.CharField(label=gettext_lazy("Which item"), max_length=600)
    close = forms.BooleanField(label=gettext_lazy("Close this one: move it to done"), required=False)

    def __init__(self, data: object = None) -> None:
        super().__init__(data, auto_id="link_%s")  # type: ignore[arg-type]  # a QueryDict

    def direction(self, item: Item, to: Item) -> tuple[str, tuple[Item, Item]]:
        """Return the kind as it is kept, and the two items in its direction."""
        kind = self.cleaned_data["kind"]
        if kind in REVERSE:
            return REVERSE[kind], (to, item)
        return kind, (item, to)


def link_words(kind: str, *, is_reverse: bool) -> str:
    """Return what an item is to another one, in words."""
    reverse = next((name for name, kept in REVERSE.items() if kept == kind), kind)
    return str(dict(CHOICES).get(reverse if is_reverse else kind, kind))
